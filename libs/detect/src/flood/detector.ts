/**
 * Floods against one host: SYNs that no handshake follows, TCP segments outside connections, UDP without answer, ICMP requests. What is
 * ordinary is taken back: finished handshakes, answered flows. State: at most MAX_METERS victims; those not hit for longest go first.
 */
import type { DetectContext, Detector, DetectorModule, Finding, OptionValues, PacketView } from '../detector.ts';
import { GenerationMap } from '../generation-map.ts';
import { floodFinding, type FloodKind } from './finding.ts';
import { Meter } from './meter.ts';
import { options } from './options.ts';

const MAX_METERS = 32_768;
const ICMP = 1;
const TCP = 6;
const UDP = 17;
const ICMPV6 = 58;
const SYN = 2;
const RST = 4;
const ACK = 16;
/** Meter of a kind for a host: address (32 bits), port (16), kind (2), IP version (1). */
const PORTS = 0x1_0000;
const kinds: readonly FloodKind[] = ['syn', 'ack', 'udp', 'icmp'];
const [SYNS, ACKS, UDPS, ICMPS] = [0, 1, 2, 3];
/** Errors about ports of a victim that show that nobody listens there. */
const FEW_REFUSALS = 3;

class FloodDetector implements Detector {
  private readonly context: DetectContext;
  private readonly options: OptionValues<typeof options>;
  private readonly meters: GenerationMap<Meter>;
  /** Meters with a flood that is open. */
  private readonly flooded = new Set<Meter>();

  constructor(context: DetectContext, values: OptionValues<typeof options>) {
    this.context = context;
    this.options = values;
    this.meters = new GenerationMap(MAX_METERS, (_key, meter) => this.close(meter));
  }

  packet(packet: PacketView, direction: number, isNew: boolean, originatorPackets: number, responderPackets: number): void {
    if (packet.ipProtocol === TCP) this.tcp(packet, direction, isNew, originatorPackets, responderPackets);
    else if (packet.ipProtocol === UDP) this.udp(packet, direction, isNew, responderPackets);
    else if (packet.ipProtocol === ICMP || packet.ipProtocol === ICMPV6) this.icmp(packet, direction);
  }

  open(): Finding[] {
    for (const meter of this.flooded) if (this.context.seconds - meter.flood!.endSeconds > this.options.quiet) this.close(meter);
    return [...this.flooded].map((meter) => floodFinding(meter.flood!));
  }

  finish(): void {
    this.meters.clear();
  }

  private tcp(packet: PacketView, direction: number, isNew: boolean, originatorPackets: number, responderPackets: number): void {
    const flags = packet.tcpFlags & (SYN | RST | ACK);
    if (flags === SYN) this.count(packet, SYNS, packet.destinationPort);
    else if (flags & (SYN | RST)) return;
    else if (direction === 0) {
      if (isNew) this.count(packet, ACKS, packet.destinationPort);
      else if (originatorPackets === 2 && flags === ACK) this.takeBack(destinationKey(packet, SYNS, packet.destinationPort));
    } else if (responderPackets === 1) this.takeBack(sourceKey(packet, ACKS, packet.sourcePort));
  }

  private udp(packet: PacketView, direction: number, isNew: boolean, responderPackets: number): void {
    if (direction === 1) {
      if (responderPackets === 1) this.takeBack(sourceKey(packet, UDPS, 0));
      return;
    }
    if (responderPackets > 0 || isGroup(packet)) return;
    const meter = this.meterOf(packet, UDPS, 0);
    // From one port to port after port: a scan.
    const isScan = packet.destinationPort !== meter.lastDestinationPort && packet.sourcePort === meter.lastSourcePort;
    meter.lastDestinationPort = packet.destinationPort;
    meter.lastSourcePort = packet.sourcePort;
    if (isScan) return;
    const { rate, burst, streamRate, streamBurst } = this.options;
    const { flood } = meter;
    if (isNew || meter.refusals >= FEW_REFUSALS) meter.add(packet, this.context, rate, burst);
    else meter.addStream(packet, this.context, streamRate, streamBurst);
    if (meter.flood !== flood) this.flooded.add(meter);
  }

