/** Signatures of what directories, stores, development tools and older networks say. */
import { read16, read32 } from '../common/binary.ts';
import { areShown, areZero, type Signature, signature, text } from './signature.ts';

export const systemSignatures: readonly Signature[] = [
  // RFC 3244 2: length, version 1 or ff80 (Microsoft's), length of the AP-REQ; over TCP the length in 4 bytes before it.
  signature('kpasswd', 'udp', [464], { check: (b, s, n) => isKpasswd(b, s, n), isPortBound: true }),
  signature('kpasswd', 'tcp', [464], {
    starts: ['0000'],
    check: (b, s, n) => read32(b, s) + 4 >= n && isKpasswd(b, s + 4, read32(b, s)),
    isPortBound: true,
  }),
  // RFC 4171 5: version 1, function below 16 or an answer to it, length, from a client or from a server, the first message of a sequence.
  signature('isns', 'both', [3205], {
    starts: ['000100', '000180'],
    check: (b, s, n) =>
      n >= 12 && b[s + 3]! > 0 && b[s + 3]! < 16 && read16(b, s + 4) + 12 >= n && (b[s + 6]! >> 6) % 3 !== 0 && areZero(b, s + 10, 2),
    isPortBound: true,
  }),
  // RFC 7242 4.1 and 9174 4.2: "dtn!" and a version.
  signature('tcpcl', 'tcp', [4556], { starts: ['64746e2103', '64746e2104'] }),
  // RFC 9171 4.1 in a datagram (RFC 7122): a CBOR list without end, whose first block has 8 to 11 items and version 7.
  signature('bundle', 'udp', [4556], { starts: ['9f8807', '9f8907', '9f8a07', '9f8b07'] }),
  // JDWP specification, "JDWP Start Up": both sides say the same.
  signature('jdwp', 'tcp', [8000], { starts: [text('JDWP-Handshake')], check: (_b, _s, n) => n === 14 }),
  // distcc protocol 1 to 3: tokens of four letters with eight hexadecimal digits.
  signature('distcc', 'tcp', [3632], {
    starts: ['DIST00000001ARGC', 'DIST00000002ARGC', 'DIST00000003ARGC', 'DONE00000001STAT', 'DONE00000002STAT', 'DONE00000003STAT'].map(
      text,
    ),
  }),
  // Tarantool's binary protocol, "greeting": 128 bytes of text, two lines.
  signature('tarantool', 'tcp', [3301], {
    starts: [text('Tarantool ')],
    check: (b, s, n) => n === 128 && b[s + 63] === 10 && b[s + 127] === 10,
  }),
  // Zephyr notices (MIT): "ZEPH", version, its end.
  signature('zephyr', 'udp', [2102, 2103, 2104], { starts: [text('ZEPH0.')], check: (b, s, n) => n > 8 && b[s + 7] === 0 }),
  // Novell's NCP over IP: requests with "DmdT", replies with "tNcP", then the length.
  signature('ncp', 'tcp', [524], {
    starts: ['DmdT', 'tNcP'].map(text),
    check: (b, s, n) => n >= 8 && read32(b, s + 4) >= 8 && read32(b, s + 4) < 0x10_0000,
  }),
  // The Berkeley time synchronization protocol (timed): type 1-25, version 1, sequence, time, name of the host.
  signature('timed', 'udp', [525], {
    check: (b, s, n) => n >= 14 && b[s]! >= 1 && b[s]! <= 25 && b[s + 1] === 1 && areShown(b, s + 12, 2),
    isPortBound: true,
  }),
  // BSD's rwhod: version 1, status; times, name of the host, load, then 24 bytes for each user.
  signature('rwho', 'udp', [513], {
    starts: ['0101'],
    check: (b, s, n) => n >= 60 && n % 24 === 12 && areShown(b, s + 12, 2),
    isPortBound: true,
  }),
];

function isKpasswd(b: Uint8Array, s: number, n: number): boolean {
  const version = n < 6 ? 0 : read16(b, s + 2);
  return (version === 1 || version === 0xff80) && read16(b, s) === n && read16(b, s + 4) + 6 <= n;
}
