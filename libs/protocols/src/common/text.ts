/** Text out of packet bytes: bounded and cleaned. */
import { cleanText } from '@wirecase/contract';

const utf8 = new TextDecoder('utf-8', { fatal: false });

/** `bytes[start, end)` as UTF-8; bytes that are none become U+FFFD. Control characters stay: clean each part before it goes into a row. */
export function decodeText(bytes: Uint8Array, start: number, end: number): string {
  return utf8.decode(bytes.subarray(start, end));
}

/** Packet text fit for a row: cleaned, at most `limit` UTF-16 units, `…` where it was cut. */
export function rowText(text: string, limit: number): string {
  const clean = cleanText(text);
  return clean.length <= limit ? clean : `${clean.slice(0, limit - 1).toWellFormed()}…`;
}
