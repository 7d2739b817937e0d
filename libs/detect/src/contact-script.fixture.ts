/** Runs a detector over a little script of contacts with times, as the engine would. */
import { type Login, parseIp, type Platform, type RecordType } from '@wirecase/contract';
import { testPlatform } from '@wirecase/testkit';
import type {
  ArpView,
  BridgeView,
  DetectContext,
  Detector,
  EchoView,
  EndedFlow,
  Finding,
  FlowView,
  NeighbourView,
  PacketView,
} from './detector.ts';

const BROADCAST_MAC = 0xffff_ffff_ffff;
const ECHO_REPLY = 0;
const ECHO_REQUEST = 8;
const ICMP = 1;
const TCP = 6;
const UDP = 17;
const SYN = 2;
/** Where programs get their ports from. */
const EPHEMERAL_FIRST = 32_768;
const EPHEMERAL_PORTS = 28_232;

/**
 * Times are seconds since the script's begin and go forward. Each call is a packet:
 * `script.at(0).syn('10.0.0.1', '10.0.0.2', 22)` gives the flow, `script.at(0.1).refused(flow)` its outcome.
 */
export class ContactScript implements DetectContext {
  readonly platform: Platform = testPlatform;
  readonly findings: Finding[] = [];
  seconds = 0;
  readonly shift = 0;
  packet = 0;
  /** Hardware addresses that the flows of hosts come from, by IP address. */
  readonly macs = new Map<string, number>();
  private readonly detector: Detector;
  private wakeSeconds = Number.POSITIVE_INFINITY;

  constructor(create: (context: ContactScript) => Detector) {
    this.detector = create(this);
  }

  get timeNs(): bigint {
    return BigInt(Math.round(this.seconds * 1e9));
  }

  wakeAt(seconds: number): void {
    this.wakeSeconds = Math.min(this.wakeSeconds, seconds);
  }

  alert(finding: Finding): void {
    this.findings.push(finding);
  }

  /** A packet at `seconds`. */
  at(seconds: number): this {
    this.seconds = Math.max(this.seconds, seconds);
    this.packet++;
    if (this.seconds >= this.wakeSeconds) {
      this.wakeSeconds = Number.POSITIVE_INFINITY;
      this.detector.advance?.();
    }
    return this;
  }

  /** From another port each time, as programs connect. */
  syn(source: string, destination: string, port: number): FlowView {
    return this.attempt(source, destination, port, TCP, SYN, this.nextPort());
  }

  /** A first TCP packet with `flags`, from `sourcePort`: as a tool makes it. */
  probe(source: string, destination: string, port: number, flags: number, sourcePort = 50_000): FlowView {
    return this.attempt(source, destination, port, TCP, flags, sourcePort);
  }

  /** From another port each time unless `sourcePort` says which. */
  datagram(source: string, destination: string, port: number, sourcePort = this.nextPort()): FlowView {
    return this.attempt(source, destination, port, UDP, 0, sourcePort);
  }

  /** A first packet of another IP protocol, most of which have no ports. */
  protocol(source: string, destination: string, ianaNumber: number, port = 0, sourcePort = 0): FlowView {
    return this.attempt(source, destination, port, ianaNumber, 0, sourcePort);
  }

  /** ICMP echo, answered by `answered`. */
  echo(source: string, destination: string): FlowView {
    return this.attempt(source, destination, 0, ICMP, 0, ECHO_REQUEST);
  }

  /** The host `mac` with address `ip` asks everyone who has `target`. */
  arpRequest(mac: number, ip: string, target: string): void {
    this.arp({ operation: 1, senderMac: mac, senderIp: ip, targetMac: 0, targetIp: target, frameDestination: BROADCAST_MAC });
  }

  /** The host `mac` asks a single one, `toMac`, who has `target`: as for a neighbour that is known. */
  arpQuestion(mac: number, ip: string, target: string, toMac: number): void {
    this.arp({ operation: 1, senderMac: mac, senderIp: ip, targetMac: 0, targetIp: target, frameDestination: toMac });
  }

  /** The host `mac` says to `toMac` (or to everyone) that it has `ip`. */
  arpReply(mac: number, ip: string, toIp: string, toMac: number = BROADCAST_MAC): void {
    this.arp({ operation: 2, senderMac: mac, senderIp: ip, targetMac: toMac, targetIp: toIp, frameDestination: toMac });
  }

