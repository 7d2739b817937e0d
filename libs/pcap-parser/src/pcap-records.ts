import type { ByteWindow } from './byte-window.ts';
import type { CaptureRecord } from './capture-record.ts';
import type { DamageLog } from './damage-log.ts';
import { type CaptureInterface, maxCapturedLength, maxOddLength, nearSeconds, recordHeaderLength } from './interface.ts';

/** Headers that must follow one another for a place after damage to be believed; more where there is no time to compare with. */
const chainNear = 3;
const chainFar = 8;
/**
 * Without a time to compare with, a chain must be later than this (1970-04-26): where all packets have one length, headers read four
 * bytes too late chain as well, with their microseconds in place of the seconds.
 */
const earliestFarSeconds = 10_000_000;
/** A chain of so many is believed wherever it leads. */
const chainCertain = 64;
const linkTypeEthernet = 1;
/** Fewer bytes than these are hardly a packet: the header of Ethernet, any other link layer's. */
const minEthernet = 14;
const minOther = 4;
/** Records of a file are in order of time to within so many seconds, or else odd. */
const orderSeconds = 1;
/** Bytes seen ahead before something is judged damaged, so that a verdict does not depend on where chunks end. */
const lookahead = (chainFar + 2) * (maxCapturedLength + 24);

/**
 * Walks the records of a classic capture. A record is taken at once when a sound header follows it. Otherwise it is judged: if records
 * begin inside it, its length was wrong; if what follows makes no sense, reading goes on at the next chain of sound headers. What begins a
 * chain without fitting between its neighbours' times is left out: bytes before a header that lost some, or a capture within a packet.
 */
export class PcapRecords {
  readonly #window: ByteWindow;
  readonly #record: CaptureRecord;
  readonly #damage: DamageLog;
  readonly #littleEndian: boolean;
  readonly #headerLength: number;
  readonly #capturedAt: number;
  readonly #originalAt: number;
  readonly #snapLength: number;
  readonly #minCaptured: number;
  readonly #fractionLimit: number;
  readonly #nanosPerFraction: number;
  /** Whether the header at the window's start was found sound when its predecessor was read. */
  #isHeaderSound = false;
  /** Why bytes are being skipped, or empty. */
  #resyncReason = '';
  /** Seconds of the last record taken; NaN before the first. */
  #lastSeconds = NaN;
  /** Captured length of the last packet that was cut: in one file most are cut at one length. */
  #lastCut = 0;

  constructor(window: ByteWindow, record: CaptureRecord, damage: DamageLog, description: CaptureInterface) {
    this.#window = window;
    this.#record = record;
    this.#damage = damage;
    this.#littleEndian = !description.bigEndian;
    this.#headerLength = recordHeaderLength(description.layout);
    const isSwapped = description.layout === 'pcap-swapped';
    this.#capturedAt = isSwapped ? 12 : 8;
    this.#originalAt = isSwapped ? 8 : 12;
    this.#snapLength = description.snapLength;
    this.#minCaptured = description.linkType === linkTypeEthernet ? minEthernet : minOther;
    this.#fractionLimit = description.timeResolution === 9 ? 1e9 : 1e6;
    this.#nanosPerFraction = description.timeResolution === 9 ? 1 : 1000;
    record.linkType = description.linkType;
    record.interfaceId = 0;
  }

