/**
 * What a detector and the engine owe each other. A detector hears of a flow's life, of headers, of ARP, and of what protocol parsers
 * understood, never of payload; what it finds becomes alert rows. A new detector is one folder and one line in the registry. All times are
 * packet times.
 */
import type { AlertRow, Login, ModelOpinion, Need, Platform, RecordType } from '@wirecase/contract';

/** What a detector sees of a flow. The engine's own flow objects have these properties; values may change between calls. */
export interface FlowView {
  /** 4 or 16 bytes, network byte order, unchanged for the flow's life. */
  readonly sourceIp: Uint8Array;
  readonly destinationIp: Uint8Array;
  readonly isIpv6: boolean;
  /** Word `i` of an address, int32 in network order, without a copy; IPv4 has its address in word 0 and 0 in the others. */
  sourceWord(i: number): number;
  destinationWord(i: number): number;
  /** Sender and receiver of the first frame, 48-bit numbers; -1 when the link type does not tell. */
  readonly sourceMacNumber: number;
  readonly destinationMacNumber: number;
  /** 0 where the transport has none. */
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** IANA protocol number: 6 TCP, 17 UDP, 132 SCTP ... */
  readonly ianaNumber: number;
  /** Number of the flow's first packet in the capture, from 1; no two flows share one. */
  readonly firstPacket: number;
  /** TCP flags of the first packet (RFC 9293 3.1: FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32), 0 for other transports. */
  readonly firstFlags: number;
}

/** A flow that is over, or as it stands. Counts are of packets from the originator (0) and the responder (1). */
export interface EndedFlow extends FlowView {
  readonly startNs: bigint;
  readonly endNs: bigint;
  packets(direction: number): number;
  /** Bytes of the transport's payload. */
  payloadBytes(direction: number): number;
}

/** An ARP packet for IPv4 over Ethernet (RFC 826), valid during the call. MAC addresses are 48-bit, IP addresses 32-bit unsigned numbers. */
export interface ArpView {
  /** 1 asks, 2 answers. */
  readonly operation: number;
  /** Innermost VLAN, 0 when there is none. */
  readonly vlan: number;
  readonly senderMac: number;
  readonly senderIp: number;
  readonly targetMac: number;
  readonly targetIp: number;
  /** Destination of the frame, -1 when the link type does not tell. */
  readonly frameDestination: number;
}

/**
 * A message by which hosts learn who has an address and who is a router: neighbour discovery (RFC 4861 4) and ICMP redirects (RFC 792), as
 * far as a host would believe it. Valid during the call. Addresses are four int32 words in network order (IPv4: the first one), MAC
 * addresses 48-bit numbers.
 */
export interface NeighbourView {
  readonly ipVersion: number;
  /** ICMPv6: 133 and 134 solicit and advertise a router, 135 and 136 a neighbour, 137 redirects; ICMP: 5 redirects. */
  readonly icmpType: number;
  /** Innermost VLAN, 0 when there is none. */
  readonly vlan: number;
  /** Of the frame. */
  readonly sourceMac: number;
  readonly source: Int32Array;
  readonly destination: Int32Array;
  /** The neighbour that is asked for or told of, or the router that a redirect leads to. */
  readonly target: Int32Array;
  /** What a redirect is about: the address that `target` leads to. */
  readonly about: Int32Array;
  /** Link-layer address that the message gives for its target (136, 137) or its source (the others), -1 when it gives none. */
  readonly linkMac: number;
  /** Of an advertised neighbour: it is a router; it was asked for; what is known of it is to be replaced. */
  readonly isRouter: boolean;
  readonly isSolicited: boolean;
  readonly isOverride: boolean;
  /** Of an advertised router: seconds for which it is one (0: it is none), its prefixes and DNS servers, four words each. */
  readonly lifetime: number;
  readonly prefixCount: number;
  readonly prefixes: Int32Array;
  readonly dnsServerCount: number;
  readonly dnsServers: Int32Array;
}

/**
 * What a bridge (a switch) says of the spanning tree (IEEE 802.1D-2004 9.3), valid during the call. MAC addresses are 48-bit numbers; of two
 * bridges the one with the lower priority is the better root, then the one with the lower address.
 */
export interface BridgeView {
  /** Innermost VLAN, 0 when there is none. */
  readonly vlan: number;
  /** Of the frame: the port that sent it. */
  readonly sourceMac: number;
  /** Whether it proposes a root; otherwise it says only that the tree has changed, and what follows is 0. */
  readonly isProposal: boolean;
  /** Low 12 bits: the VLAN or instance whose tree it is. */
  readonly rootPriority: number;
  readonly rootMac: number;
  /** The bridge that says so. */
  readonly bridgePriority: number;
  readonly bridgeMac: number;
}

