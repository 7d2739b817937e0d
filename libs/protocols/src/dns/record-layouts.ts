/** Data of the types of records that are a list of fields: each as master files write it, in the order that its RFC says. */
import { formatHex, formatIp } from '@wirecase/contract';
import { read16, read32 } from '../common/binary.ts';
import { decodeText } from '../common/text.ts';
import { readName } from './domain-name.ts';
import { LOCATION_BYTES, locationText } from './location.ts';
import { typeName } from './names.ts';

/** `string`: with its length before it; `text`, `hex`, `base64`: to the end; `salt`, `hash`: bytes with their number before them. */
type Part =
  | 'byte'
  | 'short'
  | 'word'
  | 'time'
  | 'type'
  | 'name'
  | 'tag'
  | 'string'
  | 'text'
  | 'hex'
  | 'base64'
  | 'salt'
  | 'hash'
  | 'types'
  | 'parameters'
  | 'pairs'
  | 'location';

const preferredHost: readonly Part[] = ['short', 'name'];
const digest: readonly Part[] = ['short', 'byte', 'byte', 'hex'];
const key: readonly Part[] = ['short', 'byte', 'byte', 'base64'];
const association: readonly Part[] = ['byte', 'byte', 'byte', 'hex'];
const service: readonly Part[] = ['short', 'name', 'parameters'];

const layouts: ReadonlyMap<number, readonly Part[]> = new Map<number, readonly Part[]>([
  [17, ['name', 'name']], // RP, RFC 1183 2.2
  [18, preferredHost], // AFSDB, RFC 1183 1
  [25, key], // KEY, RFC 2535 3.1
  [29, ['location']], // LOC, RFC 1876 2
  [35, ['short', 'short', 'string', 'string', 'string', 'name']], // NAPTR, RFC 3403 4.1
  [36, preferredHost], // KX, RFC 2230 3.1
  [37, ['short', 'short', 'byte', 'base64']], // CERT, RFC 4398 2
  [43, digest], // DS, RFC 4034 5
  [44, ['byte', 'byte', 'hex']], // SSHFP, RFC 4255 3
  [46, ['type', 'byte', 'byte', 'word', 'time', 'time', 'short', 'name', 'base64']], // RRSIG, RFC 4034 3
  [47, ['name', 'types']], // NSEC, RFC 4034 4
  [48, key], // DNSKEY, RFC 4034 2
  [49, ['base64']], // DHCID, RFC 4701 3
  [50, ['byte', 'byte', 'short', 'salt', 'hash', 'types']], // NSEC3, RFC 5155 3
  [51, ['byte', 'byte', 'short', 'salt']], // NSEC3PARAM, RFC 5155 4
  [52, association], // TLSA, RFC 6698 2
  [53, association], // SMIMEA, RFC 8162 2
  [59, digest], // CDS, RFC 7344 3
  [60, key], // CDNSKEY, RFC 7344 3
  [61, ['base64']], // OPENPGPKEY, RFC 7929 2
  [62, ['word', 'short', 'types']], // CSYNC, RFC 7477 2
  [63, ['word', 'byte', 'byte', 'hex']], // ZONEMD, RFC 8976 2
  [64, service], // SVCB, RFC 9460 2
  [65, service], // HTTPS, RFC 9460 9
  [108, ['pairs']], // EUI48, RFC 7043 3
  [109, ['pairs']], // EUI64, RFC 7043 4
  [256, ['short', 'short', 'text']], // URI, RFC 7553 4
  [257, ['byte', 'tag', 'text']], // CAA, RFC 8659 4
  [32769, digest], // DLV, RFC 4431 2
]);

/** Names of the parameters of a service (RFC 9460 14.3.2, RFC 9461, RFC 9540). */
const parameterNames = ['mandatory', 'alpn', 'no-default-alpn', 'port', 'ipv4hint', 'ech', 'ipv6hint', 'dohpath', 'ohttp'];
const base32Digits = '0123456789ABCDEFGHIJKLMNOPQRSTUV';

/** The data in `bytes[offset, end)` of the message at `start`; null for a type that is no such list, and where the fields do not fit. */
export function layoutText(
  type: number,
  bytes: Uint8Array,
  start: number,
  offset: number,
  end: number,
  weird: (name: string) => void,
): string | null {
  const layout = layouts.get(type);
  if (!layout) return null;
  const fields = new RecordFields(bytes, start, offset, end, weird);
  const text = layout.map((part) => fields[part]()).filter(Boolean);
  return fields.isRead ? text.join(' ') : null;
}

/** Walks the fields of one record's data. What passes its end is empty, and said by `isRead`. */
class RecordFields implements Record<Part, () => string> {
  private readonly bytes: Uint8Array;
  private readonly start: number;
  private offset: number;
  private readonly end: number;
  private readonly weird: (name: string) => void;
  private isSound = true;

  constructor(bytes: Uint8Array, start: number, offset: number, end: number, weird: (name: string) => void) {
    this.bytes = bytes;
    this.start = start;
    this.offset = offset;
    this.end = end;
    this.weird = weird;
  }

  /** Whether all fields were there and nothing is behind them. */
  get isRead(): boolean {
    return this.isSound && this.offset === this.end;
  }

