/** One frame per link type and form of it: headers in hex around the request of `tunnels.fixture.ts`. */
import { concatenate, ethernet, hex } from '@wirecase/testkit/packets';
import { LinkType } from './link.ts';
import { inFour, inSix, wlanData } from './tunnels.fixture.ts';

export const snap4 = hex('aaaa03 000000 0800');
const frame = ethernet({}, inFour);
const wlan = wlanData(inFour);
export const addresses = hex('020000000002 020000000001');

/** An 802.11 header by its first two bytes: three addresses, a sequence number, then what is given. */
export const wlanHeader = (control: string, ...rest: Uint8Array[]) =>
  concatenate(hex(control), hex('0000 020000000001 020000000002 020000000003 1000'), ...rest);

/** Name, link type, frame, bytes behind the payload. */
export const linkFrames: readonly [string, number, Uint8Array, number][] = [
  [
    'MACsec in the clear, no channel identifier (802.1AE 9.3)',
    1,
    concatenate(addresses, hex('88e5 00 00 00000001 0800'), inFour, new Uint8Array(16)),
    16,
  ],
  [
    'MACsec in the clear, with one',
    1,
    concatenate(addresses, hex('88e5 20 00 00000001 0200000000010001 0800'), inFour, new Uint8Array(16)),
    16,
  ],
  ['provider backbone (802.1ah): a frame in a frame', 1, concatenate(addresses, hex('88e7 001ebb30'), frame), 0],
  ['network service header (RFC 8300 2.2)', 1, concatenate(addresses, hex('894f 0fc6 0101 000001ff'), new Uint8Array(16), inFour), 0],
  ['network service header with Ethernet', 1, concatenate(addresses, hex('894f 0fc6 0103 000001ff'), new Uint8Array(16), frame), 0],
  ['Cisco VN-Tag', 1, concatenate(addresses, hex('8926 00000000 0800'), inFour), 0],
  ['Cisco MetaData', 1, concatenate(addresses, hex('8909 01 01 0001000a 0800'), inFour), 0],
  ['a pseudowire with a control word (RFC 4448 4.6)', 1, concatenate(addresses, hex('8847 00010140 00000000'), frame), 0],
  ['a pseudowire without', 1, concatenate(addresses, hex('8847 00010140'), frame), 0],
  ['802.11', LinkType.Wlan, wlan, 0],
  ['802.11 QoS data from the distribution system', LinkType.Wlan, wlanHeader('8802', hex('0000'), snap4, inFour), 0],
  ['802.11 QoS data with HT control', LinkType.Wlan, wlanHeader('8882', hex('0000 00000000'), snap4, inFour), 0],
  ['802.11 between access points: four addresses', LinkType.Wlan, wlanHeader('0803', hex('020000000004'), snap4, inFour), 0],
  ['802.11 marked encrypted that is not', LinkType.Wlan, wlanHeader('0842', snap4, inFour), 0],
  [
    'A-MSDU (802.11 9.3.2.2.2): its first frame',
    LinkType.Wlan,
    wlanHeader('8802', hex('8000'), addresses, hex('0035'), snap4, inFour, new Uint8Array(40)),
    40,
  ],
  ['radiotap', LinkType.WlanRadiotap, concatenate(hex('00 00 0800 00000000'), wlan), 0],
  [
    'radiotap with time stamp and flags: checksum at the end',
    LinkType.WlanRadiotap,
    concatenate(hex('00 00 1100 03000000  0000000000000000  10'), wlan, new Uint8Array(4)),
    4,
  ],
  [
    'radiotap with two presence words and a padded header',
    LinkType.WlanRadiotap,
    concatenate(hex('00 00 0d00 02000080 00000000 20'), wlanHeader('8801', hex('0000 0000'), snap4, inFour)),
    0,
  ],
  ['Prism', LinkType.WlanPrism, concatenate(hex('44000000 90000000'), new Uint8Array(136), wlan), 0],
  ['AVS', LinkType.WlanAvs, concatenate(hex('80211001 00000040'), new Uint8Array(56), wlan), 0],
  ['PPI with 802.11', LinkType.Ppi, concatenate(hex('00 00 0800 69000000'), wlan), 0],
  [
    'PPI with 802.11 and its checksum',
    LinkType.Ppi,
    concatenate(hex('00 00 2000 69000000  0200 1400 0000000000000000 0100 00000000 00000000 0000'), wlan, new Uint8Array(4)),
    4,
  ],
  ['PPI with Ethernet', LinkType.Ppi, concatenate(hex('00 00 0800 01000000'), frame), 0],
  ['PKTAP with Ethernet', LinkType.Pktap, concatenate(hex('0c000000 01000000 01000000'), frame), 0],
  ['NFLOG, little-endian', LinkType.Nflog, concatenate(hex('02 00 0000  0800 0100 0800 0100'), hex('3100 0900'), inFour), 0],
  ['NFLOG, big-endian', LinkType.Nflog, concatenate(hex('0a 00 0000  0008 0001 0008 0001'), hex('0045 0009'), inSix), 0],
  ['PFLOG', LinkType.Pflog, concatenate(hex('3d 02 00 00'), new Uint8Array(60), inFour), 0],
  ["OpenBSD's IPsec interface", LinkType.Enc, concatenate(hex('18000000 00000001 00000000'), inSix), 0],
  ['Frame Relay, NLPID (RFC 2427 3)', LinkType.FrameRelay, concatenate(hex('1841 03 cc'), inFour), 0],
  ['Frame Relay, IPv6, padded', LinkType.FrameRelay, concatenate(hex('1841 03 00 8e'), inSix), 0],
  ['Frame Relay, SNAP', LinkType.FrameRelay, concatenate(hex('1841 03 00 80 000000 0800'), inFour), 0],
  ['Frame Relay, bridged Ethernet', LinkType.FrameRelay, concatenate(hex('1841 03 00 80 0080c2 0007'), frame), 0],
  ["Frame Relay, Cisco's", LinkType.FrameRelay, concatenate(hex('1841 0800'), inFour), 0],
  ['Frame Relay, address of 4 bytes', LinkType.FrameRelay, concatenate(hex('18 40 40 41 03 cc'), inFour), 0],
  ['Frame Relay with a direction', LinkType.FrameRelayWithDirection, concatenate(hex('00 1841 03 cc'), inFour), 0],
  ['Cisco HDLC with a direction', LinkType.CiscoHdlcWithDirection, concatenate(hex('01 0f00 0800'), inFour), 0],
  ['PPP with a direction', LinkType.PppWithDirection, concatenate(hex('00 ff03 0021'), inFour), 0],
  ["PPP of pppd's interface", LinkType.PppPppd, concatenate(hex('01 03 0021'), inFour), 0],
  ['PPP with MPLS', LinkType.Ppp, concatenate(hex('ff03 0281 00010140'), inFour), 0],
  ['MPLS', LinkType.Mpls, concatenate(hex('00010140'), inFour), 0],
  ['SLIP', LinkType.Slip, concatenate(new Uint8Array(16), inFour), 0],
  ['FDDI', LinkType.Fddi, concatenate(hex('50'), addresses, snap4, inFour), 0],
  ['Token Ring', LinkType.TokenRing, concatenate(hex('1040'), addresses, snap4, inFour), 0],
  ['Token Ring with a route', LinkType.TokenRing, concatenate(hex('1040 020000000002 820000000001 0630 0011 0020'), snap4, inFour), 0],
  ['ARCNET, RFC 1051', LinkType.ArcnetLinux, concatenate(hex('01 02 0000 f0'), inFour), 0],
  ['ARCNET, RFC 1201', LinkType.ArcnetLinux, concatenate(hex('01 02 0000 d4 00 0001'), inFour), 0],
  ['ARCNET, IPv6', LinkType.ArcnetBsd, concatenate(hex('01 02 c4 00 0001'), inSix), 0],
  ['ATM with LLC (RFC 2684)', LinkType.AtmRfc1483, concatenate(snap4, inFour), 0],
  ['ATM without', LinkType.AtmRfc1483, inSix, 0],
  ['SunATM with LLC', LinkType.SunAtm, concatenate(hex('02 00 0064'), snap4, inFour), 0],
  ['SunATM, LAN emulation', LinkType.SunAtm, concatenate(hex('01 00 0064 0000'), frame), 0],
  ['IP over Fibre Channel (RFC 2625)', LinkType.IpOverFc, concatenate(new Uint8Array(16), snap4, inFour), 0],
  ['IP over InfiniBand', LinkType.IpOverInfiniband, concatenate(new Uint8Array(40), hex('0800 0000'), inFour), 0],
  ['netANALYZER', LinkType.NetAnalyzer, concatenate(new Uint8Array(4), frame), 0],
  ['netANALYZER, transparent', LinkType.NetAnalyzerTransparent, concatenate(new Uint8Array(12), frame), 0],
  ['Broadcom tag', LinkType.BroadcomTag, concatenate(addresses, hex('20000001 0800'), inFour), 0],
  ['Broadcom tag before the frame', LinkType.BroadcomTagPrepended, concatenate(hex('20000001'), frame), 0],
  ['Marvell DSA', LinkType.DsaTag, concatenate(addresses, hex('c0200001 0800'), inFour), 0],
  ['Marvell EDSA', LinkType.EdsaTag, concatenate(addresses, hex('dada0000 c0200001 86dd'), inSix), 0],
];
