/** ClientHello and ServerHello (RFC 5246 7.4.1, RFC 8446 4.1), big-endian, without their four bytes of handshake header. */
import { decodeText, rowText } from './text.ts';

/** IANA "TLS ExtensionType Values". */
const SERVER_NAME = 0;
const SUPPORTED_GROUPS = 10;
const EC_POINT_FORMATS = 11;
const SIGNATURE_ALGORITHMS = 13;
const ALPN = 16;
const PRE_SHARED_KEY = 41;
const SUPPORTED_VERSIONS = 43;
/** RFC 9849: encrypted_client_hello. Clients send a meaningless one too (GREASE), which nobody can tell from a real one. */
const ENCRYPTED_CLIENT_HELLO = 0xfe0d;

const MAX_NAME_CHARACTERS = 255;
const MAX_ALPN = 32;

/** RFC 8446 4.1.3: SHA-256 of "HelloRetryRequest", the random of a ServerHello that asks for another ClientHello. */
const retryRandom = Uint8Array.from(
  'cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c'.match(/../g)!.map((byte) => parseInt(byte, 16)),
);

export interface ClientHello {
  /** legacy_version. */
  version: number;
  random: Uint8Array;
  supportedVersions: number[];
  ciphers: number[];
  extensions: number[];
  groups: number[];
  pointFormats: number[];
  signatureAlgorithms: number[];
  serverName: string | null;
  alpn: string[];
  /** First ALPN value as bytes, for JA4. */
  firstAlpn: Uint8Array | null;
  hasEncryptedHello: boolean;
}

export interface ServerHello {
  /** legacy_version. */
  legacyVersion: number;
  /** The version that holds: supported_versions wins. */
  version: number;
  cipher: number;
  extensions: number[];
  alpn: string | null;
  isRetry: boolean;
  isPskAccepted: boolean;
}

/** Reads forward inside bounds; past the end everything is 0 and `isShort` is set. */
class Cursor {
  readonly bytes: Uint8Array;
  offset: number;
  readonly end: number;
  isShort = false;

  constructor(bytes: Uint8Array, offset: number, end: number) {
    this.bytes = bytes;
    this.offset = offset;
    this.end = end;
  }

  get left(): number {
    return this.end - this.offset;
  }
  u8(): number {
    if (this.left < 1) return this.short();
    return this.bytes[this.offset++]!;
  }
  u16(): number {
    if (this.left < 2) return this.short();
    this.offset += 2;
    return (this.bytes[this.offset - 2]! << 8) | this.bytes[this.offset - 1]!;
  }
  skip(count: number): void {
    if (this.left < count) this.short();
    else this.offset += count;
  }
  /** The next `length` bytes as a cursor of their own. */
  part(length: number): Cursor {
    const partEnd = Math.min(this.end, this.offset + length);
    if (partEnd - this.offset < length) this.isShort = true;
    const part = new Cursor(this.bytes, this.offset, partEnd);
    this.offset = partEnd;
    return part;
  }
  /** The next `length` bytes, as many as there are. */
  copy(length: number): Uint8Array {
    const { offset, end } = this.part(length);
    return this.bytes.slice(offset, end);
  }
  u16List(): number[] {
    const list: number[] = [];
    while (this.left >= 2) list.push(this.u16());
    return list;
  }
  private short(): number {
    this.isShort = true;
    this.offset = this.end;
    return 0;
  }
}

/** Parse `bytes[start, end)`. What is cut short is told as a weird and left out. `isDtls`: it has a cookie (RFC 9147 5.3). */
export function parseClientHello(
  bytes: Uint8Array,
  start: number,
  end: number,
  weird: (name: string) => void,
  isDtls = false,
): ClientHello {
  const cursor = new Cursor(bytes, start, end);
  const hello: ClientHello = {
    version: cursor.u16(),
    random: cursor.copy(32),
    supportedVersions: [],
    ciphers: [],
    extensions: [],
    groups: [],
    pointFormats: [],
    signatureAlgorithms: [],
    serverName: null,
    alpn: [],
    firstAlpn: null,
    hasEncryptedHello: false,
  };
  cursor.skip(cursor.u8()); // session id
  if (isDtls) cursor.skip(cursor.u8()); // cookie
  hello.ciphers = cursor.part(cursor.u16()).u16List();
  cursor.skip(cursor.u8()); // compression methods
  // SSL 3.0 and TLS 1.0 hellos may end here.
  if (cursor.left > 0 && !cursor.isShort) {
    const extensions = cursor.part(cursor.u16());
    while (extensions.left > 0) {
      const type = extensions.u16();
      const content = extensions.part(extensions.u16());
      hello.extensions.push(type);
      clientExtension(hello, type, content);
      if (content.isShort) weird('tls_bad_extension');
    }
    if (extensions.isShort) cursor.isShort = true;
  }
  if (cursor.isShort) weird('tls_truncated_hello');
  return hello;
}

