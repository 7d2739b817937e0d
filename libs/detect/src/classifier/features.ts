/**
 * What the model is told of a host in a window. No address, no absolute time and no port as such is among it, so that it learns how an
 * attack looks and not where it came from. Counts are log2(1 + n): ten times as much is the same step everywhere.
 */
import { BINS, Count, COUNTS, Histogram, Sketch, SKETCH_WORDS, Sum, SUMS } from './layout.ts';
import type { WindowTable } from './window-table.ts';

const SKETCH_BITS = 32 * SKETCH_WORDS;

export interface Feature {
  readonly name: string;
  /** For people: what it is, after "its". */
  readonly words: string;
  /** What people are shown for its value: a count for its logarithm. */
  shown(value: number): number;
  of(table: WindowTable, row: number): number;
}

/** log2(1 + n) of small counts, which most are. */
const logs = Float64Array.from({ length: 1024 }, (_, n) => log(n));
/** By number of bits that are set in a sketch: the logarithm of how many different values that stands for, by linear counting. */
const distinctLogs = Float64Array.from({ length: SKETCH_BITS + 1 }, (_, ones) => log(linearCount(ones)));

export const features: readonly Feature[] = [
  counted('packets_out', 'packets sent', Count.PacketsOut),
  counted('packets_in', 'packets received', Count.PacketsIn),
  { name: 'bytes_out', words: 'payload bytes sent', shown: unlog, of: (table, row) => log(sumOf(table, row, Sum.BytesOut)) },
  { name: 'bytes_in', words: 'payload bytes received', shown: unlog, of: (table, row) => log(sumOf(table, row, Sum.BytesIn)) },
  { name: 'size_mean', words: 'mean payload size', shown: rounded, of: (table, row) => perPacket(table, row, Sum.BytesOut) },
  {
    name: 'size_sd',
    words: 'spread of payload sizes',
    shown: rounded,
    of: (table, row) => spread(table, row, Sum.BytesOut, Sum.SizeSquares),
  },
  share('empty_share', 'share of packets without payload', Count.EmptyOut, Count.PacketsOut),
  counted('syn_out', 'SYNs sent', Count.SynOut),
  counted('syn_in', 'SYNs received', Count.SynIn),
  counted('syn_ack_in', 'SYN-ACKs received', Count.SynAckIn),
  counted('rst_out', 'RSTs sent', Count.RstOut),
  counted('rst_in', 'RSTs received', Count.RstIn),
  counted('odd_out', 'segments with impossible flags', Count.OddOut),
  counted('ack_first_out', 'segments outside connections', Count.AckFirstOut),
  counted('echo_out', 'ICMP requests', Count.EchoOut),
  counted('unreachable_in', 'ICMP unreachable errors received', Count.UnreachableIn),
  share('udp_share', 'share of UDP', Count.UdpOut, Count.PacketsOut),
  share('other_share', 'share of other IP protocols', Count.OtherOut, Count.PacketsOut),
  counted('flows_out', 'flows begun', Count.FlowsOut),
  share('refused_share', 'share of flows refused', Count.Refused, Count.FlowsOut),
  { name: 'failed_share', words: 'share of flows without answer', shown: rounded, of: failedShare },
  counted('established_out', 'handshakes finished', Count.EstablishedOut),
  counted('established_in', 'handshakes that others finished with it', Count.EstablishedIn),
  { name: 'unserved_out', words: 'handshakes finished without a word from the other side', shown: unlog, of: unserved },
  { name: 'unserved_share', words: 'share of its handshakes without a word from the other side', shown: rounded, of: unservedShare },
  counted('ended_out', 'flows ended', Count.EndedOut),
  counted('arp_requests', 'ARP questions', Count.ArpRequests),
  counted('arp_replies', 'ARP replies', Count.ArpReplies),
  distinct('arp_targets', 'addresses asked for by ARP', Sketch.ArpTargets),
  distinct('arp_claims', 'addresses that its hardware address claims', Sketch.ArpClaims),
  distinct('destinations', 'different destinations', Sketch.Destinations),
  distinct('ports', 'different destination ports', Sketch.Ports),
  distinct('pairs', 'different pairs of destination and port', Sketch.Pairs),
  distinct('sources', 'different sources that began flows with it', Sketch.Sources),
  distinct('own_ports', 'different ports of its own that flows were begun to', Sketch.OwnPorts),
  entropy('port_entropy', 'entropy of destination ports', Histogram.Ports),
  entropy('destination_entropy', 'entropy of destinations', Histogram.Destinations),
  entropy('size_entropy', 'entropy of payload sizes', Histogram.Sizes),
  { name: 'gap_cv', words: 'irregularity of its packets', shown: rounded, of: gapVariation },
  { name: 'burst', words: 'most packets in 100 ms', shown: unlog, of: (table, row) => logOf(table.burstOf(row)) },
  counted('logins', 'logins tried', Count.Logins),
  counted('login_failures', 'logins that failed', Count.LoginFailures),
  counted('dns_queries', 'DNS queries', Count.DnsQueries),
  share('dns_name_length', 'mean length of names asked for', Count.DnsNameBytes, Count.DnsQueries),
  { name: 'dns_name_entropy', words: 'entropy of names asked for', shown: rounded, of: nameEntropy },
  distinct('dns_names', 'different names asked for', Sketch.DnsNames),
  share('dns_rare_share', 'share of rare DNS types', Count.DnsRare, Count.DnsQueries),
  { name: 'ttl_sd', words: 'spread of TTLs sent', shown: rounded, of: (table, row) => spread(table, row, Sum.TtlOut, Sum.TtlOutSquares) },
];

