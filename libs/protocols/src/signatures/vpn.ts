/** Signatures of tunnels and proxies whose inside is encrypted or follows later. */
import { read16, read32, read32Le } from '../common/binary.ts';
import { areZero, type Signature, signature, text } from './signature.ts';

export const vpnSignatures: readonly Signature[] = [
  // RFC 8446 5.1 in the middle of a stream: a record that ends with the payload. A hello is the parser's.
  signature('tls', 'tcp', [443], {
    starts: ['14', '15', '17'],
    check: (b, s, n) => n > 5 && b[s + 1] === 3 && b[s + 2]! <= 4 && read16(b, s + 3) + 5 === n && isTlsContent(b[s]!, n - 5),
  }),
  // WireGuard protocol 5.4: initiation of 148 bytes, response of 92, cookie reply of 64; reserved bytes are 0.
  signature('wireguard', 'udp', [51820], { starts: ['01000000'], check: (_b, _s, n) => n === 148 }),
  signature('wireguard', 'udp', [51820], { starts: ['02000000'], check: (_b, _s, n) => n === 92 }),
  // Its data: padded to 16 bytes, a receiver, a counter that begins low.
  signature('wireguard', 'udp', [51820], {
    starts: ['04000000'],
    check: (b, s, n) => n >= 32 && n % 16 === 0 && read32Le(b, s + 4) !== 0 && areZero(b, s + 12, 4),
    payloads: 2,
  }),
  // OpenVPN: P_CONTROL_HARD_RESET_CLIENT_V2 or V3 and _SERVER_V2 with key id 0, session id; without tls-auth no acknowledgments and packet 0.
  signature('openvpn', 'udp', [1194], { starts: ['38', '50'], check: (b, s, n) => isOpenVpnReset(b, s, n) }),
  signature('openvpn', 'udp', [1194], { starts: ['40'], check: isOpenVpnAnswer }),
  // Over TCP a length comes first.
  signature('openvpn', 'tcp', [1194], {
    starts: ['....38', '....50'],
    check: (b, s, n) => read16(b, s) + 2 === n && isOpenVpnReset(b, s + 2, n - 2),
  }),
  signature('openvpn', 'tcp', [1194], {
    starts: ['....40'],
    check: (b, s, n) => read16(b, s) + 2 === n && isOpenVpnAnswer(b, s + 2, n - 2),
  }),
  // RFC 7296 3.1 and 2408 3.1: two cookies, next payload, version 1.0 or 2.x, exchange, flags, id, length; behind four zeros on port 4500.
  signature('isakmp', 'udp', [500, 4500], { check: (b, s, n) => isIke(b, s, n) || (n > 32 && areZero(b, s, 4) && isIke(b, s + 4, n - 4)) }),
  // RFC 3948 2.3.
  signature('esp-keepalive', 'udp', [4500], { starts: ['ff'], check: (_b, _s, n) => n === 1, isPortBound: true }),
  // RFC 2661 3.1: control message: T, L and S bits, version 2, its own length.
  signature('l2tp', 'udp', [1701], {
    starts: ['c802', '8802', 'c803'],
    check: (b, s, n) => n >= 12 && read16(b, s + 2) >= 12 && read16(b, s + 2) <= n,
  }),
  // RFC 2637 2: length, control message, magic cookie.
  signature('pptp', 'tcp', [1723], { starts: ['....00011a2b3c4d'], check: (b, s, n) => n >= 12 && read16(b, s) <= n }),
  // RFC 1928 3 and 6: the methods offered fill the greeting; what is asked of the proxy follows.
  signature('socks', 'tcp', [1080, 9050], {
    starts: ['05'],
    check: (b, s, n, direction) =>
      direction === 0 && n >= 3 && b[s + 1]! >= 1 && b[s + 1]! <= 10 && n === 2 + b[s + 1]! && areMethods(b, s + 2, s + n),
    isCarrier: true,
  }),
  // SOCKS 4 and 4a: CONNECT or BIND, port, address, user, 0.
  signature('socks', 'tcp', [1080, 9050], {
    starts: ['0401', '0402'],
    check: (b, s, n, direction) => direction === 0 && n >= 9 && n < 512 && b[s + n - 1] === 0 && read16(b, s + 2) > 0,
    isCarrier: true,
  }),
  // SoftEther's NAT traversal: it says "A", the server answers with the address; later values by name.
  signature('softether', 'udp', [5004], { starts: [text('IP=')], check: (b, s, n) => n >= 18 && isAddressLine(b, s, n) }),
  signature('softether', 'udp', [5004], { starts: [`........00000007${text('opcode')}00`, `........00000008${text('opcode')}00`] }),
  // UltraSurf's first words.
  signature('ultrasurf', 'tcp', [], { starts: ['cc1c30415ba43866'] }),
  // ZeroTier: packet id, destination and source of 40 bits; HELLO (1) is in clear: cipher 0, protocol version.
  signature('zerotier', 'udp', [9993], {
    check: (b, s, n) => n >= 41 && (b[s + 18]! & 0x38) === 0 && b[s + 27] === 1 && b[s + 28]! >= 4 && b[s + 28]! <= 20,
    isPortBound: true,
  }),
];

