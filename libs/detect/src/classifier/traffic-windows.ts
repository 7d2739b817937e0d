/**
 * Counts what each host does in windows of 2 and of 60 seconds of packet time, both aligned to the clock of the packets, so that they do
 * not depend on how a capture is cut. Per packet: two look-ups and some additions; the long window is made of the short ones.
 */
import type { Login, RecordType, RowOf } from '@wirecase/contract';
import type { dnsRecord } from '@wirecase/protocols';
import type { ArpView, DetectContext, Detector, FlowView, PacketView } from '../detector.ts';
import { splitName } from '../dns-names.ts';
import { isAskedByOddNames } from '../odd-names.ts';
import { BINS, Count, COUNTS, Histogram, Sketch, Sum, SUMS } from './layout.ts';
import { characterEntropy } from './text.ts';
import { WindowTable } from './window-table.ts';

export const SHORT_SECONDS = 2;
export const LONG_SECONDS = 60;
/** Windows by length: places in lists of them. */
export const [SHORT, LONG] = [0, 1] as const;

const [ICMP, TCP, UDP, ICMPV6] = [1, 6, 17, 58];
const [SYN, RST, ACK] = [2, 4, 16];
/** Types that most hosts ask for; the rest carries data or is for administrators. */
const commonTypes = new Set(['A', 'AAAA', 'PTR', 'CNAME', 'HTTPS', 'SRV', 'NS', 'SOA']);

/** A host has less in a window: nothing is said of it. */
export const MIN_ACTIVITY = 6;

/** Told of each window when it is over; `table` is valid during the call. */
export type WindowListener = (length: typeof SHORT | typeof LONG, table: WindowTable) => void;

export class TrafficWindows implements Detector {
  protected readonly context: DetectContext;
  private readonly over: WindowListener;
  private readonly short = new WindowTable();
  private readonly long = new WindowTable();
  /** Packet time at which the windows at hand end. */
  private shortEnd = Number.POSITIVE_INFINITY;
  private longEnd = Number.POSITIVE_INFINITY;

  constructor(context: DetectContext, over: WindowListener) {
    this.context = context;
    this.over = over;
  }

  /** End what is over. Before anything is counted at `context.seconds`. */
  advance(): void {
    const { seconds } = this.context;
    if (seconds >= this.shortEnd) this.endShort();
    if (seconds >= this.longEnd) this.endLong();
    const next = Math.min(this.shortEnd, this.longEnd);
    if (next < Number.POSITIVE_INFINITY) this.context.wakeAt(next);
  }

  /** The input ended: all windows are over. */
  finish(): void {
    if (this.short.size > 0) this.endShort();
    if (this.long.size > 0) this.endLong();
  }

  packet(packet: PacketView, _direction: number, isNew: boolean): void {
    this.begin();
    const isIpv6 = packet.ipVersion === 6;
    const { short } = this;
    const { seconds, packet: number } = this.context;
    const from = short.rowOf(isIpv6, packet.sourceWord0, packet.sourceWord1, packet.sourceWord2, packet.sourceWord3);
    const to = short.rowOf(isIpv6, packet.destinationWord0, packet.destinationWord1, packet.destinationWord2, packet.destinationWord3);
    if (from >= 0) {
      short.saw(from, seconds, number);
      this.sent(from, packet, isNew, isIpv6);
    }
    if (to >= 0) {
      short.saw(to, seconds, number);
      this.received(to, packet, isNew);
    }
  }

  /** Outcomes of flows, counted for the originator. */
  answered(flow: FlowView): void {
    this.count(this.originator(flow), Count.Answered);
  }

  refused(flow: FlowView): void {
    this.count(this.originator(flow), Count.Refused);
  }

  established(flow: FlowView): void {
    this.count(this.originator(flow), Count.EstablishedOut);
    this.count(this.responder(flow), Count.EstablishedIn);
  }

  served(flow: FlowView): void {
    this.count(this.originator(flow), Count.Served);
  }

  requested(flow: FlowView): void {
    this.count(this.originator(flow), Count.Requested);
  }

  ended(flow: FlowView): void {
    this.count(this.originator(flow), Count.EndedOut);
  }

  login(flow: FlowView, _service: string, { outcome }: Login): void {
    const row = this.originator(flow);
    this.count(row, Count.Logins);
    if (outcome === 'failure') this.count(row, Count.LoginFailures);
  }

