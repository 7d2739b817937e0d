/** Google's own handshake (gQUIC to Q050): a message of tags, `CHLO` from the client. Its values are at offsets, little-endian. */
import { decodeText, rowText } from '../common/text.ts';

const MAX_TAGS = 128;
/** Bytes of a datagram among which the hello begins: behind public header, hash and frame header. */
const MAX_PREFIX_BYTES = 64;
const MAX_TEXT_CHARACTERS = 255;

export interface GoogleHello {
  serverName: string | null;
  userAgent: string | null;
}

/** The hello in `bytes[start, end)`, wherever it begins among the first bytes; `null` for none. */
export function findGoogleHello(bytes: Uint8Array, start: number, end: number): GoogleHello | null {
  const last = Math.min(end - 8, start + MAX_PREFIX_BYTES);
  for (let at = start; at <= last; at++) if (isTag(bytes, at, 'CHLO')) return readTags(bytes, at, end);
  return null;
}

function readTags(bytes: Uint8Array, start: number, end: number): GoogleHello {
  const count = Math.min(MAX_TAGS, bytes[start + 4]! | (bytes[start + 5]! << 8));
  const values = start + 8 + 8 * count;
  const hello: GoogleHello = { serverName: null, userAgent: null };
  let from = 0;
  for (let i = 0; i < count; i++) {
    const entry = start + 8 + 8 * i;
    if (entry + 8 > end) break;
    const to = bytes[entry + 4]! | (bytes[entry + 5]! << 8) | (bytes[entry + 6]! << 16);
    if (to < from || bytes[entry + 7] !== 0 || values + to > end) break;
    const value = (): string => rowText(decodeText(bytes, values + from, values + to), MAX_TEXT_CHARACTERS);
    if (isTag(bytes, entry, 'SNI\0') && to > from) hello.serverName = value();
    else if (isTag(bytes, entry, 'UAID') && to > from) hello.userAgent = value();
    from = to;
  }
  return hello;
}

function isTag(bytes: Uint8Array, at: number, tag: string): boolean {
  for (let i = 0; i < 4; i++) if (bytes[at + i] !== tag.charCodeAt(i)) return false;
  return true;
}
