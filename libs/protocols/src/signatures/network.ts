/** Signatures of what networks are run with: routing, naming, management, logs, telephony of operators. */
import { read16, read32 } from '../common/binary.ts';
import { areZero, hasText, isText, type Signature, signature, text } from './signature.ts';

export const networkSignatures: readonly Signature[] = [
  // RFC 4271 4.1: marker, length, type 1-5.
  signature('bgp', 'tcp', [179], {
    starts: ['ffffffffffffffffffffffffffffffff'],
    check: (b, s, n) => n >= 19 && read16(b, s + 16) >= 19 && read16(b, s + 16) <= 4096 && b[s + 18]! >= 1 && b[s + 18]! <= 5,
  }),
  // RFC 5036 3.1: version 1, PDU length (without these four bytes), then a message whose type has one of the known high bytes.
  signature('ldp', 'both', [646], {
    starts: ['0001'],
    check: (b, s, n) =>
      n >= 18 && read16(b, s + 2) + 4 <= n && read16(b, s + 2) >= 14 && areZero(b, s + 8, 2) && b[s + 10]! >> 2 === 0 && b[s + 10]! > 0,
    isPortBound: true,
  }),
  // RFC 2281 5.1 (20 bytes), and Cisco's version 2 as TLVs: group state 1 of 40 bytes, interface state 2 of 4.
  signature('hsrp', 'udp', [1985, 2029], {
    starts: ['00', '0128', '0204'],
    check: (b, s, n) => (b[s] === 0 ? n >= 20 && b[s + 1]! <= 3 && b[s + 7] === 0 : n >= 2 + b[s + 1]!),
    isPortBound: true,
  }),
  // RFC 2453 4: command, version 1 or 2, zero; entries of 20 bytes.
  signature('rip', 'udp', [520], {
    starts: ['01010000', '01020000', '02010000', '02020000'],
    check: (_b, _s, n) => n >= 24 && (n - 4) % 20 === 0,
    isPortBound: true,
  }),
  // RFC 2080 2.1.
  signature('ripng', 'udp', [521], {
    starts: ['01010000', '02010000'],
    check: (_b, _s, n) => n >= 24 && (n - 4) % 20 === 0,
    isPortBound: true,
  }),
  // RFC 5880 4.1: version 1, a diagnostic, a multiplier, its own length.
  signature('bfd', 'udp', [3784, 3785, 4784, 6784], {
    check: (b, s, n) => n >= 24 && b[s]! >> 5 === 1 && b[s + 2]! > 0 && b[s + 3] === (b[s + 1]! & 4 ? b[s + 3] : 24) && b[s + 3]! <= n,
    isPortBound: true,
  }),
  // RFC 1002 4.4.1: type 0x10-0x16, flags, id, the sender's address and port 138.
  signature('nbdgm', 'udp', [138], {
    check: (b, s, n) => n >= 10 && b[s]! >= 0x10 && b[s]! <= 0x16 && b[s + 1]! <= 15 && read16(b, s + 8) === 138,
  }),
  // RFC 1002 4.3.2: SESSION REQUEST of two encoded names of 34 bytes.
  signature('nbss', 'tcp', [139], {
    starts: ['8100004420', '8100004820'],
    check: (b, s, n) => n >= 72 && areLetters(b, s + 5),
    isCarrier: true,
  }),
  // UPnP Device Architecture 1.1 1.2: HTTP's form over UDP.
  signature('ssdp', 'udp', [1900], {
    starts: [text('M-SEARCH * HTTP/1.1\r\n'), text('NOTIFY * HTTP/1.1\r\n'), text('HTTP/1.1 200 OK\r\n')],
  }),
  // WS-Discovery 1.1 3: SOAP envelopes that name its namespace.
  signature('ws-discovery', 'udp', [3702], {
    starts: [text('<?xml'), text('<s:Env'), text('<soap'), text('<SOAP'), text('<e:Env'), text('<wsdd')],
    check: (b, s, n) => hasText(b, s, s + Math.min(n, 1400), '/discovery'),
  }),
  // RFC 6887 7 and RFC 6886 3: NAT-PMP version 0, PCP version 2; a response has the high bit.
  signature('nat-pmp', 'udp', [5350, 5351], {
    starts: ['0000', '0001', '0002', '0080', '0081', '0082'],
    check: (b, s, n) => (b[s + 1]! < 128 ? n === (b[s + 1] === 0 ? 2 : 12) : n === (b[s + 1] === 128 ? 12 : 16)),
    isPortBound: true,
  }),
  signature('nat-pmp', 'udp', [5350, 5351], {
    starts: ['0200', '0201', '0202', '0280', '0281', '0282'],
    check: (b, s, n) => n >= 24 && n <= 1100 && n % 4 === 0 && b[s + 2] === 0,
    isPortBound: true,
  }),
  // RFC 5905 is told by its parser; RFC 868 has no content.
  // RFC 3164 and 5424 over TCP (RFC 6587): priority, then a date or version 1.
  signature('syslog', 'tcp', [514, 601, 6514], { starts: ['3c'], check: isSyslog }),
  // Cisco NetFlow 1, 5, 7, 9 and IPFIX (RFC 7011 3.1): version, then count or length.
  signature('netflow', 'udp', [2055, 2056, 9995, 9996], { starts: ['0001', '0005', '0007', '0009'], check: isNetflow }),
  signature('ipfix', 'both', [4739], {
    starts: ['000a'],
    check: (b, s, n) =>
      n >= 20 && read16(b, s + 2) <= n && (read16(b, s + 16) === 2 || read16(b, s + 16) === 3 || read16(b, s + 16) >= 256),
  }),
  // sFlow 5: version, kind of the agent's address.
  signature('sflow', 'udp', [6343], { starts: ['0000000500000001', '0000000500000002'], check: (_b, _s, n) => n >= 28 }),
  // collectd's binary protocol: parts of type and length; the host (0) is first and ends with 0.
  signature('collectd', 'udp', [25826], { starts: ['0000'], check: isCollectd }),
  // Zabbix sender and agent: header "ZBXD" and flags.
  signature('zabbix', 'tcp', [10050, 10051], { starts: ['5a425844'] }),
  signature('munin', 'tcp', [4949], { starts: [text('# munin node at ')] }),
  // OpenFlow 1.0-1.5: version, HELLO or other types, length.
  signature('openflow', 'tcp', [6633, 6653], {
    starts: ['0100', '0200', '0300', '0400', '0500', '0600'],
    check: (b, s, n) => n >= 8 && read16(b, s + 2) >= 8 && read16(b, s + 2) <= n && read16(b, s + 2) <= 64 && read32(b, s + 4) > 0,
    isPortBound: true,
  }),
  // 3GPP TS 29.274 5.1: version 2, its own length.
  signature('gtp-c', 'udp', [2123], {
    check: (b, s, n) => n >= 8 && b[s]! >> 5 === 2 && (b[s]! & 7) === 0 && read16(b, s + 2) + 4 === n && b[s + 1]! > 0,
  }),
  // 3GPP TS 29.060 6: version 1 with protocol type 1, its length is without the first 8 bytes.
  signature('gtp', 'udp', [2123, 2152], {
    check: (b, s, n) => n >= 8 && b[s]! >> 4 === 3 && read16(b, s + 2) + 8 === n && b[s + 1]! > 0,
    isPortBound: true,
  }),
  // 3GPP TS 32.295 6: protocol type 0; header of 6 bytes (versions 1, 2) or 20.
  signature('gtp-prime', 'udp', [3386], {
    check: (b, s, n) => n >= 6 && (b[s]! & 0x10) === 0 && b[s]! >> 5 <= 2 && (read16(b, s + 2) + 6 === n || read16(b, s + 2) + 20 === n),
    isPortBound: true,
  }),
  // 3GPP TS 29.244 7.2.2: version 1.
  signature('pfcp', 'udp', [8805], {
    starts: ['20', '21', '22', '23'],
    check: (b, s, n) => n >= 8 && read16(b, s + 2) + 4 === n && b[s + 1]! > 0 && b[s + 1]! < 60,
  }),
  // RFC 6733 3: version 1, length of 24 bits that ends the message, flags with reserved bits 0.
  signature('diameter', 'tcp', [3868, 5868], {
    starts: ['0100'],
    check: (b, s, n) =>
      n >= 20 &&
      read32(b, s) - 0x0100_0000 >= 20 &&
      read16(b, s + 2) % 4 === 0 &&
      (b[s + 4]! & 15) === 0 &&
      isDiameterCommand(read32(b, s + 4) & 0xff_ffff),
  }),
  // RFC 5415 4.1: version 0, preamble type 0, header length, radio flags; discovery and join on the control port.
  signature('capwap', 'udp', [5246, 5247], {
    starts: ['00'],
    check: (b, s, n) => n >= 16 && b[s + 1]! >> 3 >= 2 && b[s + 1]! >> 3 <= 8 && (b[s + 3]! & 7) === 0,
    isPortBound: true,
  }),
  // RFC 5456 8.1: IAX2 full frame: source call with the F bit, type, subclass.
  signature('iax2', 'udp', [4569], {
    check: (b, s, n) => n >= 12 && b[s]! >= 0x80 && b[s + 10]! >= 1 && b[s + 10]! <= 12,
    isPortBound: true,
  }),
  // RFC 4511 is told by its parser. RFC 1288: a line, a name at most.
  signature('finger', 'tcp', [79], { check: (b, s, n) => n >= 2 && n < 64 && b[s + n - 1] === 10, isPortBound: true }),
  signature('whois', 'tcp', [43, 4321], {
    check: (b, s, n) => n >= 3 && n < 256 && b[s + n - 2] === 13 && b[s + n - 1] === 10,
    isPortBound: true,
  }),
  // RFC 1282: 0, then client user, server user, terminal/speed, each ended by 0.
  signature('rlogin', 'tcp', [513], {
    starts: ['00'],
    check: (b, s, n) => n === 1 || (n > 6 && n < 256 && b[s + n - 1] === 0),
    isPortBound: true,
  }),
  // IEEE C37.118.2 6.2: SYNC, frame type with version 1 or 2, frame size.
  signature('ieee-c37-118', 'both', [4712, 4713], {
    starts: ['aa'],
    check: (b, s, n) => n >= 16 && b[s + 1]! >> 4 <= 5 && (b[s + 1]! & 15) >= 1 && (b[s + 1]! & 15) <= 2 && read16(b, s + 2) === n,
  }),
  // IEEE 1588-2008 13.3: message type, version 2, its length.
  signature('ptpv2', 'udp', [319, 320], {
    check: (b, s, n) => n >= 34 && (b[s + 1]! & 15) === 2 && read16(b, s + 2) >= 34 && read16(b, s + 2) <= n,
    isPortBound: true,
  }),
  // Cisco's GLBP: version 1.
  signature('glbp', 'udp', [3222], { starts: ['01'], check: (_b, _s, n) => n >= 12, isPortBound: true }),
  // RFC 8175 12.1 and 12.2: signals begin with "DLEP", type and length; messages over TCP have those alone.
  signature('dlep', 'udp', [854], { starts: [text('DLEP')], check: (b, s, n) => n >= 8 && read16(b, s + 6) + 8 === n }),
  signature('dlep', 'tcp', [854], {
    starts: ['00'],
    check: (b, s, n) => n >= 4 && b[s + 1]! > 0 && b[s + 1]! <= 16 && read16(b, s + 2) + 4 <= n,
    isPortBound: true,
  }),
  // RFC 6830 5.1 and 6: data on 4341, messages of control on 4342.
  signature('lisp', 'udp', [4341, 4342], { check: (_b, _s, n) => n >= 12, isPortBound: true }),
  // Check Point's cluster control.
  signature('cpha', 'udp', [8116], { starts: ['1a90'] }),
  // XDMCP 1: version, opcode 1-13, length of what follows.
  signature('xdmcp', 'udp', [177], {
    starts: ['0001'],
    check: (b, s, n) => n >= 6 && b[s + 2] === 0 && b[s + 3]! >= 1 && b[s + 3]! <= 13 && read16(b, s + 4) + 6 === n,
    isPortBound: true,
  }),
];