  byte(): string {
    return `${this.number(1)}`;
  }

  short(): string {
    return `${this.number(2)}`;
  }

  word(): string {
    return `${this.number(4)}`;
  }

  /** Seconds since 1970 as YYYYMMDDHHmmSS. */
  time(): string {
    return new Date(this.number(4) * 1000).toISOString().replace(/\D/g, '').slice(0, 14);
  }

  type(): string {
    return typeName(this.number(2));
  }

  name(): string {
    const { text, next, problem } = readName(this.bytes, this.start, this.end, this.offset);
    if (problem !== null) {
      this.weird(problem);
      this.isSound = false;
    }
    this.offset = next;
    return text;
  }

  tag(): string {
    return decode(this.take(this.number(1)));
  }

  string(): string {
    return quoted(this.take(this.number(1)));
  }

  text(): string {
    return quoted(this.rest());
  }

  hex(): string {
    return formatHex(this.rest()).toUpperCase();
  }

  base64(): string {
    return base64Text(this.rest());
  }

  salt(): string {
    return formatHex(this.take(this.number(1))).toUpperCase() || '-';
  }

  /** Base 32 with extended hexadecimal digits, without padding (RFC 4648 7). */
  hash(): string {
    let text = '';
    let bits = 0;
    let value = 0;
    for (const byte of this.take(this.number(1))) {
      value = ((value << 8) | byte) & 0xfff;
      for (bits += 8; bits >= 5; bits -= 5) text += base32Digits[(value >> (bits - 5)) & 31];
    }
    return bits > 0 ? text + base32Digits[(value << (5 - bits)) & 31] : text;
  }

  /** Windows of 256 types: number, bytes, a bit for each type (RFC 4034 4.1.2). */
  types(): string {
    const names: string[] = [];
    while (this.isSound && this.offset < this.end) {
      const window = this.number(1) * 256;
      this.take(this.number(1)).forEach((byte, i) => {
        for (let bit = 0; bit < 8; bit++) if (byte & (0x80 >> bit)) names.push(typeName(window + i * 8 + bit));
      });
    }
    return names.join(' ');
  }

  /** Parameters of a service: key, length (2 each), value. */
  parameters(): string {
    const list: string[] = [];
    while (this.isSound && this.offset < this.end) {
      const code = this.number(2);
      const value = parameterText(code, this.take(this.number(2)));
      list.push(`${parameterName(code)}${value === '' ? '' : `=${value}`}`);
    }
    return list.join(' ');
  }

  /** Bytes of an address of hardware: `00-00-5e-00-53-2a`. */
  pairs(): string {
    return Array.from(this.rest(), (byte) => byte.toString(16).padStart(2, '0')).join('-');
  }

  location(): string {
    const at = this.offset;
    const text = this.take(LOCATION_BYTES).length === LOCATION_BYTES ? locationText(this.bytes, at) : null;
    if (text === null) this.isSound = false;
    return text ?? '';
  }

  private number(length: 1 | 2 | 4): number {
    const at = this.offset;
    if (this.take(length).length < length) return 0;
    if (length === 1) return this.bytes[at]!;
    return length === 2 ? read16(this.bytes, at) : read32(this.bytes, at);
  }

  private take(length: number): Uint8Array {
    if (length > this.end - this.offset) this.isSound = false;
    const taken = this.bytes.subarray(this.offset, Math.min(this.end, this.offset + length));
    this.offset += taken.length;
    return taken;
  }

  private rest(): Uint8Array {
    return this.take(this.end - this.offset);
  }
}

function parameterName(code: number): string {
  return parameterNames[code] ?? `key${code}`;
}

function parameterText(code: number, value: Uint8Array): string {
  switch (parameterNames[code]) {
    case 'mandatory':
      return pieces(value, 2, (piece) => parameterName(read16(piece, 0)));
    case 'alpn':
      return counted(value);
    case 'port':
      return pieces(value, 2, (piece) => `${read16(piece, 0)}`);
    case 'ipv4hint':
      return pieces(value, 4, formatIp);
    case 'ipv6hint':
      return pieces(value, 16, formatIp);
    case 'ech':
      return base64Text(value);
    default:
      return value.length === 0 ? '' : quoted(value);
  }
}

/** Values of one length, with commas; what is left over is left out. */
function pieces(value: Uint8Array, length: number, text: (piece: Uint8Array) => string): string {
  const list: string[] = [];
  for (let at = 0; at + length <= value.length; at += length) list.push(text(value.subarray(at, at + length)));
  return list.join(',');
}

/** Texts with their lengths before them, with commas. */
function counted(value: Uint8Array): string {
  const list: string[] = [];
  for (let at = 0; at < value.length; at += 1 + value[at]!) list.push(decode(value.subarray(at + 1, at + 1 + value[at]!)));
  return `"${list.join(',')}"`;
}

function decode(bytes: Uint8Array): string {
  return decodeText(bytes, 0, bytes.length);
}

function quoted(bytes: Uint8Array): string {
  return `"${decode(bytes).replace(/["\\]/g, '\\$&')}"`;
}

function base64Text(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}
