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
  readonly #fields: readonly [property: string, field: Field][];
  readonly #captureId: string;
  #buffer = Buffer.allocUnsafe(64 * 1024);
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
    this.#buffer = Buffer.allocUnsafe(Math.max(64 * 1024, this.#length));
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
    this.#buffer.writeInt32BE(this.#length - lengthAt - 4, lengthAt);
  }

  #content(kind: Kind, value: unknown): void {
    switch (kind) {
      case 'id':
        return this.#uuid(value as string);
      case 'ip':
        return this.#address(value as Uint8Array);
      case 'port':
      case 'integer':
        return this.#int32(value as number);
      case 'count':
        return this.#count(value as number);
      case 'time':
      case 'duration':
        return this.#int64(value as bigint);
      case 'float':
        this.#reserve(8);
        this.#length = this.#buffer.writeDoubleBE(value as number, this.#length);
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
        return this.#array(elementTypes.integer, value as readonly number[], (item) => this.#int32(item));
      case 'json':
        this.#reserve(1);
        this.#buffer[this.#length++] = 1; // version of the jsonb format
        return this.#text(JSON.stringify(value, storableJson));
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
      this.#buffer.writeInt32BE(this.#length - lengthAt - 4, lengthAt);
    }
  }

  #uuid(text: string): void {
    this.#reserve(16);
    const written = this.#buffer.write(text.replaceAll('-', ''), this.#length, 16, 'hex');
    if (written !== 16) throw new TypeError('not a UUID');
    this.#length += 16;
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
    const storable = storableText(text);
    this.#reserve(storable.length * 3);
    this.#length += this.#buffer.write(storable, this.#length, 'utf8');
  }

  #int16(value: number): void {
    this.#reserve(2);
    this.#length = this.#buffer.writeInt16BE(value, this.#length);
  }

  #int32(value: number): void {
    this.#reserve(4);
    this.#length = this.#buffer.writeInt32BE(value, this.#length);
  }

  /** int8 from a number, without a bigint in between. */
  #count(value: number): void {
    if (!Number.isSafeInteger(value)) throw new RangeError('not a whole number up to 2^53');
    this.#reserve(8);
    this.#length = this.#buffer.writeInt32BE(Math.floor(value / 0x1_0000_0000), this.#length);
    this.#length = this.#buffer.writeUInt32BE(value >>> 0, this.#length);
  }

  #int64(value: bigint): void {
    this.#reserve(8);
    this.#length = this.#buffer.writeBigInt64BE(value, this.#length);
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#length + bytes));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }
}

export const storableText = (text: string) => (text.includes('\0') ? text.replaceAll('\0', '\u2400') : text);

/** JSON.stringify replacer: what jsonb refuses (NUL, lone surrogates, in values and names) replaced, bigint as number or text. */
function storableJson(_name: string, value: unknown): unknown {
  if (typeof value === 'string') return storableText(value.toWellFormed());
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [storableText(name.toWellFormed()), item]));
  }
  return value;
}