/** 32 letters A to P: a NetBIOS name at 4 bits a letter (RFC 1001 14.1). */
function areLetters(b: Uint8Array, at: number): boolean {
  for (let i = at; i < at + 32; i++) if (b[i]! < 0x41 || b[i]! > 0x50) return false;
  return true;
}

function isSyslog(b: Uint8Array, s: number, n: number): boolean {
  let at = s + 1;
  while (at < s + 4 && b[at]! >= 0x30 && b[at]! <= 0x39) at++;
  if (n < 16 || at === s + 1 || b[at] !== 0x3e) return false;
  if (isText(b, at + 1, s + n, '1 ')) return true;
  if (b[at + 5] === 0x2d && b[at + 8] === 0x2d && b[at + 11] === 0x54) return true;
  return months.some((month) => isText(b, at + 1, s + n, month));
}
const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ').map((month) => `${month} `);

/** Versions 1, 5 and 7 have records of fixed size; 9 (RFC 3954 5.1) has flow sets, the first a template (0, 1) or data (256 and more). */
function isNetflow(b: Uint8Array, s: number, n: number): boolean {
  const version = b[s + 1]!;
  const count = read16(b, s + 2);
  if (count === 0 || n < 24) return false;
  if (version === 9) {
    const set = read16(b, s + 20);
    return (set <= 1 || set >= 256) && read16(b, s + 22) >= 4 && read16(b, s + 22) + 20 <= n;
  }
  if (version === 1) return count <= 24 && n === 16 + 52 * count;
  return count <= 30 && n === 24 + (version === 5 ? 48 : 52) * count;
}

function isCollectd(b: Uint8Array, s: number, n: number): boolean {
  const host = read16(b, s + 2);
  if (host < 6 || host + 4 > n || b[s + host - 1] !== 0) return false;
  const next = read16(b, s + host);
  const nextLength = read16(b, s + host + 2);
  return (next === 1 || next === 8) && nextLength === (next === 1 || next === 8 ? 12 : 0);
}

/** Capabilities, re-authentication, accounting, credit control, abort, termination, watchdog, disconnect, and those of 3GPP. */
function isDiameterCommand(code: number): boolean {
  return (
    code === 257 ||
    code === 258 ||
    code === 271 ||
    code === 272 ||
    code === 274 ||
    code === 275 ||
    (code >= 280 && code <= 282) ||
    (code >= 300 && code <= 325) ||
    (code >= 8_388_620 && code <= 8_388_733)
  );
}
