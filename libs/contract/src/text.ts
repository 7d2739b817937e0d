/** Text forms of row values, used by every output (NDJSON, CSV, REST, UI). */

const SECOND_NS = 1_000_000_000n;

/** RFC 3339 in UTC with nine digits: `2024-05-01T10:00:00.123456789Z`. `ns`: nanoseconds since 1970, int64. */
export function formatTime(ns: bigint): string {
  let seconds = ns / SECOND_NS;
  let fraction = ns % SECOND_NS;
  if (fraction < 0n) {
    fraction += SECOND_NS;
    seconds -= 1n;
  }
  return new Date(Number(seconds) * 1000).toISOString().slice(0, -5) + '.' + fraction.toString().padStart(9, '0') + 'Z';
}

/** The inverse of `formatTime`; fewer digits, an offset and epoch seconds are accepted. `null` when it is not a time. */
export function parseTime(text: string): bigint | null {
  const epoch = /^(-?\d{1,11})(?:\.(\d{1,9}))?$/.exec(text);
  if (epoch) {
    const fraction = BigInt((epoch[2] ?? '').padEnd(9, '0'));
    const seconds = BigInt(epoch[1]!) * SECOND_NS;
    return epoch[1]!.startsWith('-') ? seconds - fraction : seconds + fraction;
  }
  const parts = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)?)?$/i.exec(text);
  if (!parts) return null;
  const clock = (parts[2] ?? '00:00:00').padEnd(8, ':00');
  const ms = Date.parse(`${parts[1]}T${clock}${(parts[4] ?? 'Z').toUpperCase()}`);
  if (Number.isNaN(ms)) return null;
  return BigInt(ms) * 1_000_000n + BigInt((parts[3] ?? '').padEnd(9, '0'));
}

/** Dotted quad, or RFC 5952 for 16 bytes (longest run of zero groups shortened, lower case). */
export function formatIp(address: Uint8Array): string {
  if (address.length === 4) return `${address[0]}.${address[1]}.${address[2]}.${address[3]}`;
  const groups: number[] = [];
  for (let i = 0; i < 16; i += 2) groups.push((address[i]! << 8) | address[i + 1]!);
  let bestStart = -1;
  let bestLength = 1;
  for (let i = 0; i < 8; i++) {
    let length = 0;
    while (i + length < 8 && groups[i + length] === 0) length++;
    if (length > bestLength) {
      bestStart = i;
      bestLength = length;
    }
  }
  const hex = (from: number, to: number) =>
    groups
      .slice(from, to)
      .map((g) => g.toString(16))
      .join(':');
  if (bestStart < 0) return hex(0, 8);
  return `${hex(0, bestStart)}::${hex(bestStart + bestLength, 8)}`;
}

/** 4 or 16 bytes of an address in text, or `null` when it is none. Accepts `::ffff:1.2.3.4` and brackets. */
export function parseIp(text: string): Uint8Array | null {
  const bare = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
  if (!bare.includes(':')) return parseIpv4(bare);
  let source = bare;
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(bare);
  if (dotted) {
    const v4 = parseIpv4(dotted[2]!);
    if (!v4) return null;
    source = `${dotted[1]}${((v4[0]! << 8) | v4[1]!).toString(16)}:${((v4[2]! << 8) | v4[3]!).toString(16)}`;
  }
  const halves = source.split('::');
  if (halves.length > 2) return null;
  const groupsOf = (half: string) => (half === '' ? [] : half.split(':'));
  const head = groupsOf(halves[0]!);
  const tail = halves.length === 2 ? groupsOf(halves[1]!) : [];
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return null;
  const groups = [...head, ...Array<string>(missing).fill('0'), ...tail];
  const bytes = new Uint8Array(16);
  for (const [i, group] of groups.entries()) {
    if (!/^[0-9a-f]{1,4}$/i.test(group)) return null;
    const value = parseInt(group, 16);
    bytes[2 * i] = value >> 8;
    bytes[2 * i + 1] = value & 255;
  }
  return bytes;
}

function parseIpv4(text: string): Uint8Array | null {
  const parts = text.split('.');
  if (parts.length !== 4) return null;
  const bytes = new Uint8Array(4);
  for (const [i, part] of parts.entries()) {
    if (!/^\d{1,3}$/.test(part) || Number(part) > 255) return null;
    bytes[i] = Number(part);
  }
  return bytes;
}

const hexBytes = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Lower-case hexadecimal digits, two a byte. */
export function formatHex(bytes: Uint8Array): string {
  const { length } = bytes;
  const whole = length - (length % 4);
  let text = '';
  // Four bytes at a time: each addition to a longer text is an object of its own.
  for (let i = 0; i < whole; i += 4) {
    text += hexBytes[bytes[i]!]! + hexBytes[bytes[i + 1]!]! + hexBytes[bytes[i + 2]!]! + hexBytes[bytes[i + 3]!]!;
  }
  for (let i = whole; i < length; i++) text += hexBytes[bytes[i]!]!;
  return text;
}

/**
 * Make packet text fit for a text column and a screen (RELIABILITY A9, A10): NUL and C0/C1 controls, bidi controls and other invisible
 * format characters become visible escapes (`\x1b`, `\u202e`), lone surrogates U+FFFD. Ordinary text comes back as it is.
 */
export function cleanText(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g, escapeCharacter);
}

function escapeCharacter(character: string): string {
  const code = character.charCodeAt(0);
  return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}
