/** Reads the packet index in place: a flow's packets or a packet's neighbourhood cost a few small reads, whatever the size. */
import { WirecaseError } from '@wirecase/contract';
import type { CaptureInterface } from '@wirecase/pcap-parser';
import { crc32 } from './crc32.ts';
import { JoinedPackets, KnownPackets, type FlowPackets, type PacketRef } from './flow-packets.ts';
import {
  directoryEntryBytes,
  type IndexFooter,
  indexMagic,
  type IndexSegment,
  markBytes,
  markEvery,
  trailerBytes,
} from './packet-index.ts';

/** Gives `length` bytes from `offset` of the index, fewer at its end. */
export type ReadAt = (offset: number, length: number) => Promise<Uint8Array>;

interface Entry {
  start: number;
  count: number;
  /** Where the next one starts; null when it is the last. */
  end: number | null;
}

/** Directory entries read at once when the search has come this near. */
const windowEntries = 256;
/** From this many members in a segment on its directory and lists are read whole. */
const bulkMembers = 256;
/** Most bytes of one list entry: two varints of a number and an offset, one of an interface. */
const maxListEntryBytes = 19;

export class PacketIndexReader {
  /** Interfaces of the capture: what `decodeRecordAt` needs to read a record. */
  readonly interfaces: readonly CaptureInterface[];
  /** Packets in the capture. */
  readonly packets: number;
  private readonly readAt: ReadAt;
  private readonly segments: readonly IndexSegment[];

  private constructor(readAt: ReadAt, footer: IndexFooter) {
    this.readAt = readAt;
    this.interfaces = footer.interfaces;
    this.packets = footer.packets;
    this.segments = footer.segments;
  }

  /** Open an index of `size` bytes. Throws `capture.damaged` when it is not whole. */
  static async open(readAt: ReadAt, size: number): Promise<PacketIndexReader> {
    const damaged = () =>
      new WirecaseError('capture.damaged', 'The packet index of the capture is damaged; retry the capture to rebuild it.');
    if (size < indexMagic.length + trailerBytes) throw damaged();
    const trailer = await readAt(size - trailerBytes, trailerBytes);
    if (trailer.length !== trailerBytes) throw damaged();
    const view = viewOf(trailer);
    const footerBytes = view.getUint32(0, true);
    const isWhole = view.getFloat64(8, true) === size && indexMagic.every((byte, i) => trailer[16 + i] === byte);
    if (!isWhole || footerBytes > size - trailerBytes) throw damaged();
    const footer = await readAt(size - trailerBytes - footerBytes, footerBytes);
    if (crc32(footer) !== view.getUint32(4, true)) throw damaged();
    return new PacketIndexReader(readAt, JSON.parse(new TextDecoder().decode(footer)) as IndexFooter);
  }

  /** All packets of the flow (or aggregate row) that began with packet `first`, in order; empty when no flow began there. */
  async flowPackets(first: number): Promise<PacketRef[]> {
    const packets = await this.flow(first);
    return packets.slice(0, packets.total);
  }

  /** As `flowPackets`, to be read in parts. */
  async flow(first: number): Promise<FlowPackets> {
    const own = await this.ownPackets(first);
    const members = await this.members(first);
    if (members.length === 0) return own;
    const found = await own.slice(0, own.total);
    for (const segment of this.segments) await this.readMembers(segment, members, found);
    return new KnownPackets(found.sort((a, b) => a.number - b.number));
  }

  /** The packets of the flow that began with packet `first`, without those of flows that share its row. */
  async ownPackets(first: number): Promise<FlowPackets> {
    const parts: FlowPackets[] = [];
    for (const segment of this.segments) {
      if (segment.firstNumber + segment.packets <= first) continue;
      const entry = await this.search(segment.directory, segment.flows, first);
      if (entry) parts.push(new ListedPackets(this.readAt, segment, entry));
    }
    return new JoinedPackets(parts);
  }

  /** The packet of this number, of a flow or not; null when the capture has none. */
  async locate(number: number): Promise<PacketRef | null> {
    if (!Number.isInteger(number) || number < 1) return null;
    const segment = this.segments.find((s) => number >= s.firstNumber && number < s.firstNumber + s.packets);
    if (!segment) return null;
    const mark = Math.floor((number - segment.firstNumber) / markEvery);
    const view = viewOf(await this.readAt(segment.marks + mark * markBytes, markBytes));
    const place = {
      number: segment.firstNumber + mark * markEvery,
      offset: view.getFloat64(0, true),
      interfaceId: view.getUint32(8, true),
    };
    const start = segment.order + view.getUint32(12, true);
    const steps = number - place.number;
    const cursor = new VarintCursor(await this.readAt(start, Math.min(steps * maxListEntryBytes, segment.marks - start)));
    for (let i = 0; i < steps; i++) {
      const step = cursor.next();
      place.offset += Math.floor(step / 2);
      if (step % 2 === 1) place.interfaceId = cursor.next();
    }
    return { ...place, number };
  }

