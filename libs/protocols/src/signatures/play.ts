/** Signatures of games, file sharing, chat and coins. */
import { read16, read32, read32Le } from '../common/binary.ts';
import { areShown, areZero, hasText, type Signature, signature, text } from './signature.ts';

/** RakNet's OFFLINE_MESSAGE_DATA_ID. */
const rakNet = '00ffff00fefefefefdfdfdfd12345678';

export const playSignatures: readonly Signature[] = [
  // RakNet: unconnected ping and pong with the magic after time and id, open connection requests and replies with it at once.
  signature('raknet', 'udp', [19132, 19133], {
    starts: [
      `01................${rakNet}`,
      `1c................................${rakNet}`,
      ...['05', '06', '07', '08'].map((kind) => kind + rakNet),
    ],
  }),
  // Quake III and what was made of it: connectionless packets with a command in text.
  signature('quake', 'udp', [27960, 26000, 27500], {
    starts: ['getinfo', 'getInfo', 'getstatus', 'getchallenge', 'getChallenge', 'getservers', 'infoResponse', 'statusResponse'].map(
      (command) => `ffffffff${text(command)}`,
    ),
  }),
  // netcode.io as Yojimbo has it: a connection request with the version in text.
  signature('yojimbo', 'udp', [], { starts: [`00${text('NETCODE ')}`] }),
  // TeamSpeak 3 begins with its magic; its query port greets; TeamSpeak 2 logs in.
  signature('teamspeak', 'udp', [9987, 8767], { starts: [text('TS3INIT1'), 'f4be0300', 'f4be0400'] }),
  signature('teamspeak', 'tcp', [10011, 30033], { starts: [text('TS3\n\r')] }),
  signature('nintendo', 'udp', [], { starts: ['32ab986402'] }),
  signature('crossfire', 'udp', [], { starts: ['c7d919990200'], check: (b, s, n) => n === 25 && b[s + 22] === 0x7d && b[s + 23] === 0 }),
  signature('world-of-warcraft', 'tcp', [3724, 8085], { starts: [`....${text('WORLD OF WARCRAFT CONNECTION')}`] }),
  // Direct Connect: the hub's lock, a peer's name; ADC: what is supported.
  signature('directconnect', 'tcp', [411, 412], { starts: [text('$Lock '), text('$MyNick '), text('HSUP AD'), text('CSUP AD')] }),
  // Soulseek: length, login with a name.
  signature('soulseek', 'tcp', [2234, 2242, 2416], {
    starts: ['....000001000000'],
    check: (b, s, n) =>
      n > 12 &&
      read32Le(b, s) + 4 === n &&
      read32Le(b, s + 8) > 0 &&
      read32Le(b, s + 8) <= 30 &&
      areShown(b, s + 12, Math.min(n - 12, read32Le(b, s + 8))),
  }),
  // OSCAR (AIM, ICQ): FLAP frame marker, channel 1-5, sequence, length.
  signature('oscar', 'tcp', [5190], {
    starts: ['2a'],
    check: (b, s, n) => n >= 10 && b[s + 1]! >= 1 && b[s + 1]! <= 5 && read16(b, s + 4) + 6 === n,
  }),
  // OICQ (QQ): 2 first, 3 last.
  signature('oicq', 'udp', [8000], { starts: ['02'], check: (b, s, n) => n >= 12 && b[s + n - 1] === 3, isPortBound: true }),
  // MTProto in clear: abridged (ef, length in words) and intermediate (eeeeeeee, length), no key yet.
  signature('telegram', 'tcp', [443, 80, 5222], {
    starts: ['ef'],
    check: (b, s, n) => n >= 42 && b[s + 1]! < 127 && 2 + 4 * b[s + 1]! === n && areZero(b, s + 2, 8),
  }),
  signature('telegram', 'tcp', [443, 80, 5222], {
    starts: ['eeeeeeee'],
    check: (b, s, n) => n >= 48 && read32Le(b, s + 4) + 8 === n && areZero(b, s + 8, 8),
  }),
  // Xiaomi's push service.
  signature('xiaomi', 'tcp', [5222], { starts: ['c2fe0005'] }),
  signature('kontiki', 'udp', [31948], { starts: ['02010100'], check: (_b, _s, n) => n === 4, isPortBound: true }),
  // Monero's levin: its signature.
  signature('monero', 'tcp', [18080, 28080], { starts: ['0121010101010101'] }),
  // Ethereum's discovery 4: hash and signature, packet type, an RLP list that fills the datagram.
  signature('ethereum', 'udp', [30303], { check: isEthereum }),
  // Nano: R, network, versions, message type.
  signature('nano', 'both', [7075, 54000], {
    starts: ['5241', '5242', '5243', '5258'],
    check: (b, s, n) => n >= 8 && b[s + 2]! >= b[s + 3]! && b[s + 3]! >= b[s + 4]! && b[s + 4]! > 0 && b[s + 5]! <= 16,
    isPortBound: true,
  }),
];

/** The signature's recovery id is 0 or 1; types ping to ENRResponse. */
function isEthereum(b: Uint8Array, s: number, n: number): boolean {
  if (n < 100 || b[s + 96]! > 1 || b[s + 97]! < 1 || b[s + 97]! > 6) return false;
  const head = b[s + 98]!;
  if (head === 0xf8) return 100 + b[s + 99]! === n;
  if (head === 0xf9) return 101 + read16(b, s + 99) === n;
  return head >= 0xc0 && head < 0xf8 && 99 + head - 0xc0 === n && !hasText(b, s, s + 4, '\0\0\0\0') && read32(b, s) !== 0;
}
