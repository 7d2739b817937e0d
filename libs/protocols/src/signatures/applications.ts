/**
 * Signatures of programs whose protocols are not published, as public analyses describe them: file sharing, messengers, games. Each needs
 * what cannot be chance: a magic number, its own length, the same session in several payloads, or its port.
 */
import { read16, read16Le, read32, read32Le } from '../common/binary.ts';
import { areZero, hasText, isText, type Signature, signature, text } from './signature.ts';

export const applicationSignatures: readonly Signature[] = [
  // BEP 3: 19 and the name.
  signature('bittorrent', 'tcp', [6881, 6882, 6883, 6884, 6885, 6886, 6887, 6888, 6889], { starts: [`13${text('BitTorrent protocol')}`] }),
  // BEP 14: local discovery.
  signature('bittorrent', 'udp', [6771], { starts: [text('BT-SEARCH * HTTP/1.1')] }),
  // BEP 5: bencoded queries, answers and errors of 20-byte nodes.
  signature('bittorrent', 'udp', [6881], {
    starts: [text('d1:ad2:id20:'), text('d1:rd2:id20:'), text('d1:el'), text('d2:ip6:'), text('d2:ip4:')],
    check: (b, s, n) => b[s + n - 1] === 0x65,
  }),
  // BEP 15: connect to a tracker.
  signature('bittorrent', 'udp', [6969, 80, 1337], { starts: ['0000041727101980'], check: (b, s, n) => n >= 16 && read32(b, s + 8) <= 2 }),
  // BEP 29 (uTP): SYN of 20 bytes and its answer; version 1, no extension, sequence 1.
  signature('bittorrent', 'udp', [], {
    starts: ['4100', '4102'],
    check: (b, s, n) =>
      n >= 20 && n <= 34 && read16(b, s + 16) === 1 && read16(b, s + 18) === 0 && read32(b, s + 8) === 0 && read16(b, s + 2) > 0,
  }),
  // eDonkey, eMule, Kad over TCP: magic, length, opcode of a hello or a login.
  signature('edonkey', 'tcp', [4662, 4661], {
    starts: ['e3', 'c5', 'd4'],
    check: (b, s, n) => n >= 6 && read32Le(b, s + 1) + 5 === n && isDonkeyOpcode(b[s + 5]!) && n < 4096,
  }),
  signature('gnutella', 'tcp', [6346, 6347], { starts: [text('GNUTELLA CONNECT/'), text('GNUTELLA/0.')] }),
  // Gnutella 0.6 over UDP: an id of 16 bytes, a type, TTL, hops, the length of what follows. Gnutella 2: "GND", flags, number, part, count.
  signature('gnutella', 'udp', [6346, 6347], { check: isGnutella }),
  signature('gnutella', 'udp', [6346, 6347], {
    starts: [text('GND')],
    check: (b, s, n) => n >= 8 && (b[s + 3]! & 0xfc) === 0 && b[s + 6]! > 0 && (b[s + 7] === 0 || b[s + 6]! <= b[s + 7]!),
  }),
  // WhatsApp: Noise after "WA" or an edge prefix "ED".
  signature('whatsapp', 'tcp', [443, 5222], { starts: ['45440001'], check: (b, s, n) => n === 4 || b[s + 4] === 0 }),
  signature('whatsapp', 'tcp', [443, 5222], {
    starts: ['5741'],
    check: (b, s, n) => n >= 4 && b[s + 2]! <= 6 && b[s + 3]! <= 10 && (n === 4 || b[s + 4] === 0),
  }),
  // Viber: over UDP a session of 16 bits, a type, 0 and a length by type; over TCP its own length and a mark.
  signature('viber', 'udp', [5242, 5243, 7985, 7987], { check: isViber, payloads: 2, token: (b, s) => read16(b, s) + 1 }),
  signature('viber', 'tcp', [4244, 5242, 5243], {
    check: (b, s, n) => n >= 10 && read16Le(b, s) === n && b[s + 6] === 0xfc && b[s + 7] === 0xff && b[s + 9] === 0x80,
  }),
  // Zoom's media control: type 1 or 2, 0, then a session of 16 bytes.
  signature('zoom', 'udp', [8801, 8802, 8803, 8804, 8805, 8806, 8807, 8808, 8809, 8810], {
    starts: ['0100', '0200'],
    check: (_b, _s, n) => n >= 20,
    payloads: 2,
    token: (b, s) => read32(b, s + 4),
    isPortBound: true,
  }),
  // Agora: tags as those of Google QUIC: a count, then "SNI" or "PEID".
  signature('sd-rtn', 'udp', [8130], {
    check: (b, s, n) => n > 24 && (isText(b, s + 13, s + n, 'SNI\0') || isText(b, s + 12, s + n, 'PEID')) && b[s] === 0,
  }),

  // Photon: peer ffff asks to connect with a command of 44 bytes; the answer acknowledges channel ff first.
  signature('photon', 'udp', [5055, 5056, 5058], { starts: ['ffff0001................02ff01040000002c'] }),
  signature('photon', 'udp', [5055, 5056, 5058], {
    check: (b, s, n) => n >= 32 && b[s + 3]! >= 1 && b[s + 3]! <= 16 && isPhotonCommand(b, s + 12, s + n),
    isPortBound: true,
  }),
  // CryEngine's handshake: zeros and small numbers.
  signature('crynetwork', 'udp', [], { starts: ['3c0000....00000000000000000000000100000007000000'] }),
  // Genshin Impact: KCP's handshake with its magic numbers; over TCP a length and a session.
  signature('genshin-impact', 'udp', [22101, 22102], {
    starts: ['000000ff', '00000145'],
    check: (b, s, n) => n === 20 && (read32(b, s + 16) === 0xffff_ffff || read32(b, s + 16) === 0x1451_4545),
  }),
  signature('genshin-impact', 'tcp', [], {
    starts: ['01000000'],
    check: (b, s, n) => n >= 20 && b[s + 4] === (n & 255) && b[s + 6] === 0 && b[s + 7] === 0,
    payloads: 2,
    token: (b, s) => read32(b, s + 10),
  }),
  // League of Legends: two ids, 1, zeros; a probe that ends in a's and b's.
  signature('riot-games', 'udp', [], {
    starts: ['................01000000'],
    check: (b, s, n) => n >= 40 && n <= 60 && areZero(b, s + 12, 24),
  }),
  signature('riot-games', 'udp', [], {
    check: (b, s, n) => n === 36 && read32(b, s + 28) === 0xaaaa_aaaa && read32(b, s + 32) === 0xbbbb_bbbb,
  }),
  // Demonware: requests and answers of 29 bytes on its port.
  signature('activision', 'udp', [3074], { starts: ['0c0200', '0d0200'], check: (_b, _s, n) => n === 29, isPortBound: true }),
  signature('netease-games', 'udp', [], { starts: ['0708080c'], check: (b, s, n) => n >= 20 && areZero(b, s + 12, 2) }),
  // Lost Light, and what several of its games begin with.
  signature('netease-games', 'udp', [], { starts: ['b3af8de8'], check: (_b, _s, n) => n >= 30 }),
  signature('netease-games', 'udp', [], {
    starts: ['01..d001........00010101'],
    check: (_b, _s, n, direction) => n === 12 && direction === 0,
  }),
  // imo: two small messages of fixed size.
  signature('imo', 'udp', [], { starts: ['0902', '000903'], check: (b, s, n) => n === (b[s] === 9 ? 10 : 11), payloads: 2 }),
  // Gaijin's metrics are lines of name and environment.
  signature('gaijin-entertainment', 'udp', [20011], {
    check: (b, s, n) =>
      n > 24 &&
      b[s]! >= 0x61 &&
      b[s]! <= 0x7a &&
      hasText(b, s, s + Math.min(n, 64), ',env=') &&
      hasText(b, s, s + Math.min(n, 128), ',circuit='),
  }),
  // Brazil's measure of broadband: a number, seconds, microseconds, a mark; both ends say the same.
  signature('eaq', 'udp', [6000], {
    check: (b, s, n) => n === 16 && read32(b, s) < 65_536 && read32(b, s + 8) < 1_000_000 && areZero(b, s + 12, 2),
    payloads: 2,
    isPortBound: true,
  }),
  // Huawei's push on port 5223: kind, length.
  signature('hp-virtgrp', 'tcp', [5223], {
    starts: ['16', '17', '30'],
    check: (b, s, n) => n >= 8 && read16(b, s + 1) === n,
    payloads: 2,
    isPortBound: true,
  }),
];