/** A change is one byte, an alert two or, encrypted, at least 18; data is never empty of its tag. */
function isTlsContent(type: number, length: number): boolean {
  if (type === 0x14) return length === 1;
  return type === 0x15 ? length === 2 || (length >= 18 && length <= 64) : length >= 17 && length <= 16_640;
}

/** At most one method of each kind; RFC 1928 3: 0-3, 0x80-0xfe private. */
function areMethods(b: Uint8Array, at: number, end: number): boolean {
  for (let i = at; i < end; i++) if (b[i]! > 9 && b[i]! < 0x80) return false;
  return true;
}

/** Opcode in the high five bits, key id 0. With an HMAC the acknowledgment count is behind it and a time, so that two places can be 0. */
function isOpenVpnReset(b: Uint8Array, s: number, n: number): boolean {
  if (n < 14 || areZero(b, s + 1, 8)) return false;
  if (n === 14) return areZero(b, s + 9, 5);
  // tls-auth with SHA-1 (20), SHA-256 (32) or SHA-512 (64): HMAC, packet id 1, time, no acknowledgments, packet 0.
  for (const hmac of [20, 32, 64, 16]) if (n === 22 + hmac && read32(b, s + 9 + hmac) === 1 && areZero(b, s + n - 5, 5)) return true;
  return n >= 50 && n <= 1500 && read32(b, s + 9) === 0x0f00_0001;
}

/** The server's reset acknowledges the client's packet 0. */
function isOpenVpnAnswer(b: Uint8Array, s: number, n: number): boolean {
  if (n < 26 || areZero(b, s + 1, 8)) return false;
  if (n === 26) return b[s + 9] === 1 && areZero(b, s + 10, 4) && areZero(b, s + 22, 4);
  for (const hmac of [20, 32, 64, 16]) if (n === 34 + hmac && read32(b, s + 9 + hmac) === 1 && areZero(b, s + n - 4, 4)) return true;
  return false;
}

function isIke(b: Uint8Array, s: number, n: number): boolean {
  if (n < 28 || areZero(b, s, 8) || read32(b, s + 24) !== n) return false;
  const version = b[s + 17]!;
  const exchange = b[s + 18]!;
  const isFirst = version === 0x10 && (exchange <= 6 || exchange === 32 || exchange === 33);
  return (isFirst || (version === 0x20 && exchange >= 34 && exchange <= 43)) && b[s + 16]! <= 132;
}

function isAddressLine(b: Uint8Array, s: number, n: number): boolean {
  for (let i = s + 3; i < s + n; i++) {
    const isNumber = (b[i]! >= 0x30 && b[i]! <= 0x39) || b[i] === 0x2e;
    if (!isNumber) return b[i] === 0x2c && b[i + 1] === 0x50 && b[i + 5] === 0x3d;
  }
  return false;
}
