import { type CaptureFormat, type DamagedRange, WirecaseError } from '@wirecase/contract';
import { ByteWindow } from './byte-window.ts';
import type { CaptureNotes } from './capture-notes.ts';
import { CaptureRecord } from './capture-record.ts';
import { DamageLog } from './damage-log.ts';
import { type CaptureInterface, InterfaceTable } from './interface.ts';
import { pcapHeaderLength, readPcapHeader } from './pcap-header.ts';
import { layoutOf } from './pcap-layout.ts';
import { PcapRecords } from './pcap-records.ts';
import { PcapngRecords } from './pcapng-records.ts';
import { sniff, sniffLength } from './sniff.ts';
import { readSnoopHeader, snoopHeaderLength } from './snoop-header.ts';
import { SnoopRecords } from './snoop-records.ts';

/**
 * Bytes of a file that are best pushed at a time: few calls, and what was just read is still in the processor's cache when its packets
 * are looked at.
 */
export const readBytes = 256 * 1024;

/**
 * Reads a decompressed capture as its bytes arrive: `push` bytes, take records with `next` until it returns false, push more; after the
 * last bytes `finish` and take the rest. The fields of the reader are those of the record (`CaptureRecord`).
 */
export class CaptureReader extends CaptureRecord {
  /** Format, once the first bytes are known. */
  format: CaptureFormat | null = null;

  readonly #window = new ByteWindow();
  readonly #damage = new DamageLog();
  readonly #interfaces = new InterfaceTable();
  #pcap: PcapRecords | null = null;
  #pcapng: PcapngRecords | null = null;
  #snoop: SnoopRecords | null = null;

  /** Bytes that could not be read as records, in order; grows while reading. */
  get damaged(): readonly DamagedRange[] {
    return this.#damage.ranges;
  }

  /** Interfaces seen so far; `interfaceId` points into it. */
  get interfaces(): readonly CaptureInterface[] {
    return this.#interfaces.entries;
  }

  /** Packets that the capturing tool said were dropped, or null when it said nothing. */
  get dropped(): number | null {
    return this.#pcapng?.dropped ?? this.#snoop?.dropped ?? null;
  }

  /** Comments, names and secrets that the capture holds beside its packets; null for a format that has none. Grows while reading. */
  get notes(): CaptureNotes | null {
    return this.#pcapng?.notes ?? null;
  }

  /**
   * Add bytes of the capture. They are read where they are and must not change until `next` has given false. Take all records with `next`
   * before the next call: what is unread is copied.
   */
  push(bytes: Uint8Array): void {
    this.#window.append(bytes);
  }

  /** Say that all bytes have been pushed. */
  finish(): void {
    this.#window.finish();
  }

  /**
   * Read the next record into this object. False: push more bytes, or, after `finish`, there are no more.
   * Throws `capture.empty` or `capture.unreadable` when the bytes are no capture.
   */
  next(): boolean {
    while (!this.#nextInWindow()) if (!this.#window.more()) return false;
    return true;
  }

  #nextInWindow(): boolean {
    if (this.#pcap) return this.#pcap.next();
    if (this.#pcapng) return this.#pcapng.next();
    if (this.#snoop) return this.#snoop.next();
    return this.#open() && this.#nextInWindow();
  }

  /** Read the file header. False: its bytes have not come yet. */
  #open(): boolean {
    const window = this.#window;
    const length = window.end - window.start;
    const { format, looksLike } = sniff(window.bytes.subarray(window.start, Math.min(window.end, window.start + sniffLength)));
    // What is no capture is named from as many bytes as can be had.
    if (!window.isFinished && length < (format ? pcapHeaderLength : sniffLength)) return false;
    if (length === 0) throw new WirecaseError('capture.empty', 'The file has no bytes.');
    if (!format) throw new WirecaseError('capture.unreadable', `This is ${looksLike}, not a pcap, pcapng or snoop capture.`);
    this.format = format;
    if (format === 'pcapng') this.#pcapng = new PcapngRecords(window, this, this.#damage, this.#interfaces);
    else if (format === 'snoop') this.#openSnoop(length);
    else return this.#openPcap(length);
    return true;
  }

  #openSnoop(length: number): void {
    const window = this.#window;
    requireHeader('snoop', length, snoopHeaderLength);
    const description = readSnoopHeader(window.view, window.start);
    this.#interfaces.intern(description);
    this.#snoop = new SnoopRecords(window, this, this.#damage, description);
    window.start += snoopHeaderLength;
  }

  /** False: bytes are missing that tell how the records are laid out. */
  #openPcap(length: number): boolean {
    const window = this.#window;
    requireHeader('pcap', length, pcapHeaderLength);
    const named = readPcapHeader(window.view, window.start);
    const layout = layoutOf(window, window.start + pcapHeaderLength, named);
    if (layout === null) return false;
    const description = { ...named, layout };
    this.#interfaces.intern(description);
    this.#pcap = new PcapRecords(window, this, this.#damage, description);
    window.start += pcapHeaderLength;
    return true;
  }
}

function requireHeader(format: string, length: number, headerLength: number): void {
  if (length >= headerLength) return;
  throw new WirecaseError('capture.unreadable', `This is a ${format} capture cut short in its header: ${length} of ${headerLength} bytes.`);
}