/** HELLO, HELLOANSWER, LOGINREQUEST, and what a server answers. */
function isDonkeyOpcode(opcode: number): boolean {
  return opcode === 0x01 || opcode === 0x4c || opcode === 0x02 || opcode === 0x34 || opcode === 0x38 || opcode === 0x40 || opcode === 0x14;
}

/** Ping, pong, bye, routes, vendor messages, push, query, answer; what it carries ends the datagram, and it goes ten steps at most. */
function isGnutella(b: Uint8Array, s: number, n: number): boolean {
  if (n < 23 || read32Le(b, s + 19) + 23 !== n || b[s + 17]! + b[s + 18]! > 10 || b[s + 17]! + b[s + 18]! === 0) return false;
  const type = b[s + 16]!;
  return type <= 2 || (type >= 0x30 && type <= 0x32) || type === 0x40 || type === 0x41 || type === 0x80 || type === 0x81;
}

function isViber(b: Uint8Array, s: number, n: number): boolean {
  if (n < 12 || b[s + 3] !== 0) return false;
  switch (b[s + 2]) {
    case 0x01:
      return n >= 40 && b[s + 4] === 5 && b[s + 5] === 0;
    case 0x09:
      return n === 20;
    case 0x0b:
      return n === 34;
    case 0x0c:
      return n === 76;
    case 0x11:
      return n === 18;
    default:
      return false;
  }
}

/** An acknowledgment (1, 20 bytes) or a connect (2 and 3, 44): type, channel, flags, reserved, length. */
function isPhotonCommand(b: Uint8Array, at: number, end: number): boolean {
  const length = read32(b, at + 4);
  return (b[at] === 1 && length === 20) || ((b[at] === 2 || b[at] === 3) && length === 44 && at + length <= end);
}
