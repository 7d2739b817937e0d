/**
 * PostgreSQL's binary COPY format (PostgreSQL manual, COPY, "Binary Format"; big-endian), one encoder per kind. Rows are written into one
 * growing buffer per table, so that a row costs no object.
 */
import { storedType, type Field, type Kind, type RecordType } from '@wirecase/contract';

/** Signature, flags (none) and header extension (none): what a COPY begins with. */
export const copyHeader = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
/** A field count of -1: what a COPY ends with. */
export const copyTrailer = Buffer.from([0xff, 0xff]);

/** Type numbers of array elements (pg_type.oid of int4, text and inet; fixed in PostgreSQL). */
const elementTypes = { integer: 23, text: 25, inet: 869 };
/** PGSQL_AF_INET and PGSQL_AF_INET6 of utils/inet.h. */
const addressFamilies = { 4: 2, 16: 3 } as Record<number, number>;

/** Encodes rows of one record type. `bytes` are complete rows, to be sent between `copyHeader` and `copyTrailer`. */
export class CopyEncoder {
  readonly type: RecordType;
  /** Rows appended so far. */
  rows = 0;
  readonly #fields: readonly [property: string, field: Field][];
  readonly #captureId: string;
  #buffer = Buffer.allocUnsafeSlow(64 * 1024);
  #view = viewOf(this.#buffer);
  #length = 0;

  constructor(type: RecordType, captureId: string) {
    this.type = type;
    this.#fields = Object.entries(storedType(type).fields);
    this.#captureId = captureId;
  }

  /** Bytes waiting. */
  get length(): number {
    return this.#length;
  }

  /** The waiting rows; the encoder starts over with a new buffer, so the caller owns these. */
  take(): Buffer {
    const rows = this.#buffer.subarray(0, this.#length);
    this.#use(Buffer.allocUnsafeSlow(Math.max(64 * 1024, this.#length)));
    this.#length = 0;
    return rows;
  }

  /** Append a row. A value that does not fit its kind throws with the field's name, and the row is not appended. */
  append(row: Readonly<Record<string, unknown>>): void {
    const start = this.#length;
    this.#int16(this.#fields.length);
    for (const [property, field] of this.#fields) {
      const value = property === 'captureId' ? this.#captureId : row[property];
      try {
        this.#value(field, value);
      } catch (cause) {
        // Out of a number's range, or not of the kind at all: the parser that made the row has a bug.
        this.#length = start;
        throw new Error(`${this.type.name}: ${field.name} does not fit its kind ${field.kind}: ${String(value)}`, { cause });
      }
    }
    this.rows++;
  }

