/** One packet per tunnel: headers in hex around the same request, 10.0.0.1:40000 -> 10.0.0.2:80 "GET /" in IPv4 or IPv6. */
import { concatenate, ethernet, hex, ipv4, ipv6, tcp, text, u16, u8, udp } from '@wirecase/testkit/packets';

export const request = tcp({ sourcePort: 40000, destinationPort: 80 }, text('GET /'));
export const inFour = ipv4({}, request);
export const inSix = ipv6({}, request);
export const inTeredo = ipv6({ source: '2001:0:5ef5:79fd::1', destination: '2001:db8::2' }, request);
const frame = ethernet({}, inFour);

const gateways = { source: '192.0.2.1', destination: '192.0.2.2' };
const gateways6 = { source: '2001:db8:1::1', destination: '2001:db8:1::2' };

/** The payload in an IP protocol between the gateways, in Ethernet. */
export const carriedBy = (protocol: number, ...parts: Uint8Array[]): Uint8Array =>
  ethernet({}, ipv4({ ...gateways, protocol }, concatenate(...parts)));
/** The same in UDP to a port. */
export const overUdp = (destinationPort: number, ...parts: Uint8Array[]): Uint8Array =>
  ethernet({}, ipv4(gateways, udp({ sourcePort: 51000, destinationPort }, concatenate(...parts))));

/** 802.11 data from a station, LLC and SNAP of RFC 1042. */
export const wlanData = (payload: Uint8Array): Uint8Array =>
  concatenate(
    hex(`
      08 01  00 00                                            # data, to the distribution system
      02 00 00 00 00 0a  02 00 00 00 00 01  02 00 00 00 00 02 # access point, from, to
      10 00                                                   # sequence 1, fragment 0
      aa aa 03 00 00 00 08 00
    `),
    payload,
  );

const gtp = (flags: number, options: Uint8Array, payload: Uint8Array): Uint8Array =>
  concatenate(u8(flags, 255), u16(options.length + payload.length), hex('0000abcd'), options, payload);

