/** Signatures of what servers speak to one another and to their clients: middleware, business and hospital messages, measuring. */
import { read16, read16Le, read32, read32Le } from '../common/binary.ts';
import { areShown, areZero, hasText, isText, type Signature, signature, text } from './signature.ts';

export const serviceSignatures: readonly Signature[] = [
  // HAProxy's PROXY protocol 2.1 and 2.2: what it carries follows in the same stream.
  signature('haproxy', 'tcp', [], {
    starts: [text('PROXY TCP4 '), text('PROXY TCP6 '), text('PROXY UNKNOWN'), '0d0a0d0a000d0a515549540a20', '0d0a0d0a000d0a515549540a21'],
    isCarrier: true,
  }),
  // FastCGI 1.0 8: BEGIN_REQUEST of eight bytes: role 1-3, flags, five zeros.
  signature('fastcgi', 'tcp', [9000], {
    starts: ['0101....00080000'],
    check: (b, s, n) => n >= 16 && b[s + 8] === 0 && b[s + 9]! >= 1 && b[s + 9]! <= 3 && b[s + 10]! <= 1 && areZero(b, s + 11, 5),
  }),
  // Apache JServ 1.3: magic by direction, length, then what the packet is: forward, shutdown, ping, cping; chunk, headers, end, more, cpong.
  signature('ajp', 'tcp', [8009], {
    starts: ['1234....02', '1234....07', '1234....08', '1234....0a', '4142....03', '4142....04', '4142....05', '4142....06', '4142....09'],
    check: (b, s, n) => read16(b, s + 2) > 0 && (read16(b, s + 2) + 4 <= n || n >= 500),
  }),
  // OMG CORBA 3.3 part 2, 9.4.1: GIOP 1.0 to 1.3, flags, a message type up to Fragment.
  signature('corba', 'tcp', [683, 2809], {
    starts: [`${text('GIOP')}01`],
    check: (b, s, n) => n >= 12 && b[s + 5]! <= 3 && b[s + 6]! <= 3 && b[s + 7]! <= 7,
  }),
  // Apache Thrift, strict binary protocol: version 1, type of message, name; framed, its length comes first.
  signature('thrift', 'both', [9090], { starts: ['800100'], check: isThrift }),
  signature('thrift', 'tcp', [9090], {
    starts: ['........800100'],
    check: (b, s, n) => read32(b, s) + 4 === n && isThrift(b, s + 4, n - 4),
  }),
  // ActiveMQ's OpenWire: length, WIREFORMAT_INFO, its magic.
  signature('openwire', 'tcp', [61616], { starts: [`........01${text('ActiveMQ')}`] }),
  // Elasticsearch transport: "ES", length of what follows, request, status, version.
  signature('elasticsearch', 'tcp', [9300], {
    starts: [text('ES')],
    check: (b, s, n) => n >= 19 && (read32(b, s + 2) + 6 === n || (n >= 500 && read32(b, s + 2) < 90_000_000)) && b[s + 14]! < 32,
  }),
  // JSON-RPC 2.0 4: a member names the version. Mining pools have signatures of their own before this one.
  signature('json-rpc', 'both', [], {
    starts: [text('{'), text('[{')],
    check: (b, s, n) => hasText(b, s, s + Math.min(n, 400), '"jsonrpc"'),
  }),
  // FIX 4.0 to 5.0: BeginString.
  signature('fix', 'tcp', [], { starts: [text('8=FIX.'), text('8=FIXT.')] }),
  // SMPP 5.0 3.2: length, command, status 0 of a request, sequence.
  signature('smpp', 'tcp', [2775, 2776], {
    starts: ['0000'],
    check: (b, s, n) => n >= 16 && read32(b, s) >= 16 && read32(b, s) <= n && isSmpp(read32(b, s + 4)) && read32(b, s + 12) > 0,
  }),
  // HL7 2.x in MLLP: a vertical tab, the message header segment.
  signature('hl7', 'tcp', [2575], { starts: [`0b${text('MSH|')}`] }),
  // DICOM PS3.8 9.3.2: A-ASSOCIATE-RQ and -AC: length, protocol version 1, titles of 16 characters.
  signature('dicom', 'tcp', [104, 2762, 11112], {
    starts: ['0100........00010000', '0200........00010000'],
    check: (b, s, n) => n >= 74 && (read32(b, s + 2) + 6 === n || (n >= 500 && read32(b, s + 2) < 65_536)) && areShown(b, s + 10, 32),
  }),
  signature('check-mk', 'tcp', [6556], { starts: [text('<<<check_mk>>>')] }),
  signature('kismet', 'tcp', [2501], { starts: [text('*KISMET: ')] }),
  // Lustre's LNet over TCP: the acceptor's request, then the hello, in either byte order.
  signature('lustre', 'tcp', [988], { starts: ['acce7100', '0071ceac', 'eebc0ded', 'ed0dbcee'] }),
  // rsh: the port for errors in digits, then both users and the command, each ended by 0.
  signature('rsh', 'tcp', [514], { check: isRsh, isPortBound: true }),
  // iperf 3: a cookie of 36 letters and digits; UDP begins with four digits. iperf 2: its data are the digits, after some counters.
  signature('iperf', 'tcp', [5201], { check: (b, s, n) => n === 37 && b[s + 36] === 0 && isCookie(b, s) }),
  signature('iperf', 'udp', [5201], { starts: ['36373839', '39383736'], check: (_b, _s, n) => n === 4, isPortBound: true }),
  signature('iperf', 'both', [5001], {
    check: (b, s, n) => n >= 64 && hasText(b, s, s + Math.min(n, 160), '012345678901234567890123456789'),
  }),
  // HCL (Lotus) Notes: the session's opening.
  signature('hcl-notes', 'tcp', [1352], { starts: ['............000002000040020f'] }),
  // NoMachine's greeting.
  signature('nomachine', 'tcp', [4000], { starts: [text('NXD-'), text('NXSH-')] }),
  // tinc 1.0 and 1.1: ID, its name, protocol version 17.
  signature('tinc', 'tcp', [655], {
    starts: [text('0 ')],
    check: (b, s, n) => n >= 7 && n < 96 && b[s + n - 1] === 10 && hasText(b, s + 3, s + n, ' 17'),
  }),
  // DNSCrypt 2: the resolver's magic before its answers.
  signature('dnscrypt', 'both', [], { starts: ['7236666e76576a38'] }),
  // Roughtime (draft-ietf-ntp-roughtime): "ROUGHTIM", the message's length.
  signature('roughtime', 'udp', [2002, 2003], { starts: [text('ROUGHTIM')], check: (b, s, n) => n >= 12 && read32Le(b, s + 8) + 12 === n }),
  // AFS Rx: epoch to serial, a packet type of 1-13, service.
  signature('rx', 'udp', [7000, 7001, 7002, 7003, 7005, 7007, 7021], {
    check: (b, s, n) => n >= 28 && b[s + 20]! >= 1 && b[s + 20]! <= 13 && b[s + 23]! <= 5 && read32(b, s + 12) < 0x0100_0000,
    isPortBound: true,
  }),
  // KCP: conversation, command 81-84, fragment, window, time, number, acknowledged, length.
  signature('kcp', 'udp', [], { check: isKcp, payloads: 2, token: (b, s) => read32Le(b, s) }),
];

