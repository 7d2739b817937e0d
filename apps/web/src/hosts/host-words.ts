/** Hosts in words. */
import type { HostOverview, HostService } from '@wirecase/contract';

/** `Debian (Linux)`, `Windows`; empty where nothing is known. */
export function systemOf({ os }: Pick<HostOverview, 'os'>): string {
  if (os === null) return '';
  if (os.full === null || os.full === os.name) return os.name;
  return os.full.startsWith(os.name) ? os.full : `${os.full} (${os.name})`;
}

/** `office, Berlin, DE, AS 64500 Example Net`; empty where nothing is known. */
export function placeOf({
  zone,
  city,
  country,
  asNumber,
  asName,
}: Pick<HostOverview, 'zone' | 'city' | 'country' | 'asNumber' | 'asName'>): string {
  const system = asNumber === null ? asName : `AS ${asNumber} ${asName ?? ''}`.trim();
  return [zone, city, country, system].filter(Boolean).join(', ');
}

/** Each name once, those first that were told by most. */
export function namesOf({ names }: Pick<HostOverview, 'names'>): string[] {
  const told = new Map<string, { name: string; count: number }>();
  for (const { name } of names) {
    const known = told.get(name.toLowerCase());
    if (known) known.count++;
    else told.set(name.toLowerCase(), { name, count: 1 });
  }
  return [...told.values()].sort((a, b) => b.count - a.count).map(({ name }) => name);
}

/** `ssh`, or `tcp/2222` where no protocol is known. */
export const serviceWord = ({ transport, port, protocols }: HostService): string => protocols[0] ?? `${transport}/${port}`;

/** The flows of an address, as a search: on either side, in the captures given when that is one. */
export function flowsOf(ip: string, capture: string | null, clause = ''): { q: string; capture: string | undefined } {
  return { q: `ip == ${ip}${clause}`, capture: capture !== null && !capture.includes(',') ? capture : undefined };
}

/** Where from first to last something was seen, in percent of the whole span. */
export function spanOf(first: number, last: number, from: number, to: number): { left: number; width: number } {
  const whole = Math.max(1, to - from);
  const left = Math.min(99, Math.max(0, (100 * (first - from)) / whole));
  return { left, width: Math.max(1, Math.min(100 - left, (100 * (last - first)) / whole)) };
}

/** Whether the address may be a host's, which has a page: it is no group's (multicast), not everybody's, not nobody's. */
export function isHost(ip: string): boolean {
  return !/^(22[4-9]|23\d)\.|^ff[\da-f]{2}:|^255\.255\.255\.255$|^0\.0\.0\.0$|^::$/i.test(ip);
}
