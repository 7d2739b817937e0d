/** The link header by the capture's link type. */
import { Bucket, linkTypeBucket } from './bucket.ts';
import { decodeLinuxSll, decodeLinuxSll2 } from './cooked.ts';
import { decodeEthernet } from './ethernet.ts';
import { decodeIp, decodeIpv4, decodeIpv6 } from './ip.ts';
import { decodeMpls } from './mpls.ts';
import type { Packet } from './packet.ts';
import { decodeCiscoHdlc, decodeFrameRelay, decodePpp, decodePppoe, decodeSerial } from './point-to-point.ts';
import * as rare from './rare-links.ts';
import * as wrapped from './wrapped-links.ts';
import { decodePrism, decodeRadiotap, decodeWlan, WlanTrait } from './wireless.ts';

/** LINKTYPE_ numbers that are decoded. 12 and 14 are DLT_RAW as some systems wrote it into files. */
export const LinkType = {
  Null: 0,
  Ethernet: 1,
  Ax25: 3,
  TokenRing: 6,
  ArcnetBsd: 7,
  Slip: 8,
  Ppp: 9,
  Fddi: 10,
  RawBsd: 12,
  RawOpenBsd: 14,
  PppHdlc: 50,
  PppEther: 51,
  Symantec: 99,
  AtmRfc1483: 100,
  Raw: 101,
  CiscoHdlc: 104,
  Wlan: 105,
  AtmClip: 106,
  FrameRelay: 107,
  Loop: 108,
  Enc: 109,
  LinuxSll: 113,
  Pflog: 117,
  WlanPrism: 119,
  IpOverFc: 122,
  SunAtm: 123,
  WlanRadiotap: 127,
  Tzsp: 128,
  ArcnetLinux: 129,
  IpOverIeee1394: 138,
  Docsis: 143,
  WlanAvs: 163,
  PppPppd: 166,
  JuniperPppoe: 167,
  JuniperEthernet: 178,
  JuniperPpp: 179,
  JuniperFrameRelay: 180,
  JuniperCiscoHdlc: 181,
  Ppi: 192,
  Erf: 197,
  Ax25Kiss: 202,
  PppWithDirection: 204,
  CiscoHdlcWithDirection: 205,
  FrameRelayWithDirection: 206,
  Mpls: 219,
  IpNet: 226,
  Can: 227,
  Ipv4: 228,
  Ipv6: 229,
  Nflog: 239,
  NetAnalyzer: 240,
  NetAnalyzerTransparent: 241,
  IpOverInfiniband: 242,
  Netlink: 253,
  Pktap: 258,
  Epon: 259,
  EthernetMpacket: 274,
  LinuxSll2: 276,
  BroadcomTag: 281,
  BroadcomTagPrepended: 282,
  DsaTag: 284,
  EdsaTag: 285,
} as const;

/** Decode from the link header at `offset`. `end`: end of the captured bytes; `wireEnd`: end of the frame on the wire. */
export function decodeLink(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  if (packet.linkType === LinkType.Ethernet) decodeEthernet(packet, view, offset, end, wireEnd);
  else decodeLinkType(packet, view, packet.linkType, offset, end, wireEnd);
}

