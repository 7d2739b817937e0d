/** Signatures of what routers, switches, access points and caches say to one another. */
import { read16, read32 } from '../common/binary.ts';
import { areZero, hasText, type Signature, signature, text } from './signature.ts';

export const routingSignatures: readonly Signature[] = [
  // RFC 5440 6.1: version 1, message type 1-13, length in words of 4; OPEN has the OPEN object (class 1, type 1) first.
  signature('pcep', 'tcp', [4189], {
    starts: ['20'],
    check: (b, s, n) =>
      n >= 4 && b[s + 1]! >= 1 && b[s + 1]! <= 13 && read16(b, s + 2) <= n && read16(b, s + 2) % 4 === 0 && read16(b, s + 2) >= 4,
    isPortBound: true,
  }),
  // RFC 3618 12: SA, SA-request, SA-response, keepalive (3 bytes), as TLVs that fill what came.
  signature('msdp', 'tcp', [639], { starts: ['01', '02', '03', '04', '06', '07'], check: areMsdpTlvs, isPortBound: true }),
  // RFC 6810 5: version 0 or 1, PDU type 0-10, its length: queries and resets are 8 or 12 bytes.
  signature('rpki-rtr', 'tcp', [323], {
    starts: ['00', '01'],
    check: (b, s, n) => n >= 8 && b[s + 1]! <= 10 && read32(b, s + 4) >= 8 && read32(b, s + 4) <= n && read32(b, s + 4) % 4 === 0,
    isPortBound: true,
  }),
  // RFC 3626 3.3: the packet's length, a sequence; the first message: type 1-4, validity, its size.
  signature('olsr', 'udp', [698], {
    check: (b, s, n) => n >= 16 && read16(b, s) === n && b[s + 4]! >= 1 && b[s + 4]! <= 4 && read16(b, s + 6) + 4 <= n,
    isPortBound: true,
  }),
  // RFC 8966 4.2: magic 42, version 2, length of the body.
  signature('babel', 'udp', [6696], { starts: ['2a02'], check: (b, s, n) => n >= 4 && read16(b, s + 2) + 4 <= n }),
  // RFC 3561 5: requests of 24 bytes, replies of 20, acknowledgments of 2; errors by the number of their destinations.
  signature('aodv', 'udp', [654], {
    check: (b, s, n) =>
      (b[s] === 1 && n >= 24) || (b[s] === 2 && n >= 20) || (b[s] === 3 && n >= 12 && b[s + 3]! > 0) || (b[s] === 4 && n === 2),
    isPortBound: true,
  }),
  // RFC 2748 2.1: version 1, operation 1-10, client type, length.
  signature('cops', 'tcp', [3288], {
    starts: ['10', '11'],
    check: (b, s, n) => n >= 8 && b[s + 1]! >= 1 && b[s + 1]! <= 10 && read32(b, s + 4) >= 8 && read32(b, s + 4) <= n,
    isPortBound: true,
  }),
  // RFC 4656 3.1 and 5357 3.1: the greeting has 12 unused bytes, modes, challenge, salt, a count that is a power of 2.
  signature('twamp', 'tcp', [861, 862], {
    starts: ['000000000000000000000000000000'],
    check: (b, s, n) => n === 64 && b[s + 15]! <= 15 && b[s + 15]! > 0 && read32(b, s + 48) >= 1024 && areZero(b, s + 52, 12),
  }),
  // WCCP 2 (draft-wilson-wrec-wccp-v2) 5.5: HERE_I_AM, I_SEE_YOU, REDIRECT_ASSIGN, REMOVAL_QUERY, version 2, length.
  signature('wccp', 'udp', [2048], {
    starts: ['0000000a', '0000000b', '0000000c', '0000000d'],
    check: (b, s, n) => n >= 8 && b[s + 4] === 2 && b[s + 5]! <= 1 && read16(b, s + 6) + 8 === n,
    isPortBound: true,
  }),
  // RFC 2186 2: opcode, version 2, length of the message.
  signature('icp', 'udp', [3130], {
    check: (b, s, n) => n >= 20 && b[s]! >= 1 && b[s]! <= 23 && b[s + 1] === 2 && read16(b, s + 2) === n,
    isPortBound: true,
  }),
  // RFC 2756 2: length, version 0.0 or 0.1, then the length of the data.
  signature('htcp', 'udp', [4827], {
    check: (b, s, n) => n >= 12 && read16(b, s) === n && b[s + 2] === 0 && b[s + 3]! <= 1 && read16(b, s + 4) + 4 <= n,
    isPortBound: true,
  }),
  // RFC 3507 4.3: HTTP's form with its own version.
  signature('icap', 'tcp', [1344], { starts: ['OPTIONS icap', 'REQMOD icap', 'RESPMOD icap', 'ICAP/1.0 '].map(text) }),
  // RFC 1613: version 0, length, then an X.25 packet of a known general format.
  signature('xot', 'tcp', [1998], {
    starts: ['0000'],
    check: (b, s, n) =>
      n >= 7 && read16(b, s + 2) >= 3 && read16(b, s + 2) + 4 <= n && (b[s + 4]! & 0x30) !== 0 && (b[s + 4]! & 0x30) !== 0x30,
    isPortBound: true,
  }),
  // Cisco's VLAN query protocol: version 1, operation 1-4, code, elements.
  signature('vqp', 'udp', [1589], {
    starts: ['01'],
    check: (b, s, n) => n >= 8 && b[s + 1]! >= 1 && b[s + 1]! <= 4 && b[s + 2]! <= 5,
    isPortBound: true,
  }),
  // Aruba's PAPI: magic, version, addresses.
  signature('papi', 'udp', [8211], { starts: ['49720002', '49720003'], check: (_b, _s, n) => n >= 20 }),
  // RFC 7450 5.1: version 0, discovery 1 to teardown 7; the first two are of fixed size.
  signature('amt', 'udp', [2268], {
    check: (b, s, n) => (b[s] === 1 && n === 8) || (b[s] === 2 && (n === 12 || n === 24)) || (b[s] === 3 && n === 8),
    isPortBound: true,
  }),
  // draft-ietf-dhc-failover 6.1: length, type 1-14, offset of the payload, time, transaction.
  signature('dhcp-failover', 'tcp', [647, 847], {
    check: (b, s, n) => n >= 12 && read16(b, s) >= 12 && read16(b, s) <= n && b[s + 2]! >= 1 && b[s + 2]! <= 14 && b[s + 3]! >= 8,
    isPortBound: true,
  }),
  // RFC 8029 3: version 1, flags, echo request or reply (3, 4: through a proxy), how to reply.
  signature('mpls-echo', 'udp', [3503], {
    starts: ['0001'],
    check: (b, s, n) => n >= 32 && b[s + 2] === 0 && b[s + 4]! >= 1 && b[s + 4]! <= 4 && b[s + 5]! >= 1 && b[s + 5]! <= 5,
    isPortBound: true,
  }),
  // RFC 5412 3.3.1: version 0, radio, kind; number of the fragment, length of what follows the header.
  signature('lwapp', 'udp', [12222, 12223], {
    check: (b, s, n) => n >= 6 && b[s]! < 0x40 && read16(b, s + 2) + 6 === n,
    isPortBound: true,
  }),
  // RFC 4204 12.1: version 1, flags, message type 1-21, length.
  signature('lmp', 'udp', [701], {
    starts: ['1000'],
    check: (b, s, n) => n >= 8 && b[s + 3]! >= 1 && b[s + 3]! <= 21 && read16(b, s + 4) === n,
    isPortBound: true,
  }),
  // RFC 5191 6.2: reserved, length of the message, flags, type 1-4, session, sequence.
  signature('pana', 'udp', [716], {
    starts: ['0000'],
    check: (b, s, n) => n >= 16 && read16(b, s + 2) === n && read16(b, s + 6) >= 1 && read16(b, s + 6) <= 4,
    isPortBound: true,
  }),
  // RFC 5944 3.3 and 3.4: requests of 24 bytes, replies of 20, with extensions behind them.
  signature('mobile-ip', 'udp', [434], {
    starts: ['01', '03'],
    check: (b, s, n) => n >= (b[s] === 1 ? 24 : 20),
    isPortBound: true,
  }),
  // RFC 7787 7: type and length, values padded to 4, that fill the datagram; the first says which node it is from.
  signature('hncp', 'udp', [8231], { starts: ['0003', '0001', '0002'], check: areDncpTlvs, isPortBound: true }),
  // Frames in tunnels that carry no IP stay in the flow of the tunnel. VXLAN, RFC 7348 5: flag I, network, 0.
  signature('vxlan', 'udp', [4789], { starts: ['08000000......00'], check: (_b, _s, n) => n >= 22, isPortBound: true }),
  // GENEVE, RFC 8926 3.4: version 0, length of the options, Ethernet, network, 0.
  signature('geneve', 'udp', [6081], {
    starts: ['....6558......00'],
    check: (b, s, n) => b[s]! < 0x40 && n >= 22 + 4 * b[s]!,
    isPortBound: true,
  }),
  // Wake-on-LAN: six ff, then an address sixteen times.
  signature('wake-on-lan', 'udp', [], { starts: ['ffffffffffff'], check: isMagicPacket }),
  // CUPS browsing: kind of printer and state in hexadecimal, its address.
  signature('ipp', 'udp', [631], { check: (b, s, n) => isHexDigit(b[s]!) && hasText(b, s + 1, s + Math.min(n, 32), ' ipp://') }),
];

function areMsdpTlvs(b: Uint8Array, s: number, n: number): boolean {
  let at = s;
  while (at + 3 <= s + n && b[at]! > 0 && b[at]! <= 7 && read16(b, at + 1) >= 3) at += read16(b, at + 1);
  return at === s + n;
}

function areDncpTlvs(b: Uint8Array, s: number, n: number): boolean {
  let at = s;
  while (at + 4 <= s + n && read16(b, at) <= 1023) at += 4 + ((read16(b, at + 2) + 3) & ~3);
  return n >= 4 && at === s + n;
}

function isMagicPacket(b: Uint8Array, s: number, n: number): boolean {
  if (n < 102) return false;
  for (let i = s + 12; i < s + 102; i++) if (b[i] !== b[i - 6]) return false;
  return true;
}

function isHexDigit(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x66);
}
