/** HPACK (RFC 7541): header blocks in, fields out, with the dynamic table of one direction. */
import { decodeText } from '../common/text.ts';
import { decodeHuffman } from './huffman.ts';

export interface HeaderField {
  readonly name: string;
  readonly value: string;
}

interface Entry extends HeaderField {
  /** As sent: text may have fewer characters. */
  readonly nameBytes: number;
  /** 4.1: bytes of name and value, and 32. */
  readonly size: number;
}

const ENTRY_OVERHEAD_BYTES = 32;
const DEFAULT_TABLE_BYTES = 4096;
/** A larger table is not followed. */
const MAX_TABLE_BYTES = 65_536;
/** Fields of one block that are told; the others only change the table. */
const MAX_FIELDS = 256;
/** An index or a length beyond it is an attack. */
const MAX_INTEGER = 2 ** 28;

/** Appendix A, from index 1: names, and values behind `=`. */
const staticTable: readonly Entry[] = (
  ':authority|:method=GET|:method=POST|:path=/|:path=/index.html|:scheme=http|:scheme=https|:status=200|:status=204|:status=206|' +
  ':status=304|:status=400|:status=404|:status=500|accept-charset|accept-encoding=gzip, deflate|accept-language|accept-ranges|accept|' +
  'access-control-allow-origin|age|allow|authorization|cache-control|content-disposition|content-encoding|content-language|' +
  'content-length|content-location|content-range|content-type|cookie|date|etag|expect|expires|from|host|if-match|if-modified-since|' +
  'if-none-match|if-range|if-unmodified-since|last-modified|link|location|max-forwards|proxy-authenticate|proxy-authorization|range|' +
  'referer|refresh|retry-after|server|set-cookie|strict-transport-security|transfer-encoding|user-agent|vary|via|www-authenticate'
)
  .split('|')
  .map((item) => {
    const [name = '', value = ''] = item.split('=');
    return { name, value, nameBytes: name.length, size: ENTRY_OVERHEAD_BYTES + name.length + value.length };
  });

export class HpackDecoder {
  /** Newest first. */
  private readonly dynamic: Entry[] = [];
  private tableBytes = 0;
  private maxBytes = DEFAULT_TABLE_BYTES;
  /** What the other side allows (SETTINGS_HEADER_TABLE_SIZE). */
  private allowedBytes = DEFAULT_TABLE_BYTES;
  private bytes: Uint8Array = new Uint8Array(0);
  private offset = 0;
  private end = 0;

  /** The other side allows a table of so many bytes. */
  allow(tableBytes: number): void {
    this.allowedBytes = tableBytes;
    if (this.maxBytes > tableBytes) this.resize(tableBytes);
  }

  /** Decode the header block `bytes[start, end)`; `null` when it is broken: nothing after it can be read. */
  decode(bytes: Uint8Array, start: number, end: number): HeaderField[] | null {
    this.bytes = bytes;
    this.offset = start;
    this.end = end;
    const fields: HeaderField[] = [];
    while (this.offset < this.end) {
      const first = bytes[this.offset]!;
      // 6.3: the table is given another size.
      if (first >> 5 === 1) {
        const size = this.integer(5);
        if (size < 0 || size > this.allowedBytes || size > MAX_TABLE_BYTES) return null;
        this.resize(size);
        continue;
      }
      const field = first & 0x80 ? this.indexed(this.integer(7)) : this.literal(first);
      if (!field) return null;
      if (fields.length < MAX_FIELDS) fields.push(field);
    }
    return fields;
  }

  /** 6.2: a literal that enters the table (01), or does not (0000, 0001). */
  private literal(first: number): HeaderField | null {
    const isKept = first >> 6 === 1;
    const index = this.integer(isKept ? 6 : 4);
    if (index < 0) return null;
    const named = index > 0 ? this.indexed(index) : null;
    const sent = index > 0 ? null : this.string();
    const value = named || sent ? this.string() : null;
    if (!value) return null;
    const nameBytes = named ? named.nameBytes : sent!.length;
    const entry: Entry = {
      name: named ? named.name : decodeText(sent!, 0, nameBytes),
      value: decodeText(value, 0, value.length),
      nameBytes,
      size: ENTRY_OVERHEAD_BYTES + nameBytes + value.length,
    };
    if (isKept) this.add(entry);
    return entry;
  }

  private indexed(index: number): Entry | null {
    if (index < 1) return null;
    return staticTable[index - 1] ?? this.dynamic[index - staticTable.length - 1] ?? null;
  }

  private add(entry: Entry): void {
    this.dynamic.unshift(entry);
    this.tableBytes += entry.size;
    this.evict();
  }

  private resize(bytes: number): void {
    this.maxBytes = bytes;
    this.evict();
  }

  private evict(): void {
    while (this.tableBytes > this.maxBytes) this.tableBytes -= this.dynamic.pop()!.size;
  }

  /** 5.1: an integer with a prefix of `prefixBits` in the byte at hand; -1 when it is cut or too large. */
  private integer(prefixBits: number): number {
    const mask = 2 ** prefixBits - 1;
    let value = this.bytes[this.offset++]! & mask;
    if (value < mask) return value;
    for (let factor = 1; factor <= MAX_INTEGER; factor *= 128) {
      if (this.offset >= this.end) return -1;
      const byte = this.bytes[this.offset++]!;
      value += (byte & 127) * factor;
      if (byte < 128) return value <= MAX_INTEGER ? value : -1;
    }
    return -1;
  }

  /** 5.2: the string at hand; `null` when it is cut or broken. The bytes may be those of the block: not kept. */
  private string(): Uint8Array | null {
    if (this.offset >= this.end) return null;
    const isHuffman = (this.bytes[this.offset]! & 0x80) !== 0;
    const length = this.integer(7);
    const from = this.offset;
    if (length < 0 || length > this.end - from) return null;
    this.offset = from + length;
    return isHuffman ? decodeHuffman(this.bytes, from, this.offset) : this.bytes.subarray(from, this.offset);
  }
}
