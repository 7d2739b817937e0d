/**
 * Floods by reflection: servers that anyone may ask (DNS, NTP, SSDP, memcached ...) are asked in the name of a victim, which gets answers many
 * times as large. Seen from anywhere on the way: with the forged requests or without. State: at most MAX_METERS pairs of host and service;
 * those that got nothing for longest go first.
 */
import { DISCOVERY, kindOfPort } from '../amplifying-services.ts';
import type { DetectContext, Detector, DetectorModule, Finding, OptionValues, PacketView } from '../detector.ts';
import { GenerationMap } from '../generation-map.ts';
import { HostTable } from '../host-table.ts';
import { amplificationFinding } from './finding.ts';
import { Meter } from './meter.ts';
import { options } from './options.ts';

const MAX_METERS = 8192;
const PORTS = 0x1_0000;
/** Seconds in which hosts answer a question that was sent to all. */
const DISCOVERY_ANSWERS = 30;

class AmplificationDetector implements Detector {
  private readonly context: DetectContext;
  private readonly options: OptionValues<typeof options>;
  private readonly hosts = new HostTable();
  /** Key: host * PORTS + port of the service. */
  private readonly meters = new GenerationMap<Meter>(MAX_METERS, (_key, meter) => this.close(meter));
  /** By the same key: until when answers to a question to all are expected. */
  private readonly seekers = new GenerationMap<number>(MAX_METERS);
  private readonly flooded = new Set<Meter>();

  constructor(context: DetectContext, values: OptionValues<typeof options>) {
    this.context = context;
    this.options = values;
  }

  reflectable(packet: PacketView): void {
    const { sourcePort, destinationPort, payloadBytes } = packet;
    // Servers that ask each other use one port for both; what is large is an answer.
    if (kindOfPort[sourcePort] !== 0 && payloadBytes >= this.options.bytes) this.response(packet, sourcePort);
    else if (kindOfPort[destinationPort] !== 0) this.request(packet, destinationPort);
  }

  open(): Finding[] {
    for (const meter of this.flooded) if (this.context.seconds - meter.seconds > this.options.quiet) this.close(meter);
    return [...this.flooded].map((meter) => amplificationFinding(meter, meter.flood!, this.hosts, this.options));
  }

  finish(): void {
    this.meters.clear();
  }

  private request(packet: PacketView, port: number): void {
    const isToGroup = packet.ipVersion === 4 ? packet.destinationWord0 >>> 28 >= 14 : packet.destinationWord0 >>> 24 === 0xff;
    if (this.hosts.isFull) this.restart();
    const { sourceWord0, sourceWord1, sourceWord2, sourceWord3 } = packet;
    const key = this.hosts.numberOf(packet.ipVersion === 6, sourceWord0, sourceWord1, sourceWord2, sourceWord3) * PORTS + port;
    if (!isToGroup) this.meters.get(key)?.asked(packet.payloadBytes);
    else if (kindOfPort[port] === DISCOVERY) this.seekers.set(key, this.context.seconds + DISCOVERY_ANSWERS);
  }

  private response(packet: PacketView, port: number): void {
    if (this.hosts.isFull) this.restart();
    const { hosts } = this;
    const isV6 = packet.ipVersion === 6;
    const { destinationWord0, destinationWord1, destinationWord2, destinationWord3 } = packet;
    const victim = hosts.numberOf(isV6, destinationWord0, destinationWord1, destinationWord2, destinationWord3);
    const key = victim * PORTS + port;
    const { seconds } = this.context;
    if (kindOfPort[port] === DISCOVERY && (this.seekers.get(key) ?? 0) >= seconds) return;
    let meter = this.meters.get(key);
    if (!meter) this.meters.set(key, (meter = new Meter(victim, port)));
    else if (seconds - meter.seconds >= 1) this.meters.set(key, meter);
    if (meter.flood && seconds - meter.seconds > this.options.quiet) this.close(meter);
    const { sourceWord0, sourceWord1, sourceWord2, sourceWord3 } = packet;
    const reflector = hosts.numberOf(isV6, sourceWord0, sourceWord1, sourceWord2, sourceWord3);
    if (meter.answered(packet, reflector, this.context, this.options)) this.flooded.add(meter);
  }

  private close(meter: Meter): void {
    this.flooded.delete(meter);
    const flood = meter.close();
    if (flood) this.context.alert(amplificationFinding(meter, flood, this.hosts, this.options));
  }

  private restart(): void {
    this.finish();
    this.seekers.clear();
    this.hosts.clear();
  }
}

export const amplification: DetectorModule<typeof options> = {
  rule: {
    id: 'amplification',
    name: 'Reflected flood',
    version: '1',
    needs: ['both-directions'],
    doc:
      'A host gets many large UDP responses of a service that anyone may ask (DNS, NTP, SSDP, CLDAP, memcached and others), many times the ' +
      'bytes of the requests in its name, or without any request: somebody forges its address. A resolver that looks up large records at a ' +
      'high rate, and scanners of such services, look the same.',
  },
  options,
  create: (context, values) => new AmplificationDetector(context, values),
};