  arp(arp: ArpView): void {
    this.begin();
    const row = this.short.rowOfMac(arp.senderMac);
    if (row < 0) return;
    this.short.saw(row, this.context.seconds, this.context.packet);
    this.count(row, arp.operation === 1 ? Count.ArpRequests : Count.ArpReplies);
    if (arp.operation === 1) this.mark(row, Sketch.ArpTargets, scattered(arp.targetIp));
    if (arp.senderIp !== 0) this.mark(row, Sketch.ArpClaims, scattered(arp.senderIp));
  }

  /** A DNS query with its answer. */
  record(_type: RecordType, row: object): void {
    const { sourceIp, questionName, questionType } = row as RowOf<typeof dnsRecord.fields>;
    if (questionName === null) return;
    this.begin();
    const view = new DataView(sourceIp.buffer, sourceIp.byteOffset, sourceIp.length);
    const isIpv6 = sourceIp.length === 16;
    const word = (i: number): number => (i === 0 || isIpv6 ? view.getInt32(4 * i) : 0);
    const client = this.short.rowOf(isIpv6, word(0), word(1), word(2), word(3));
    if (client < 0) return;
    this.short.saw(client, this.context.seconds, this.context.packet);
    this.count(client, Count.DnsQueries);
    this.short.counts[client * COUNTS + Count.DnsNameBytes]! += questionName.length;
    this.short.sums[client * SUMS + Sum.DnsEntropy]! += characterEntropy(questionName);
    if (!commonTypes.has(questionType ?? '') && mayCarry(questionName)) this.count(client, Count.DnsRare);
    let hash = 0;
    for (let i = 0; i < questionName.length; i++) hash = Math.imul(hash, 31) + questionName.charCodeAt(i);
    this.mark(client, Sketch.DnsNames, scattered(hash));
  }

  private sent(row: number, packet: PacketView, isNew: boolean, isIpv6: boolean): void {
    const { short } = this;
    const { counts, sums } = short;
    const at = row * COUNTS;
    const size = packet.payloadBytes;
    counts[at + Count.PacketsOut]!++;
    if (size === 0) counts[at + Count.EmptyOut]!++;
    if (isNew) counts[at + Count.FlowsOut]!++;
    if (packet.ipProtocol === TCP) {
      const flags = packet.tcpFlags;
      if ((flags & (SYN | ACK)) === SYN) counts[at + Count.SynOut]!++;
      if (flags & RST) counts[at + Count.RstOut]!++;
      else if ((flags & (SYN | ACK)) === 0) counts[at + Count.OddOut]!++;
      else if (isNew && (flags & SYN) === 0) counts[at + Count.AckFirstOut]!++;
    } else if (packet.ipProtocol === UDP) counts[at + Count.UdpOut]!++;
    else if (packet.icmpType < 0) counts[at + Count.OtherOut]!++;
    else if (isRequest(packet)) counts[at + Count.EchoOut]!++;
    const sum = row * SUMS;
    sums[sum + Sum.BytesOut]! += size;
    sums[sum + Sum.SizeSquares]! += size * size;
    sums[sum + Sum.TtlOut]! += packet.ttl;
    sums[sum + Sum.TtlOutSquares]! += packet.ttl * packet.ttl;
    const gap = short.sent(row, this.context.seconds);
    if (gap >= 0) {
      sums[sum + Sum.Gaps]! += gap;
      sums[sum + Sum.GapSquares]! += gap * gap;
    }
    const { destinationWord0, destinationWord1, destinationWord2, destinationWord3, destinationPort } = packet;
    const destination = scattered(
      destinationWord0 ^ Math.imul(destinationWord1, 31) ^ Math.imul(destinationWord2, 961) ^ Math.imul(destinationWord3, 29_791),
    );
    this.classify(row, Histogram.Sizes, Math.min(BINS - 1, size >> 5));
    // Answers go to ports that say nothing: only what begins something is counted by destination.
    if (!isNew) return;
    const port = scattered(destinationPort + 0x1_0000);
    this.mark(row, Sketch.Destinations, destination);
    this.mark(row, Sketch.Ports, port);
    this.mark(row, Sketch.Pairs, scattered(destination ^ Math.imul(port, 0x9e3779b1)));
    this.classify(row, Histogram.Ports, port & (BINS - 1));
    this.classify(row, Histogram.Destinations, destination & (BINS - 1));
    short.setPeer(row, isIpv6, destinationWord0, destinationWord1, destinationWord2, destinationWord3);
  }