  /** Set the record to the next one. False: more bytes are needed, or, when the window is finished, there are no more. */
  next(): boolean {
    const window = this.#window;
    const headerLength = this.#headerLength;
    for (;;) {
      if (this.#resyncReason !== '' && !this.#resync()) return false;
      const start = window.start;
      if (window.end - start < headerLength) {
        if (window.isFinished) this.#skip(window.end, 'record header cut short by the end of the file');
        return false;
      }
      const captured = window.view.getUint32(start + this.#capturedAt, this.#littleEndian);
      if (captured > maxCapturedLength) {
        this.#startResync(`record of ${captured} bytes`);
        continue;
      }
      const end = start + headerLength + captured;
      if (end + headerLength <= window.end) {
        if (captured >= this.#minCaptured && this.#oddities(end, window.view.getUint32(start, this.#littleEndian)) === 0) {
          this.#take(start, captured);
          this.#isHeaderSound = true;
          return true;
        }
      } else if (!window.isFinished) {
        return false;
      }
      if (!window.isFinished && window.end - start < lookahead) return false;
      if (this.#judge(start, captured)) return true;
    }
  }

  /** A record without a sound header behind it, or too short to be a packet. Takes it (true), or skips it or starts to look for the next. */
  #judge(start: number, captured: number): boolean {
    const window = this.#window;
    const end = start + this.#headerLength + captured;
    const isEnd = end === window.end && window.isFinished;
    const leadsOn = isEnd || this.#leadsOn(end);
    const odd = this.#doubts(start, captured, leadsOn);
    if (leadsOn && odd < 2) {
      this.#take(start, captured);
      this.#isHeaderSound = !isEnd && this.#oddities(end, this.#lastSeconds) === 0;
      return true;
    }
    const inside = this.#findInside(start, Math.min(end, window.end), end);
    if (inside >= 0) {
      this.#skip(inside, 'record whose length is wrong: other records begin inside it');
      this.#isHeaderSound = true;
      return false;
    }
    if (end > window.end) {
      this.#skip(window.end, 'record cut short by the end of the file');
      return false;
    }
    const isSalvaged = leadsOn && odd === 2 && captured >= this.#minCaptured && !isEnd;
    if (odd > 1 && !isSalvaged && !this.#isFramedToEnd(start)) {
      this.#startResync('not a record header');
      return false;
    }
    this.#take(start, captured);
    this.#isHeaderSound = false;
    return true;
  }

  /**
   * As `#oddities` of the header at `start`, and what is odd only where something is wrong already: a packet cut at a length of its own,
   * or too short for any link layer. A header that its predecessor led to has its time forgiven.
   */
  #doubts(start: number, captured: number, leadsOn: boolean): number {
    const original = this.#window.view.getUint32(start + this.#originalAt, this.#littleEndian);
    let odd = this.#isHeaderSound ? 0 : this.#oddities(start, this.#lastSeconds);
    if (this.#isOddlyCut(captured, original)) odd++;
    if (captured < this.#minCaptured && (original > 0 || !leadsOn)) odd++;
    return odd;
  }

  /** Whether a packet was cut at a length that is neither the snap length nor where another was cut. */
  #isOddlyCut(captured: number, original: number): boolean {
    return captured < original && captured !== this.#snapLength && captured !== this.#lastCut;
  }

  /** Whether following the lengths from `position` on, past records with an oddity each, comes to a chain. */
  #leadsOn(position: number): boolean {
    const window = this.#window;
    const last = position + maxCapturedLength;
    for (let count = 0; count < chainCertain && position <= last && position + this.#headerLength <= window.end; count++) {
      if (this.#isChain(position, 0, this.#lastSeconds) || this.#isChain(position, 0, NaN)) return true;
      if (this.#oddities(position, NaN) > 1) return false;
      position += this.#headerLength + window.view.getUint32(position + this.#capturedAt, this.#littleEndian);
    }
    return false;
  }

  #take(start: number, captured: number): void {
    const window = this.#window;
    const view = window.view;
    const little = this.#littleEndian;
    const record = this.#record;
    const original = view.getUint32(start + this.#originalAt, little);
    const seconds = view.getUint32(start, little);
    record.setTime(seconds, view.getUint32(start + 4, little) * this.#nanosPerFraction);
    record.buffer = window.bytes;
    record.view = view;
    record.fileOffset = window.baseOffset + start;
    record.dataOffset = start + this.#headerLength;
    record.capturedLength = captured;
    record.originalLength = original < captured ? captured : original;
    if (captured < original) this.#lastCut = captured;
    record.number++;
    this.#lastSeconds = seconds;
    window.start = record.dataOffset + captured;
  }

  /** How many things are odd about the header at `at` (captured in full), given its neighbour's time: 0 is sound, above 1 is none. */
  #oddities(at: number, neighbourSeconds: number): number {
    const view = this.#window.view;
    const little = this.#littleEndian;
    const captured = view.getUint32(at + this.#capturedAt, little);
    if (captured > maxCapturedLength) return 4;
    const original = view.getUint32(at + this.#originalAt, little);
    const seconds = view.getUint32(at, little);
    let odd = 0;
    // A packet of no bytes is odd, in the first second of 1970 it is a run of zeros.
    if (original === 0 && captured === 0) odd += seconds === 0 ? 4 : 1;
    if (captured > original || original > maxOddLength) odd++;
    if (view.getUint32(at + 4, little) >= this.#fractionLimit) odd++;
    // False for NaN: before the first record every time is near.
    if (Math.abs(seconds - neighbourSeconds) > nearSeconds) odd++;
    return odd;
  }

  /**
   * Whether a few odd records follow one another from `start` exactly to the end of the file and nothing better lies between. Only a few,
   * and not a short one alone or nothing but zeros, unless nothing or an empty record came before: the zeros that a power cut leaves at the end of a
   * file would make empty records for ever.
   */
  #isFramedToEnd(start: number): boolean {
    const window = this.#window;
    if (!window.isFinished || window.end - start >= lookahead) return false;
    const isOddAnyway = this.#record.number === 0 || this.#record.capturedLength === 0;
    let isZeros = true;
    let position = start;
    let count = 0;
    for (; count < chainCertain && window.end - position >= this.#headerLength; count++) {
      isZeros &&= this.#oddities(position, NaN) > 3;
      position += this.#headerLength + window.view.getUint32(position + this.#capturedAt, this.#littleEndian);
    }
    const isRemainder =
      count === 1 && position - start < this.#headerLength + this.#minCaptured && this.#oddities(start, this.#lastSeconds) > 0;
    if (!isOddAnyway && (isZeros || isRemainder)) return false;
    return position === window.end && this.#findNext(start + 1, window.end) < 0;
  }

  /** Where records begin in the record at `start`, captured up to `to`, that lead to its `end` or beyond; -1 if none do. */
  #findInside(start: number, to: number, end: number): number {
    if (!isNaN(this.#lastSeconds)) return this.#findChain(start + 1, to, end, this.#lastSeconds);
    const own = this.#findChain(start + 1, to, end, this.#window.view.getUint32(start, this.#littleEndian));
    return own >= 0 ? own : this.#findChain(start + 1, to, end, NaN);
  }

  /** Where reading goes on after damage: the first chain near in time, or else the first at all. */
  #findNext(from: number, to: number): number {
    const near = isNaN(this.#lastSeconds) ? -1 : this.#findChain(from, to, 0, this.#lastSeconds);
    return near >= 0 ? near : this.#findChain(from, to, 0, NaN);
  }

  /**
   * First position in [from, to) at which a chain of sound headers begins that leads to `boundary` or beyond; -1 if none. Its first time
   * must be near `reference` (seconds; NaN: any time will do).
   */
  #findChain(from: number, to: number, boundary: number, reference: number): number {
    for (let at = from; at < to; at++) {
      if (!this.#isChain(at, boundary, reference)) continue;
      const begin = this.#fittingBegin(at);
      if (begin < to || begin === at) return begin;
      at = begin - 1;
    }
    return -1;
  }

  /** Where the chain at `at` begins: with its second record, where the first does not fit between that and what was read before. */
  #fittingBegin(at: number): number {
    const { view, end } = this.#window;
    const little = this.#littleEndian;
    const captured = view.getUint32(at + this.#capturedAt, little);
    const second = at + this.#headerLength + captured;
    if (second + this.#headerLength > end) return at;
    const before = this.#lastSeconds - orderSeconds;
    const seconds = view.getUint32(at, little);
    const after = view.getUint32(second, little);
    // False for NaN: the first record has nothing before it.
    const isOdd = this.#isOddlyCut(captured, view.getUint32(at + this.#originalAt, little));
    const isMisplaced = isOdd || (after >= before && (seconds < before || seconds > after + orderSeconds));
    return isMisplaced && this.#isChain(second, 0, this.#lastSeconds) ? second : at;
  }

  /** Whether sound headers follow one another from `at` on, long enough and to `boundary` or beyond, or to the end of the file. */
  #isChain(at: number, boundary: number, reference: number): boolean {
    const window = this.#window;
    const headerLength = this.#headerLength;
    if (at + headerLength > window.end || this.#oddities(at, reference) > 0) return false;
    const isNear = !isNaN(reference);
    if (!isNear && window.view.getUint32(at, this.#littleEndian) < earliestFarSeconds) return false;
    const wanted = isNear ? chainNear : chainFar;
    let position = at;
    for (let count = 1; count < chainCertain; count++) {
      if (count >= wanted && position >= boundary) return true;
      const seconds = window.view.getUint32(position, this.#littleEndian);
      position += headerLength + window.view.getUint32(position + this.#capturedAt, this.#littleEndian);
      if (position + headerLength > window.end) {
        // Records that end where the file ends; where the file is cut in one, two before it must be sound.
        return window.isFinished && (position === window.end ? isNear || count > 1 : count > 2);
      }
      // Once a chain is one, a single oddity (a pause of days, say) does not break it.
      if (this.#oddities(position, seconds) > (count < wanted ? 0 : 1)) return false;
    }
    return true;
  }

  #startResync(reason: string): void {
    this.#resyncReason = reason;
    this.#skip(this.#window.start + 1, reason);
  }

  /** Skip to the next chain of sound headers. False: it has not come yet. */
  #resync(): boolean {
    const window = this.#window;
    const to = window.isFinished ? window.end : window.end - lookahead;
    const found = this.#findNext(window.start, to);
    if (found < 0) {
      if (to > window.start) this.#skip(to, this.#resyncReason);
      return false;
    }
    this.#skip(found, this.#resyncReason);
    this.#resyncReason = '';
    this.#isHeaderSound = true;
    return true;
  }

  /** Go on at `to`; what lies before it is damaged. */
  #skip(to: number, reason: string): void {
    const window = this.#window;
    this.#damage.add(window.baseOffset + window.start, to - window.start, reason);
    window.start = to;
  }
}
