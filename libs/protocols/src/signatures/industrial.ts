/** Signatures of plants, vehicles, buildings and things. */
import { read16, read16Le, read32, read32Le } from '../common/binary.ts';
import { type Signature, signature, text } from './signature.ts';

/** CoAP's own, and those that 6LoWPAN writes in four bits (RFC 6282 4.3.1). */
const coapPorts = [5683, ...Array.from({ length: 16 }, (_, i) => 61_616 + i)];

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
  signature('coap', 'udp', coapPorts, { check: isCoap, payloads: 1, isPortBound: true }),
  // OPC UA over TCP: type, F, size; HELLO names an endpoint.
  signature('opcua', 'tcp', [4840], {
    starts: [text('HELF'), text('ACKF'), text('OPNF')],
    check: (b, s, n) => n >= 8 && read16Le(b, s + 4) >= 8 && b[s + 7] === 0,
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
  // Mitsubishi SLMP and MELSEC 3E/4E frames have subheaders.
  signature('melsec', 'both', [5006, 5007], {
    starts: ['500000ff', 'd00000ff'],
    check: (b, s, n) => n >= 11 && read16Le(b, s + 7) + 9 === n,
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
  // Beckhoff ADS: AMS/TCP header with the length, then AMS: addresses, command 0-9, state flags, length of the data.
  signature('beckhoff-ads', 'tcp', [48898], {
    starts: ['0000'],
    check: (b, s, n) =>
      n >= 38 &&
      read32Le(b, s + 2) + 6 === n &&
      read32Le(b, s + 26) + 38 === n &&
      read16Le(b, s + 22) <= 9 &&
      (read16Le(b, s + 24) & ~0x41) === 4,
  }),
  // CIP class 1 over UDP (EtherNet/IP 2-6): two items, a sequenced address of 8 bytes, then connected data.
  signature('cip-io', 'udp', [2222], { starts: ['020002800800................b100'] }),
  // GE's Ethernet Global Data: type 13, version 1.
  signature('egd', 'udp', [18246], { starts: ['0d01'], check: (_b, _s, n) => n >= 32, isPortBound: true }),
  // EtherCAT in UDP (IEC 61158): length of 11 bits, type 1.
  signature('ethercat', 'udp', [34980], {
    check: (b, s, n) => n >= 12 && (read16Le(b, s) & 0x7ff) + 2 <= n && read16Le(b, s) >> 12 === 1,
    isPortBound: true,
  }),
  // Saia's S-Bus over UDP: its length, version, type 0; and its I/O by name.
  signature('ether-s-bus', 'udp', [5050], { check: (b, s, n) => n >= 10 && read32(b, s) === n && b[s + 4]! <= 1, isPortBound: true }),
  signature('ether-s-io', 'udp', [6060], { starts: [text('ESIO')] }),
  // IEC 61375-2-3 A.6 (trains): sequence, version 1.0, Pd, Pp, Pr, Pe or Mn, Mr, Mp, Mq, Mc, Me.
  signature('trdp', 'both', [17224, 17225, 20548, 20550], {
    starts: ['Pd', 'Pp', 'Pr', 'Pe', 'Mn', 'Mr', 'Mp', 'Mq', 'Mc', 'Me'].map((kind) => `........0100${text(kind)}`),
    check: (_b, _s, n) => n >= 36,
  }),
  // IEEE 1278.1 (simulations): version 5-7, exercise, PDU type, family, time, its length.
  signature('dis', 'udp', [3000], {
    starts: ['05', '06', '07'],
    check: (b, s, n) => n >= 12 && read16(b, s + 8) === n && b[s + 2]! >= 1 && b[s + 2]! <= 72 && b[s + 3]! >= 1 && b[s + 3]! <= 13,
  }),
  // ANSI/CEA-852: its length, version 1.
  signature('cnp-ip', 'both', [1628, 1629], {
    starts: ['....01'],
    check: (b, s, n) => n >= 20 && read16(b, s) === n && b[s + 3]! < 0x80,
    isPortBound: true,
  }),
  // ANSI C12.22 over IP (RFC 6142): an ACSE APDU of BER.
  signature('c1222', 'both', [1153], {
    starts: ['60'],
    check: (b, s, n) => n >= 8 && (b[s + 1]! < 128 ? b[s + 1]! + 2 === n : b[s + 1] === 0x81) && isAcseElement(b[s + 2]!),
    isPortBound: true,
  }),
  // IVI-6.1 HiSLIP 2.4: "HS", message type, control, parameter, length.
  signature('hislip', 'tcp', [4880], { starts: [text('HS')], check: (b, s, n) => n >= 16 && b[s + 2]! <= 25 && read32(b, s + 8) === 0 }),
  // ISO 13400-2 (DoIP) 9.2: version and its inverse, kind of payload, length of what follows.
  signature('doip', 'both', [13400], {
    starts: ['01fe', '02fd', '03fc', 'ff00'],
    check: (b, s, n) => n >= 8 && read32(b, s + 4) + 8 === n && isDoipPayload(read16(b, s + 2)),
  }),
  // CAN frames over IP, told by the number of their standard.
  signature('can', 'both', [], { starts: [text('ISO11898')] }),
  // TriStation (Triconex): type, channel, length of the data, then four bytes besides them.
  signature('tristation', 'udp', [1502], {
    check: (b, s, n) => n >= 6 && read16Le(b, s + 2) + 6 === n && b[s]! > 0 && b[s + 1]! <= 1,
    isPortBound: true,
  }),
  // PROFINET IO's interface over connectionless DCE/RPC, then any other interface (C706 12.5.1).
  signature('profinet-io', 'udp', [34964], { starts: ['04'], check: (b, s, n) => isConnectionless(b, s, n) && isProfinet(b, s) }),
  signature('dce_rpc', 'udp', [135], { starts: ['04'], check: isConnectionless }),
  // Tank gauges (Veeder-Root): SOH, I or S, a function of three digits, a tank of two.
  signature('atg', 'tcp', [10001], {
    starts: [`01${text('I')}`, `01${text('S')}`],
    check: (b, s, n) => n >= 7 && areDigits(b, s + 2, 5),
  }),
  // Niagara Fox: a hello of lines.
  signature('fox', 'tcp', [1911, 4911], { starts: [text('fox a ')] }),
  // PC Worx: kind, station, length; the session begins with the controller's name.
  signature('pcworx', 'tcp', [1962], { starts: ['0101', '8101'], check: (b, s, n) => n >= 8 && read16(b, s + 2) === n, isPortBound: true }),
  // GigE Vision's control: 42, flags, command, length, request; answers have a status of 0 or 80 first.
  signature('gvcp', 'udp', [3956], {
    starts: ['42', '0000', '80'],
    check: (b, s, n) => n >= 8 && read16(b, s + 4) + 8 === n && (b[s + 2]! < 2 || b[s] !== 0x42),
    isPortBound: true,
  }),
];

/** Negative answer, vehicle identification and its announcements, routing, alive checks; status and power; diagnostic messages. */
function isDoipPayload(type: number): boolean {
  return type <= 8 || (type >= 0x4001 && type <= 0x4004) || (type >= 0x8001 && type <= 0x8003);
}

/** Version 4, packet type, flags, drep of integers, letters and floats, a body that fits; 80 bytes of header. */
function isConnectionless(b: Uint8Array, s: number, n: number): boolean {
  if (n < 80 || b[s + 1]! > 10 || (b[s + 4] !== 0x10 && b[s + 4] !== 0) || b[s + 5]! > 3 || b[s + 6] !== 0) return false;
  return (b[s + 4] === 0x10 ? read16Le(b, s + 74) : read16(b, s + 74)) + 80 <= n && b[s + 78]! <= 14;
}

/** Interface dea0000X-6c97-11d1-8271-...: device, controller, supervisor, parameter server. */
function isProfinet(b: Uint8Array, s: number): boolean {
  const first = b[s + 4] === 0x10 ? read32Le(b, s + 24) : read32(b, s + 24);
  return first >>> 16 === 0xdea0 && read16(b, s + 32) === 0x8271;
}

function areDigits(b: Uint8Array, at: number, count: number): boolean {
  for (let i = at; i < at + count; i++) if (b[i]! < 0x30 || b[i]! > 0x39) return false;
  return true;
}

/** Context tags of RFC 6142's ACSE APDUs: called and calling titles, calling invocation, user information. */
function isAcseElement(tag: number): boolean {
  return tag === 0xa1 || tag === 0xa2 || tag === 0xa4 || tag === 0xa6 || tag === 0xa7 || tag === 0xa8 || tag === 0xbe;
}

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
