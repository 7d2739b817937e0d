/** Signatures of services from the first decades of the Internet, of its messengers, and of printing. */
import { read16, read32, read32Le } from '../common/binary.ts';
import { areShown, hasText, isText, type Signature, signature, text } from './signature.ts';

export const earlySignatures: readonly Signature[] = [
  // RFC 1413 3: two ports; the answer says them again, then USERID or ERROR.
  signature('ident', 'tcp', [113], { check: isIdent, isPortBound: true }),
  // RFC 1436 3: a selector in one line; the answer's lines have a kind and three tabs.
  signature('gopher', 'tcp', [70], { check: isGopher, isPortBound: true }),
  // RFC 867: one line with a time; RFC 868: four bytes; both from the server, which a client asks over UDP with nothing.
  signature('daytime', 'both', [13], {
    check: (b, s, n) => n >= 16 && n < 80 && hasText(b, s, s + n, ':') && b[s + n - 1]! <= 13,
    isPortBound: true,
  }),
  signature('time', 'both', [37], { check: (_b, _s, n) => n === 4, isPortBound: true }),
  // RFC 864: lines of 72 characters, each one further in a ring of 95.
  signature('chargen', 'both', [19], { check: isCharacterRing, isPortBound: true }),
  // RFC 1179 5: command 1-5, a queue, a line feed; within a job 1-3, a size and a name.
  signature('lpd', 'tcp', [515], {
    check: (b, s, n) => n >= 3 && n < 512 && b[s]! >= 1 && b[s]! <= 5 && b[s + n - 1] === 10 && areShown(b, s + 1, n - 2),
    isPortBound: true,
  }),
  // rexec: the port for errors in digits, user, password, command, each ended by 0.
  signature('rexec', 'tcp', [512], {
    check: (b, s, n) => n > 5 && b[s]! >= 0x30 && b[s]! <= 0x39 && b[s + n - 1] === 0 && zerosIn(b, s, n) === 4,
    isPortBound: true,
  }),
  // HP's PJL: the escape that leaves any language, or the job's first line.
  signature('pjl', 'tcp', [9100], { starts: [`1b${text('%-12345X')}`, text('@PJL ')] }),
  // CVS client/server: authentication of pserver.
  signature('cvs', 'tcp', [2401], { starts: [text('BEGIN AUTH REQUEST\n'), text('BEGIN VERIFICATION REQUEST\n')] }),
  // RFC 5804 1.7 and RFC 2244 2.5: greetings with capabilities.
  signature('managesieve', 'tcp', [4190], { starts: [text('"IMPLEMENTATION" '), text('"SIEVE" ')], isCarrier: true }),
  signature('acap', 'tcp', [674], { starts: [text('* ACAP (')] }),
  // RFC 3080 2.2.1: greetings are replies to message 0 of channel 0.
  signature('beep', 'tcp', [10288], { starts: [text('RPY 0 0 . 0 ')] }),
  // MSN's messenger: version, then names of the protocol.
  signature('msnp', 'tcp', [1863], { check: isMsnp }),
  // Yahoo's messenger: "YMSG", a version, length of what follows.
  signature('ymsg', 'tcp', [5050, 5101], { starts: [text('YMSG')], check: (b, s, n) => n >= 20 && read16(b, s + 8) + 20 <= n }),
  // Gadu-Gadu: type and length, little-endian; the server's WELCOME is 1 and a seed of four bytes.
  signature('gadu-gadu', 'tcp', [8074], { starts: ['0100000004000000'], check: (_b, _s, n) => n === 12 }),
  // SHOUTcast's answer; sources of Icecast.
  signature('icecast', 'tcp', [8000], { starts: [text('ICY 200 OK\r\n')] }),
  signature('icecast', 'tcp', [8000], {
    starts: [text('SOURCE ')],
    check: (b, s, n) => hasText(b, s, s + Math.min(n, 200), ' ICE/1.0\r\n'),
  }),
  // RealAudio's PNA: magic, version.
  signature('pna', 'tcp', [7070], { starts: [`${text('PNA')}00`] }),
  // [MS-MMSP] 2.2.3: 1, the session's signature, lengths and "MMS ".
  signature('ms-mms', 'tcp', [1755], { starts: [`01000000cefa0bb0........${text('MMS ')}`] }),
  // VTun's greeting.
  signature('vtun', 'tcp', [5000], { starts: [text('VTUN server ver ')] }),
  // SAP's router: length, a message of the network interface.
  signature('sap-router', 'tcp', [3299], {
    starts: [text('NI_ROUTE\0'), text('NI_PONG\0'), text('NI_RTERR\0')].map((name) => `........${name}`),
    check: (b, s, n) => read32(b, s) + 4 <= n,
  }),
  // NDMP 2 to 4 (RPC of its own): last fragment, sequence, time, request, CONNECT_OPEN or NOTIFY_CONNECTED.
  signature('ndmp', 'tcp', [10000], {
    starts: ['80'],
    check: (b, s, n) => n >= 28 && read32(b, s) - 0x8000_0000 + 4 === n && read32(b, s + 12) <= 1 && isNdmp(read32(b, s + 16)),
  }),
  // Minecraft's handshake: length, packet 0, version, address, port, next state 1 to 3.
  signature('minecraft', 'tcp', [25565], { check: isMinecraft }),
  // Blizzard's W3GS: f7, a type, its length; several may follow.
  signature('warcraft3', 'tcp', [6112, 6113, 6114], { starts: ['f7'], check: (b, s, n) => areW3gs(b, s, n) }),
  // MapleStory's greeting: its length, version, a patch of one character, two vectors, a region.
  signature('maplestory', 'tcp', [8484], {
    starts: ['0d00....0100', '0e00....0100', '0f00....0200'],
    check: (b, s, n) => read32Le(b, s) % 65_536 === n - 2 && b[s + 6]! >= 0x30 && b[s + 6]! <= 0x39,
  }),
  // Roblox: RakNet's magic behind a kind of its own.
  signature('roblox', 'udp', [], { starts: ['7b00ffff00fefefefefdfdfdfd12345678'] }),
  // PPStream: its length, a mark.
  signature('ppstream', 'udp', [], {
    starts: ['....43'],
    check: (b, s, n) => n >= 12 && (b[s]! | (b[s + 1]! << 8)) === n - 4 && b[s + 5] === 0xff && b[s + 6] === 0,
    payloads: 2,
  }),
  // Ookla's speed test: a greeting and its answer.
  signature('ookla', 'tcp', [], { starts: [text('HELLO 2.')] }),
  signature('ookla', 'tcp', [], { starts: [text('HI\n')], check: (_b, _s, n) => n === 3 }),
];

