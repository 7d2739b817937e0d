/**
 * Writes the packet index: where in the (decompressed) capture each flow's packets are. While reading, a packet costs three array
 * writes; every `segmentPackets` packets the segment is sorted by flow and encoded, so memory stays bounded.
 *
 * Format, little-endian. Offsets are bytes from the start of the index.
 *   magic "WCPIDX1\n"
 *   segment*: lists      per flow, its packets in order: varint(number << 1 | interface changed), [varint interface], varint(offset);
 *                        number and offset as differences to the packet before, the first against the segment's first number and offset
 *             directory  per flow 16 bytes, sorted by key: float64 key (number of the flow's first packet), uint32 start of its list in
 *                        the segment's lists, uint32 packets in it
 *             members    per aggregate row, keys of the flows it stands for besides its own, ascending: varint differences, the first to 0
 *             aggregates per aggregate row 16 bytes as in the directory
 *             order      all packets after a mark up to the next: varint(offset << 1 | interface changed), [varint interface]; the
 *                        offset as difference to the packet before
 *             marks      per 1024 packets 16 bytes: float64 offset, uint32 interface, uint32 start of what follows in the segment's order;
 *                        the first is the segment's first packet
 *   footer    JSON `IndexFooter`
 *   trailer   uint32 footer bytes, uint32 CRC-32 of the footer, float64 bytes of the index, magic
 */
import type { CaptureInterface } from '@wirecase/pcap-parser';
import { ByteSink, maxVarintBytes, putVarint } from './byte-sink.ts';
import { crc32 } from './crc32.ts';

export const indexMagic = Uint8Array.from('WCPIDX1\n', (character) => character.charCodeAt(0));
export const trailerBytes = 24;
export const directoryEntryBytes = 16;
export const markBytes = 16;
/** Packets between two marks. */
export const markEvery = 1024;

/** Where the parts of a segment are. */
export interface IndexSegment {
  firstNumber: number;
  firstOffset: number;
  packets: number;
  lists: number;
  directory: number;
  flows: number;
  members: number;
  aggregates: number;
  aggregateCount: number;
  order: number;
  marks: number;
}

export interface IndexFooter {
  packets: number;
  interfaces: readonly CaptureInterface[];
  segments: IndexSegment[];
}

/** Most that a packet needs in a list or in the order: three varints. */
const packetBytes = 3 * maxVarintBytes;
/** No flow: the packet is in a bucket. */
const noOrdinal = -1;

export class PacketIndexWriter {
  /** Serial of the segment being filled, kept in flow slots beside their ordinal. */
  segment: number;
  /** Flows in this segment. */
  private flows = 0;
  private count = 0;
  private firstNumber: number;
  private readonly segmentPackets: number;
  private ordinals = new Int32Array(4096);
  private offsets = new Float64Array(4096);
  private interfaces = new Uint16Array(4096);
  private keys = new Float64Array(1024);
  private readonly aggregates = new Map<number, number[]>();
  private readonly out = new ByteSink();
  private readonly segments: IndexSegment[] = [];

  /** `firstNumber`: of the first packet; `segment`: serial of the first segment, one that no open flow has been in. */
  constructor(segmentPackets = 1 << 20, firstNumber = 1, segment = 0) {
    this.segmentPackets = segmentPackets;
    this.firstNumber = firstNumber;
    this.segment = segment;
    this.out.bytes(indexMagic);
  }

  /** A flow has its first packet in this segment: gives its ordinal. `key`: number of the flow's first packet. */
  addFlow(key: number): number {
    if (this.flows === this.keys.length) this.keys = grown(this.keys, new Float64Array(this.flows * 2));
    this.keys[this.flows] = key;
    return this.flows++;
  }

  /** The next packet of the capture, of a flow by its ordinal or of none (-1). `offset`: of its record in the capture. */
  add(ordinal: number, offset: number, interfaceId: number): void {
    const at = this.count;
    if (at === this.ordinals.length) {
      this.ordinals = grown(this.ordinals, new Int32Array(at * 2));
      this.offsets = grown(this.offsets, new Float64Array(at * 2));
      this.interfaces = grown(this.interfaces, new Uint16Array(at * 2));
    }
    this.ordinals[at] = ordinal;
    this.offsets[at] = offset;
    this.interfaces[at] = interfaceId;
    this.count = at + 1;
    if (this.count === this.segmentPackets) this.closeSegment();
  }

  /** The row of flow `key` also stands for the flow `member`. */
  addMember(key: number, member: number): void {
    const members = this.aggregates.get(key);
    if (members) members.push(member);
    else this.aggregates.set(key, [member]);
  }

  /** The whole index, in parts that follow one another. */
  finish(interfaces: readonly CaptureInterface[]): readonly Uint8Array[] {
    if (this.count > 0 || this.aggregates.size > 0) this.closeSegment();
    const footer: IndexFooter = { packets: this.firstNumber - 1, interfaces, segments: this.segments };
    const text = new TextEncoder().encode(JSON.stringify(footer));
    this.out.bytes(text);
    this.out.uint32(text.length);
    this.out.uint32(crc32(text));
    this.out.float64(this.out.length + 8 + indexMagic.length);
    this.out.bytes(indexMagic);
    return this.out.parts();
  }