function decodeLinkType(packet: Packet, view: DataView, linkType: number, offset: number, end: number, wireEnd: number): void {
  switch (linkType) {
    case LinkType.Ethernet:
      return decodeEthernet(packet, view, offset, end, wireEnd);
    case LinkType.RawBsd:
    case LinkType.RawOpenBsd:
    case LinkType.Raw:
      return decodeIp(packet, view, offset, end, wireEnd);
    case LinkType.Ipv4:
      return decodeIpv4(packet, view, offset, end, wireEnd);
    case LinkType.Ipv6:
      return decodeIpv6(packet, view, offset, end, wireEnd);
    case LinkType.LinuxSll:
      return decodeLinuxSll(packet, view, offset, end, wireEnd);
    case LinkType.LinuxSll2:
      return decodeLinuxSll2(packet, view, offset, end, wireEnd);
    case LinkType.Null:
    case LinkType.Loop:
      return rare.decodeBsdLoopback(packet, view, offset, end, wireEnd);
    case LinkType.Ppp:
    case LinkType.PppHdlc:
      return decodeSerial(packet, view, offset, end, wireEnd);
    case LinkType.PppPppd:
    case LinkType.PppWithDirection:
      return decodeAfterDirection(packet, view, linkType, offset, end, wireEnd);
    case LinkType.PppEther:
      return decodePppoe(packet, view, offset, end, wireEnd);
    case LinkType.CiscoHdlc:
      return decodeCiscoHdlc(packet, view, offset, end, wireEnd);
    case LinkType.CiscoHdlcWithDirection:
      return decodeCiscoHdlc(packet, view, offset + 1, end, wireEnd);
    case LinkType.FrameRelay:
      return decodeFrameRelay(packet, view, offset, end, wireEnd);
    case LinkType.FrameRelayWithDirection:
      return decodeFrameRelay(packet, view, offset + 1, end, wireEnd);
    case LinkType.Mpls:
      return decodeMpls(packet, view, offset, end, wireEnd);
    case LinkType.Can:
      packet.bucket = Bucket.Can;
      return;
    case LinkType.Netlink:
      packet.bucket = Bucket.Netlink;
      return;
    default:
      return decodeWirelessOrRare(packet, view, linkType, offset, end, wireEnd);
  }
}

function decodeWirelessOrRare(packet: Packet, view: DataView, linkType: number, offset: number, end: number, wireEnd: number): void {
  switch (linkType) {
    case LinkType.Wlan:
      return decodeWlan(packet, view, offset, end, wireEnd, 0);
    case LinkType.WlanRadiotap:
      return decodeRadiotap(packet, view, offset, end, wireEnd);
    case LinkType.WlanPrism:
    case LinkType.WlanAvs:
      return decodePrism(packet, view, offset, end, wireEnd);
    case LinkType.Ppi:
      return decodePpi(packet, view, offset, end, wireEnd);
    case LinkType.Pktap:
      return decodePktap(packet, view, offset, end, wireEnd);
    case LinkType.Nflog:
      return rare.decodeNflog(packet, view, offset, end, wireEnd);
    case LinkType.Pflog:
      return rare.decodePflog(packet, view, offset, end, wireEnd);
    case LinkType.Enc:
      return rare.decodeEnc(packet, view, offset, end, wireEnd);
    case LinkType.Slip:
      return rare.decodeIpAfter(packet, view, offset, end, wireEnd, 16);
    case LinkType.Fddi:
      return rare.decodeFddi(packet, view, offset, end, wireEnd);
    case LinkType.TokenRing:
      return rare.decodeTokenRing(packet, view, offset, end, wireEnd);
    case LinkType.ArcnetBsd:
      return rare.decodeArcnet(packet, view, offset, end, wireEnd, 2);
    case LinkType.ArcnetLinux:
      return rare.decodeArcnet(packet, view, offset, end, wireEnd, 4);
    case LinkType.AtmRfc1483:
    case LinkType.AtmClip:
      return rare.decodeAtm(packet, view, offset, end, wireEnd);
    case LinkType.SunAtm:
      return rare.decodeSunAtm(packet, view, offset, end, wireEnd);
    case LinkType.IpOverFc:
      return rare.decodeFibreChannel(packet, view, offset, end, wireEnd);
    case LinkType.IpOverInfiniband:
      return rare.decodeInfiniband(packet, view, offset, end, wireEnd);
    case LinkType.NetAnalyzer:
      return rare.decodeEthernetAfter(packet, view, offset, end, wireEnd, 4);
    case LinkType.NetAnalyzerTransparent:
      return rare.decodeEthernetAfter(packet, view, offset, end, wireEnd, 12);
    case LinkType.BroadcomTagPrepended:
      return rare.decodeEthernetAfter(packet, view, offset, end, wireEnd, 4);
    case LinkType.BroadcomTag:
    case LinkType.DsaTag:
      return rare.decodeSwitchTag(packet, view, offset, end, wireEnd, 4);
    case LinkType.EdsaTag:
      return rare.decodeSwitchTag(packet, view, offset, end, wireEnd, 8);
    default:
      return decodeOfDevice(packet, view, linkType, offset, end, wireEnd);
  }
}

