/** Addresses as people write them: IP, networks, MAC, and IPv4 with a wildcard at its end. */
import { formatIp, parseIp } from '@wirecase/contract';

/** An address or network as PostgreSQL's inet reads it, or null. `isNetwork`: it has a prefix length below the address's own. */
export function parseNetwork(text: string): { text: string; isNetwork: boolean } | null {
  const wildcard = /^((?:\d{1,3}\.){1,3})(?:\*\.?){1,3}$/.exec(text);
  if (wildcard) return fromWildcard(wildcard[1]!);
  const [address, prefix, ...rest] = text.split('/');
  const bytes = parseIp(address!);
  if (!bytes || rest.length > 0) return null;
  const bits = bytes.length * 8;
  if (prefix === undefined) return { text: formatIp(bytes), isNetwork: false };
  if (!/^\d{1,3}$/.test(prefix) || Number(prefix) > bits) return null;
  return { text: `${formatIp(bytes)}/${prefix}`, isNetwork: Number(prefix) < bits };
}

/** `10.1.` -> 10.1.0.0/16 */
function fromWildcard(head: string): { text: string; isNetwork: boolean } | null {
  const octets = head.split('.').filter((octet) => octet !== '');
  const bytes = parseIp([...octets, ...Array<string>(4 - octets.length).fill('0')].join('.'));
  return bytes && { text: `${formatIp(bytes)}/${8 * octets.length}`, isNetwork: true };
}

/** Six groups with `:` or `-`, or three with dots, as `aa:bb:cc:dd:ee:ff`; null when it is none. */
export function parseMac(text: string): string | null {
  const digits =
    /^[0-9a-f]{2}([:-])(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}$/i.test(text) || /^(?:[0-9a-f]{4}\.){2}[0-9a-f]{4}$/i.test(text)
      ? text.replace(/[:.-]/g, '').toLowerCase()
      : null;
  return digits && digits.match(/../g)!.join(':');
}

export function isAddress(text: string): boolean {
  return parseNetwork(text) !== null || parseMac(text) !== null;
}
