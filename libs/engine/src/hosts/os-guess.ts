/** Which operating system an address has: reasons with weights go in, the family that they bear best comes out. */

export interface OsEvidence {
  source: string;
  value: string;
  /** One of `parents`. */
  os: string;
  /** What it says within the family: version, distribution. */
  full: string | null;
  /** 0-1: how sure the family is by this alone. */
  weight: number;
}

export interface OsGuess {
  name: string;
  full: string | null;
  confidence: number;
}

/** What each family is a kind of: a reason for the wider one bears the narrower too. */
const parents: Readonly<Record<string, string | null>> = {
  Windows: null,
  'network device': null,
  'Unix-like': null,
  Linux: 'Unix-like',
  Android: 'Linux',
  Apple: 'Unix-like',
  macOS: 'Apple',
  iOS: 'Apple',
  BSD: 'Unix-like',
};

/** The narrowest family with the best support. Its confidence is what its reasons say together, less what speaks for others. */
export function guessOs(reasons: Iterable<OsEvidence>): OsGuess | null {
  const all = [...reasons];
  let best: OsGuess | null = null;
  let bestDepth = 0;
  let bestSupport = 0;
  for (const family of new Set(all.map(({ os }) => os))) {
    const line = lineOf(family);
    const own = all.filter(({ os }) => line.includes(os));
    const against = all.filter(({ os }) => !line.includes(os) && !lineOf(os).includes(family));
    const support = together(own);
    const isBetter = support > bestSupport + 1e-9 || (support > bestSupport - 1e-9 && line.length > bestDepth);
    if (!isBetter) continue;
    [bestSupport, bestDepth] = [support, line.length];
    const full = own.filter((reason) => reason.full !== null).sort((a, b) => b.weight - a.weight)[0]?.full ?? null;
    best = { name: family, full, confidence: Math.round(100 * support * (1 - together(against) / 2)) / 100 };
  }
  return best;
}

/** Independent reasons: what is left of the doubt after each of them. */
function together(reasons: readonly OsEvidence[]): number {
  return 1 - reasons.reduce((doubt, { weight }) => doubt * (1 - weight), 1);
}

/** The family and what it is a kind of. */
function lineOf(family: string): string[] {
  const line: string[] = [];
  for (let at: string | null = family; at !== null; at = parents[at] ?? null) line.push(at);
  return line;
}

/** The initial TTL that systems send with (IANA's recommendation is 64), from the one that arrived. */
export function osOfTtl(ttl: number): OsEvidence | null {
  if (ttl <= 32) return null;
  const initial = ttl <= 64 ? 64 : ttl <= 128 ? 128 : 255;
  const os = initial === 64 ? 'Unix-like' : initial === 128 ? 'Windows' : 'network device';
  return { source: 'ttl', value: String(initial), os, full: null, weight: initial === 128 ? 0.4 : 0.25 };
}

/** Layout of the options of a SYN, as `mss,sackOk,timestamps,nop,windowScale`. */
const synLayouts: Readonly<Record<string, [os: string, weight: number]>> = {
  'mss,sackOk,timestamps,nop,windowScale': ['Linux', 0.6],
  'mss,nop,nop,timestamps,nop,windowScale': ['Linux', 0.3],
  'mss,nop,windowScale,nop,nop,sackOk': ['Windows', 0.6],
  'mss,nop,windowScale,sackOk,timestamps': ['Windows', 0.4],
  'mss,nop,nop,sackOk': ['Windows', 0.4],
  'mss,nop,windowScale,nop,nop,timestamps,sackOk,end': ['Apple', 0.6],
  'mss,nop,windowScale,sackOk,timestamps,end': ['BSD', 0.3],
  mss: ['network device', 0.1],
};

export function osOfSyn(layout: string, window: number): OsEvidence | null {
  const known = synLayouts[layout];
  if (!known) return null;
  // Scanners write SYNs of their own: windows of 1024 and the like are no system's.
  if (window <= 4096 && known[0] !== 'network device') return null;
  return { source: 'tcp syn', value: `${layout} window ${window}`, os: known[0], full: null, weight: known[1] };
}

type Pattern = [pattern: RegExp, os: string, full: string | null];

/** The first that matches; `$1` is what the pattern found. */
function matched(patterns: readonly Pattern[], source: string, value: string, weight: number): OsEvidence | null {
  for (const [pattern, os, full] of patterns) {
    const found = pattern.exec(value);
    if (!found) continue;
    const version = (found[1] ?? '').replaceAll('_', '.');
    return { source, value: value.slice(0, 200), os, full: full === null ? null : full.replace('$1', version).trim(), weight };
  }
  return null;
}