/** Name, tunnel type, key (null: none), frame. */
export const tunnelFrames: readonly [string, string, number | null, Uint8Array][] = [
  ['GRE (RFC 2784 2)', 'gre', null, carriedBy(47, hex('0000 0800'), inFour)],
  ['GRE with checksum, key and sequence (RFC 2890 2)', 'gre', 7, carriedBy(47, hex('b000 86dd  0000 0000  00000007  00000001'), inSix)],
  ['GRE with a source route (RFC 1701)', 'gre', null, carriedBy(47, hex('4000 0800 0000 0000  0800 00 04 0a000001  0000 00 00'), inFour)],
  ['GRE with Ethernet', 'gre', null, carriedBy(47, hex('0000 6558'), frame)],
  ['GRE with MPLS (RFC 4023 4)', 'gre', null, carriedBy(47, hex('0000 8847 00010140'), inFour)],
  ['GRE with PPP', 'gre', null, carriedBy(47, hex('0000 880b ff03 0021'), inFour)],
  ['GRE from an Aruba access point: 802.11', 'gre', null, carriedBy(47, hex('0000 8200'), wlanData(inFour))],
  ["GRE of WCCP's redirection", 'gre', null, carriedBy(47, hex('0000 883e 00010000'), inFour)],
  ['L2TP version 3 in IP (RFC 3931 4.1.1)', 'l2tp', 9, carriedBy(115, hex('00000009'), frame)],
  ['L2TP version 3 in IP with a cookie and a sublayer', 'l2tp', 9, carriedBy(115, hex('00000009 0102030405060708 40000001'), frame)],
  ['PPTP (RFC 2637 4.1)', 'pptp', 6016, carriedBy(47, hex('3081 880b  0031 1780  00000001  00000002  ff03 0021'), inFour)],
  ['ERSPAN type I', 'erspan', null, carriedBy(47, hex('0000 88be'), frame)],
  ['ERSPAN type II', 'erspan', 5, carriedBy(47, hex('1000 88be 00000001  1007 0005 00000000'), frame)],
  ['ERSPAN type III', 'erspan', 5, carriedBy(47, hex('1000 22eb 00000001  2007 0005 00000000 0000 0000'), frame)],
  [
    'ERSPAN type III with a platform header',
    'erspan',
    5,
    carriedBy(47, hex('1000 22eb 00000001  2007 0005 00000000 0000 0001  0000000000000000'), frame),
  ],
  ['IP in IP (RFC 2003)', 'ipip', null, carriedBy(4, inFour)],
  ['IPv6 in IPv4 (RFC 4213)', '6in4', null, carriedBy(41, inSix)],
  ['IPv4 in IPv6 (RFC 2473)', '4in6', null, ethernet({}, ipv6({ ...gateways6, protocol: 4 }, inFour))],
  ['IPv6 in IPv6 (RFC 2473)', '6in6', null, ethernet({}, ipv6({ ...gateways6, protocol: 41 }, inSix))],
  ['EtherIP (RFC 3378)', 'etherip', null, carriedBy(97, hex('3000'), frame)],
  ['MPLS in IP (RFC 4023 3)', 'mpls', null, carriedBy(137, hex('00010140'), inFour)],
  ['GTP-U (TS 29.281 5.1)', 'gtpu', 0xabcd, overUdp(2152, gtp(0x30, new Uint8Array(0), inFour))],
  ['GTP-U with a sequence number', 'gtpu', 0xabcd, overUdp(2152, gtp(0x32, hex('0001 00 00'), inFour))],
  [
    'GTP-U with extension headers (5G: PDU session)',
    'gtpu',
    0xabcd,
    overUdp(2152, gtp(0x34, hex('0000 00 85  01 1009 c0  01 0000 00'), inSix)),
  ],
  ['VXLAN (RFC 7348 5)', 'vxlan', 0x1234, overUdp(4789, hex('08000000 00123400'), frame)],
  ["VXLAN on Linux's first port", 'vxlan', 7, overUdp(8472, hex('08000000 00000700'), frame)],
  ['VXLAN with a group policy', 'vxlan', 7, overUdp(4789, hex('88000009 00000700'), frame)],
  ['VXLAN GPE', 'vxlan', 7, overUdp(4790, hex('0c000001 00000700'), inFour)],
  [
    'VXLAN GPE with a network service header',
    'vxlan',
    7,
    overUdp(4790, hex('0c000004 00000700  0fc6 0103 000001ff'), new Uint8Array(16), frame),
  ],
  ['GENEVE with a network service header', 'geneve', 7, overUdp(6081, hex('00 00 894f 000007 00  0fc2 0201 000001ff'), inFour)],
  ['MPLS in UDP (RFC 7510 3)', 'mpls', null, overUdp(6635, hex('00010040 00020140'), inFour)],
  ['LISP (RFC 9300 5.1)', 'lisp', null, overUdp(4341, hex('80 010203 00000001'), inSix)],
  ['LISP with an instance', 'lisp', 7, overUdp(4341, hex('88 010203 00000701'), inFour)],
  ['GENEVE (RFC 8926 3.4) with Ethernet', 'geneve', 7, overUdp(6081, hex('00 00 6558 000007 00'), frame)],
  ['GENEVE with an option', 'geneve', 7, overUdp(6081, hex('02 40 0800 000007 00  0102 80 01 00000000'), inFour)],
  ['Teredo (RFC 4380 5.1.1)', 'teredo', null, overUdp(3544, inTeredo)],
  ['Teredo between clients, on their own ports', 'teredo', null, overUdp(61000, inTeredo)],
  ['Teredo with an origin', 'teredo', null, overUdp(3544, hex('0000 1234 c0000201'), inTeredo)],
  [
    'Teredo with authentication and origin',
    'teredo',
    null,
    overUdp(3544, hex('0001 00 00 0000000000000000 00  0000 1234 c0000201'), inTeredo),
  ],
  ['L2TP (RFC 2661 3.1)', 'l2tp', 0x00010002, overUdp(1701, hex('0002 0001 0002 ff03 0021'), inFour)],
  [
    'L2TP with length, sequence and offset',
    'l2tp',
    0x00010002,
    overUdp(1701, hex('4a02'), u16(2 + 2 + 4 + 4 + 4 + 2 + inFour.length), hex('0001 0002 0003 0004 0002 0000 0021'), inFour),
  ],
  ['GUE', 'gue', null, overUdp(6080, hex('00 04 0000'), inFour)],
  ['GUE with a header word', 'gue', null, overUdp(6080, hex('01 29 0000 00000000'), inSix)],
  ['GUE, direct', 'gue', null, overUdp(6080, inFour)],
  ['TZSP with Ethernet', 'tzsp', null, overUdp(37008, hex('01 00 0001  0a 01 c8  00  01'), frame)],
  ['TZSP with 802.11', 'tzsp', null, overUdp(37008, hex('01 00 0012 01'), wlanData(inFour))],
  ['CAPWAP with 802.3 (RFC 5415 4.3)', 'capwap', null, overUdp(5247, hex('00 10 02 00 0000 0000'), frame)],
  ['CAPWAP with 802.11', 'capwap', null, overUdp(5247, hex('00 10 03 00 0000 0000'), wlanData(inFour))],
  [
    'CAPWAP with 802.11 whose frame control is swapped',
    'capwap',
    null,
    overUdp(5247, hex('00 10 03 00 0000 0000'), swapped(wlanData(inFour))),
  ],
  ['AYIYA', 'ayiya', null, overUdp(5072, hex('41 52 11 29 00000000'), new Uint8Array(16 + 20), inSix)],
];

/** The same frame with the bytes of frame control and sequence in the other order. */
function swapped(wlan: Uint8Array): Uint8Array {
  const bytes = wlan.slice();
  bytes.set([wlan[1]!, wlan[0]!]);
  bytes.set([wlan[23]!, wlan[22]!], 22);
  return bytes;
}