/** The features of a row into `vector`, rounded as the model's thresholds are. */
export function vectorOf(table: WindowTable, row: number, vector: Float64Array): void {
  for (let i = 0; i < features.length; i++) vector[i] = rounded(features[i]!.of(table, row));
}

/** Three decimals: what is written into a model is what it was trained on. */
export function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function counted(name: string, words: string, count: number): Feature {
  return { name, words, shown: unlog, of: (table, row) => logOf(table.counts[row * COUNTS + count]!) };
}

/** One count for each of another. */
function share(name: string, words: string, part: number, whole: number): Feature {
  return {
    name,
    words,
    shown: rounded,
    of: ({ counts }, row) => counts[row * COUNTS + part]! / Math.max(1, counts[row * COUNTS + whole]!),
  };
}

function distinct(name: string, words: string, sketch: number): Feature {
  return { name, words, shown: unlog, of: (table, row) => distinctLogs[bitsIn(table, row, sketch)]! };
}

/** Normalised: 0 for one class, 1 when all are as frequent. */
function entropy(name: string, words: string, histogram: number): Feature {
  return { name, words, shown: rounded, of: (table, row) => entropyOf(table, row, histogram) };
}

function log(value: number): number {
  return Math.log2(1 + value);
}

/** The same for a whole number. */
function logOf(count: number): number {
  return count < logs.length ? logs[count]! : log(count);
}

function unlog(value: number): number {
  return Math.round(2 ** value - 1);
}

function sumOf(table: WindowTable, row: number, sum: number): number {
  return table.sums[row * SUMS + sum]!;
}

function perPacket(table: WindowTable, row: number, sum: number): number {
  return sumOf(table, row, sum) / Math.max(1, table.counts[row * COUNTS + Count.PacketsOut]!);
}

function spread(table: WindowTable, row: number, sum: number, squares: number): number {
  const mean = perPacket(table, row, sum);
  return Math.sqrt(Math.max(0, perPacket(table, row, squares) - mean * mean));
}

/** Share of the flows that it began which nobody has answered; refused ones are among them. */
function failedShare({ counts }: WindowTable, row: number): number {
  const begun = counts[row * COUNTS + Count.FlowsOut]!;
  return Math.max(0, begun - counts[row * COUNTS + Count.Answered]!) / Math.max(1, begun);
}

/** Connections that were made and in which nothing came back, as in slow HTTP. */
function unserved({ counts }: WindowTable, row: number): number {
  return logOf(Math.max(0, counts[row * COUNTS + Count.EstablishedOut]! - counts[row * COUNTS + Count.Served]!));
}

function unservedShare({ counts }: WindowTable, row: number): number {
  const established = counts[row * COUNTS + Count.EstablishedOut]!;
  return Math.max(0, established - counts[row * COUNTS + Count.Served]!) / Math.max(1, established);
}

/** Coefficient of variation of the gaps between packets sent: 0 for a clock, 1 for chance, more for bursts; at most 10. */
function gapVariation(table: WindowTable, row: number): number {
  const gaps = table.counts[row * COUNTS + Count.PacketsOut]! - 1;
  const sum = sumOf(table, row, Sum.Gaps);
  if (gaps < 2 || sum <= 0) return 0;
  const mean = sum / gaps;
  return Math.min(10, Math.sqrt(Math.max(0, sumOf(table, row, Sum.GapSquares) / gaps - mean * mean)) / mean);
}

function nameEntropy(table: WindowTable, row: number): number {
  return sumOf(table, row, Sum.DnsEntropy) / Math.max(1, table.counts[row * COUNTS + Count.DnsQueries]!);
}

/** Linear counting in 256 bits, -256 ln(share of zeros): within a tenth up to 500, and 1,420 when all are set. */
function linearCount(ones: number): number {
  return -SKETCH_BITS * Math.log(Math.max(1, SKETCH_BITS - ones) / SKETCH_BITS);
}

/** Bits that are set. */
function bitsIn({ sketches }: WindowTable, row: number, sketch: number): number {
  const at = sketches.find(row, sketch);
  if (at < 0) return 0;
  let ones = 0;
  for (let i = 0; i < SKETCH_WORDS; i++) ones += bitsOf(sketches.words[at + i]!);
  return ones;
}

function bitsOf(word: number): number {
  let bits = word - ((word >>> 1) & 0x5555_5555);
  bits = (bits & 0x3333_3333) + ((bits >>> 2) & 0x3333_3333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}

function entropyOf({ histograms }: WindowTable, row: number, histogram: number): number {
  const at = histograms.find(row, histogram);
  if (at < 0) return 0;
  let total = 0;
  let sum = 0;
  for (let i = 0; i < BINS; i++) {
    const count = histograms.words[at + i]!;
    if (count === 0) continue;
    total += count;
    sum += count * Math.log2(count);
  }
  return (Math.log2(total) - sum / total) / Math.log2(BINS);
}
