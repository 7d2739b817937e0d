/** What is counted of a host in a window: places in the rows of a `WindowTable`. */

/** Whole numbers, added up when windows are joined. "Out" is what the host sent, "in" what it got. */
export const Count = {
  PacketsOut: 0,
  PacketsIn: 1,
  EmptyOut: 2,
  SynOut: 3,
  SynIn: 4,
  SynAckIn: 5,
  RstOut: 6,
  RstIn: 7,
  /** TCP without SYN, RST and ACK: NULL, FIN and XMAS probes. */
  OddOut: 8,
  /** Flows begun by TCP with ACK and without SYN. */
  AckFirstOut: 9,
  /** ICMP requests: echo, timestamp, mask; ICMPv6 echo. */
  EchoOut: 10,
  UnreachableIn: 11,
  UdpOut: 12,
  /** Neither TCP, UDP nor ICMP. */
  OtherOut: 13,
  FlowsOut: 14,
  Answered: 15,
  Refused: 16,
  EstablishedOut: 17,
  EstablishedIn: 18,
  EndedOut: 19,
  ArpRequests: 20,
  ArpReplies: 21,
  Logins: 22,
  LoginFailures: 23,
  DnsQueries: 24,
  DnsNameBytes: 25,
  DnsRare: 26,
  /** Flows that it began and in which the other side has sent payload. */
  Served: 27,
  /** Requests of HTTP that were said whole in flows that it began. */
  Requested: 28,
} as const;
export const COUNTS = 29;

/** Fractions and large numbers, added up as well. */
export const Sum = { BytesOut: 0, BytesIn: 1, SizeSquares: 2, Gaps: 3, GapSquares: 4, TtlOut: 5, TtlOutSquares: 6, DnsEntropy: 7 } as const;
export const SUMS = 8;

/** Sets of 256 bits, joined by OR: how many different ones there were (linear counting, Whang 1990). */
export const Sketch = { Destinations: 0, Ports: 1, Pairs: 2, Sources: 3, ArpTargets: 4, ArpClaims: 5, DnsNames: 6, OwnPorts: 7 } as const;
export const SKETCHES = 8;
export const SKETCH_WORDS = 8;

/** Counts of 32 classes of a value: for entropies. */
export const Histogram = { Ports: 0, Destinations: 1, Sizes: 2 } as const;
export const HISTOGRAMS = 3;
export const BINS = 32;
