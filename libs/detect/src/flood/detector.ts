/**
 * Floods against one host: SYNs that no handshake follows, TCP segments outside connections, UDP without answer, ICMP requests. What is
 * ordinary is taken back: finished handshakes, answered flows. State: at most MAX_METERS victims; those not hit for longest go first.
 */
import type { DetectContext, Detector, DetectorModule, Finding, FlowView, OptionValues, PacketView } from '../detector.ts';
import { GenerationMap } from '../generation-map.ts';
import { Acquaintances } from './acquaintances.ts';
import { FreshPorts } from './fresh-ports.ts';
import { floodFinding, type FloodKind } from './finding.ts';
import { LoneFlows } from './lone-flows.ts';
import { Meter, SHORTEST_STREAM } from './meter.ts';
import { options } from './options.ts';

const MAX_METERS = 32_768;
const ICMP = 1;
const TCP = 6;
const UDP = 17;
const ICMPV6 = 58;
const FIN = 1;
const SYN = 2;
const RST = 4;
const ACK = 16;
/** Meter of a sort for a host: address (32 bits), port (16), sort (3), IP version (1). */
const PORTS = 0x1_0000;
const SORTS = 8;
/** By sort; ANSWERS are segments from the end that seems to answer, at any port. */
const kinds: readonly FloodKind[] = ['syn', 'ack', 'ack', 'udp', 'icmp'];
const [SYNS, ACKS, ANSWERS, UDPS, ICMPS] = [0, 1, 2, 3, 4];
/** Of a meter that counts all ports of a host. */
const ANY_PORT = 0;
/** Ports below it are of services that answer. */
const FIRST_USER_PORT = 1024;
/** Bytes of an RTP header (RFC 3550 5.1): media have that much. */
const SMALLEST_MEDIA = 12;
/** Bytes that the datagrams of pictures and sound have. */
const COMMON_MEDIA = 160;
/** Bytes that few probes of a UDP scanner have. */
const MORE_THAN_A_PROBE = 64;
/** Syslog, SNMP traps, NetFlow, IPFIX, sFlow, StatsD, GELF: what is sent there is never answered. */
const collectors = new Set([162, 514, 2055, 2056, 4739, 6343, 8125, 9555, 9995, 9996, 12201]);
/** Errors about ports of a victim that show that nobody listens there. */
const FEW_REFUSALS = 3;

class FloodDetector implements Detector {
  private readonly context: DetectContext;
  private readonly options: OptionValues<typeof options>;
  private readonly meters: GenerationMap<Meter>;
  private readonly acquaintances = new Acquaintances();
  private readonly freshPorts = new FreshPorts();
  private readonly loneFlows = new LoneFlows();
  /** Answers that the capture shows, and those that it must have missed. */
  private seenAnswers = 0;
  private missedAnswers = 0;
  /** Packet time at which the capture began. */
  private begunSeconds = Number.NEGATIVE_INFINITY;
  /** Meters with a flood that is open. */
  private readonly flooded = new Set<Meter>();

  constructor(context: DetectContext, values: OptionValues<typeof options>) {
    this.context = context;
    this.options = values;
    this.meters = new GenerationMap(MAX_METERS, (_key, meter) => this.close(meter));
  }

  packet(packet: PacketView, direction: number, isNew: boolean, originatorPackets: number, responderPackets: number): void {
    if (this.begunSeconds < 0) this.begunSeconds = this.context.seconds;
    if (packet.ipProtocol === TCP) this.tcp(packet, direction, isNew, originatorPackets, responderPackets);
    else if (packet.ipProtocol === UDP) this.udp(packet, direction, isNew, originatorPackets, responderPackets);
    else if (packet.ipProtocol === ICMP || packet.ipProtocol === ICMPV6) this.icmpMessage(packet, direction);
  }

  open(): Finding[] {
    for (const meter of this.flooded) if (this.context.seconds - meter.flood!.endSeconds > this.options.quiet) this.close(meter);
    return [...this.flooded].map((meter) => floodFinding(meter.flood!));
  }

  finish(): void {
    this.meters.clear();
  }

  answered(_flow: FlowView, seen: boolean): void {
    if (seen) this.seenAnswers++;
    else this.missedAnswers++;
  }

  private tcp(packet: PacketView, direction: number, isNew: boolean, originatorPackets: number, responderPackets: number): void {
    const flags = packet.tcpFlags & (SYN | RST | ACK);
    if (flags === SYN) this.syn(packet);
    else if (direction === 0) this.fromOriginator(packet, flags, isNew, originatorPackets, responderPackets);
    else this.fromResponder(packet, flags, isNew, originatorPackets, responderPackets);
  }