function isIdent(b: Uint8Array, s: number, n: number): boolean {
  let at = s;
  while (at < s + n && (isDigit(b[at]!) || b[at] === 0x20)) at++;
  if (at === s || b[at] !== 0x2c || n > 512) return false;
  for (at++; at < s + n && (isDigit(b[at]!) || b[at] === 0x20); at++);
  return b[at] === 13 || b[at] === 10 || (b[at] === 0x3a && (hasText(b, at, s + n, 'USERID') || hasText(b, at, s + n, 'ERROR')));
}

function isGopher(b: Uint8Array, s: number, n: number): boolean {
  const isLine = n >= 2 && b[s + n - 2] === 13 && b[s + n - 1] === 10;
  if (!isLine || n < 512) return isLine && (n === 2 || b[s]! >= 0x20);
  let tabs = 0;
  for (let at = s; b[at] !== 13; at++) if (b[at] === 9) tabs++;
  return tabs === 3;
}

function isCharacterRing(b: Uint8Array, s: number, n: number): boolean {
  for (let i = s + 1; i < s + Math.min(n, 72); i++) if (b[i] !== (b[i - 1] === 0x7e ? 0x20 : b[i - 1]! + 1)) return false;
  return n >= 74 && b[s + 72] === 13 && b[s + 73] === 10;
}

function zerosIn(b: Uint8Array, s: number, n: number): number {
  let count = 0;
  for (let i = s; i < s + n; i++) if (b[i] === 0) count++;
  return count;
}

function isMsnp(b: Uint8Array, s: number, n: number): boolean {
  if (!isText(b, s, s + n, 'VER ') || n > 256 || b[s + n - 1] !== 10) return false;
  return hasText(b, s + 5, s + n, ' MSNP');
}

function isNdmp(message: number): boolean {
  return (message >= 0x900 && message <= 0x903) || message === 0x502 || (message >= 0x100 && message <= 0x10b);
}

/** Length and version are numbers of 7 bits a byte; versions in use have one or two bytes. */
function isMinecraft(b: Uint8Array, s: number, n: number): boolean {
  const end = s + b[s]! + 1;
  if (b[s]! < 8 || b[s]! > 127 || end > s + n || b[s + 1] !== 0) return false;
  const name = s + (b[s + 2]! >= 128 ? 4 : 3);
  if (name + 1 + b[name]! + 3 !== end || b[name] === 0) return false;
  return areShown(b, name + 1, b[name]!) && b[end - 1]! >= 1 && b[end - 1]! <= 3;
}

function areW3gs(b: Uint8Array, s: number, n: number): boolean {
  let at = s;
  while (at + 4 <= s + n && b[at] === 0xf7 && b[at + 1]! > 0 && b[at + 1]! < 0x80) {
    const length = b[at + 2]! | (b[at + 3]! << 8);
    if (length < 4) return false;
    at += length;
  }
  return at === s + n;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}