function isThrift(b: Uint8Array, s: number, n: number): boolean {
  if (n < 13 || b[s + 3]! < 1 || b[s + 3]! > 4) return false;
  const name = read32(b, s + 4);
  return name > 0 && name < 128 && name + 12 <= n && areShown(b, s + 8, name);
}

/** Bind as receiver, transmitter or both; submit, deliver, unbind, enquire link; and the answers. */
function isSmpp(command: number): boolean {
  const request = command & 0x7fff_ffff;
  return request === 1 || request === 2 || request === 4 || request === 5 || request === 6 || request === 9 || request === 0x15;
}

function isRsh(b: Uint8Array, s: number, n: number): boolean {
  let at = s;
  while (at < s + 5 && b[at]! >= 0x30 && b[at]! <= 0x39) at++;
  return n > 4 && at > s && b[at] === 0 && (at === s + n - 1 || b[s + n - 1] === 0);
}

/** As iperf makes it: letters and the digits 2 to 7. */
function isCookie(b: Uint8Array, s: number): boolean {
  for (let i = s; i < s + 36; i++) if (!((b[i]! >= 0x61 && b[i]! <= 0x7a) || (b[i]! >= 0x32 && b[i]! <= 0x37))) return false;
  return true;
}

/** Segments that fill the datagram; a push carries data, the others none. */
function isKcp(b: Uint8Array, s: number, n: number): boolean {
  let at = s;
  while (at + 24 <= s + n) {
    const command = b[at + 4]!;
    const length = read32Le(b, at + 20);
    const isSound = command >= 81 && command <= 84 && (command === 81) === length > 0 && read16Le(b, at + 6) > 0;
    if (!isSound || length > n || read32Le(b, at) !== read32Le(b, s)) return false;
    at += 24 + length;
  }
  return n >= 24 && at === s + n && !isText(b, s, s + n, '\0\0\0\0');
}