function decodeOfDevice(packet: Packet, view: DataView, linkType: number, offset: number, end: number, wireEnd: number): void {
  switch (linkType) {
    case LinkType.Erf:
      return wrapped.decodeErf(packet, view, offset, end, wireEnd);
    case LinkType.JuniperPppoe:
    case LinkType.JuniperEthernet:
    case LinkType.JuniperPpp:
    case LinkType.JuniperFrameRelay:
    case LinkType.JuniperCiscoHdlc:
      return wrapped.decodeJuniper(packet, view, linkType, offset, end, wireEnd);
    case LinkType.Ax25:
      return wrapped.decodeAx25(packet, view, offset, end, wireEnd);
    case LinkType.Ax25Kiss:
      return wrapped.decodeAx25(packet, view, offset + 1, end, wireEnd);
    case LinkType.IpOverIeee1394:
      return wrapped.decodeIeee1394(packet, view, offset, end, wireEnd);
    case LinkType.Symantec:
      return wrapped.decodeSymantec(packet, view, offset, end, wireEnd);
    case LinkType.Docsis:
      return wrapped.decodeDocsis(packet, view, offset, end, wireEnd);
    case LinkType.IpNet:
      return wrapped.decodeIpNet(packet, view, offset, end, wireEnd);
    case LinkType.Epon:
      return rare.decodeEthernetAfter(packet, view, offset, end, wireEnd, 8);
    case LinkType.Tzsp:
      return wrapped.decodeTzspLink(packet, view, offset, end, wireEnd);
    case LinkType.EthernetMpacket:
      return wrapped.decodeMpacket(packet, view, offset, end, wireEnd);
    default:
      packet.bucket = linkTypeBucket(linkType);
  }
}

/** A byte for sent or received, then PPP; pppd's own kernel interface has the control byte but no address before it. */
function decodeAfterDirection(packet: Packet, view: DataView, linkType: number, offset: number, end: number, wireEnd: number): void {
  const hasControl = linkType === LinkType.PppPppd && end - offset >= 2 && view.getUint8(offset + 1) === 3;
  decodePpp(packet, view, offset + (hasControl ? 2 : 1), end, wireEnd);
}

/** PPI (CACE): version, flags, length (2), link type (4), little-endian, then fields. A packet within a packet is not followed further. */
function decodePpi(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  const length = end - offset < 8 ? 0 : view.getUint16(offset + 2, true);
  if (length < 8 || length > end - offset) {
    packet.bucket = Bucket.LinkTruncated;
    return;
  }
  const linkType = view.getUint32(offset + 4, true);
  if (linkType === LinkType.Wlan) decodeWlan(packet, view, offset + length, end, wireEnd, ppiTraits(view, offset, offset + length));
  else decodeWrapped(packet, view, linkType, offset + length, end, wireEnd);
}

/** PPI's field 2 (802.11 common) has flags at its 8th byte: 1 = the frame ends with its checksum. */
function ppiTraits(view: DataView, offset: number, headerEnd: number): number {
  for (let position = offset + 8; headerEnd - position >= 4; position += 4 + view.getUint16(position + 2, true)) {
    if (view.getUint16(position, true) === 2 && headerEnd - position >= 14)
      return view.getUint16(position + 12, true) & 1 ? WlanTrait.Fcs : 0;
  }
  return 0;
}

/** LINKTYPE_PKTAP (Apple): length (4), type of what follows (4), its link type (4), little-endian. */
function decodePktap(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  const length = end - offset < 12 ? 0 : view.getUint32(offset, true);
  if (length < 12 || length > end - offset) packet.bucket = Bucket.LinkTruncated;
  else decodeWrapped(packet, view, view.getUint32(offset + 8, true), offset + length, end, wireEnd);
}

/** What a wrapper carries; wrappers in wrappers stay in their bucket. */
function decodeWrapped(packet: Packet, view: DataView, linkType: number, offset: number, end: number, wireEnd: number): void {
  if (linkType === LinkType.Ppi || linkType === LinkType.Pktap) packet.bucket = linkTypeBucket(linkType);
  else decodeLinkType(packet, view, linkType, offset, end, wireEnd);
}
