/** Text of other character sets in header fields (RFC 2047). */

/** Encoded words (RFC 2047): `=?utf-8?B?...?=`; those next to each other belong together. */
export function decodeWords(value: string): string {
  return value
    .replace(/(\?=)[ \t]+(?==\?)/g, '$1')
    .replace(/=\?([^?\s]{1,64})\?([bq])\?([^?\s]{0,2048})\?=/gi, (whole, charset: string, encoding: string, text: string) => {
      const bytes = /b/i.test(encoding) ? base64(text) : quoted(text);
      return (bytes && decodeCharset(charset.split('*', 1)[0]!, bytes)) ?? whole;
    });
}

function decodeCharset(charset: string, bytes: Uint8Array): string | null {
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    // RangeError: no such character set.
    return null;
  }
}

function base64(text: string): Uint8Array | null {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    // InvalidCharacterError: not base64.
    return null;
  }
}

function quoted(text: string): Uint8Array {
  const plain = text.replaceAll('_', ' ').replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Uint8Array.from(plain, (character) => character.charCodeAt(0));
}
