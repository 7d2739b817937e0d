/** Signatures of games and of what carries them: public analyses of their datagrams. Each has a magic number, or its port besides. */
import { read16, read16Le, read32, read32Le } from '../common/binary.ts';
import { areZero, hasText, type Signature, signature, text } from './signature.ts';

export const gameSignatures: readonly Signature[] = [
  // i3D's probes of game servers: STUN-like type and length, then its number. Before Discord's of the same form.
  signature('i3d', 'udp', [], { starts: ['000100460003cfa8', '000200460003cfa8'], check: (_b, _s, n) => n >= 74 }),
  // Among Us (Hazel): reliable hello 1, then the client's version.
  signature('among-us', 'udp', [22023], { starts: ['0800010080d90203'], check: (_b, _s, n) => n >= 9 }),
  // Armagetron: type, id, words of data, the data, and at the end the sender's id, 0 before login; 11 asks for it, 28 keeps time.
  signature('armagetron', 'udp', [4533, 4534], {
    starts: ['000b0000....0008'],
    check: (b, s, n) => n > 10 && read16(b, s + 4) * 2 + 8 === n && areZero(b, s + n - 2, 2),
  }),
  signature('armagetron', 'udp', [4533, 4534], {
    starts: ['001c....00040000050000010000'],
    check: (b, s, n) => n === 16 && read16(b, s + 2) > 0 && areZero(b, s + 14, 2),
  }),
  // Battle.net over TCP: a number, then the length of what follows; StarCraft's login; its probe over UDP.
  signature('blizzard', 'tcp', [1119, 3724], {
    check: (b, s, n) => n >= 8 && read32Le(b, s + 4) + 8 === n,
    payloads: 2,
    isPortBound: true,
  }),
  signature('blizzard', 'udp', [], { starts: ['ffffffffa31fb61e00004001'], check: (_b, _s, n) => n === 23 }),
  signature('starcraft', 'tcp', [1119], { starts: ['4a00000a66020aed2d66', '4900000a66020aed2d66'] }),
  signature('hots', 'udp', [1119, 1120, 3724, 6113], {
    check: (b, s, n) =>
      n >= 20 &&
      n <= 122 &&
      b[s + 14] === 0x40 &&
      b[s + 15] === 0 &&
      b[s + 3] === 0 &&
      (b[s + 2] === 3 || b[s + 2] === 0x34 || areZero(b, s, 14)),
    isPortBound: true,
  }),
  signature('cod-mobile', 'udp', [7500], {
    starts: [`................${text('ping')}`],
    check: (_b, _s, n) => n === 12,
    isPortBound: true,
  }),
  // Wild Rift: its probe ends in text; its session opens with two sizes.
  signature('lol-wild-rift', 'udp', [], { starts: ['0102c841'], check: (b, s, n) => n === 22 && read32(b, s + 18) === 0x4130_4231 }),
  signature('lol-wild-rift', 'udp', [], {
    starts: ['04000000', '10000000'],
    check: (b, s, n) => n === (b[s] === 4 ? 69 : 359),
    payloads: 2,
  }),
  // Tencent's game gateways: magic numbers of their heads, a version.
  signature('tencent-games', 'tcp', [], { starts: ['3366000b000b', '4366aa00................10e68601', 'aa000000............10e68601'] }),
  // The Elder Scrolls Online: length, and the service that it logs in to.
  signature('tes-online', 'tcp', [24300], {
    starts: ['0000'],
    check: (b, s, n) => n >= 600 && read32(b, s) + 4 === n && hasText(b, s + 4, s + n, 'eso.live'),
  }),
  // Xbox Live: zeros, then kind, 0x58 and a length by kind.
  signature('xbox', 'udp', [3074], {
    starts: ['000000000c5876000000', '00000000025818000000', '000000000b5880000000', '00000000035840000000', '0000000006584e000000'],
  }),
  // Steam's connection managers: VS01 over UDP, over TCP behind the length. Its relays are told apart by their pings.
  signature('steam', 'udp', [27015, 27017, 27019], {
    starts: [text('VS01')],
    check: (b, s, n) => n >= 36 && read16Le(b, s + 4) + 36 === n,
  }),
  signature('steam', 'tcp', [27017, 27018, 27019], {
    starts: [`........${text('VT01')}`],
    check: (b, s, n) => read32Le(b, s) + 8 <= n + 65_536,
  }),
  signature('steam-datagram-relay', 'udp', [], { starts: [`....${text('sdping')}`], check: (_b, _s, n) => n >= 30 }),
  // Boosters of games: LagoFast's number and length; Mudfish's question for its version.
  signature('lagofast', 'udp', [], { starts: ['006e5d03'], check: (b, s, n) => n >= 6 && read16(b, s + 4) + 6 === n }),
  signature('mudfish', 'tcp', [], { starts: [text('UN v2\r\n')] }),
  // Mumble's ping: zeros and 64 bits that the answer repeats behind the version.
  signature('mumble', 'udp', [64738], {
    starts: ['00'],
    check: (b, s, n) => (n === 12 && areZero(b, s, 4)) || (n === 24 && b[s + 1]! <= 2),
    payloads: 2,
    token: (b, s) => read32(b, s + 4) ^ read32(b, s + 8),
  }),
];
