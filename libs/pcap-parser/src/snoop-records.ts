import type { ByteWindow } from './byte-window.ts';
import type { CaptureRecord } from './capture-record.ts';
import type { DamageLog } from './damage-log.ts';
import { type CaptureInterface, maxCapturedLength, recordHeaderLength } from './interface.ts';

/** Where the fields of a record's header are (RFC 1761, big-endian). */
const Field = { original: 0, captured: 4, record: 8, drops: 12, seconds: 16, micros: 20 } as const;
const headerLength = recordHeaderLength('snoop');

/** Padding that is believed; RFC 1761 pads to 4 bytes. */
const maxPadding = 255;
/** Headers that must follow one another for a place after damage to be believed. */
const chainWanted = 3;
/** Bytes seen ahead before something is judged damaged, so that a verdict does not depend on where chunks end. */
const lookahead = (chainWanted + 1) * (maxCapturedLength + headerLength + maxPadding);

/**
 * Walks the records of a snoop capture. A record says its length twice (its own and its packet's), so a header is sound when the two
 * agree; after one that is not, reading goes on at the next chain of sound headers.
 */
export class SnoopRecords {
  /** Packets that were dropped up to the last record ("cumulative drops"), or null before the first. */
  dropped: number | null = null;

  readonly #window: ByteWindow;
  readonly #record: CaptureRecord;
  readonly #damage: DamageLog;
  #resyncReason = '';

  constructor(window: ByteWindow, record: CaptureRecord, damage: DamageLog, description: CaptureInterface) {
    this.#window = window;
    this.#record = record;
    this.#damage = damage;
    record.linkType = description.linkType;
    record.interfaceId = 0;
  }

  /** Set the record to the next one. False: more bytes are needed, or, when the window is finished, there are no more. */
  next(): boolean {
    const window = this.#window;
    for (;;) {
      if (this.#resyncReason !== '' && !this.#resync()) return false;
      const start = window.start;
      if (window.end - start < headerLength) {
        if (window.isFinished) this.#skip(window.end, 'record header cut short by the end of the file');
        return false;
      }
      const length = this.#lengthAt(start, maxPadding);
      if (length === 0) {
        this.#startResync(`record of ${window.view.getUint32(start + Field.record)} bytes for a packet of ${this.#capturedAt(start)}`);
        continue;
      }
      const end = start + length;
      if (end + headerLength <= window.end) {
        if (this.#lengthAt(end, maxPadding) > 0) return this.#take(start, end);
      } else if (!window.isFinished) {
        return false;
      }
      if (!window.isFinished && window.end - start < lookahead) return false;
      if (this.#judge(start, end)) return this.#take(start, end);
    }
  }

  /** A record without a sound header behind it. Whether it is whole; where not, it is skipped. */
  #judge(start: number, end: number): boolean {
    const window = this.#window;
    if (end === window.end && window.isFinished) return true;
    const inside = this.#findChain(start + 1, Math.min(end, window.end), end);
    if (inside >= 0) {
      this.#skip(inside, 'record whose length is wrong: other records begin inside it');
      return false;
    }
    if (end <= window.end) return true;
    // Only the padding of the last packet may be missing.
    if (start + headerLength + this.#capturedAt(start) <= window.end) return true;
    this.#skip(window.end, 'record cut short by the end of the file');
    return false;
  }

  #take(start: number, end: number): boolean {
    const window = this.#window;
    const view = window.view;
    const record = this.#record;
    const captured = this.#capturedAt(start);
    const original = view.getUint32(start + Field.original);
    record.setTime(view.getUint32(start + Field.seconds), view.getUint32(start + Field.micros) * 1000);
    record.buffer = window.bytes;
    record.view = view;
    record.fileOffset = window.baseOffset + start;
    record.dataOffset = start + headerLength;
    record.capturedLength = captured;
    record.originalLength = original < captured ? captured : original;
    record.number++;
    this.dropped = view.getUint32(start + Field.drops);
    window.start = Math.min(end, window.end);
    return true;
  }

  #capturedAt(at: number): number {
    return this.#window.view.getUint32(at + Field.captured);
  }

  /** Length of the record at `at` (header captured in full), 0 when its two lengths cannot both be right. */
  #lengthAt(at: number, padding: number): number {
    const captured = this.#capturedAt(at);
    if (captured > maxCapturedLength) return 0;
    const length = this.#window.view.getUint32(at + Field.record);
    const spare = length - headerLength - captured;
    return spare >= 0 && spare <= padding ? length : 0;
  }

  /** Whether the header at `at` is as RFC 1761 has it. Stricter than what is read: this is what a search believes. */
  #isSound(at: number): boolean {
    const view = this.#window.view;
    return (
      this.#lengthAt(at, 3) > 0 &&
      this.#capturedAt(at) > 0 &&
      view.getUint32(at + Field.original) >= this.#capturedAt(at) &&
      view.getUint32(at + Field.micros) < 1_000_000
    );
  }

  /** First position in [from, to) at which a chain of sound headers begins that leads to `boundary` or beyond; -1 if none. */
  #findChain(from: number, to: number, boundary: number): number {
    for (let at = from; at < to; at++) {
      if (this.#isChain(at, boundary)) return at;
    }
    return -1;
  }

  #isChain(at: number, boundary: number): boolean {
    const window = this.#window;
    let position = at;
    for (let count = 0; ; count++) {
      if (count >= chainWanted && position >= boundary) return true;
      if (position === window.end) return window.isFinished && count > 0;
      if (position + headerLength > window.end) return window.isFinished && count > 1;
      if (!this.#isSound(position)) return false;
      position += this.#lengthAt(position, 3);
      if (position > window.end) return window.isFinished && count > 1;
    }
  }

  #startResync(reason: string): void {
    this.#resyncReason = reason;
    this.#skip(this.#window.start + 1, reason);
  }

  /** Skip to the next chain of sound headers. False: it has not come yet. */
  #resync(): boolean {
    const window = this.#window;
    const to = window.isFinished ? window.end : window.end - lookahead;
    const found = this.#findChain(window.start, to, 0);
    if (found < 0) {
      if (to > window.start) this.#skip(to, this.#resyncReason);
      return false;
    }
    if (found > window.start) this.#skip(found, this.#resyncReason);
    this.#resyncReason = '';
    return true;
  }

  /** Go on at `to`; what lies before it is damaged. */
  #skip(to: number, reason: string): void {
    const window = this.#window;
    this.#damage.add(window.baseOffset + window.start, to - window.start, reason);
    window.start = to;
  }
}
