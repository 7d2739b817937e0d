/** Signatures of remote control, terminals and chat. */
import { read16, read32, read32Le } from '../common/binary.ts';
import { areZero, hasText, type Signature, signature, text } from './signature.ts';

export const remoteSignatures: readonly Signature[] = [
  // X11: byte order, 0, version 11.0.
  signature('x11', 'tcp', [6000, 6001, 6002, 6003, 6004, 6005, 6010], {
    starts: ['6c000b000000', '4200000b0000'],
    check: (_b, _s, n) => n >= 12,
  }),
  // [MS-RDPEUDP] 2.2.2: SYN from and to: no acknowledgment yet, flag SYN, padded to the MTU that it names.
  signature('rdp', 'udp', [3389], {
    starts: ['ffffffff'],
    check: (b, s, n) =>
      n >= 1000 &&
      (read16(b, s + 6) & 1) === 1 &&
      read16(b, s + 12) >= 1132 &&
      read16(b, s + 12) <= 1232 &&
      read16(b, s + 14) >= 1132 &&
      read16(b, s + 14) <= 1232,
  }),
  // Citrix ICA.
  signature('citrix', 'tcp', [1494, 2598], { starts: ['7f7f49434100'] }),
  // TeamViewer: a magic number, a command.
  signature('teamviewer', 'tcp', [5938], {
    starts: ['1724', '1130'],
    check: (b, s, n) => n >= 8 && b[s + 2]! >= 0x0a && b[s + 2]! <= 0x3f,
    payloads: 2,
  }),
  // Over UDP the magic number follows a counter and a session.
  signature('teamviewer', 'udp', [5938], { starts: ['00....................1724'], check: (_b, _s, n) => n > 13, payloads: 2 }),
  // The SPICE protocol 1.0: magic, major version 1 or 2, minor, size of the link message.
  signature('spice', 'tcp', [5900, 5930], { starts: [`${text('REDQ')}01000000`, `${text('REDQ')}02000000`] }),
  // Radmin: 1, length of what follows the checksum, a command told twice.
  signature('radmin', 'tcp', [4899], { starts: ['01'], check: (b, s, n) => n >= 10 && read32(b, s + 1) + 9 === n, isPortBound: true }),
  // RFC 6120 4.2.
  signature('xmpp', 'tcp', [5222, 5223, 5269, 5280], {
    starts: [text('<stream:stream '), text('<?xml')],
    check: (b, s, n) => hasText(b, s, s + Math.min(n, 200), 'jabber:') || hasText(b, s, s + Math.min(n, 300), 'etherx.jabber.org/streams'),
    isCarrier: true,
  }),
  // Stanzas in the middle of a stream.
  signature('xmpp', 'tcp', [5222, 5269], {
    starts: ['<iq ', '<message ', '<presence', '<stream:', "<?xml version='1.0'", '<?xml version="1.0"', '<starttls ', '<auth '].map(text),
    isPortBound: true,
    isCarrier: true,
  }),
  // RFC 2812 3.1 and what servers answer: a prefix, then a number or NOTICE.
  signature('irc', 'tcp', [6660, 6661, 6662, 6663, 6664, 6665, 6666, 6667, 6668, 6669, 7000], { check: isIrc, isCarrier: true }),
  // RFC 3977 5.1: the greeting 200 or 201; that it is news is told by name or port.
  signature('nntp', 'tcp', [119, 433, 563], {
    starts: [text('200 '), text('201 ')],
    check: (b, s, n) => n >= 8 && b[s + n - 1] === 10 && hasText(b, s, s + Math.min(n, 200), 'NNTP'),
    isCarrier: true,
  }),
  signature('nntp', 'tcp', [119, 433, 563], {
    starts: [text('200 '), text('201 '), text('MODE READER\r\n'), text('AUTHINFO ')],
    isPortBound: true,
  }),
  // RFC 6455 5.2: a whole frame of text or control in the middle of a stream: unmasked from the server, masked from the client.
  signature('websocket', 'tcp', [], {
    starts: ['81', '89', '8a'],
    check: isWebSocket,
    payloads: 2,
  }),
  // Stratum and Ethereum getwork: JSON-RPC whose methods name mining.
  signature('mining', 'tcp', [3333, 4444, 5555, 7777, 8008, 9999, 14444], {
    starts: [text('{')],
    check: (b, s, n) => isMining(b, s, s + Math.min(n, 256)),
  }),
  // Bitcoin: magic of the network (main, test 3 and 4, regression, signet), a command padded with zeros.
  signature('bitcoin', 'tcp', [8333, 18333, 18444], {
    starts: ['f9beb4d9', '0b110907', 'fabfb5da', '0a03cf40', '1c163f28'],
    check: (b, s, n) => n >= 16 && isPaddedWord(b, s + 4, s + 16),
  }),
  // ADB: CNXN, AUTH, OPEN or STLS, then the magic: command xor ffffffff.
  signature('adb', 'tcp', [5555], {
    starts: [text('CNXN'), text('AUTH'), text('OPEN'), text('STLS')],
    check: (b, s, n) => n >= 24 && (read32Le(b, s) ^ read32Le(b, s + 20)) === -1,
    isCarrier: true,
  }),
  // RFC 1413 and others are lines of text without a mark.
  // TACACS+ (RFC 8907 4.1): version c.0 or c.1, type 1-3, sequence, flags, session, length.
  signature('tacacs', 'tcp', [49], {
    starts: ['c0', 'c1'],
    check: (b, s, n) =>
      n >= 12 && b[s + 1]! >= 1 && b[s + 1]! <= 3 && b[s + 2]! > 0 && (b[s + 3]! & 0xfa) === 0 && read32(b, s + 8) + 12 === n,
  }),
  // IPMI over RMCP: version 6, reserved 0, sequence ff, class IPMI; ASF ping.
  signature('ipmi', 'udp', [623], { starts: ['0600ff07', '0600ff06'] }),
  // Spotify's discovery, Steam's (In-Home Streaming), Syncthing's local announcements, Dropbox LAN sync.
  signature('spotify', 'udp', [57621], { starts: [text('SpotUdp')] }),
  signature('steam', 'udp', [27036], { starts: ['ffffffff214c5fa0'] }),
  signature('source-engine', 'udp', [27015], { starts: [`ffffffff54${text('Source Engine Query')}`, 'ffffffff55', 'ffffffff56'] }),
  signature('syncthing', 'udp', [21027], { starts: ['2ea7d90b'] }),
  signature('dropbox', 'udp', [17500], { starts: [text('{"host_int"'), text('{"version"')], isPortBound: true }),
  // Discord's address discovery and keep-alive of voice.
  signature('discord', 'udp', [], { starts: ['1337cafe'], check: (_b, _s, n) => n === 8 }),
  signature('discord', 'udp', [], {
    starts: ['00010046', '00020046'],
    check: (b, s, n) => n === 74 && (b[s + 1] === 2 || areZero(b, s + 8, 60)),
  }),
];