function clientExtension(hello: ClientHello, type: number, content: Cursor): void {
  switch (type) {
    case SERVER_NAME: {
      const names = content.part(content.u16());
      // RFC 6066 3: one host_name (0) is all that is defined.
      if (names.u8() !== 0 || hello.serverName !== null) return;
      const name = names.part(names.u16());
      if (name.left > 0) hello.serverName = rowText(decodeText(name.bytes, name.offset, name.end), MAX_NAME_CHARACTERS);
      break;
    }
    case SUPPORTED_GROUPS:
      hello.groups = content.part(content.u16()).u16List();
      break;
    case EC_POINT_FORMATS: {
      const formats = content.part(content.u8());
      while (formats.left > 0) hello.pointFormats.push(formats.u8());
      break;
    }
    case SIGNATURE_ALGORITHMS:
      hello.signatureAlgorithms = content.part(content.u16()).u16List();
      break;
    case SUPPORTED_VERSIONS:
      hello.supportedVersions = content.part(content.u8()).u16List();
      break;
    case ALPN:
      hello.firstAlpn ??= alpnNames(content, hello.alpn);
      break;
    case ENCRYPTED_CLIENT_HELLO:
      hello.hasEncryptedHello = true;
      break;
  }
}

/** RFC 7301 3.1: names with their length in a byte. Adds them to `names`, returns the bytes of the first. */
function alpnNames(content: Cursor, names: string[]): Uint8Array | null {
  const list = content.part(content.u16());
  let first: Uint8Array | null = null;
  while (list.left > 0 && names.length < MAX_ALPN) {
    const name = list.part(list.u8());
    first ??= name.bytes.slice(name.offset, name.end);
    names.push(rowText(decodeText(name.bytes, name.offset, name.end), MAX_NAME_CHARACTERS));
  }
  return first;
}

export function parseServerHello(bytes: Uint8Array, start: number, end: number, weird: (name: string) => void): ServerHello {
  const cursor = new Cursor(bytes, start, end);
  const version = cursor.u16();
  const random = cursor.part(32);
  // TLS 1.3 drafts up to 21 named themselves here (0x7f and the draft, earlier 0x0304) and left session id and compression out.
  const isDraft = version === 0x0304 || version >> 8 === 0x7f;
  if (!isDraft) cursor.skip(cursor.u8()); // session id
  const hello: ServerHello = {
    legacyVersion: version,
    version,
    cipher: cursor.u16(),
    extensions: [],
    alpn: null,
    isRetry: random.left === 32 && retryRandom.every((byte, i) => bytes[random.offset + i] === byte),
    isPskAccepted: false,
  };
  if (!isDraft) cursor.skip(1); // compression method
  if (cursor.left > 0) {
    const extensions = cursor.part(cursor.u16());
    while (extensions.left > 0) {
      const type = extensions.u16();
      const content = extensions.part(extensions.u16());
      hello.extensions.push(type);
      serverExtension(hello, type, content);
      if (content.isShort) weird('tls_bad_extension');
    }
    if (extensions.isShort) cursor.isShort = true;
  }
  if (cursor.isShort) weird('tls_truncated_hello');
  return hello;
}

function serverExtension(hello: ServerHello, type: number, content: Cursor): void {
  if (type === SUPPORTED_VERSIONS && content.left >= 2) hello.version = content.u16();
  else if (type === PRE_SHARED_KEY) hello.isPskAccepted = true;
  else if (type === ALPN) {
    const names: string[] = [];
    alpnNames(content, names);
    hello.alpn = names[0] ?? null;
  }
}
