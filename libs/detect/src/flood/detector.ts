/**
 * Floods against one host: SYNs that no handshake follows, TCP segments outside connections, UDP and other protocols without answer, ICMP
 * that asks, or that nobody asked for. What is ordinary is taken back: finished handshakes, answered flows. State: at most MAX_METERS victims; those not hit for longest go first.
 */
import { kindOfPort } from '../amplifying-services.ts';
import type { DetectContext, Detector, DetectorModule, Finding, FlowView, OptionValues, PacketView } from '../detector.ts';
import { GenerationMap } from '../generation-map.ts';
import { Acquaintances } from './acquaintances.ts';
import { FreshPorts } from './fresh-ports.ts';
import { floodFinding, type FloodKind } from './finding.ts';
import { destinationKey, isGroup, sourceKey } from './keys.ts';
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
/** By sort; ANSWERS are segments from the end that seems to answer, at any port, REPLIES such datagrams. */
const kinds: readonly FloodKind[] = ['syn', 'ack', 'ack', 'udp', 'udp', 'icmp', 'ip'];
const [SYNS, ACKS, ANSWERS, UDPS, REPLIES, ICMPS, OTHERS] = [0, 1, 2, 3, 4, 5, 6];
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
/** IP in IP, GRE, ESP, AH, EtherIP, L2TP, UDP-Lite, MPLS: what goes one way through them may come back on another. */
const carriers = new Set([4, 41, 47, 50, 51, 94, 97, 115, 136, 137]);
/** Servers whose answers a host gets without a question: a capture that lacks questions shows a resolver or two. */
const MANY_SERVERS = 8;
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
    else if (packet.ipProtocol === ICMP || packet.ipProtocol === ICMPV6) this.icmpMessage(packet, direction, responderPackets);
    else this.other(packet, direction, isNew, originatorPackets, responderPackets);
  }

  lone(packet: PacketView, direction: number, isNew: boolean, originatorPackets: number, responderPackets: number): void {
    this.packet(packet, direction, isNew, originatorPackets, responderPackets);
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

  /** ICMP errors about packets that nobody sent, and replies to no request. */
  unasked(packet: PacketView): void {
    if (!this.isOneSided) this.count(packet, ICMPS, ANY_PORT);
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
    return !this.isOneSided && this.loneFlows.isNonsense(packet);
  }

  private syn(packet: PacketView): void {
    if (isGroup(packet)) return;
    const meter = this.meterOf(packet, SYNS, packet.destinationPort);
    this.add(packet, meter, this.options.burst);
    this.atFreshPort(packet, meter, SYNS);
  }

  private udp(packet: PacketView, direction: number, isNew: boolean, originatorPackets: number, responderPackets: number): void {
    if (this.isAnswered(packet, UDPS, direction, originatorPackets, responderPackets)) return;
    // What a service should answer, and what says nothing, need no stream to be too much.
    const isVoid = packet.destinationPort < FIRST_USER_PORT || packet.payloadBytes < SMALLEST_MEDIA;
    if (isGroup(packet) || this.isOneSided) return;
    // From the port of a service, what says something may answer a question that the capture lacks, but not of ever more hosts. Services that
    // amplify have a detector of their own.
    if (direction === 1 && !isVoid) {
      if (kindOfPort[packet.sourcePort] === 0) this.add(packet, this.meterOf(packet, REPLIES, ANY_PORT), this.options.burst, MANY_SERVERS);
      return;
    }
    const meter = this.meterOf(packet, UDPS, ANY_PORT);
    // From one port to port after port: a scan, unless each datagram is as big as no probe is.
    if (meter.isNextPort(packet.destinationPort, packet.sourcePort) && packet.payloadBytes < MORE_THAN_A_PROBE) return;
    const isCollector = collectors.has(packet.destinationPort);
    if (isNew || meter.refusals >= FEW_REFUSALS || (isVoid && !isCollector)) this.add(packet, meter, this.options.burst);
    else this.addStream(packet, meter, isCollector);
  }

  /** Of a protocol without ports or of SCTP and the like. Protocol after protocol, or port after port from one port, is a scan. */
  private other(packet: PacketView, direction: number, isNew: boolean, originatorPackets: number, responderPackets: number): void {
    if (this.isAnswered(packet, OTHERS, direction, originatorPackets, responderPackets)) return;
    if (isGroup(packet) || this.isOneSided) return;
    const meter = this.meterOf(packet, OTHERS, ANY_PORT);
    if (meter.isNextPort((packet.ipProtocol << 16) | packet.destinationPort, packet.sourcePort)) return;
    if (isNew || !carriers.has(packet.ipProtocol)) this.add(packet, meter, this.options.burst);
    else this.addStream(packet, meter, false);
  }

  /** Whether the other end of the flow has spoken. With the first packet that follows, what was counted of its end was ordinary. */
  private isAnswered(packet: PacketView, sort: number, direction: number, originatorPackets: number, responderPackets: number): boolean {
    if ((direction === 0 ? responderPackets : originatorPackets) === 0) return false;
    if ((direction === 0 ? originatorPackets : responderPackets) > 1) return true;
    if (direction === 1 || !this.takeBackFrom(packet, REPLIES, ANY_PORT)) this.takeBackFrom(packet, sort, ANY_PORT);
    this.acquaintances.add(packet, this.context.seconds);
    return true;
  }

  private addStream(packet: PacketView, meter: Meter, isCollector: boolean): void {
    const { streamRate, streamBurst, knownRate, knownBurst } = this.options;
    const { flood } = meter;
    if (isCollector || this.isOld(meter, packet) || this.acquaintances.has(packet))
      meter.addStream(packet, this.context, knownRate, knownBurst);
    else meter.addStream(packet, this.context, streamRate, streamBurst);
    if (meter.flood !== flood) this.flooded.add(meter);
  }

  /** Whether media may have been agreed on before the capture began. */
  private isOld(meter: Meter, packet: PacketView): boolean {
    return meter.bornSeconds - this.begunSeconds <= 1 && packet.payloadBytes >= COMMON_MEDIA;
  }

  /** In a capture of one side nothing is ever answered. */
  private get isOneSided(): boolean {
    return this.missedAnswers > this.seenAnswers;
  }

  private icmpMessage(packet: PacketView, direction: number, responderPackets: number): void {
    const { icmpType } = packet;
    const isV6 = packet.ipProtocol === ICMPV6;
    if (isV6 ? icmpType === 128 : icmpType === 8 || icmpType === 13 || icmpType === 17) this.count(packet, ICMPS, ANY_PORT);
    else if (direction === 0 && icmpType === (isV6 ? 129 : 0) && responderPackets === 0) this.unasked(packet);
    else if (direction === 0 && icmpType === (isV6 ? 1 : 3)) {
      const meter = this.meters.get(sourceKey(packet, UDPS, ANY_PORT));
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

  /** The sender of `packet` answers: what its destination did to it was ordinary. False: nothing was counted. */
  private takeBackFrom(packet: PacketView, sort: number, port: number): boolean {
    const { destinationWord0, destinationWord1, destinationWord2, destinationWord3 } = packet;
    const meter = this.meters.get(sourceKey(packet, sort, port));
    return meter !== undefined && meter.takeBack(destinationWord0, destinationWord1, destinationWord2, destinationWord3);
  }

  private close(meter: Meter): void {
    this.flooded.delete(meter);
    const flood = meter.close();
    if (flood) this.context.alert(floodFinding(flood));
  }
}

export const flood: DetectorModule<typeof options> = {
  rule: {
    id: 'flood',
    name: 'Flood',
    version: '4',
    needs: ['both-directions', 'answers'],
    doc:
      'A host gets more than the limit of SYNs at one port that no handshake follows, or at ever new ports from hundreds of sources ' +
      '(flood.syn), TCP segments or RSTs of no connection, within one flow too (flood.ack), UDP without answer (flood.udp), ICMP requests, ' +
      'replies and errors that it did not ask for (flood.icmp) or packets of other protocols without answer (flood.ip). Finished handshakes ' +
      'and answered flows do not count, so busy servers stay quiet. Load tests of a dead server look the same, and so do media streams to ' +
      'a host that the source has never spoken with.',
  },
  options,
  create: (context, values) => new FloodDetector(context, values),
};