/** Headers of a packet of a flow, valid during the call. IP addresses as 32-bit words in network order; IPv4 has word 0 only. */
export interface PacketView {
  readonly ipVersion: number;
  /** IANA protocol number. */
  readonly ipProtocol: number;
  readonly ttl: number;
  readonly sourceWord0: number;
  readonly sourceWord1: number;
  readonly sourceWord2: number;
  readonly sourceWord3: number;
  readonly destinationWord0: number;
  readonly destinationWord1: number;
  readonly destinationWord2: number;
  readonly destinationWord3: number;
  /** 0 where the transport has none. */
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** As in `FlowView.firstFlags`. */
  readonly tcpFlags: number;
  /** TCP: sequence and acknowledgment number as int32 bit patterns, compared by their difference; 0 for other transports. */
  readonly tcpSeq: number;
  readonly tcpAck: number;
  /** -1 when it is neither ICMP nor ICMPv6. */
  readonly icmpType: number;
  /** Bytes after the transport header, on the wire. */
  readonly payloadBytes: number;
}

/** What an echo message of ICMP or ICMPv6 carries, valid during the call. Its bytes are told as hashes, unsigned 32 bits. */
export interface EchoView {
  readonly isReply: boolean;
  /** Identifier << 16 | sequence number, by which a reply belongs to its request. */
  readonly id: number;
  /** Bytes of data on the wire. */
  readonly bytes: number;
  /** Of the first 64 bytes of data, or all; -1 when the capture holds less. */
  readonly start: number;
  /** Of bytes that ping repeats in each request, whatever its length; -1 when there are none or the capture holds less. */
  readonly content: number;
}

/** What a detector may know and say. */
export interface DetectContext {
  readonly platform: Platform;
  /** Packet time now, seconds since 1970 with the fraction; for windows. Never goes back. */
  readonly seconds: number;
  /** What `seconds` is ahead of the times of packets: where captures were joined, or a clock was set back for good. */
  readonly shift: number;
  /** Packet time now, nanoseconds since 1970; for rows. */
  readonly timeNs: bigint;
  /** Number of the packet being looked at. */
  readonly packet: number;
  /** Call `advance` at packet time `seconds` or soon after; the earliest of several wins. */
  wakeAt(seconds: number): void;
  /** Take a finding. The engine gives it its id, from rule, class, capture and first evidence packet. */
  alert(row: Finding): void;
}

/** An alert row without what the rule itself says and the id. */
export type Finding = Omit<
  AlertRow,
  'id' | 'ruleId' | 'ruleName' | 'ruleVersion' | 'techniques' | 'evidence' | 'entities' | 'suppressedBy'
> & {
  techniques: readonly string[];
  entities: readonly Entity[];
  evidence: Evidence;
};

export interface Entity {
  role: 'attacker' | 'victim';
  /** Address as text; without it, `mac` says who it is. */
  ip?: string;
  mac?: string;
}

export interface Evidence {
  /** What was counted. */
  metric: string;
  value: number;
  threshold: number;
  /** Seconds. */
  window: number;
  /** Numbers of packets that were counted, at most 50, the crossing one among them. */
  packets: readonly number[];
  /** What the traffic classifier says of the same host. */
  ml?: ModelOpinion;
}

