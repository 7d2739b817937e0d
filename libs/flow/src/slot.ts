/**
 * What the table keeps of a flow: `slotWords` int32 words a flow in one Int32Array, flow `slot` at `slot * slotWords`. Names ending in
 * `F64` are positions in the Float64Array over the same memory (two words each). Per-endpoint values come in pairs: originator first,
 * responder next; `+ direction` picks one.
 */
export const Slot = {
  /** Addresses: IPv4 in the first word, the others 0. Words 0-3 originator, 4-7 responder. */
  SourceIp: 0,
  DestinationIp: 4,
  /** Ports: originator << 16 | responder; ICMP type and counterpart. */
  Ports: 8,
  /** IP protocol, `isIpv6`, `isOneWay`. */
  Key: 9,
  Hash: 10,
  /** Bits of `Flag`. */
  Flags: 11,
  FirstNanos: 12,
  LastNanos: 13,
  FirstSecondsF64: 7,
  LastSecondsF64: 8,
  FrameBytesF64: 9,
  IpBytesF64: 11,
  PayloadBytesF64: 13,
  /** Number of the first packet: the flow's identity in its capture. */
  FirstPacketF64: 15,
  /** Unsigned. */
  Packets: 32,
  /** Used by the packet index: ordinal of the flow in segment `IndexSegment`. */
  IndexOrdinal: 34,
  IndexSegment: 35,
  /** Node of the history trie, and a bit per letter that is noted once. */
  History: 36,
  HistoryOnce: 37,
  /** Innermost << 16 | outermost VLAN id, valid with `Flag.Vlan`. */
  Vlans: 38,
  /** Microseconds, -1 until known. */
  Rtt: 39,
  /** TTL of the first packet each way, -1 until seen. */
  Ttl: 40,
  /** Two addresses of 6 bytes, valid with `Flag.Macs`: source bytes 0-3, source 4-5 << 16 | destination 0-1, destination 2-5. */
  Macs: 42,
  /** TCP flags of the first packet. */
  FirstTcpFlags: 45,

  /** TCP, per endpoint. State and the one before it. */
  State: 46,
  PreviousState: 48,
  /** Sequence numbers as int32: the SYN's (or as if there had been one), the next expected after the highest sent, the highest acknowledged. */
  StartSeq: 50,
  LastSeq: 52,
  AckSeq: 54,
  /** Relative sequence number of the last SYN, FIN and RST in the history. */
  HistorySyn: 56,
  /** UDP, in the same place: datagrams with payload in which no protocol was found. */
  UnknownDatagrams: 56,
  HistoryFin: 58,
  HistoryRst: 60,
  Retransmissions: 62,
  ZeroWindows: 64,
  Gaps: 66,
} as const;

/** 272 bytes. */
export const slotWords = 68;

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
  /** Roles were swapped after the first packet. */
  Flipped: 1024,
  /** A listener was told that the responder sent payload. */
  Served: 2048,
} as const;

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