  private closeSegment(): void {
    const { out, count } = this;
    const firstOffset = count > 0 ? this.offsets[0]! : 0;
    const lists = out.length;
    const { starts, sorted } = this.sortByFlow();
    const byKey = this.flowsByKey();
    const listStarts = new Uint32Array(this.flows);
    for (const flow of byKey) {
      listStarts[flow] = out.length - lists;
      this.writeList(sorted, starts[flow]!, starts[flow + 1]!, firstOffset);
    }
    const directory = out.length;
    for (const flow of byKey) this.writeEntry(this.keys[flow]!, listStarts[flow]!, starts[flow + 1]! - starts[flow]!);
    const members = out.length;
    const aggregates = [...this.aggregates].sort((a, b) => a[0] - b[0]);
    const memberStarts = aggregates.map(([, flows]) => {
      const start = out.length - members;
      let last = 0;
      for (const flow of flows.sort((a, b) => a - b)) {
        out.varint(flow - last);
        last = flow;
      }
      return start;
    });
    const aggregateOffset = out.length;
    aggregates.forEach(([key, flows], i) => this.writeEntry(key, memberStarts[i]!, flows.length));
    const order = out.length;
    const orderStarts = this.writeOrder();
    const marks = out.length;
    orderStarts.forEach((start, i) => {
      out.float64(this.offsets[i * markEvery]!);
      out.uint32(this.interfaces[i * markEvery]!);
      out.uint32(start);
    });
    this.segments.push({
      firstNumber: this.firstNumber,
      firstOffset,
      packets: count,
      lists,
      directory,
      flows: this.flows,
      members,
      aggregates: aggregateOffset,
      aggregateCount: aggregates.length,
      order,
      marks,
    });
    this.firstNumber += count;
    this.count = 0;
    this.flows = 0;
    this.aggregates.clear();
    this.segment++;
  }

  /** Positions of packets grouped by flow ordinal (counting sort): `sorted[starts[flow] .. starts[flow + 1])`. */
  private sortByFlow(): { starts: Int32Array; sorted: Int32Array } {
    const { ordinals, count } = this;
    const starts = new Int32Array(this.flows + 1);
    for (let i = 0; i < count; i++) if (ordinals[i] !== noOrdinal) starts[ordinals[i]! + 1]!++;
    for (let flow = 0; flow < this.flows; flow++) starts[flow + 1]! += starts[flow]!;
    const next = starts.slice();
    const sorted = new Int32Array(starts[this.flows]!);
    for (let i = 0; i < count; i++) if (ordinals[i] !== noOrdinal) sorted[next[ordinals[i]!]!++] = i;
    return { starts, sorted };
  }

  /** Ordinals by key. Flows that began in this segment are in order already; those from before come first. */
  private flowsByKey(): Int32Array {
    const earlier: number[] = [];
    const order = new Int32Array(this.flows);
    let at = this.flows;
    for (let flow = this.flows - 1; flow >= 0; flow--) {
      if (this.keys[flow]! < this.firstNumber) earlier.push(flow);
      else order[--at] = flow;
    }
    earlier.sort((a, b) => this.keys[a]! - this.keys[b]!);
    order.set(earlier);
    return order;
  }

  private writeList(sorted: Int32Array, from: number, to: number, firstOffset: number): void {
    const { out, offsets, interfaces } = this;
    let buffer = out.room(packetBytes);
    let position = out.position;
    let lastIndex = 0;
    let lastOffset = firstOffset;
    let lastInterface = 0;
    for (let i = from; i < to; i++) {
      if (position + packetBytes > buffer.length) {
        out.wrote(position);
        buffer = out.room(packetBytes);
        position = out.position;
      }
      const at = sorted[i]!;
      const offset = offsets[at]!;
      const interfaceId = interfaces[at]!;
      const isChanged = interfaceId !== lastInterface;
      position = putVarint(buffer, position, (at - lastIndex) * 2 + (isChanged ? 1 : 0));
      if (isChanged) position = putVarint(buffer, position, interfaceId);
      position = putVarint(buffer, position, offset - lastOffset);
      lastIndex = at;
      lastOffset = offset;
      lastInterface = interfaceId;
    }
    out.wrote(position);
  }

  /** Places of all packets; gives per mark where its followers start. */
  private writeOrder(): number[] {
    const { out, count } = this;
    const begin = out.length;
    const starts: number[] = [];
    for (let mark = 0; mark < count; mark += markEvery) {
      starts.push(out.length - begin);
      this.writeFollowers(mark, Math.min(mark + markEvery, count));
    }
    return starts;
  }

  /** Places of the packets after `mark`. A function of its own: as a loop within a loop V8 compiled it anew for every mark. */
  private writeFollowers(mark: number, to: number): void {
    const { out, offsets, interfaces } = this;
    const buffer = out.room(packetBytes * markEvery);
    let position = out.position;
    for (let i = mark + 1; i < to; i++) {
      const isChanged = interfaces[i] !== interfaces[i - 1];
      position = putVarint(buffer, position, (offsets[i]! - offsets[i - 1]!) * 2 + (isChanged ? 1 : 0));
      if (isChanged) position = putVarint(buffer, position, interfaces[i]!);
    }
    out.wrote(position);
  }

  private writeEntry(key: number, start: number, count: number): void {
    this.out.float64(key);
    this.out.uint32(start);
    this.out.uint32(count);
  }
}

function grown<A extends Int32Array | Float64Array | Uint16Array>(from: A, to: A): A {
  to.set(from);
  return to;
}
