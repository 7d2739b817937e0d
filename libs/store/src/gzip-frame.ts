/**
 * What gzip puts around deflated bytes (RFC 1952): a header, which is passed over as browsers do, reserved flags and the header's own
 * checksum included; and a checksum behind them, by which they are judged without being given up.
 */
import { crc32 } from 'node:zlib';

const FIXED_BYTES = 10;
const TRAILER_BYTES = 8;
const HEADER_CHECKSUM = 2;
const EXTRA = 4;
const NAME = 8;
const COMMENT = 16;

type State = 'fixed' | 'extra-length' | 'extra' | 'name' | 'comment' | 'checksum' | 'over' | 'none';

export class GzipFrame {
  private state: State = 'fixed';
  /** Bytes of the field at hand that were read, and what they say. */
  private read = 0;
  private value = 0;
  private flags = 0;
  private readonly trailer = new Uint8Array(TRAILER_BYTES);
  private trailerBytes = 0;
  private crc = 0;
  private plainBytes = 0;

  /** Pass the header in `bytes[start, end)`: gives where the deflated bytes begin, `end` while they do not, -1 when it is no gzip. */
  skipHeader(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    while (at < end && this.state !== 'over' && this.state !== 'none') this.header(bytes[at++]!);
    return this.state === 'none' ? -1 : at;
  }

  /** Whether deflated bytes follow. */
  get isHeaderOver(): boolean {
    return this.state === 'over';
  }

  /** Unpacked bytes. */
  unpacked(bytes: Uint8Array, start: number, end: number): void {
    this.crc = crc32(bytes.subarray(start, end), this.crc);
    this.plainBytes += end - start;
  }

  /** Bytes behind the deflated ones: gives where what is no longer of this frame begins, `end` while it does not. */
  behind(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    while (at < end && this.trailerBytes < TRAILER_BYTES) this.trailer[this.trailerBytes++] = bytes[at++]!;
    return at;
  }

  /** Whether all of the frame was seen. */
  get isWhole(): boolean {
    return this.trailerBytes === TRAILER_BYTES;
  }

  /** Whether checksum and length were seen and are those of what was unpacked. */
  get isSound(): boolean {
    const view = new DataView(this.trailer.buffer);
    return this.isWhole && view.getUint32(0, true) === this.crc >>> 0 && view.getUint32(4, true) === this.plainBytes % 2 ** 32;
  }

  private header(byte: number): void {
    const at = this.read++;
    switch (this.state) {
      case 'fixed':
        // Magic number, and the only method that there is.
        if (at < 3 && byte !== [0x1f, 0x8b, 8][at]) this.state = 'none';
        if (at === 3) this.flags = byte;
        if (at === FIXED_BYTES - 1) this.next('extra-length');
        break;
      case 'extra-length':
        this.value |= byte << (8 * at);
        if (at === 1) this.next(this.value > 0 ? 'extra' : 'name');
        break;
      case 'extra':
        if (at === this.value - 1) this.next('name');
        break;
      case 'name':
      case 'comment':
        if (byte === 0) this.next(this.state === 'name' ? 'comment' : 'checksum');
        break;
      case 'checksum':
        if (at === 1) this.next('over');
    }
  }

  /** The next field that the flags say is there, from `state` on. */
  private next(state: State): void {
    let next = state;
    if (next === 'extra-length' && (this.flags & EXTRA) === 0) next = 'name';
    if (next === 'name' && (this.flags & NAME) === 0) next = 'comment';
    if (next === 'comment' && (this.flags & COMMENT) === 0) next = 'checksum';
    if (next === 'checksum' && (this.flags & HEADER_CHECKSUM) === 0) next = 'over';
    this.state = next;
    this.read = 0;
  }
}
