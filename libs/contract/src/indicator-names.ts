/** What other programs call the types of indicators. */
import { indicatorTypes, type IndicatorType } from './indicator.ts';

/** In lower case, with hyphens. */
const names: Readonly<Record<string, IndicatorType>> = {
  ...(Object.fromEntries(indicatorTypes.map((type) => [type, type])) as Record<string, IndicatorType>),
  ...({ ipv4: 'ip', ipv6: 'ip', 'ip-src': 'ip', 'ip-dst': 'ip', 'src-ip': 'ip', 'dst-ip': 'ip', 'ip-address': 'ip' } as const),
  ...({ 'ip:port': 'ip', 'ipv4-addr': 'ip', 'ipv6-addr': 'ip', network: 'cidr' } as const),
  ...({ hostname: 'domain', host: 'domain', fqdn: 'domain', 'domain-name': 'domain', uri: 'url' } as const),
  ...({ 'sha-1': 'sha1', 'sha-256': 'sha256', 'md5-hash': 'md5', 'sha1-hash': 'sha1', 'sha256-hash': 'sha256' } as const),
  ...({ 'filehash-md5': 'md5', 'filehash-sha1': 'sha1', 'filehash-sha256': 'sha256' } as const),
  ...({ 'ja3-md5': 'ja3', 'ja3-fingerprint': 'ja3', 'ja3-fingerprint-md5': 'ja3' } as const),
  ...({ 'x509-fingerprint-sha1': 'cert-sha1', 'x509-fingerprint-sha256': 'cert-sha256' } as const),
};

export function indicatorTypeNamed(name: string): IndicatorType | null {
  const key = name.trim().toLowerCase().replaceAll(/[ _]/g, '-');
  return Object.hasOwn(names, key) ? names[key]! : null;
}