  private received(row: number, packet: PacketView, isNew: boolean): void {
    const { counts, sums } = this.short;
    const at = row * COUNTS;
    counts[at + Count.PacketsIn]!++;
    sums[row * SUMS + Sum.BytesIn]! += packet.payloadBytes;
    if (packet.ipProtocol === TCP) {
      const flags = packet.tcpFlags & (SYN | ACK);
      if (flags === SYN) counts[at + Count.SynIn]!++;
      else if (flags === (SYN | ACK)) counts[at + Count.SynAckIn]!++;
      if (packet.tcpFlags & RST) counts[at + Count.RstIn]!++;
    } else if (isUnreachable(packet)) counts[at + Count.UnreachableIn]!++;
    if (!isNew) return;
    const { sourceWord0, sourceWord1, sourceWord2, sourceWord3 } = packet;
    const source = sourceWord0 ^ Math.imul(sourceWord1, 31) ^ Math.imul(sourceWord2, 961) ^ Math.imul(sourceWord3, 29_791);
    this.mark(row, Sketch.Sources, scattered(source));
    this.mark(row, Sketch.OwnPorts, scattered(packet.destinationPort + 0x1_0000));
  }

  private originator(flow: FlowView): number {
    this.begin();
    const row = this.short.rowOf(flow.isIpv6, flow.sourceWord(0), flow.sourceWord(1), flow.sourceWord(2), flow.sourceWord(3));
    if (row >= 0) this.short.touch(row, this.context.seconds);
    return row;
  }

  private responder(flow: FlowView): number {
    const { short } = this;
    const [a, b, c, d] = [flow.destinationWord(0), flow.destinationWord(1), flow.destinationWord(2), flow.destinationWord(3)];
    const row = short.rowOf(flow.isIpv6, a, b, c, d);
    if (row >= 0) short.touch(row, this.context.seconds);
    return row;
  }

  private count(row: number, what: number): void {
    if (row >= 0) this.short.counts[row * COUNTS + what]!++;
  }

  /** Set the bit of a value in one of a host's sets. */
  private mark(row: number, sketch: number, hash: number): void {
    const { sketches } = this.short;
    const bit = (hash >>> 8) & 255;
    const word = sketches.open(row, sketch) + (bit >> 5);
    sketches.words[word]! |= 1 << (bit & 31);
  }

  /** Count a value of class `bin` in one of a host's histograms. */
  private classify(row: number, histogram: number, bin: number): void {
    const { histograms } = this.short;
    const word = histograms.open(row, histogram) + bin;
    histograms.words[word]!++;
  }

  /** Windows begin with the first thing that is counted in them. */
  private begin(): void {
    if (this.shortEnd < Number.POSITIVE_INFINITY) return;
    const { seconds } = this.context;
    this.shortEnd = (Math.floor(seconds / SHORT_SECONDS) + 1) * SHORT_SECONDS;
    if (this.longEnd === Number.POSITIVE_INFINITY) this.longEnd = (Math.floor(seconds / LONG_SECONDS) + 1) * LONG_SECONDS;
    this.context.wakeAt(this.shortEnd);
  }

  private endShort(): void {
    const { short, long } = this;
    this.over(SHORT, short);
    for (let host = 0; host < short.size; host++) long.join(short, host);
    short.clear();
    this.shortEnd = Number.POSITIVE_INFINITY;
  }

  private endLong(): void {
    this.over(LONG, this.long);
    this.long.clear();
    this.longEnd = Number.POSITIVE_INFINITY;
  }
}

function isRequest({ ipProtocol, icmpType }: PacketView): boolean {
  if (ipProtocol === ICMPV6) return icmpType === 128;
  return ipProtocol === ICMP && (icmpType === 8 || icmpType === 13 || icmpType === 17);
}

/** RFC 792 type 3, RFC 4443 3.1 type 1. */
function isUnreachable({ ipProtocol, icmpType }: PacketView): boolean {
  return (ipProtocol === ICMP && icmpType === 3) || (ipProtocol === ICMPV6 && icmpType === 1);
}

/** Neighbouring numbers become far ones. */
function scattered(value: number): number {
  const hash = Math.imul(value ^ (value >>> 16), 0x45d9f3b);
  return Math.imul(hash ^ (hash >>> 16), 0x45d9f3b) >>> 0;
}

/**
 * Whether a name may have data in it for who answers: not those that mail servers and virus scanners ask for, a bare domain, `_dmarc` and other
 * names of services (RFC 8552), and services that are asked by odd names for a living.
 */
function mayCarry(name: string): boolean {
  const parts = splitName(name);
  return parts === null || (parts.data !== '' && !/(?:^|\.)_/.test(parts.data) && !isAskedByOddNames(parts.domain));
}
