/** Signatures of plants, vehicles, buildings and things. */
import { read16, read32 } from '../common/binary.ts';
import { little16, type Signature, signature, text } from './signature.ts';

export const industrialSignatures: readonly Signature[] = [
  // Omron FINS over TCP, and over UDP: ICF, 0, gateways, networks, command of two bytes.
  signature('fins', 'tcp', [9600], { starts: [text('FINS')], check: (b, s, n) => n >= 16 && read32(b, s + 4) >= 8 }),
  signature('fins', 'udp', [9600], {
    starts: ['8000', '8100', 'c000', 'c100'],
    check: (b, s, n) => n >= 12 && b[s + 2]! <= 7,
    isPortBound: true,
  }),
  // AUTOSAR SOME/IP: message, length of what follows, protocol version 1, message type, return code.
  signature('someip', 'both', [30490, 30501], {
    check: (b, s, n) =>
      n >= 16 &&
      b[s + 12] === 1 &&
      read32(b, s + 4) + 8 <= n &&
      read32(b, s + 4) >= 8 &&
      isSomeIpType(b[s + 14]!) &&
      b[s + 15]! <= 0x5e &&
      read32(b, s) > 0xffff &&
      (read32(b, s + 4) + 8 === n || b[s] === 0xff),
  }),
  // OMG DDSI-RTPS 8.3.3: "RTPS", version 2.
  signature('rtps', 'both', [7400, 7401, 7410, 7411], { starts: [`${text('RTPS')}02`, `${text('RTPS')}01`] }),
  // MMS (ISO 9506): TPKT, COTP data, an ISO 8327 session CONNECT or ACCEPT whose presentation names 1.0.9506.2.1.
  signature('mms', 'tcp', [102], { starts: ['0300'], check: isMms }),
  // CoAP (RFC 7252 3): version 1, token of 0-8 bytes, a request, response or empty code, then options in order.
  signature('coap', 'udp', [5683], { check: isCoap, payloads: 1, isPortBound: true }),
  // OPC UA over TCP: type, F, size; HELLO names an endpoint.
  signature('opcua', 'tcp', [4840], {
    starts: [text('HELF'), text('ACKF'), text('OPNF')],
    check: (b, s, n) => n >= 8 && little16(b, s + 4) >= 8 && b[s + 7] === 0,
  }),
  // HART-IP: version 1, request, session initiate, status 0, length.
  signature('hart-ip', 'both', [5094], {
    starts: ['0100', '0101'],
    check: (b, s, n) => n >= 8 && read16(b, s + 6) === n && b[s + 2]! <= 3,
  }),
  // KNXnet/IP: header of 6 bytes, version 1.0, its length.
  signature('knxnet-ip', 'both', [3671], {
    starts: ['0610'],
    check: (b, s, n) => n >= 6 && read16(b, s + 4) === n && b[s + 2]! >= 2 && b[s + 2]! <= 9,
  }),
  // EtherCAT automation over UDP; Mitsubishi SLMP and MELSEC 3E/4E frames have subheaders.
  signature('melsec', 'both', [5006, 5007], {
    starts: ['500000ff', 'd00000ff'],
    check: (b, s, n) => n >= 11 && little16(b, s + 7) + 9 === n,
  }),
  // Tuya's discovery and commands: prefix, sequence, command, length of what follows, suffix.
  signature('tuya-lp', 'both', [6666, 6667, 6668], {
    starts: ['000055aa'],
    check: (b, s, n) => n >= 24 && read32(b, s + 12) + 16 === n && read32(b, s + n - 4) === 0xaa55,
  }),
  // DLMS/COSEM wrapper: version 1, source, destination, length.
  signature('dlms', 'both', [4059], {
    starts: ['0001'],
    check: (b, s, n) => n >= 9 && read16(b, s + 6) + 8 === n && isDlmsTag(b[s + 8]!),
    isPortBound: true,
  }),
];

/** Request, fire and forget, notification, response, error, and their acknowledgments and TP forms. */
function isSomeIpType(type: number): boolean {
  const base = type & ~0x20;
  return base <= 2 || (base >= 0x40 && base <= 0x42) || base === 0x80 || base === 0x81 || base === 0xc0 || base === 0xc1;
}

/** COTP data with a session connect or accept, which the connection of COTP (RFC 905 13.3, 13.4) may come before in the same bytes. */
function isMms(b: Uint8Array, s: number, n: number): boolean {
  const code = n > 5 ? b[s + 5]! & 0xf0 : 0;
  const isConnection = code === 0xd0 || code === 0xe0;
  const at = isConnection ? s + read16(b, s + 2) : s;
  const isData = at + 8 < s + n && b[at] === 3 && b[at + 4] === 2 && b[at + 5] === 0xf0 && (b[at + 7] === 0x0d || b[at + 7] === 0x0e);
  if (!isData) return false;
  const end = s + Math.min(n, 300) - 5;
  for (let i = at + 8; i <= end; i++) if (b[i] === 0x28 && b[i + 1] === 0xca && b[i + 2] === 0x22 && b[i + 3] === 2) return true;
  return false;
}

function isCoap(b: Uint8Array, s: number, n: number): boolean {
  if (n < 4 || b[s]! >> 6 !== 1) return false;
  const token = b[s]! & 15;
  const group = b[s + 1]! >> 5;
  if (token > 8 || 4 + token > n || group === 1 || group === 3 || group > 5) return false;
  if (b[s + 1] === 0) return n === 4;
  return (b[s + 1]! & 31) < 29;
}

function isDlmsTag(tag: number): boolean {
  return tag === 0x60 || tag === 0x61 || (tag >= 0xc0 && tag <= 0xc8) || tag === 0x0f;
}