  private fromOriginator(packet: PacketView, flags: number, isNew: boolean, originatorPackets: number, responderPackets: number): void {
    const { destinationPort } = packet;
    if (isNew) {
      this.loneFlows.begin(packet);
      this.segment(packet, ACKS, destinationPort);
    } else if (responderPackets === 0 && this.isNonsense(packet)) this.segment(packet, ACKS, destinationPort);
    // Told of no others that have an answer: whoever was refused goes on.
    else if (responderPackets > 0 && originatorPackets > 2 && !(flags & RST)) this.segment(packet, ACKS, destinationPort);
    else if (flags !== ACK) return;
    else if (originatorPackets === 1) this.takeBackFrom(packet, ANSWERS, ANY_PORT);
    // The end of a handshake; where no SYN waits for one, a connection that was there before the capture began.
    else if (originatorPackets === 2 && !this.takeBackTo(packet, SYNS, destinationPort)) this.takeBackTo(packet, ACKS, destinationPort);
  }

  /** Of the end that seems to answer, by its flags or by its port. */
  private fromResponder(packet: PacketView, flags: number, isNew: boolean, originatorPackets: number, responderPackets: number): void {
    if (flags === (SYN | ACK) && !isNew) this.acquaintances.add(packet, this.context.seconds);
    if (originatorPackets > 0) {
      if (flags & (SYN | RST) || responderPackets !== 1) return;
      this.takeBackFrom(packet, ACKS, packet.sourcePort);
      this.acquaintances.add(packet, this.context.seconds);
    } else if (isNew) {
      this.loneFlows.begin(packet);
      this.segment(packet, ANSWERS, ANY_PORT);
    } else if (this.isNonsense(packet)) this.segment(packet, ANSWERS, ANY_PORT);
    // Whoever goes on to speak was asked, by an end that the capture lacks.
    else if (responderPackets === 2) this.takeBackTo(packet, ANSWERS, ANY_PORT);
  }

  /** One of no connection. A program that ends closes all it has open at once, also what was silent since before the capture began. */
  private segment(packet: PacketView, sort: number, port: number): void {
    const isEnd = (packet.tcpFlags & ACK) !== 0 && (packet.tcpFlags & (FIN | RST)) !== 0;
    const meter = this.meterOf(packet, sort, port);
    this.add(packet, meter, this.options.burst, 0, isEnd ? SHORTEST_STREAM : 0);
    if (port !== ANY_PORT) this.atFreshPort(packet, meter, sort);
  }

  /** Where a host gets the same at one port after the other, all of its ports count together. `meter`: of the one port. */
  private atFreshPort(packet: PacketView, meter: Meter, sort: number): void {
    const { seconds } = this.context;
    const { rate, anyPortBurst } = this.options;
    if (meter.bornSeconds === seconds && this.freshPorts.areMany(packet, seconds, rate))
      this.add(packet, this.meterOf(packet, sort, ANY_PORT), anyPortBurst, anyPortBurst / 2);
  }

  /** In a capture of one side, numbers that stand still are those of a connection that waits for lost bytes. */
  private isNonsense(packet: PacketView): boolean {
    return this.missedAnswers <= this.seenAnswers && this.loneFlows.isNonsense(packet);
  }

  private syn(packet: PacketView): void {
    if (isGroup(packet)) return;
    const meter = this.meterOf(packet, SYNS, packet.destinationPort);
    this.add(packet, meter, this.options.burst);
    this.atFreshPort(packet, meter, SYNS);
  }

  private udp(packet: PacketView, direction: number, isNew: boolean, originatorPackets: number, responderPackets: number): void {
    if ((direction === 0 ? responderPackets : originatorPackets) > 0) {
      if ((direction === 0 ? originatorPackets : responderPackets) > 1) return;
      this.takeBackFrom(packet, UDPS, 0);
      this.acquaintances.add(packet, this.context.seconds);
      return;
    }
    // What a service should answer, and what says nothing, need no stream to be too much.
    const isVoid = packet.destinationPort < FIRST_USER_PORT || packet.payloadBytes < SMALLEST_MEDIA;
    // From the port of a service, what says something may answer a question that the capture lacks.
    if (direction === 1 && !isVoid) return;
    // In a capture of one side nothing is ever answered.
    if (isGroup(packet) || this.missedAnswers > this.seenAnswers) return;
    const meter = this.meterOf(packet, UDPS, 0);
    // From one port to port after port: a scan, unless each datagram is as big as no probe is.
    const isScan =
      packet.destinationPort !== meter.lastDestinationPort &&
      packet.sourcePort === meter.lastSourcePort &&
      packet.payloadBytes < MORE_THAN_A_PROBE;
    meter.lastDestinationPort = packet.destinationPort;
    meter.lastSourcePort = packet.sourcePort;
    if (isScan) return;
    const { rate, burst, streamRate, streamBurst, knownRate, knownBurst } = this.options;
    const { flood } = meter;
    const isCollector = collectors.has(packet.destinationPort);
    if (isNew || meter.refusals >= FEW_REFUSALS || (isVoid && !isCollector)) meter.add(packet, this.context, rate, burst);
    else if (isCollector || this.isOld(meter, packet) || this.acquaintances.has(packet))
      meter.addStream(packet, this.context, knownRate, knownBurst);
    else meter.addStream(packet, this.context, streamRate, streamBurst);
    if (meter.flood !== flood) this.flooded.add(meter);
  }