  /** Keys of the flows that the row of flow `first` stands for besides its own. */
  async members(first: number): Promise<number[]> {
    const members: number[] = [];
    for (const segment of this.segments) {
      const entry = segment.aggregateCount > 0 ? await this.search(segment.aggregates, segment.aggregateCount, first) : null;
      if (!entry) continue;
      const bytes = await this.readAt(segment.members + entry.start, entry.count * 8);
      const cursor = new VarintCursor(bytes);
      let key = 0;
      for (let i = 0; i < entry.count; i++) members.push((key += cursor.next()));
    }
    return members;
  }

  /** The packets of single-packet flows in a segment; `members`: their keys, which are the numbers of their packets. */
  private async readMembers(segment: IndexSegment, members: readonly number[], found: PacketRef[]): Promise<void> {
    const end = segment.firstNumber + segment.packets;
    const keys = members.filter((key) => key >= segment.firstNumber && key < end);
    if (keys.length < bulkMembers) {
      for (const key of keys) {
        const entry = await this.search(segment.directory, segment.flows, key);
        if (entry) found.push(...(await new ListedPackets(this.readAt, segment, entry).slice(0, entry.count)));
      }
      return;
    }
    const wanted = new Set(keys);
    const directory = viewOf(await this.readAt(segment.directory, segment.flows * directoryEntryBytes));
    const lists = await this.readAt(segment.lists, segment.directory - segment.lists);
    for (let at = 0; at < directory.byteLength; at += directoryEntryBytes) {
      if (!wanted.has(directory.getFloat64(at, true))) continue;
      const cursor = new VarintCursor(lists, directory.getUint32(at + 8, true));
      const list = new ListCursor(segment, cursor);
      for (let left = directory.getUint32(at + 12, true); left > 0; left--) found.push(list.next());
    }
  }

  /** Binary search in `count` entries from `offset` on for `key`. */
  private async search(offset: number, count: number, key: number): Promise<Entry | null> {
    let low = 0;
    let high = count;
    while (high - low > windowEntries) {
      const middle = (low + high) >>> 1;
      const view = viewOf(await this.readAt(offset + middle * directoryEntryBytes, 8));
      if (view.getFloat64(0, true) <= key) low = middle;
      else high = middle;
    }
    if (high === low) return null;
    const view = viewOf(await this.readAt(offset + low * directoryEntryBytes, (Math.min(high + 1, count) - low) * directoryEntryBytes));
    for (let at = 0; at < view.byteLength; at += directoryEntryBytes) {
      if (view.getFloat64(at, true) !== key) continue;
      const next = at + directoryEntryBytes;
      const end = next < view.byteLength ? view.getUint32(next + 8, true) : null;
      return { start: view.getUint32(at + 8, true), count: view.getUint32(at + 12, true), end };
    }
    return null;
  }
}

/** The packets of one list of a segment. Packets before those that are asked for are passed over, not made. */
class ListedPackets implements FlowPackets {
  private readonly readAt: ReadAt;
  private readonly segment: IndexSegment;
  private readonly entry: Entry;

  constructor(readAt: ReadAt, segment: IndexSegment, entry: Entry) {
    this.readAt = readAt;
    this.segment = segment;
    this.entry = entry;
  }

  get total(): number {
    return this.entry.count;
  }

  async slice(from: number, to: number): Promise<PacketRef[]> {
    const end = Math.min(to, this.total);
    const list = await this.list(end);
    const refs: PacketRef[] = [];
    for (let at = 0; at < end; at++) {
      list.step();
      if (at >= from) refs.push(list.ref());
    }
    return refs;
  }

  async positionOf(number: number): Promise<number> {
    const { firstNumber, packets } = this.segment;
    if (number >= firstNumber + packets) return this.total;
    const list = await this.list(this.total);
    for (let at = 0; at < this.total; at++) if (list.step() >= number) return at;
    return this.total;
  }

  /** What of the list holds its first `count` packets. */
  private async list(count: number): Promise<ListCursor> {
    const { lists, directory } = this.segment;
    const { start, end } = this.entry;
    const length = Math.min(count * maxListEntryBytes, (end ?? directory - lists) - start);
    return new ListCursor(this.segment, new VarintCursor(await this.readAt(lists + start, length)));
  }
}

/** Goes through a list, packet by packet. */
class ListCursor {
  private readonly cursor: VarintCursor;
  private number: number;
  private offset: number;
  private interfaceId = 0;

  constructor(segment: IndexSegment, cursor: VarintCursor) {
    this.number = segment.firstNumber;
    this.offset = segment.firstOffset;
    this.cursor = cursor;
  }

  /** To the next packet; gives its number. */
  step(): number {
    const { cursor } = this;
    const step = cursor.next();
    this.number += Math.floor(step / 2);
    if (step % 2 === 1) this.interfaceId = cursor.next();
    this.offset += cursor.next();
    return this.number;
  }

  ref(): PacketRef {
    const { number, offset, interfaceId } = this;
    return { number, offset, interfaceId };
  }

  next(): PacketRef {
    this.step();
    return this.ref();
  }
}

/** Reads LEB128 numbers one after the other. */
class VarintCursor {
  private at: number;
  private readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  next(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.bytes[this.at++];
      if (byte === undefined)
        throw new WirecaseError('capture.damaged', 'The packet index of the capture ends early; retry the capture to rebuild it.');
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      scale *= 128;
    }
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
