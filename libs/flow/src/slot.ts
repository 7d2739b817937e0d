/**
 * What the table keeps of a flow: `slotWords` int32 words a flow in one Int32Array, flow `slot` at `slot * slotWords`. Names ending in
 * `F64` are positions in the Float64Array over the same memory (two words each). Per-endpoint values come in pairs: originator first,
 * responder next; `+ direction` picks one.
 *
 * A table of many flows is larger than the processor's caches, and fetching a line of memory costs as much as decoding a packet. So what
 * an ordinary packet needs is in two lines of 64 bytes: words 12-27 and 28-43, which are lines because large arrays begin 16 bytes into one.
 */
export const Slot = {
  /** Words 1-3 of IPv6 addresses. */
  SourceIpRest: 0,
  DestinationIpRest: 3,
  FirstNanos: 6,
  /** Innermost << 16 | outermost VLAN id, valid with `Flag.Vlan`. */
  Vlans: 7,
  FirstSecondsF64: 4,
  /** Number of the first packet: the flow's identity in its capture. */
  FirstPacketF64: 5,

  /** IPv4 addresses, word 0 of IPv6 addresses. */
  SourceIp: 12,
  DestinationIp: 13,
  /** Ports: originator << 16 | responder; ICMP type and counterpart. */
  Ports: 14,
  /** IP protocol, `isIpv6`, `isOneWay`. */
  Key: 15,
  Hash: 16,
  /** Bits of `Flag`. */
  Flags: 17,
  LastSecondsF64: 9,
  LastNanos: 20,
  /** A bit per letter of the history that is noted once. */
  HistoryOnce: 21,
  /** `TcpState` of the ends; the ones before are in `Flags`. */
  State: 22,
  /** Next sequence number after the highest sent, and the highest acknowledged, as int32. */
  LastSeq: 24,
  AckSeq: 26,

  /** Unsigned. */
  Packets: 28,
  /** Used by the packet index: ordinal of the flow in segment `IndexSegment`. */
  IndexOrdinal: 30,
  IndexSegment: 31,
  FrameBytesF64: 16,
  IpBytesF64: 18,
  PayloadBytesF64: 20,

  /** Node of the history trie. */
  History: 44,
  /** Microseconds, valid with `Flag.RttKnown`. */
  Rtt: 45,
  /** Two addresses of 6 bytes, valid with `Flag.Macs`: source bytes 0-3, source 4-5 << 16 | destination 0-1, destination 2-5. */
  Macs: 46,
  /** TTL of the originator's first packet, of the responder's << 8, TCP flags of the first packet << 16. */
  FirstHeaders: 49,
  /** Sequence number of the SYN (or as if there had been one), as int32. */
  StartSeq: 50,
  /** Relative sequence number of the last SYN, FIN and RST in the history. */
  HistorySyn: 52,
  /** UDP, in the same place: datagrams with payload in which no protocol was found. */
  UnknownDatagrams: 52,
  HistoryFin: 54,
  HistoryRst: 56,
  Retransmissions: 58,
  ZeroWindows: 60,
  Gaps: 62,
} as const;

/** 256 bytes, four lines: what is added must leave it a multiple of 16. */
export const slotWords = 64;

/** Bits of `Slot.Key` above the protocol. */
export const isIpv6 = 1 << 8;
/** An ICMP message without an answering type: a packet the other way is another flow. */
export const isOneWay = 1 << 9;

export const Flag = {
  Open: 1,
  /** The first packet shows who began. */
  InitiatorKnown: 2,
  Truncated: 4,
  Vlan: 8,
  DoubleVlan: 16,
  Macs: 32,
  /** TCP: both ends closed, or one reset. */
  Closed: 64,
  /** TCP: there are holes in the originator's (and, shifted by one, the responder's) bytes. */
  Holes: 128,
  HolesResponder: 256,
  /** A listener was told that the responder answered. */
  Answered: 512,
  /** Its first answer was a refusal: RST, or an ICMP error. */
  Refused: 1024,
  RttKnown: 2048,
  /** Nobody wants what is said in the flow (any more): its payload need not be looked at. */
  Unheard: 4096,
  /** A listener was told that the responder sent payload. */
  Served: 8192,
  /** Another flow announced this one: its ports are what they agreed on. */
  Announced: 16384,
  /** TCP: a listener was told that the originator closed its window. */
  Stalled: 32768,
} as const;

/** Where in `Slot.Flags` the responder's and the originator's state before the present one are: `previousStateShift + 4 * direction`. */
export const previousStateShift = 16;

/** TCP endpoint states, as Zeek names them. UDP and others use Inactive and Established. */
export const TcpState = {
  Inactive: 0,
  SynSent: 1,
  SynAckSent: 2,
  Partial: 3,
  Established: 4,
  Closed: 5,
  Reset: 6,
} as const;