  /** Whether media may have been agreed on before the capture began. */
  private isOld(meter: Meter, packet: PacketView): boolean {
    return meter.bornSeconds - this.begunSeconds <= 1 && packet.payloadBytes >= COMMON_MEDIA;
  }

  private icmpMessage(packet: PacketView, direction: number): void {
    const { icmpType } = packet;
    if (packet.ipProtocol === ICMPV6 ? icmpType === 128 : icmpType === 8 || icmpType === 13 || icmpType === 17)
      this.count(packet, ICMPS, 0);
    else if (direction === 0 && icmpType === (packet.ipProtocol === ICMPV6 ? 1 : 3)) {
      const meter = this.meters.get(sourceKey(packet, UDPS, 0));
      if (meter) meter.refusals++;
    }
  }

  private count(packet: PacketView, sort: number, port: number): void {
    if (!isGroup(packet)) this.add(packet, this.meterOf(packet, sort, port), this.options.burst);
  }

  private add(packet: PacketView, meter: Meter, burst: number, leastSources = 0, leastSeconds = 0): void {
    const { flood } = meter;
    meter.add(packet, this.context, this.options.rate, burst, leastSources, leastSeconds);
    if (meter.flood !== flood) this.flooded.add(meter);
  }

  /** The meter for the destination, touched at most once a second. */
  private meterOf(packet: PacketView, sort: number, port: number): Meter {
    const key = destinationKey(packet, sort, port);
    let meter = this.meters.get(key);
    const { seconds } = this.context;
    if (!meter) {
      meter = new Meter(kinds[sort]!, packet, port, seconds);
      this.meters.set(key, meter);
    } else if (seconds - meter.seconds >= 1) this.meters.set(key, meter);
    if (meter.flood && seconds - meter.flood.endSeconds > this.options.quiet) this.close(meter);
    return meter;
  }

  /** What the sender of `packet` did to its destination was ordinary. False: nothing was counted. */
  private takeBackTo(packet: PacketView, sort: number, port: number): boolean {
    const { sourceWord0, sourceWord1, sourceWord2, sourceWord3 } = packet;
    const meter = this.meters.get(destinationKey(packet, sort, port));
    return meter !== undefined && meter.takeBack(sourceWord0, sourceWord1, sourceWord2, sourceWord3);
  }

  /** The sender of `packet` answers: what its destination did to it was ordinary. */
  private takeBackFrom(packet: PacketView, sort: number, port: number): void {
    const { destinationWord0, destinationWord1, destinationWord2, destinationWord3 } = packet;
    this.meters.get(sourceKey(packet, sort, port))?.takeBack(destinationWord0, destinationWord1, destinationWord2, destinationWord3);
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

function destinationKey(packet: PacketView, sort: number, port: number): number {
  const { ipVersion, destinationWord0, destinationWord1, destinationWord2, destinationWord3 } = packet;
  return keyOf(ipVersion, destinationWord0, destinationWord1, destinationWord2, destinationWord3, sort, port);
}

function sourceKey(packet: PacketView, sort: number, port: number): number {
  const { ipVersion, sourceWord0, sourceWord1, sourceWord2, sourceWord3 } = packet;
  return keyOf(ipVersion, sourceWord0, sourceWord1, sourceWord2, sourceWord3, sort, port);
}

/** An integer below 2^52. IPv6 addresses are hashed: two victims of one key would be metered as one. */
function keyOf(ipVersion: number, word0: number, word1: number, word2: number, word3: number, sort: number, port: number): number {
  const isV6 = ipVersion === 4 ? 0 : 1;
  const address = isV6 ? word0 ^ Math.imul(word1, 0x9e3779b1) ^ Math.imul(word2, 0x85ebca6b) ^ Math.imul(word3, 0xc2b2ae35) : word0;
  return (((address >>> 0) * PORTS + port) * SORTS + sort) * 2 + isV6;
}

export const flood: DetectorModule<typeof options> = {
  rule: {
    id: 'flood',
    name: 'Flood',
    version: '3',
    needs: ['both-directions', 'answers'],
    doc:
      'A host gets more SYNs at one port than handshakes are finished, or at ever new ports from hundreds of sources (flood.syn), TCP ' +
      'segments or RSTs of no connection (flood.ack), UDP without answer (flood.udp) or ICMP requests (flood.icmp) than the limit. Finished handshakes and answered flows do not count, so busy servers ' +
      'stay quiet. Load tests of a dead server look the same, and so do media streams to a host that the source has never spoken with.',
  },
  options,
  create: (context, values) => new FloodDetector(context, values),
};