/** Command, parameters, CR LF: PASS, NICK, USER, CAP; from a server ":name 001 " or NOTICE. */
function isIrc(b: Uint8Array, s: number, n: number): boolean {
  if (n < 8 || b[s + n - 1] !== 10) return false;
  for (const word of ['NICK ', 'USER ', 'CAP LS', 'CAP REQ', 'PASS ']) {
    if (!hasText(b, s, s + word.length, word)) continue;
    // FTP and POP3 have USER and PASS as well: only IRC says NICK, or four parameters to USER.
    return (
      word === 'NICK ' ||
      word.startsWith('CAP') ||
      hasText(b, s, s + Math.min(n, 512), '\nNICK ') ||
      hasText(b, s, s + Math.min(n, 512), ' :')
    );
  }
  if (b[s] !== 0x3a) return hasText(b, s, s + 7, 'NOTICE ') && hasText(b, s, s + Math.min(n, 200), ' :');
  let at = s + 1;
  while (at < s + Math.min(n, 80) && b[at] !== 0x20) at++;
  if (at + 5 > s + n) return false;
  const isNumeric = b[at + 4] === 0x20 && [1, 2, 3].every((i) => b[at + i]! >= 0x30 && b[at + i]! <= 0x39);
  return isNumeric || hasText(b, at + 1, at + 8, 'NOTICE ') || hasText(b, at + 1, at + 9, 'PRIVMSG ');
}

function isWebSocket(b: Uint8Array, s: number, n: number): boolean {
  if (n < 2) return false;
  const isMasked = b[s + 1]! >= 128;
  const short = b[s + 1]! & 127;
  if (short === 127) return false;
  const header = 2 + (short === 126 ? 2 : 0) + (isMasked ? 4 : 0);
  const length = short === 126 ? read16(b, s + 2) : short;
  if (header + length !== n || (short === 126 && length < 126) || length === 0) return false;
  if (isMasked || b[s] !== 0x81) return isMasked;
  for (let i = s + header; i < s + n; i++) if (b[i]! < 9) return false;
  return true;
}

/** Lower-case letters and digits, then zeros. */
function isPaddedWord(b: Uint8Array, start: number, end: number): boolean {
  let at = start;
  while (at < end && ((b[at]! >= 0x61 && b[at]! <= 0x7a) || (b[at]! >= 0x30 && b[at]! <= 0x39))) at++;
  return at > start + 1 && areZero(b, at, end - at);
}

function isMining(b: Uint8Array, start: number, end: number): boolean {
  return (
    hasText(b, start, end, '"mining.') ||
    hasText(b, start, end, '"eth_submitLogin"') ||
    hasText(b, start, end, '"eth_getWork"') ||
    hasText(b, start, end, '"eth_submitWork"') ||
    (hasText(b, start, end, '"login"') && hasText(b, start, end, '"agent"'))
  );
}
