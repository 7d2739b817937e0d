import type { ByteWindow } from './byte-window.ts';
import { NoteTaker } from './capture-notes.ts';
import { type CaptureRecord, TimeFlag } from './capture-record.ts';
import type { DamageLog } from './damage-log.ts';
import { type InterfaceTable, maxCapturedLength, maxInterfaces } from './interface.ts';
import {
  BlockType,
  byteOrderMagic,
  isBlockLength,
  isKnownBlock,
  isPacketBlock,
  maxPacketBlockLength,
  readDropCount,
  readInterfaceDescription,
} from './pcapng-blocks.ts';
import { setBlockTime } from './time-resolution.ts';

/** Blocks that must follow one another for a place after damage to be believed. */
const chainWanted = 3;
/** Longest interface description that is found by its end. */
const maxMendedLength = 4096;
/** Bytes seen ahead before a place after damage is judged. */
const lookahead = chainWanted * maxPacketBlockLength;

/**
 * Walks the blocks of a pcapng capture: any number of sections of either byte order and interfaces of any link type. A block is
 * believed when the length at its end equals the one at its start; after one that is not, reading goes on at the next chain of blocks.
 */
export class PcapngRecords {
  /** Packets the capturing tool said were dropped, or null when it said nothing. */
  dropped: number | null = null;
  readonly notes = new NoteTaker();

  readonly #window: ByteWindow;
  readonly #record: CaptureRecord;
  readonly #damage: DamageLog;
  readonly #interfaces: InterfaceTable;
  #littleEndian = false;
  /** For each interface of this section its index in the table; -1 for one that the full table did not take. */
  #sectionInterfaces: number[] = [];
  /** Last drop count of each interface of this section; counts of earlier sections are in `#droppedBefore`. */
  #sectionDropped = new Map<number, number>();
  #droppedBefore = 0;
  #resyncReason = '';

  constructor(window: ByteWindow, record: CaptureRecord, damage: DamageLog, interfaces: InterfaceTable) {
    this.#window = window;
    this.#record = record;
    this.#damage = damage;
    this.#interfaces = interfaces;
  }