  #value(field: Field, value: unknown): void {
    if (value === null || value === undefined) {
      if (!field.optional) throw new TypeError('a required field has no value');
      this.#int32(-1);
      return;
    }
    const lengthAt = this.#length;
    this.#int32(0);
    this.#content(field.kind, value);
    this.#view.setInt32(lengthAt, this.#length - lengthAt - 4);
  }

  #content(kind: Kind, value: unknown): void {
    switch (kind) {
      case 'id':
        return this.#uuid(value as string);
      case 'ip':
        return this.#address(value as Uint8Array);
      case 'port':
      case 'integer':
        return this.#integer(value as number);
      case 'count':
        return this.#count(value as number);
      case 'time':
      case 'duration':
        return this.#int64(value as bigint);
      case 'float':
        this.#reserve(8);
        this.#view.setFloat64(this.#length, value as number);
        this.#length += 8;
        return;
      case 'boolean':
        this.#reserve(1);
        this.#buffer[this.#length++] = value === true ? 1 : 0;
        return;
      case 'mac':
      case 'keyword':
      case 'text':
        return this.#text(value as string);
      case 'keywords':
        return this.#array(elementTypes.text, value as readonly string[], (item) => this.#text(item));
      case 'ips':
        return this.#array(elementTypes.inet, value as readonly Uint8Array[], (item) => this.#address(item));
      case 'integers':
        return this.#array(elementTypes.integer, value as readonly number[], (item) => this.#integer(item));
      case 'json':
        this.#reserve(1);
        this.#buffer[this.#length++] = 1; // version of the jsonb format
        return this.#text(jsonText(value));
    }
  }

  #array<T>(elementType: number, items: readonly T[], write: (item: T) => void): void {
    this.#int32(items.length === 0 ? 0 : 1); // dimensions
    this.#int32(0); // no element is NULL
    this.#int32(elementType);
    if (items.length === 0) return;
    this.#int32(items.length);
    this.#int32(1); // lower bound
    for (const item of items) {
      const lengthAt = this.#length;
      this.#int32(0);
      write(item);
      this.#view.setInt32(lengthAt, this.#length - lengthAt - 4);
    }
  }

  /** 32 hexadecimal digits, with hyphens anywhere. */
  #uuid(text: string): void {
    this.#reserve(16);
    const end = this.#length + 16;
    for (let i = 0; i < text.length; i++) {
      if (text.charCodeAt(i) === hyphen) continue;
      const high = hexDigits[text.charCodeAt(i++)]!;
      const low = hexDigits[text.charCodeAt(i)]!;
      if (!(high >= 0 && low >= 0) || this.#length === end) throw new TypeError('not a UUID');
      this.#buffer[this.#length++] = (high << 4) | low;
    }
    if (this.#length !== end) throw new TypeError('not a UUID');
  }

  /** `inet`: family, prefix length, whether a network (no), address length, address. */
  #address(address: Uint8Array): void {
    const family = addressFamilies[address.length];
    if (family === undefined) throw new TypeError('an address has 4 or 16 bytes');
    this.#reserve(4 + address.length);
    this.#buffer[this.#length++] = family;
    this.#buffer[this.#length++] = address.length * 8;
    this.#buffer[this.#length++] = 0;
    this.#buffer[this.#length++] = address.length;
    this.#buffer.set(address, this.#length);
    this.#length += address.length;
  }

  /** UTF-8. PostgreSQL text cannot hold NUL: it becomes its picture U+2400; lone surrogates become U+FFFD. */
  #text(text: string): void {
    if (text.length <= 64 && this.#ascii(text)) return;
    const storable = storableText(text);
    this.#reserve(storable.length * 3);
    this.#length += this.#buffer.write(storable, this.#length, 'utf8');
  }

  /** Short plain text, which most is, without the cost of a call out of JavaScript. False, and nothing written, for any other. */
  #ascii(text: string): boolean {
    this.#reserve(text.length);
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code === 0 || code > 127) return false;
      this.#buffer[this.#length + i] = code;
    }
    this.#length += text.length;
    return true;
  }

  /** int4 of a row: refused when it is none. */
  #integer(value: number): void {
    if ((value | 0) !== value) throw new RangeError('not a whole number of 32 bits');
    this.#int32(value);
  }

  #int16(value: number): void {
    this.#reserve(2);
    this.#view.setInt16(this.#length, value);
    this.#length += 2;
  }

  #int32(value: number): void {
    this.#reserve(4);
    this.#view.setInt32(this.#length, value);
    this.#length += 4;
  }

  /** int8 from a number, without a bigint in between. */
  #count(value: number): void {
    if (!Number.isSafeInteger(value)) throw new RangeError('not a whole number up to 2^53');
    this.#reserve(8);
    this.#view.setInt32(this.#length, Math.floor(value / 0x1_0000_0000));
    this.#view.setInt32(this.#length + 4, value | 0);
    this.#length += 8;
  }

  /** `setBigInt64` would take any bigint by its low 64 bits. */
  #int64(value: bigint): void {
    if (typeof value !== 'bigint' || value > largestInt64 || value < smallestInt64) throw new RangeError('not a bigint of 64 bits');
    this.#reserve(8);
    this.#view.setBigInt64(this.#length, value);
    this.#length += 8;
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#buffer.length * 2, this.#length + bytes));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#use(larger);
  }

  #use(buffer: Buffer<ArrayBuffer>): void {
    this.#buffer = buffer;
    this.#view = viewOf(buffer);
  }
}

const viewOf = (buffer: Buffer) => new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
const largestInt64 = 2n ** 63n - 1n;
const smallestInt64 = -(2n ** 63n);
const hyphen = 0x2d;
/** Value of each hexadecimal digit by its character code; -1 for any other. */
const hexDigits = Int8Array.from({ length: 128 }, (_, code) => '0123456789abcdef'.indexOf(String.fromCharCode(code).toLowerCase()));

export const storableText = (text: string) => (text.includes('\0') ? text.replaceAll('\0', '\u2400') : text);

/** How JSON.stringify writes what jsonb refuses: NUL and lone surrogates. (Or a backslash before such letters: no harm is done then.) */
const refusedEscape = /\\u(?:0000|d[89a-f])/;

/** As jsonb takes it. A replacer makes it several times slower, and next to nothing needs one. */
function jsonText(value: unknown): string {
  try {
    const text = JSON.stringify(value);
    if (!refusedEscape.test(text)) return text;
  } catch {
    // It holds a bigint.
  }
  return JSON.stringify(value, storableJson);
}

/** JSON.stringify replacer: what jsonb refuses (NUL, lone surrogates, in values and names) replaced, bigint as number or text. */
function storableJson(_name: string, value: unknown): unknown {
  if (typeof value === 'string') return storableText(value.toWellFormed());
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [storableText(name.toWellFormed()), item]));
  }
  return value;
}
