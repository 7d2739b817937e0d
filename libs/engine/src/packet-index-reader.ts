/** Reads the packet index in place: a flow's packets or a packet's neighbourhood cost a few small reads, whatever the size. */
import { WirecaseError } from '@wirecase/contract';
import type { CaptureInterface } from '@wirecase/pcap-parser';
import { crc32 } from './crc32.ts';
import {
  directoryEntryBytes,
  type IndexFooter,
  indexMagic,
  type IndexSegment,
  markBytes,
  markEvery,
  trailerBytes,
} from './packet-index.ts';

/** Where a packet is. */
export interface PacketRef {
  /** Number in the capture, from 1. */
  number: number;
  /** Offset of its record in the decompressed capture. */
  offset: number;
  /** Index in `PacketIndexReader.interfaces`. */
  interfaceId: number;
}

/** Gives `length` bytes from `offset` of the index, fewer at its end. */
export type ReadAt = (offset: number, length: number) => Promise<Uint8Array>;

interface Entry {
  start: number;
  count: number;
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
    const found = await this.ownPackets(first);
    const members = await this.members(first);
    if (members.length === 0) return found;
    for (const segment of this.segments) await this.readMembers(segment, members, found);
    return found.sort((a, b) => a.number - b.number);
  }

  /** The packets of the flow that began with packet `first`, without those of flows that share its row. */
  async ownPackets(first: number): Promise<PacketRef[]> {
    const found: PacketRef[] = [];
    for (const segment of this.segments) {
      if (segment.firstNumber + segment.packets <= first) continue;
      const entry = await this.search(segment.directory, segment.flows, first);
      if (entry) await this.readList(segment, entry, found);
    }
    return found;
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
        if (entry) await this.readList(segment, entry, found);
      }
      return;
    }
    const wanted = new Set(keys);
    const directory = viewOf(await this.readAt(segment.directory, segment.flows * directoryEntryBytes));
    const lists = await this.readAt(segment.lists, segment.directory - segment.lists);
    for (let at = 0; at < directory.byteLength; at += directoryEntryBytes) {
      if (!wanted.has(directory.getFloat64(at, true))) continue;
      const cursor = new VarintCursor(lists, directory.getUint32(at + 8, true));
      takeList(segment, cursor, directory.getUint32(at + 12, true), found);
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
    const view = viewOf(await this.readAt(offset + low * directoryEntryBytes, (high - low) * directoryEntryBytes));
    for (let at = 0; at < view.byteLength; at += directoryEntryBytes) {
      if (view.getFloat64(at, true) === key) return { start: view.getUint32(at + 8, true), count: view.getUint32(at + 12, true) };
    }
    return null;
  }

  private async readList(segment: IndexSegment, entry: Entry, found: PacketRef[]): Promise<void> {
    const longest = Math.min(entry.count * maxListEntryBytes, segment.directory - segment.lists - entry.start);
    takeList(segment, new VarintCursor(await this.readAt(segment.lists + entry.start, longest)), entry.count, found);
  }
}

/** Decode the `count` packets of one list. */
function takeList(segment: IndexSegment, cursor: VarintCursor, count: number, found: PacketRef[]): void {
  let number = segment.firstNumber;
  let offset = segment.firstOffset;
  let interfaceId = 0;
  for (let i = 0; i < count; i++) {
    const step = cursor.next();
    number += Math.floor(step / 2);
    if (step % 2 === 1) interfaceId = cursor.next();
    offset += cursor.next();
    found.push({ number, offset, interfaceId });
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