  /** Set the record to the next packet. False: more bytes are needed, or, when the window is finished, there are no more. */
  next(): boolean {
    const window = this.#window;
    for (;;) {
      if (this.#resyncReason !== '' && !this.#resync()) return false;
      const start = window.start;
      if (window.end - start < 12) {
        if (window.isFinished) this.#skip(window.end, 'block cut short by the end of the file');
        return false;
      }
      if (window.view.getUint32(start) === BlockType.SectionHeader && !this.#readByteOrder(start)) {
        this.#startResync('section header without byte-order magic');
        continue;
      }
      const length = this.#lengthOf(start);
      if (length < 0) continue;
      if (length === 0) return false;
      const type = window.view.getUint32(start, this.#littleEndian);
      window.start = start + length;
      if (type === BlockType.EnhancedPacket) {
        if (this.#readPacket(start, length, window.view.getUint32(start + 8, this.#littleEndian))) return true;
      } else if (this.#readOther(type, start, length)) {
        return true;
      }
    }
  }

  /** Read a section header's byte order (12 bytes are there). False: it has none. */
  #readByteOrder(start: number): boolean {
    const magic = this.#window.view.getUint32(start + 8);
    if (magic === byteOrderMagic) this.#littleEndian = false;
    else if (magic === 0x4d3c_2b1a) this.#littleEndian = true;
    else return false;
    return true;
  }

  /** Any block but an enhanced packet. Returns whether it gave a packet. */
  #readOther(type: number, start: number, length: number): boolean {
    switch (type) {
      case BlockType.SectionHeader:
        this.#beginSection(start, length);
        return false;
      case BlockType.InterfaceDescription:
        this.#addInterface(start, length);
        return false;
      case BlockType.InterfaceStatistics:
        this.#addStatistics(start, length);
        return false;
      case BlockType.SimplePacket:
        return this.#readSimplePacket(start, length);
      case BlockType.Packet:
        // Interface (2) and drops (2) in place of the enhanced block's interface (4); the rest is the same.
        return length >= 12 && this.#readPacket(start, length, this.#window.view.getUint16(start + 8, this.#littleEndian));
      case BlockType.NameResolution:
        if (!this.notes.takeNames(this.#window.view, start, length, this.#littleEndian))
          this.#note(start, length, 'name record longer than its block');
        return false;
      case BlockType.DecryptionSecrets:
        if (!this.notes.takeSecrets(this.#window.view, start, length, this.#littleEndian))
          this.#note(start, length, 'secrets longer than their block');
        return false;
      default:
        this.notes.takeSkipped(type);
        return false;
    }
  }

  /** Section length is not needed. */
  #beginSection(start: number, length: number): void {
    if (length < 28) this.#note(start, length, 'section header too short');
    else this.#takeComments(start + 24, start + length, 0);
    this.#sectionInterfaces = [];
    for (const count of this.#sectionDropped.values()) this.#droppedBefore += count;
    this.#sectionDropped = new Map();
  }

  #addInterface(start: number, length: number): void {
    if (length < 20) {
      this.#note(start, length, 'interface description too short');
      return;
    }
    if (this.#sectionInterfaces.length === maxInterfaces) {
      this.#note(start, length, `more than ${maxInterfaces} interfaces in a section`);
      return;
    }
    const description = readInterfaceDescription(this.#window.view, start, length, this.#littleEndian);
    this.#sectionInterfaces.push(this.#interfaces.intern(description.interface));
    this.#takeComments(start + 16, start + length, 0);
    if (description.badOptionOffset >= 0) {
      this.#note(description.badOptionOffset, start + length - 4 - description.badOptionOffset, 'interface option longer than its block');
    }
  }

  /** Comments among a block's options, which end before its last length. */
  #takeComments(from: number, blockEnd: number, packet: number): void {
    this.notes.takeComments(this.#window.view, from, blockEnd - 4, this.#littleEndian, packet);
  }

  #addStatistics(start: number, length: number): void {
    if (length < 24) {
      this.#note(start, length, 'interface statistics too short');
      return;
    }
    const id = this.#window.view.getUint32(start + 8, this.#littleEndian);
    const dropped = readDropCount(this.#window.view, start, length, this.#littleEndian);
    if (dropped < 0 || id >= this.#sectionInterfaces.length) return;
    this.#sectionDropped.set(id, dropped);
    let total = this.#droppedBefore;
    for (const count of this.#sectionDropped.values()) total += count;
    this.dropped = total;
  }

  /** Enhanced (and obsolete) packet block: interface, time (8), captured and original length, packet. Returns whether it is sound. */
  #readPacket(start: number, length: number, sectionInterface: number): boolean {
    const window = this.#window;
    const view = window.view;
    const little = this.#littleEndian;
    const captured = length < 32 ? maxCapturedLength + 1 : view.getUint32(start + 20, little);
    if (captured > length - 32 || captured > maxCapturedLength) {
      this.#note(start, length, 'packet longer than its block');
      return false;
    }
    const interfaceId = this.#interfaceOf(sectionInterface);
    if (interfaceId < 0) {
      this.#note(start, length, 'packet of an interface that was not described');
      return false;
    }
    const from = this.#interfaces.entries[interfaceId]!;
    const record = this.#record;
    setBlockTime(
      record,
      view.getUint32(start + 12, little),
      view.getUint32(start + 16, little),
      from.timeResolution,
      from.timeOffsetSeconds,
    );
    this.#fill(start, start + 28, captured, view.getUint32(start + 24, little), interfaceId);
    const optionsAt = start + 28 + ((captured + 3) & ~3);
    if (optionsAt + 4 < start + length) this.#takeComments(optionsAt, start + length, record.number);
    return true;
  }

  /** Simple packet block: original length, packet cut at the first interface's snap length; no time. */
  #readSimplePacket(start: number, length: number): boolean {
    const interfaceId = this.#interfaceOf(0);
    if (length < 16 || interfaceId < 0) {
      this.#note(start, length, length < 16 ? 'packet longer than its block' : 'packet of an interface that was not described');
      return false;
    }
    const original = this.#window.view.getUint32(start + 8, this.#littleEndian);
    const snapLength = this.#interfaces.entries[interfaceId]!.snapLength || maxCapturedLength;
    const captured = Math.min(original, snapLength);
    if (captured > length - 16) {
      this.#note(start, length, 'packet longer than its block');
      return false;
    }
    this.#record.timeFlag = TimeFlag.Absent;
    this.#fill(start, start + 12, captured, original, interfaceId);
    return true;
  }

  #interfaceOf(sectionInterface: number): number {
    return sectionInterface < this.#sectionInterfaces.length ? this.#sectionInterfaces[sectionInterface]! : -1;
  }

  #fill(start: number, dataOffset: number, captured: number, original: number, interfaceId: number): void {
    const window = this.#window;
    const record = this.#record;
    record.buffer = window.bytes;
    record.view = window.view;
    record.fileOffset = window.baseOffset + start;
    record.dataOffset = dataOffset;
    record.capturedLength = captured;
    record.originalLength = original < captured ? captured : original;
    record.linkType = this.#interfaces.entries[interfaceId]!.linkType;
    record.interfaceId = interfaceId;
    record.number++;
  }

  /** Length of the block at `start`; 0 when more bytes must come to tell; -1 when there is none and the search for the next has begun. */
  #lengthOf(start: number): number {
    const { view, end, isFinished } = this.#window;
    const type = view.getUint32(start, this.#littleEndian);
    const length = view.getUint32(start + 4, this.#littleEndian);
    const isPossible = isBlockLength(type, length);
    if (isPossible) {
      if (length > end - start && !isFinished) return 0;
      if (length <= end - start && view.getUint32(start + length - 4, this.#littleEndian) === length) return length;
    }
    if (!isFinished && end - start < lookahead + (isPossible ? length : 0)) return 0;
    return this.#mendLength(start, type, isPossible ? length : 0);
  }

  /** The block at `start` does not have the same length at both ends: believe the one that leads to other blocks. 0: an impossible length. */
  #mendLength(start: number, type: number, length: number): number {
    const { view, end } = this.#window;
    if (length > 0 && start + length < end && this.#isChain(start + length)) {
      this.#note(start + length - 4, 4, 'length at the end of a block differs from the one at its start');
      return length;
    }
    const mended = type === BlockType.InterfaceDescription ? this.#lengthByTrailer(start) : 0;
    if (mended > 0) {
      this.#note(start + 4, 4, 'length at the start of an interface description differs from the one at its end');
      return mended;
    }
    if (length === 0) this.#startResync(`block length ${view.getUint32(start + 4, this.#littleEndian)}`);
    else this.#startResync(length > end - start ? 'block cut short by the end of the file' : 'block whose two lengths differ');
    return -1;
  }

  /**
   * Length of the interface description at `start` by the length at its end: without the description no packet of the interface could be
   * read. 0: no such end within reach, or none that leads to other blocks.
   */
  #lengthByTrailer(start: number): number {
    const { view, end } = this.#window;
    const last = Math.min(end - start, maxMendedLength);
    for (let length = 20; length <= last; length += 4) {
      if (view.getUint32(start + length - 4, this.#littleEndian) === length && this.#isChain(start + length)) return length;
    }
    return 0;
  }

  #startResync(reason: string): void {
    this.#resyncReason = reason;
    this.#skip(this.#window.start + 1, reason);
  }

  /** Skip to the next chain of blocks. False: it has not come yet. */
  #resync(): boolean {
    const window = this.#window;
    const to = window.isFinished ? window.end : window.end - lookahead;
    let at = window.start;
    while (at < to && !this.#isChain(at)) at++;
    if (at > window.start) this.#skip(at, this.#resyncReason);
    if (at >= to) return false;
    this.#resyncReason = '';
    return true;
  }

  /** Whether known blocks with equal lengths at both ends follow one another from `at` on, or to the end of the file. */
  #isChain(at: number): boolean {
    const window = this.#window;
    const view = window.view;
    let little = this.#littleEndian;
    let position = at;
    for (let count = 0; count < chainWanted; count++) {
      if (position === window.end) return window.isFinished && count > 0;
      if (window.end - position < 12) return window.isFinished && count > 1;
      if (view.getUint32(position) === BlockType.SectionHeader) {
        const magic = view.getUint32(position + 8);
        if (magic !== byteOrderMagic && magic !== 0x4d3c_2b1a) return false;
        little = magic !== byteOrderMagic;
      }
      const type = view.getUint32(position, little);
      const length = view.getUint32(position + 4, little);
      if (!isKnownBlock(type) || !isBlockLength(type, length)) return false;
      // A long block of names or secrets cannot be waited for here; packets follow soon enough.
      if (!isPacketBlock(type) && length > maxPacketBlockLength) return false;
      if (length > window.end - position) return window.isFinished && count > 1;
      if (view.getUint32(position + length - 4, little) !== length) return false;
      position += length;
    }
    return true;
  }

  /** A block, or a part of one, that is framed soundly but cannot be used. */
  #note(at: number, length: number, reason: string): void {
    this.#damage.add(this.#window.baseOffset + at, length, reason);
  }

  /** Go on at `to`; what lies before it is damaged. */
  #skip(to: number, reason: string): void {
    const window = this.#window;
    this.#note(window.start, to - window.start, reason);
    window.start = to;
  }
}