  /** A message of neighbour discovery or a redirect, of the host `mac`, which gives that as its link-layer address unless it says otherwise. */
  neighbour(icmpType: number, mac: number, said: NeighbourSaid): void {
    const { source = '::', destination = 'ff02::1', target = '::', about = '::', prefixes = [], dnsServers = [], ...others } = said;
    this.detector.neighbour?.({
      ipVersion: source.includes(':') ? 6 : 4,
      icmpType,
      vlan: 0,
      sourceMac: mac,
      source: wordsOf(source),
      destination: wordsOf(destination),
      target: wordsOf(target),
      about: wordsOf(about),
      linkMac: mac,
      isRouter: false,
      isSolicited: false,
      isOverride: false,
      lifetime: 0,
      prefixCount: prefixes.length,
      prefixes: Int32Array.from(prefixes.flatMap((prefix) => [...wordsOf(prefix)])),
      dnsServerCount: dnsServers.length,
      dnsServers: Int32Array.from(dnsServers.flatMap((server) => [...wordsOf(server)])),
      ...others,
    });
  }

  /** A message of the spanning tree, which the port `sourceMac` sends. */
  bridge(sourceMac: number, said: Partial<BridgeView>): void {
    const proposal = { isProposal: true, rootPriority: 0x8000, rootMac: sourceMac, bridgePriority: 0x8000, bridgeMac: sourceMac };
    this.detector.bridge?.({ vlan: 0, sourceMac, ...proposal, ...said });
  }

  /** A frame of no flow. */
  stray(mac: number): void {
    this.detector.stray?.(mac);
  }

  answered(flow: FlowView): void {
    this.detector.answered?.(flow, true);
  }

  /** The originator went on as if it had been answered, and the capture does not show the answer. */
  answeredUnseen(flow: FlowView): void {
    this.detector.answered?.(flow, false);
  }

  refused(flow: FlowView): void {
    this.detector.refused?.(flow);
  }

  established(flow: FlowView): void {
    this.detector.established?.(flow);
  }

  served(flow: FlowView): void {
    this.detector.served?.(flow);
  }

  stalled(flow: FlowView): void {
    this.detector.stalled?.(flow);
  }

  resumed(flow: FlowView): void {
    this.detector.resumed?.(flow);
  }

  requested(flow: FlowView, target = '/'): void {
    this.detector.requested?.(flow, target);
  }

  /** A connection is closed, in which each side sent `bytes` of payload in so many `packets`. */
  closed(flow: FlowView, bytes: readonly [number, number] = [100, 100], packets = 4): void {
    this.detector.closed?.(this.over(flow, this.seconds, bytes, packets));
  }

  /** A flow that began at `since` seconds and ends now, with `bytes` of payload each way. */
  ended(flow: FlowView, since: number, bytes: readonly [number, number] = [100, 100], protocols: readonly string[] = []): void {
    this.detector.ended?.(this.over(flow, since, bytes), protocols);
  }

  /** After a pause, `direction` says `said` bytes in a flow in which both have sent `bytes` by then. */
  woken(flow: FlowView, direction: number, said: number, bytes: readonly [number, number], protocols: readonly string[] = []): void {
    this.detector.woken?.(this.over(flow, this.seconds, bytes), direction, said, protocols);
  }

  /** A flow that ends now spoke `protocol` at a port where that is not usual. */
  displaced(flow: FlowView, protocol: string): void {
    this.detector.displaced?.(this.over(flow, this.seconds, [100, 100]), protocol);
  }

  private over(flow: FlowView, since: number, bytes: readonly [number, number], packets = 4): EndedFlow {
    const startNs = BigInt(Math.round(since * 1e9));
    return { ...flow, startNs, endNs: this.timeNs, packets: () => packets, payloadBytes: (direction) => bytes[direction]! };
  }

  login(flow: FlowView, service: string, outcome: Login['outcome'], user: string | null = null, isClear = false): void {
    this.detector.login?.(flow, service, { user, outcome, isClear });
  }

  record(type: RecordType, row: object): void {
    this.detector.record?.(type, row);
  }

  /** What crossed its threshold and may go on; what is over is in `findings`. */
  open(): Finding[] {
    return this.detector.open?.() ?? [];
  }

  finish(): Finding[] {
    this.detector.finish();
    return this.findings;
  }

