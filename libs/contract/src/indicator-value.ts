/** One indicator: what its text is, and the spelling in which it is compared. */
import type { IndicatorType } from './indicator.ts';
import { isInNetwork, parseNetworkText, type Network } from './network.ts';
import { formatIp, parseIp } from './text.ts';

/** `value`: as it is compared; `problem`: what is wrong and what to do. */
export type ReadValue = { value: string; warning: string | null } | { problem: string };

const hexDigits: Partial<Record<IndicatorType, number>> = {
  md5: 32,
  sha1: 40,
  sha256: 64,
  ja3: 32,
  'cert-sha1': 40,
  'cert-sha256': 64,
};

const ownNetworks = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '127.0.0.0/8',
  '169.254.0.0/16',
  'fc00::/7',
  'fe80::/10',
  '::1/128',
].map((text) => parseNetworkText(text)!);
/** Networks with fewer bits than this hold more of the internet than a list can mean. */
const WIDE_IPV4 = 8;
const WIDE_IPV6 = 20;

/** Longest value: what a URL in a record can be. */
export const MOST_INDICATOR_CHARACTERS = 2048;

export function readIndicatorValue(type: IndicatorType, text: string): ReadValue {
  const given = undefanged(text.trim());
  if (given.length === 0) return { problem: 'The value is empty; give one or remove the line.' };
  if (given.length > MOST_INDICATOR_CHARACTERS)
    return { problem: `The value is longer than ${MOST_INDICATOR_CHARACTERS} characters; no record can have it.` };
  if (type === 'ip' || type === 'cidr') return readNetwork(type, given);
  if (type === 'domain') return readDomain(given);
  if (type === 'url') return readUrl(given);
  if (type === 'ja4') return readJa4(given);
  const digits = hexDigits[type]!;
  const hex = given.replaceAll(':', '').toLowerCase();
  if (hex.length === digits && /^[0-9a-f]+$/.test(hex)) return { value: hex, warning: null };
  return { problem: `${show(given)} is no ${type}: ${digits} hexadecimal digits are.` };
}

/** What a value without a type is; null when it is nothing that is compared. */
export function guessIndicatorType(text: string): IndicatorType | null {
  const given = undefanged(text.trim());
  if (parseNetworkText(given)) return given.includes('/') ? 'cidr' : 'ip';
  const hash = /^[0-9a-f]+$/i.test(given) ? ({ 32: 'md5', 40: 'sha1', 64: 'sha256' } as const)[given.length] : undefined;
  if (hash) return hash;
  if (ja4Form.test(given.toLowerCase())) return 'ja4';
  if (given.includes('/')) return 'value' in readUrl(given) ? 'url' : null;
  return 'value' in readDomain(given) ? 'domain' : null;
}

/** `hxxp://evil[.]example` as it is meant. */
function undefanged(text: string): string {
  return text
    .replace(/^hxxp(s?)(\[:\]|:)/i, 'http$1:')
    .replaceAll(/\[\.\]|\(\.\)|\[dot\]/gi, '.')
    .replaceAll('[:]', ':');
}

function readNetwork(type: 'ip' | 'cidr', text: string): ReadValue {
  const network = parseNetworkText(text);
  if (!network)
    return {
      problem: `${show(text)} is no ${type === 'ip' ? 'address' : 'network'}; write ${type === 'ip' ? '198.51.100.7' : '198.51.100.0/24'}.`,
    };
  const isAddress = network.prefix === 8 * network.address.length;
  if (type === 'ip' && !isAddress) return { problem: `${show(text)} is a network; give it the type cidr.` };
  clearHostBits(network);
  const address = formatIp(network.address);
  return { value: type === 'ip' ? address : `${address}/${network.prefix}`, warning: widthWarning(network) };
}

function widthWarning(network: Network): string | null {
  if (network.prefix < (network.address.length === 4 ? WIDE_IPV4 : WIDE_IPV6))
    return 'This network is a large part of the internet: most flows will match it. Remove it unless that is meant.';
  const isOwn = ownNetworks.some((own) => own.prefix <= network.prefix && isInNetwork(network.address, own));
  return isOwn
    ? "This address is private: in your network it names another machine than in its author's. Remove it unless it is yours."
    : null;
}

function clearHostBits({ address, prefix }: Network): void {
  for (let i = 0; i < address.length; i++) {
    const kept = Math.min(8, Math.max(0, prefix - 8 * i));
    address[i] = address[i]! & (0xff00 >> kept);
  }
}

function readDomain(text: string): ReadValue {
  const name = text.toLowerCase().replace(/^\*\./, '').replace(/\.$/, '');
  if (parseIp(name)) return { problem: `${show(text)} is an address; give it the type ip.` };
  const isName = name.length <= 253 && name.split('.').every((label) => /^[\p{L}\p{N}_]([\p{L}\p{N}_-]{0,61}[\p{L}\p{N}_])?$/u.test(label));
  if (!isName || /[^ -~]/.test(name)) {
    const hint = isName ? 'write international names as they are sent, xn--...' : 'write evil.example, without scheme, port or path';
    return { problem: `${show(text)} is no domain name; ${hint}.` };
  }
  if (!name.includes('.')) return { problem: `${show(text)} is a whole top-level domain or a bare word; write a name with a dot.` };
  return { value: name, warning: null };
}

/** As a request in clear says it: scheme and host in lower case, no default port, no fragment, a path. */
function readUrl(text: string): ReadValue {
  // What follows the host begins with / or ?: one way alone to read a text, so that a line of megabytes takes linear time.
  const parts = /^(?:([a-z][a-z0-9+.-]*):\/\/)?([^/?#\s]+)([/?][^#\s]*)?(?:#\S*)?$/i.exec(text);
  const host = parts?.[2]!.toLowerCase().replace(/:80$/, '');
  if (!parts || !host || !/^([a-z0-9._-]+|\[[0-9a-f:.]+\])(:\d+)?$/.test(host))
    return { problem: `${show(text)} is no URL; write http://evil.example/path.` };
  const scheme = (parts[1] ?? 'http').toLowerCase();
  const rest = parts[3] ?? '';
  const path = rest.startsWith('/') ? rest : `/${rest}`;
  const warning = scheme === 'http' ? null : 'Only URLs of HTTP in clear are seen; list the domain as well.';
  return { value: `${scheme}://${host}${path}`, warning };
}

const ja4Form = /^[tqd][0-9a-z]{9}_[0-9a-f]{12}_[0-9a-f]{12}$/;

function readJa4(text: string): ReadValue {
  const value = text.toLowerCase();
  return ja4Form.test(value)
    ? { value, warning: null }
    : { problem: `${show(text)} is no JA4; one looks like t13d1516h2_8daaf6152771_e5627efa2ab1.` };
}

/** Quoted in an error: short, and without what steers a terminal. */
function show(text: string): string {
  const clean = text.replaceAll(/\p{C}/gu, '\u{fffd}');
  return `"${clean.length > 80 ? `${clean.slice(0, 80)}...` : clean}"`;
}
