/** Basic Encoding Rules of ASN.1 (X.690 8.1) as SNMP, LDAP and Kerberos use them: definite lengths, tags of one byte. */
import { decodeText } from './text.ts';

const MAX_LENGTH_BYTES = 4;

/** Bytes of the element at `bytes[start]`, its header included; 0: too few bytes to say; negative: no element as used here. */
export function berLength(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < 2) return 0;
  const first = bytes[start + 1]!;
  if (first < 0x80) return 2 + first;
  const count = first & 0x7f;
  if (count === 0 || count > MAX_LENGTH_BYTES) return -1;
  if (end - start < 2 + count) return 0;
  let length = 0;
  for (let i = 0; i < count; i++) length = length * 256 + bytes[start + 2 + i]!;
  return 2 + count + length;
}

/** Walks the elements of `bytes[offset, end)`. */
export class BerReader {
  readonly bytes: Uint8Array;
  /** Tag of the element that `next` found, and where its value lies. */
  tag = 0;
  start = 0;
  end = 0;
  private offset: number;
  private readonly limit: number;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.bytes = bytes;
    this.offset = start;
    this.limit = end;
  }

  /** Go to the next element. Returns false at the end, and where an element passes it or has a form not used here. */
  next(): boolean {
    const { bytes, limit } = this;
    if (this.offset + 2 > limit || (bytes[this.offset]! & 31) === 31) return false;
    const first = bytes[this.offset + 1]!;
    let start = this.offset + 2;
    let length = first;
    if (first >= 0x80) {
      const count = first & 0x7f;
      if (count === 0 || count > MAX_LENGTH_BYTES || start + count > limit) return false;
      length = 0;
      for (let i = 0; i < count; i++) length = length * 256 + bytes[start + i]!;
      start += count;
    }
    if (length > limit - start) return false;
    this.tag = bytes[this.offset]!;
    this.start = start;
    this.end = start + length;
    this.offset = this.end;
    return true;
  }

  /** Go to the next element; whether it has this tag. */
  expect(tag: number): boolean {
    return this.next() && this.tag === tag;
  }

  /** The elements inside the current one. */
  inside(): BerReader {
    return new BerReader(this.bytes, this.start, this.end);
  }

  /** The current element as an INTEGER of at most 4 bytes, or `null` (X.690 8.3: two's complement). */
  integer(): number | null {
    const length = this.end - this.start;
    if (length < 1 || length > 4) return null;
    let value = (this.bytes[this.start]! << 24) >> 24;
    for (let i = this.start + 1; i < this.end; i++) value = (value << 8) | this.bytes[i]!;
    return value;
  }

  /** The current element as text; control characters stay. */
  text(): string {
    return decodeText(this.bytes, this.start, this.end);
  }

  /** Tag of the element that `next` would go to; 0 at the end. */
  peek(): number {
    return this.offset < this.limit ? this.bytes[this.offset]! : 0;
  }

  /** The current element as an OBJECT IDENTIFIER (X.690 8.19), or `null`: `1.3.6.1.2.1.1.1.0`. At most `maxArcs` arcs. */
  objectIdentifier(maxArcs: number): string | null {
    const arcs: number[] = [];
    let arc = 0;
    for (let i = this.start; i < this.end && arcs.length < maxArcs; i++) {
      const byte = this.bytes[i]!;
      arc = arc * 128 + (byte & 127);
      if (arc > 0xffff_ffff) return null;
      if (byte >= 128) continue;
      if (arcs.length === 0) {
        const root = Math.min(2, Math.floor(arc / 40));
        arcs.push(root, arc - 40 * root);
      } else arcs.push(arc);
      arc = 0;
    }
    return arcs.length === 0 ? null : arcs.join('.');
  }
}
