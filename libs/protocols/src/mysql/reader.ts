/** Fields of MySQL's messages: numbers of several widths, terminated and counted texts (client/server protocol, little-endian). */
import { formatHex } from '@wirecase/contract';
import { read16Le, read24Le, read64Le } from '../common/binary.ts';
import { decodeTerminated, decodeText, rowText } from '../common/text.ts';

const MAX_TEXT_CHARACTERS = 1024;
/** Of a proof that are looked at. */
export const MAX_PROOF_BYTES = 64;
/** Of a statement. */
const MAX_ATTRIBUTES = 256;
/** Bytes of a value by its type; the other types have a length before them. */
const attributeBytes = new Map([
  [1, 1],
  [2, 2],
  [3, 4],
  [4, 4],
  [5, 8],
  [6, 0],
  [8, 8],
  [9, 4],
  [13, 2],
]);

/** Walks fields; beyond the end everything is empty. */
export class MysqlReader {
  private readonly bytes: Uint8Array;
  private offset: number;
  private readonly end: number;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.bytes = bytes;
    this.offset = start;
    this.end = end;
  }

  byte(): number {
    return this.offset < this.end ? this.bytes[this.offset++]! : 0;
  }

  skip(count: number): void {
    this.offset = Math.min(this.end, this.offset + count);
  }

  /** So many bytes, as hexadecimal digits. */
  digits(count: number): string {
    const from = this.offset;
    this.skip(count);
    return formatHex(this.bytes.subarray(from, Math.min(this.offset, from + MAX_PROOF_BYTES)));
  }

  terminated(): string {
    const text = decodeTerminated(this.bytes, this.offset, this.end);
    while (this.offset < this.end && this.bytes[this.offset] !== 0) this.offset++;
    this.offset++;
    return rowText(text, MAX_TEXT_CHARACTERS);
  }

  /** What is left, as text. */
  rest(): string {
    return textIn(this.bytes, this.offset, this.end);
  }

  /**
   * `count` values of query attributes: which are NULL, types and names, then the others in binary. Answers whether all were there, with
   * types that have a length.
   */
  skipAttributes(count: number): boolean {
    if (count === 0) return true;
    if (count > MAX_ATTRIBUTES) return false;
    const nulls = this.offset;
    this.skip((count + 7) >> 3);
    if (this.byte() !== 1) return false;
    const types: number[] = [];
    for (let i = 0; i < count; i++) {
      types.push(this.byte());
      this.skip(1);
      this.skip(this.length());
    }
    for (let i = 0; i < count; i++) {
      if ((this.bytes[nulls + (i >> 3)]! >> (i & 7)) & 1) continue;
      const width = attributeBytes.get(types[i]!);
      this.skip(width ?? this.length());
    }
    return this.offset < this.end;
  }

  /** A number of 1, 3, 4 or 9 bytes. */
  length(): number {
    const first = this.byte();
    const width = first < 0xfb ? 0 : first === 0xfc ? 2 : first === 0xfd ? 3 : first === 0xfe ? 8 : 0;
    if (width === 0) return first < 0xfb ? first : 0;
    if (this.offset + width > this.end) return 0;
    this.offset += width;
    const at = this.offset - width;
    return width === 2 ? read16Le(this.bytes, at) : width === 3 ? read24Le(this.bytes, at) : read64Le(this.bytes, at);
  }
}

/** Text of a message, as a row has it. */
export function textIn(bytes: Uint8Array, start: number, end: number): string {
  return rowText(decodeText(bytes, Math.min(start, end), end), MAX_TEXT_CHARACTERS);
}