/** Told of the traffic by the engine, in packet order; it has the hooks that it needs. Each is cheap: it runs for every flow of a flood. */
export interface Detector {
  /** The first packet of a flow whose originator is known from it: TCP without RST and SYN+ACK, or any other transport. */
  attempted?(flow: FlowView): void;
  /**
   * The responder answered: TCP SYN+ACK or, for other transports, any packet. `seen` is false when the answer is only implied: the
   * originator acknowledged a SYN+ACK that the capture does not show.
   */
  answered?(flow: FlowView, seen: boolean): void;
  /** The responder refused: RST instead of SYN+ACK, or an ICMP unreachable error about a packet of the originator. */
  refused?(flow: FlowView): void;
  /** A TCP handshake is complete: the originator acknowledged the SYN+ACK that was seen. */
  established?(flow: FlowView): void;
  /** The first payload of the responder. */
  served?(flow: FlowView): void;
  /** The originator has said all of a request of HTTP for `target`, which is as it stands in the request: it waits for the responder. */
  requested?(flow: FlowView, target: string): void;
  /**
   * After two seconds or so in which neither end of a flow sent anything, the originator (direction 0) or the responder (1) says something:
   * `payloadBytes` in this packet. `protocols`: known by what was said so far.
   */
  woken?(flow: EndedFlow, direction: number, payloadBytes: number, protocols: readonly string[]): void;
  /** The originator of a TCP connection closed its window: the responder may send nothing until `resumed`. */
  stalled?(flow: FlowView): void;
  /** The originator's window, which was closed, is open again. */
  resumed?(flow: FlowView): void;
  /** A TCP connection is closed: by both ends, or reset by one. More than once where segments come again. Counts are up to now. */
  closed?(flow: EndedFlow): void;
  /** A flow in which both sides sent packets is over: closed a minute ago, or idle for minutes. `protocols`: known by its content. */
  ended?(flow: EndedFlow, protocols: readonly string[]): void;
  /** A flow that is over spoke `protocol`, known by its content, at a port where that is not usual. After `ended`. */
  displaced?(flow: EndedFlow, protocol: string): void;
  /** A login was tried in a flow. `service`: name of the protocol. */
  login?(flow: FlowView, service: string, login: Login): void;
  /** A record of one of the module's `records` is complete. */
  record?(type: RecordType, row: object): void;
  /** An ARP packet. */
  arp?(arp: ArpView): void;
  /** A message of the spanning tree. After `stray`. */
  bridge?(message: BridgeView): void;
  /** A frame of no flow, not ARP either: damaged, or of another protocol. `mac`: its sender, a 48-bit number. */
  stray?(mac: number): void;
  /**
   * A packet that may begin something: the first two from either side of a flow, all while the responder is silent, every SYN, and what
   * `icmp` and `reflectable` are told of. From the originator (direction 0) or responder (1); `originatorPackets` and `responderPackets`
   * count the flow's packets, this one included. No object, no string.
   */
  packet?(packet: PacketView, direction: number, isNew: boolean, originatorPackets: number, responderPackets: number): void;
  /** A later packet of a flow whose originator is silent, or goes on though the responder of TCP has refused; as `packet`. */
  lone?(packet: PacketView, direction: number, isNew: boolean, originatorPackets: number, responderPackets: number): void;
  /** A packet of ICMP or ICMPv6; no object, no string. */
  icmp?(packet: PacketView): void;
  /** An echo message, after `icmp`; no object, no string. */
  echo?(packet: PacketView, message: EchoView): void;
  /** ICMP asks for the time, after `icmp`: what it says of its own, by rule milliseconds since midnight, network byte order (RFC 792). */
  stamped?(packet: PacketView, millis: number): void;
  /** An ICMP error about a packet of no flow that is known; no object, no string. */
  unasked?(packet: PacketView): void;
  /** A message of neighbour discovery or a redirect; no string. */
  neighbour?(message: NeighbourView): void;
  /** A datagram from or to a port of a service on UDP that amplifies; no object, no string. */
  reflectable?(packet: PacketView): void;
  /** Packet time moved on to `context.seconds`, to or beyond what `context.wakeAt` asked for, which is done with; before the other hooks. */
  advance?(): void;
  /**
   * For input that goes on for days: emit what has been quiet for longer than its window, and give what crossed its threshold and may
   * still go on, as it stands. Called between packets, a few times a second; changes nothing else.
   */
  open?(): Finding[];
  /** Before any detector is told that the input ended: what is counted is complete. */
  settle?(): void;
  /** Asked of each finding of another detector before it becomes an alert: an opinion to put beside its evidence. */
  opinionOf?(finding: Finding): ModelOpinion | null;
  /** The input ended: judge what is pending and emit what is open. */
  finish(): void;
}

/** A number that an operator may change. */
export interface DetectorOption {
  readonly doc: string;
  readonly unit: 'count' | 'seconds';
  readonly default: number;
}
export type DetectorOptions = Readonly<Record<string, DetectorOption>>;
export type OptionValues<O extends DetectorOptions> = { readonly [Name in keyof O]: number };

export interface Rule {
  /** Stable id (`port-scan.vertical`), its name for people and the version of its definition. */
  readonly id: string;
  readonly name: string;
  readonly version: string;
  /** What it must see beside headers, so that an alert, and that there is none, say what could not be seen. */
  readonly needs: readonly Need[];
  /** What it finds, how, and what makes it err; for the analyst. */
  readonly doc: string;
}

export interface DetectorModule<O extends DetectorOptions = DetectorOptions> {
  readonly rule: Rule;
  readonly options: O;
  /** Types of records that the detector hears of. */
  readonly records?: readonly RecordType[];
  create(context: DetectContext, options: OptionValues<O>): Detector;
}

/** The defaults of a module's options, with `changes` over them. */
export function optionValues<O extends DetectorOptions>(options: O, changes: Partial<OptionValues<O>> = {}): OptionValues<O> {
  const values = Object.fromEntries(Object.entries(options).map(([name, option]) => [name, option.default]));
  return { ...values, ...changes } as OptionValues<O>;
}