const agentPatterns: readonly Pattern[] = [
  [/\bWindows NT 10\.0/, 'Windows', 'Windows 10 or newer'],
  [/\bWindows NT 6\.3/, 'Windows', 'Windows 8.1 or Server 2012 R2'],
  [/\bWindows NT 6\.2/, 'Windows', 'Windows 8 or Server 2012'],
  [/\bWindows NT 6\.1/, 'Windows', 'Windows 7 or Server 2008 R2'],
  [/\bWindows NT 6\.0/, 'Windows', 'Windows Vista or Server 2008'],
  [/\bWindows NT 5\.[12]/, 'Windows', 'Windows XP or Server 2003'],
  [/^Microsoft-(?:CryptoAPI|Delivery-Optimization|BITS|WNS|NCSI)/, 'Windows', null],
  [/\bWindows\b/, 'Windows', null],
  [/\bAndroid (\d+(?:\.\d+)*)/, 'Android', 'Android $1'],
  [/\bDalvik\b|\bAndroid\b/, 'Android', null],
  [/\b(?:iPhone|iPad|iPod)\b.{0,64}? OS (\d+(?:[._]\d+)*)/, 'iOS', 'iOS $1'],
  [/\b(?:iPhone|iPad|iPod)\b/, 'iOS', null],
  [/\bMac OS X (\d+(?:[._]\d+)*)/, 'macOS', 'macOS $1'],
  [/\bDarwin\/|\bCFNetwork\//, 'Apple', null],
  [/\b(Ubuntu|Debian|Fedora|CentOS|Red Hat|openSUSE|Arch Linux|Alpine)\b/, 'Linux', '$1'],
  [/\bLinux\b|^Debian APT/, 'Linux', null],
  [/\b(FreeBSD|OpenBSD|NetBSD)\b/, 'BSD', '$1'],
];
export const osOfUserAgent = (agent: string) => matched(agentPatterns, 'user agent', agent, 0.7);

const vendorPatterns: readonly Pattern[] = [
  [/^MSFT \d/, 'Windows', null],
  [/^android-dhcp-(\d+)/, 'Android', 'Android $1'],
  [/^dhcpcd-[^:]*:Linux-([\d.]+)/, 'Linux', 'Linux $1'],
  [/^(?:dhcpcd|udhcp)/, 'Linux', null],
  [/^AAPLBSDPC/, 'macOS', null],
  [/^(?:Cisco|Juniper|Aruba|MikroTik|ubnt)/i, 'network device', null],
];
export const osOfVendorClass = (vendorClass: string) => matched(vendorPatterns, 'dhcp vendor class', vendorClass, 0.8);

/** Options that clients ask for (option 55), told by those that only one system asks for in this order. */
const parameterLists: readonly [beginning: string, os: string, weight: number][] = [
  ['1,3,6,15,31,33,43,44,46,47,119,121,249,252', 'Windows', 0.7],
  ['1,15,3,6,44,46,47,31,33,121,249', 'Windows', 0.7],
  ['1,121,3,6,15,108,114,119,252', 'Apple', 0.7],
  ['1,121,3,6,15,114,119,252', 'Apple', 0.7],
  ['1,121,3,6,15,119,252', 'Apple', 0.7],
  ['1,3,6,15,26,28,51,58,59', 'Android', 0.6],
  ['1,28,2,3,15,6,119,12', 'Linux', 0.5],
  ['1,28,2,121,15,6,12', 'Linux', 0.5],
  ['1,2,6,12,15,26,28,121,3', 'Linux', 0.5],
];
export function osOfDhcpParameters(parameters: readonly number[]): OsEvidence | null {
  const text = parameters.join(',');
  const known = parameterLists.find(([beginning]) => text === beginning || text.startsWith(`${beginning},`));
  return known ? { source: 'dhcp options', value: text.slice(0, 200), os: known[1], full: null, weight: known[2] } : null;
}

const sshPatterns: readonly Pattern[] = [
  [/(Debian|Ubuntu|Raspbian)/, 'Linux', '$1'],
  [/OpenSSH_for_Windows/, 'Windows', null],
  [/(FreeBSD|NetBSD)/, 'BSD', '$1'],
  [/Cisco|ROSSSH|HUAWEI|Comware|RomSShell/i, 'network device', null],
  [/dropbear/i, 'Linux', null],
  [/OpenSSH/, 'Unix-like', null],
];
export const osOfSshBanner = (banner: string) => matched(sshPatterns, 'ssh banner', banner, 0.6);

const bannerPatterns: readonly Pattern[] = [
  [/\b(Debian|Ubuntu|CentOS|Red Hat|Fedora|SUSE)\b/i, 'Linux', '$1'],
  [/Microsoft (?:ESMTP|FTP|SQL)/i, 'Windows', null],
  [/\b(FreeBSD|OpenBSD|NetBSD)\b/, 'BSD', '$1'],
];
export const osOfBanner = (banner: string) => matched(bannerPatterns, 'banner', banner, 0.5);

const nativePatterns: readonly Pattern[] = [
  [/^(Windows.+)/, 'Windows', '$1'],
  [/^Unix|Samba/, 'Unix-like', null],
];
export const osOfSmbNativeOs = (name: string) => matched(nativePatterns, 'smb native os', name, 0.7);

/** By version, or version and the least build, newest first. */
const windowsVersions: readonly [version: string, build: number, full: string][] = [
  ['10.0', 26_100, 'Windows 11 24H2 or Server 2025'],
  ['10.0', 22_000, 'Windows 11'],
  ['10.0', 20_348, 'Windows Server 2022'],
  ['10.0', 18_362, 'Windows 10'],
  ['10.0', 17_763, 'Windows 10 1809 or Server 2019'],
  ['10.0', 14_393, 'Windows 10 1607 or Server 2016'],
  ['10.0', 1, 'Windows 10'],
  ['6.3', 1, 'Windows 8.1 or Server 2012 R2'],
  ['6.2', 1, 'Windows 8 or Server 2012'],
  ['6.1', 1, 'Windows 7 or Server 2008 R2'],
  ['6.0', 1, 'Windows Vista or Server 2008'],
  ['5.2', 1, 'Windows XP x64 or Server 2003'],
  ['5.1', 1, 'Windows XP'],
];

/** `version`: what NTLM says, as `10.0.17763`. Build 0 is what Samba says. */
export function osOfNtlmVersion(version: string): OsEvidence | null {
  const parts = /^(\d+\.\d+)\.(\d+)$/.exec(version);
  if (!parts) return null;
  const build = Number(parts[2]);
  if (build === 0) return { source: 'ntlm version', value: version, os: 'Unix-like', full: 'Samba', weight: 0.4 };
  const known = windowsVersions.find(([name, least]) => name === parts[1] && build >= least);
  return known ? { source: 'ntlm version', value: version, os: 'Windows', full: known[2], weight: 0.7 } : null;
}
