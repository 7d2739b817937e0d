/** Signatures of what devices in a house and an office say: discovery, printers, power switches, cloud management. */
import { read16, read32 } from '../common/binary.ts';
import { type Signature, signature, text } from './signature.ts';

export const thingSignatures: readonly Signature[] = [
  // Canon's BJNP and its siblings: name, device, command, sequence, session, length.
  signature('bjnp', 'both', [8611, 8612, 8613, 8614], {
    starts: [text('BJNP'), text('BJNB'), text('MFNP'), text('BNJP')],
    check: (b, s, n) => n >= 16 && read32(b, s + 12) + 16 <= n,
  }),
  // MikroTik's neighbour discovery: header, sequence, then the MAC address as the first TLV.
  signature('mndp', 'udp', [5678], { starts: ['........00010006'], isPortBound: true }),
  // Ubiquiti's discovery 1 and 2: version, command, length of what follows.
  signature('ubntac2', 'udp', [10001], {
    starts: ['01', '02'],
    check: (b, s, n) => n >= 4 && b[s + 1]! <= 11 && read16(b, s + 2) + 4 === n,
    isPortBound: true,
  }),
  signature('tivoconnect', 'both', [2190], { starts: [text('TiVoConnect='), text('tivoconnect=')] }),
  // TP-Link's smart home: JSON, each byte xor the one before, 171 first; over TCP its length comes first.
  signature('tplink-shp', 'udp', [9999], { starts: ['d0f2'], check: (_b, _s, n) => n >= 12, isPortBound: true }),
  signature('tplink-shp', 'tcp', [9999], { starts: ['........d0f2'], check: (b, s, n) => n >= 12 && read32(b, s) + 4 === n }),
  signature('meraki-cloud', 'udp', [7351], { starts: ['fef72891'] }),
  // Tailscale's path discovery: "TS" and a speech balloon.
  signature('tailscale', 'udp', [41641], { starts: ['5453f09f92ac'] }),
  // RFC 2608 8: version 2, function 1-11, length of 24 bits; version 1 (RFC 2165 4) has 16.
  signature('slp', 'both', [427], {
    starts: ['02', '01'],
    check: (b, s, n) =>
      n >= 12 &&
      b[s + 1]! >= 1 &&
      b[s + 1]! <= 11 &&
      (b[s] === 2 ? (b[s + 2]! << 16) + read16(b, s + 3) === n && (b[s + 5]! & 31) === 0 && b[s + 6] === 0 : read16(b, s + 2) === n),
    isPortBound: true,
  }),
  // Alcatel's NOE: its data; keep-alives of 1, 5 or 12 bytes.
  signature('noe', 'udp', [32512], { starts: ['0006626c'], check: (_b, _s, n) => n >= 25 }),
  signature('noe', 'udp', [32512], {
    starts: ['04', '05', '0700'],
    check: (b, s, n) => (b[s] === 7 ? (n === 5 || n === 12) && b[s + 3] === 0 : n === 1),
    isPortBound: true,
  }),
  // Weather stations' EasyWeather: their live data.
  signature('easyweather', 'udp', [], { starts: ['ffff1200'], check: (_b, _s, n) => n > 4 }),
  // Nest's log sink: kind of message, version and flags in three bytes.
  signature('nest-log-sink', 'tcp', [11095], {
    starts: ['......13'],
    check: (b, s, n) => n >= 8 && b[s + 1]! <= 2 && (b[s + 2] === 0 || b[s + 2] === 0x10),
    payloads: 3,
    isPortBound: true,
  }),
  // RIPE Atlas probes that look for servers name themselves, an address and a port.
  signature('ripe-atlas', 'both', [], { starts: [text('MGLNDD_')] }),
  // VMware's heartbeat of hosts.
  signature('vmware', 'udp', [902], { starts: ['a4'], check: (_b, _s, n) => n === 66, isPortBound: true }),
  // Alibaba's agents: magic, length of what follows, which may come later.
  signature('alicloud', 'tcp', [], {
    starts: ['cefabeba'],
    check: (b, s, n) => n >= 8 && (read32(b, s + 4) + 8 === n || (n === 8 && read32(b, s + 4) > 0)),
  }),
  signature('avast', 'tcp', [], { starts: [text('NOSA')], check: (b, s, n) => n >= 6 && read16(b, s + 4) === n }),
  signature('dingtalk', 'tcp', [], { starts: ['10..878001000100020002646b030020'] }),
  // Windows' delivery optimization: BitTorrent's handshake under another name.
  signature('msdo', 'tcp', [7680], { starts: [`0e${text('Swarm protocol')}`] }),
  // Synergy and Barrier: a greeting by its length, then 2 numbers of version.
  signature('synergy', 'tcp', [24800], { starts: [text('Synergy'), text('Barrier')].map((name) => `000000..${name}0001`) }),
  // MQTT-SN 1.2 5.2: length, CONNECT (clean session or will, protocol 1, duration), SEARCHGW, ADVERTISE, GWINFO, CONNACK.
  signature('mqtt-sn', 'udp', [1883, 1884, 10000], {
    check: (b, s, n) => n >= 3 && b[s] === n && isMqttSn(b, s, n),
    isPortBound: true,
  }),
];

function isMqttSn(b: Uint8Array, s: number, n: number): boolean {
  switch (b[s + 1]) {
    case 0x00:
      return n === 5;
    case 0x01:
      return n === 3;
    case 0x02:
      return n <= 16;
    case 0x04:
      return n >= 7 && (b[s + 2]! & ~0x0c) === 0 && b[s + 3] === 1;
    case 0x05:
      return n === 3 && b[s + 2]! <= 3;
    default:
      return false;
  }
}