  /**
   * The headers of an IPv4 packet in a flow. `counts`: packets of the originator and of the responder, this one included; `direction` 1 is
   * from the responder, whose packet has the addresses the other way round.
   */
  headers(
    source: string,
    destination: string,
    fields: Partial<PacketView>,
    direction = 0,
    counts: readonly [number, number] = [1, 0],
  ): void {
    const whole = packetOf(source, destination, fields);
    this.detector.packet?.(whole, direction, counts[0] + counts[1] === 1, ...counts);
    if (whole.icmpType >= 0) this.detector.icmp?.(whole);
    if (whole.ipProtocol === UDP) this.detector.reflectable?.(whole);
  }

  /** An ICMP error about a packet that nobody sent. */
  unasked(source: string, destination: string, fields: Partial<PacketView>): void {
    this.detector.unasked?.(packetOf(source, destination, fields));
  }

  /** An echo message of ICMP with `bytes` of data. `id`, by which a reply belongs to its request, is the packet's unless it says another. */
  echoMessage(source: string, destination: string, message: Partial<EchoView>): void {
    const whole = { isReply: false, id: this.packet, bytes: 56, start: 1, content: 1, ...message };
    const icmpType = whole.isReply ? ECHO_REPLY : ECHO_REQUEST;
    this.detector.echo?.(packetOf(source, destination, { ipProtocol: ICMP, icmpType, payloadBytes: whole.bytes }), whole);
  }

  /** A request for the time, by ICMP, of one whose own is `millis`. */
  stamped(source: string, destination: string, millis: number): void {
    this.detector.stamped?.(packetOf(source, destination, { ipProtocol: ICMP, icmpType: 13, payloadBytes: 12 }), millis);
  }

  private arp(arp: Omit<ArpView, 'vlan' | 'senderIp' | 'targetIp'> & { senderIp: string; targetIp: string }): void {
    this.detector.arp?.({ ...arp, vlan: 0, senderIp: ipv4Number(arp.senderIp), targetIp: ipv4Number(arp.targetIp) });
  }

  private nextPort(): number {
    return EPHEMERAL_FIRST + (this.packet % EPHEMERAL_PORTS);
  }

  private attempt(source: string, destination: string, port: number, ianaNumber: number, firstFlags: number, sourcePort: number): FlowView {
    const [sourceIp, destinationIp] = [parseIp(source)!, parseIp(destination)!];
    const flow: FlowView = {
      sourceIp,
      destinationIp,
      isIpv6: sourceIp.length === 16,
      sourceWord: (i) => wordOf(sourceIp, i),
      destinationWord: (i) => wordOf(destinationIp, i),
      sourceMacNumber: this.macs.get(source) ?? -1,
      destinationMacNumber: this.macs.get(destination) ?? -1,
      sourcePort,
      destinationPort: port,
      ianaNumber,
      firstPacket: this.packet,
      firstFlags,
    };
    this.detector.attempted?.(flow);
    return flow;
  }
}

/** Addresses as text. */
type NeighbourSaid = Partial<Omit<NeighbourView, 'source' | 'destination' | 'target' | 'about' | 'prefixes' | 'dnsServers'>> & {
  source?: string;
  destination?: string;
  target?: string;
  about?: string;
  prefixes?: readonly string[];
  dnsServers?: readonly string[];
};

function wordsOf(text: string): Int32Array {
  const address = parseIp(text)!;
  return Int32Array.from([0, 1, 2, 3], (i) => wordOf(address, i));
}

function wordOf(address: Uint8Array, i: number): number {
  return 4 * i < address.length ? new DataView(address.buffer, address.byteOffset).getInt32(4 * i) : 0;
}

function ipv4Number(text: string): number {
  return parseIp(text)!.reduce((number, byte) => number * 256 + byte, 0);
}

/** The headers of an IPv4 packet. */
function packetOf(source: string, destination: string, fields: Partial<PacketView>): PacketView {
  const none = { sourceWord1: 0, sourceWord2: 0, sourceWord3: 0, destinationWord1: 0, destinationWord2: 0, destinationWord3: 0 };
  const packet = {
    ipVersion: 4,
    ipProtocol: TCP,
    ttl: 64,
    sourcePort: 50_000,
    destinationPort: 80,
    tcpFlags: 0,
    tcpSeq: 0,
    tcpAck: 0,
    icmpType: -1,
    payloadBytes: 0,
    ...none,
  };
  const words = { sourceWord0: ipv4Number(source) | 0, destinationWord0: ipv4Number(destination) | 0 };
  return { ...packet, ...words, ...fields };
}