  private icmp(packet: PacketView, direction: number): void {
    const { icmpType } = packet;
    if (packet.ipProtocol === ICMPV6 ? icmpType === 128 : icmpType === 8 || icmpType === 13 || icmpType === 17)
      this.count(packet, ICMPS, 0);
    else if (direction === 0 && icmpType === (packet.ipProtocol === ICMPV6 ? 1 : 3)) {
      const meter = this.meters.get(sourceKey(packet, UDPS, 0));
      if (meter) meter.refusals++;
    }
  }

  private count(packet: PacketView, kind: number, port: number): void {
    if (isGroup(packet)) return;
    const meter = this.meterOf(packet, kind, port);
    const { flood } = meter;
    meter.add(packet, this.context, this.options.rate, this.options.burst);
    if (meter.flood !== flood) this.flooded.add(meter);
  }

  /** The meter for the destination, touched at most once a second. */
  private meterOf(packet: PacketView, kind: number, port: number): Meter {
    const key = destinationKey(packet, kind, port);
    let meter = this.meters.get(key);
    const { seconds } = this.context;
    if (!meter) {
      meter = new Meter(kinds[kind]!, packet, port);
      this.meters.set(key, meter);
    } else if (seconds - meter.seconds >= 1) this.meters.set(key, meter);
    if (meter.flood && seconds - meter.flood.endSeconds > this.options.quiet) this.close(meter);
    return meter;
  }

  private takeBack(key: number): void {
    this.meters.get(key)?.takeBack();
  }

  private close(meter: Meter): void {
    this.flooded.delete(meter);
    const flood = meter.close();
    if (flood) this.context.alert(floodFinding(flood));
  }
}

/** Whether it goes to many hosts: multicast, limited broadcast. */
function isGroup(packet: PacketView): boolean {
  return packet.ipVersion === 4 ? packet.destinationWord0 >>> 28 >= 14 : packet.destinationWord0 >>> 24 === 0xff;
}

function destinationKey(packet: PacketView, kind: number, port: number): number {
  const { ipVersion, destinationWord0, destinationWord1, destinationWord2, destinationWord3 } = packet;
  return keyOf(ipVersion, destinationWord0, destinationWord1, destinationWord2, destinationWord3, kind, port);
}

function sourceKey(packet: PacketView, kind: number, port: number): number {
  const { ipVersion, sourceWord0, sourceWord1, sourceWord2, sourceWord3 } = packet;
  return keyOf(ipVersion, sourceWord0, sourceWord1, sourceWord2, sourceWord3, kind, port);
}

/** An integer below 2^51. IPv6 addresses are hashed: two victims of one key would be metered as one. */
function keyOf(ipVersion: number, word0: number, word1: number, word2: number, word3: number, kind: number, port: number): number {
  const isV6 = ipVersion === 4 ? 0 : 1;
  const address = isV6 ? word0 ^ Math.imul(word1, 0x9e3779b1) ^ Math.imul(word2, 0x85ebca6b) ^ Math.imul(word3, 0xc2b2ae35) : word0;
  return ((address >>> 0) * PORTS + port) * 8 + kind * 2 + isV6;
}

export const flood: DetectorModule<typeof options> = {
  rule: {
    id: 'flood',
    name: 'Flood',
    version: '1',
    doc:
      'A host gets more SYNs at one port than handshakes are finished (flood.syn), TCP segments of no connection (flood.ack), UDP without ' +
      'answer (flood.udp) or ICMP requests (flood.icmp) than the limit. Finished handshakes and answered flows do not count, so busy servers ' +
      'stay quiet. Load tests of a dead server and media streams above 4,000 packets a second without any answer look the same.',
  },
  options,
  create: (context, values) => new FloodDetector(context, values),
};
