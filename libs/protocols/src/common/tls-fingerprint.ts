/** JA3, JA3S and JA4: short names for the way a client or server speaks TLS. */
import { formatHex, type Platform } from '@wirecase/contract';
import type { ClientHello, ServerHello } from './tls-hello.ts';

const ascii = new TextEncoder();

/** RFC 8701: values that mean nothing and are ignored: 0x0a0a, 0x1a1a ... 0xfafa. */
export function isGrease(value: number): boolean {
  return (value & 0x0f0f) === 0x0a0a && value >> 8 === (value & 255);
}

/** MD5 of `version,ciphers,extensions,groups,pointFormats` in decimal, joined by `-`, without GREASE. */
export function ja3(hello: ClientHello, platform: Platform): string {
  const list = (values: readonly number[]): string => values.filter((value) => !isGrease(value)).join('-');
  return md5(
    [hello.version, list(hello.ciphers), list(hello.extensions), list(hello.groups), hello.pointFormats.join('-')].join(','),
    platform,
  );
}

/** MD5 of `version,cipher,extensions`. */
export function ja3s(hello: ServerHello, platform: Platform): string {
  return md5([hello.legacyVersion, hello.cipher, hello.extensions.join('-')].join(','), platform);
}

/**
 * JA4 as FoxIO's specification (BSD 3-Clause) describes it: `t13d1516h2_8daaf6152771_e5627efa2ab1`. `carrier`: t for TLS over TCP, d for
 * DTLS, q for QUIC.
 */
export function ja4(hello: ClientHello, platform: Platform, carrier: 't' | 'd' | 'q' = 't'): string {
  const ciphers = hello.ciphers.filter((value) => !isGrease(value));
  const extensions = hello.extensions.filter((value) => !isGrease(value));
  const versions = hello.supportedVersions.filter((value) => !isGrease(value));
  // DTLS counts down.
  const newest = carrier === 'd' ? Math.min(...versions) : Math.max(...versions);
  const version = versions.length > 0 ? newest : hello.version;
  const prefix =
    carrier +
    ja4Version(version) +
    (hello.extensions.includes(0) ? 'd' : 'i') +
    ja4Count(ciphers) +
    ja4Count(extensions) +
    ja4Alpn(hello.firstAlpn);
  // Server name (0) and ALPN (16) differ by destination; they are in the prefix already.
  const sorted = sortedHex(extensions.filter((value) => value !== 0 && value !== 16));
  const algorithms = hello.signatureAlgorithms.filter((value) => !isGrease(value)).map(hex4);
  const extensionText = algorithms.length > 0 ? `${sorted}_${algorithms.join(',')}` : sorted;
  return `${prefix}_${ja4Hash(sortedHex(ciphers), platform)}_${extensions.length === 0 ? '000000000000' : ja4Hash(extensionText, platform)}`;
}

function ja4Version(version: number): string {
  const names: Readonly<Record<number, string>> = {
    0x0304: '13',
    0x0303: '12',
    0x0302: '11',
    0x0301: '10',
    0x0300: 's3',
    0x0002: 's2',
    0xfeff: 'd1',
    0xfefd: 'd2',
    0xfefc: 'd3',
  };
  return names[version] ?? '00';
}

function ja4Count(values: readonly number[]): string {
  return String(Math.min(values.length, 99)).padStart(2, '0');
}

/** First and last character of the first ALPN value; of its hexadecimal form when either is not alphanumeric. */
function ja4Alpn(name: Uint8Array | null): string {
  if (name === null || name.length === 0) return '00';
  const text = String.fromCharCode(name[0]!, name[name.length - 1]!);
  if (/^[0-9A-Za-z]{2}$/.test(text)) return text;
  const digits = formatHex(name);
  return digits.charAt(0) + digits.charAt(digits.length - 1);
}

function ja4Hash(text: string, platform: Platform): string {
  return text === '' ? '000000000000' : formatHex(platform.digest('sha256', ascii.encode(text))).slice(0, 12);
}

function sortedHex(values: readonly number[]): string {
  return values.map(hex4).sort().join(',');
}

function hex4(value: number): string {
  return value.toString(16).padStart(4, '0');
}

function md5(text: string, platform: Platform): string {
  return formatHex(platform.digest('md5', ascii.encode(text)));
}
