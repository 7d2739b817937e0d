/** Text out of packet bytes: bounded and cleaned. */
import { cleanText } from '@wirecase/contract';

const utf8 = new TextDecoder('utf-8', { fatal: false });
const utf16 = new TextDecoder('utf-16le', { fatal: false });

/** `bytes[start, end)` as UTF-8; bytes that are none become U+FFFD. Control characters stay: clean each part before it goes into a row. */
export function decodeText(bytes: Uint8Array, start: number, end: number): string {
  return utf8.decode(bytes.subarray(start, end));
}

/** `bytes[start, end)` as UTF-16, little-endian, up to its first NUL; an odd byte at the end is left out. */
export function decodeUtf16(bytes: Uint8Array, start: number, end: number): string {
  let stop = start;
  while (stop + 1 < end && (bytes[stop] !== 0 || bytes[stop + 1] !== 0)) stop += 2;
  return utf16.decode(bytes.subarray(start, stop));
}

/** `bytes[start, end)` as UTF-8 up to its first NUL. */
export function decodeTerminated(bytes: Uint8Array, start: number, end: number): string {
  let stop = start;
  while (stop < end && bytes[stop] !== 0) stop++;
  return decodeText(bytes, start, stop);
}

/** `text` without what stands at its end of `characters`, in time by its length; `/[...]+$/` takes the square of it where it finds none. */
export function withoutEnd(text: string, characters: string): string {
  let end = text.length;
  while (end > 0 && characters.includes(text[end - 1]!)) end--;
  return text.slice(0, end);
}

/** Packet text fit for a row: cleaned, at most `limit` UTF-16 units, `…` where it was cut. */
export function rowText(text: string, limit: number): string {
  const clean = cleanText(text);
  return clean.length <= limit ? clean : `${clean.slice(0, limit - 1).toWellFormed()}…`;
}
