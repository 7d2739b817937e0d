/** Instants come as RFC 3339 UTC with nine digits and stay text, so that no nanosecond is lost on the way to the screen. */
import { formatTime, parseTime } from '@wirecase/contract';

export type Zone = 'utc' | 'local';

/** How much of an instant is shown: to the second, the millisecond, or everything there is. */
export type Precision = 'second' | 'milli' | 'nano';

const fractionDigits: Record<Precision, number> = { second: 0, milli: 3, nano: 9 };

/** `2024-05-01 10:00:00.123` in the zone asked for, without naming the zone: whoever shows times says the zone beside them. */
export function formatInstant(instant: string, zone: Zone, precision: Precision = 'milli'): string {
  const [seconds = '', fraction = ''] = instant.replace(/Z$/, '').split('.');
  const digits = fractionDigits[precision];
  const tail = digits === 0 ? '' : `.${fraction.padEnd(9, '0').slice(0, digits)}`;
  return (zone === 'utc' ? seconds.replace('T', ' ') : localText(new Date(`${seconds}Z`))) + tail;
}

/** A sentence of the server with each instant in it as `formatInstant` writes it. */
export function withInstants(text: string, zone: Zone, precision: Precision): string {
  return text.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, (instant) => formatInstant(instant, zone, precision));
}

function localText(date: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** Name of the zone as said beside times: `UTC`, or `local, UTC+02:00`. The offset is that of now. */
export function zoneName(zone: Zone): string {
  if (zone === 'utc') return 'UTC';
  const minutes = -new Date().getTimezoneOffset();
  const size = Math.abs(minutes);
  const two = (value: number) => String(value).padStart(2, '0');
  return `local, UTC${minutes < 0 ? '−' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** What someone typed as a time, read in the zone unless it names an offset itself; RFC 3339 UTC, or `null`. */
export function readInstant(text: string, zone: Zone): string | null {
  const typed = text.trim();
  if (zone === 'local' && /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?)?$/.test(typed)) {
    const [whole = '', fraction = ''] = typed.replace(' ', 'T').split('.');
    const date = new Date(whole.includes('T') ? whole : `${whole}T00:00`);
    if (Number.isNaN(date.getTime())) return null;
    return formatTime(BigInt(date.getTime()) * 1_000_000n + BigInt(fraction.padEnd(9, '0')));
  }
  const ns = parseTime(typed);
  return ns === null ? null : formatTime(ns);
}

export function toNs(instant: string): bigint {
  return parseTime(instant) ?? 0n;
}

/** The instant `ns` nanoseconds later (or earlier). */
export function shifted(instant: string, ns: bigint): string {
  return formatTime(toNs(instant) + ns);
}

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

/** Wall-clock distance for things that happened to the service (uploads, log-ins), not to packets: `3 minutes ago`. */
export function formatAgo(instant: string, now = Date.now()): string {
  const seconds = Math.round((Date.parse(instant) - now) / 1000);
  const size = Math.abs(seconds);
  if (size < 45) return 'just now';
  if (size < 2700) return relative.format(Math.round(seconds / 60), 'minute');
  if (size < 79_200) return relative.format(Math.round(seconds / 3600), 'hour');
  return relative.format(Math.round(seconds / 86_400), 'day');
}
