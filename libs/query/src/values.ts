/** Values as people write them: numbers with units, durations, times, wildcards. Null where a text is none of the kind. */
import { parseTime } from '@wirecase/contract';

const sizes: Record<string, number> = {
  '': 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};
const durations: Record<string, number> = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9, d: 86_400e9, w: 604_800e9 };

/** `1500`, `1.5MB`, `64KiB` (units without case) as a whole number. */
export function parseSize(text: string): bigint | null {
  const parts = /^(-?\d{1,18}(?:\.\d{1,9})?)\s*([a-z]{0,3})$/i.exec(text);
  const factor = parts && sizes[parts[2]!.toLowerCase()];
  return factor ? scaled(parts[1]!, factor) : null;
}

/** `250ms`, `1.5s`, `10m`, `1h30m` in nanoseconds. A bare number has no unit and is no duration; only `0` is. */
export function parseDuration(text: string): bigint | null {
  if (text === '0') return 0n;
  if (!/^(\d{1,15}(\.\d{1,9})?(ns|us|µs|ms|[smhdw]))+$/i.test(text)) return null;
  let total = 0n;
  for (const [, number, unit] of text.matchAll(/(\d+(?:\.\d+)?)([a-zµ]+)/gi))
    total += scaled(number!, durations[unit!.toLowerCase()]!) ?? 0n;
  return fitsInt64(total) ? total : null;
}

/** `number` times `factor`, exact: null when it is not a whole number. */
function scaled(number: string, factor: number): bigint | null {
  const [whole, fraction = ''] = number.split('.');
  const digits = BigInt(whole! + fraction) * BigInt(factor);
  const divisor = 10n ** BigInt(fraction.length);
  return digits % divisor === 0n ? digits / divisor : null;
}

/** A time stands for the moment it begins at and for as long as it is precise: `2024-05-01` is a day. Nanoseconds. */
export interface Moment {
  start: bigint;
  length: bigint;
}

/** RFC 3339 and its beginnings, epoch seconds, or `now`, `now-1h`, `now-1d@d` (`@`: the beginning of that minute, hour or day). */
export function parseMoment(text: string, now: bigint): Moment | null {
  const moment = relativeMoment(text, now) ?? absolute(text);
  return moment && fitsInt64(moment.start) && fitsInt64(moment.start + moment.length) ? moment : null;
}

function relativeMoment(text: string, now: bigint): Moment | null {
  const relative = /^now(?:([+-])([^@]+))?(?:@([mhd]))?$/i.exec(text);
  if (!relative) return null;
  const shift = relative[2] === undefined ? 0n : parseDuration(relative[2]);
  if (shift === null) return null;
  const moment = relative[1] === '-' ? now - shift : now + shift;
  if (relative[3] === undefined) return { start: moment, length: 1n };
  const unit = BigInt(durations[relative[3].toLowerCase()]!);
  return { start: moment - (moment % unit), length: unit };
}

function absolute(text: string): Moment | null {
  const start = parseTime(text);
  if (start === null) return null;
  const fraction = /\.(\d+)/.exec(text)?.[1];
  if (fraction !== undefined) return { start, length: 10n ** BigInt(9 - fraction.length) };
  const unit = /^\d{4}-\d\d-\d\d$/.test(text) ? 'd' : /^[^T ]+[T ]\d\d:\d\d(?!:)/i.test(text) ? 'm' : 's';
  return { start, length: BigInt(durations[unit]!) };
}

/** Times and counts are 64 bits in PostgreSQL: times from 1677 to 2262. */
export const fitsInt64 = (value: bigint) => BigInt.asIntN(64, value) === value;

/** Whether a bare word has a `*` that is not escaped. */
export const hasWildcard = (text: string) => /(^|[^\\])\*/.test(text);

/** The word without the escapes of its stars. */
export const withoutEscapes = (text: string) => text.replaceAll('\\*', '*');

/** A LIKE pattern: `*` is any text, everything else means itself. */
export function likePattern(text: string): string {
  return text.replace(/\\\*|[\\%_*]/g, (found) => (found === '\\*' ? '*' : found === '*' ? '%' : `\\${found}`));
}
