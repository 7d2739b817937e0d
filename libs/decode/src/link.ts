/** Link headers: Ethernet with VLAN tags and LLC, Linux cooked, BSD loopback, raw IP, serial lines; MPLS and PPPoE within them. */
import { addressFamilyBucket, Bucket, etherTypeBucket, linkTypeBucket } from './bucket.ts';
import { decodeIp, decodeIpv4, decodeIpv6 } from './ip.ts';
import { decodeMpls } from './mpls.ts';
import type { Packet } from './packet.ts';
import { decodeCiscoHdlc, decodePppoe, decodeSerial } from './point-to-point.ts';
import { Weird } from './weird.ts';

/** LINKTYPE_ numbers that are decoded. 12 and 14 are DLT_RAW as some systems wrote it into files. */
export const LinkType = {
  Null: 0,
  Ethernet: 1,
  Ppp: 9,
  RawBsd: 12,
  RawOpenBsd: 14,
  PppHdlc: 50,
  PppEther: 51,
  Raw: 101,
  CiscoHdlc: 104,
  Loop: 108,
  LinuxSll: 113,
  Ipv4: 228,
  Ipv6: 229,
  LinuxSll2: 276,
} as const;

/** VLAN tags followed in one frame. */
const maxVlanTags = 8;

/** Decode from the link header at `offset`. `end`: end of the captured bytes; `wireEnd`: end of the frame on the wire. */
export function decodeLink(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  switch (packet.linkType) {
    case LinkType.Ethernet:
      decodeEthernet(packet, view, offset, end, wireEnd);
      return;
    case LinkType.RawBsd:
    case LinkType.RawOpenBsd:
    case LinkType.Raw:
      decodeIp(packet, view, offset, end, wireEnd);
      return;
    case LinkType.Ipv4:
      decodeIpv4(packet, view, offset, end, wireEnd);
      return;
    case LinkType.Ipv6:
      decodeIpv6(packet, view, offset, end, wireEnd);
      return;
    case LinkType.LinuxSll:
      decodeLinuxSll(packet, view, offset, end, wireEnd);
      return;
    case LinkType.LinuxSll2:
      decodeLinuxSll2(packet, view, offset, end, wireEnd);
      return;
    case LinkType.Null:
    case LinkType.Loop:
      decodeBsdLoopback(packet, view, offset, end, wireEnd);
      return;
    case LinkType.Ppp:
    case LinkType.PppHdlc:
      decodeSerial(packet, view, offset, end, wireEnd);
      return;
    case LinkType.PppEther:
      decodePppoe(packet, view, offset, end, wireEnd);
      return;
    case LinkType.CiscoHdlc:
      decodeCiscoHdlc(packet, view, offset, end, wireEnd);
      return;
    default:
      packet.bucket = linkTypeBucket(packet.linkType);
  }
}

/** Ethernet II or IEEE 802.3: two addresses and a type, or a length (up to 1500) with LLC behind it. */
function decodeEthernet(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  if (end - offset < 14) {
    packet.bucket = Bucket.EthernetTruncated;
    return;
  }
  packet.destinationMacOffset = offset;
  packet.sourceMacOffset = offset + 6;
  decodeTypeOrLength(packet, view, offset + 12, end, wireEnd);
}

/** The two bytes at `offset` (captured) and what follows: VLAN tags, then a type or an 802.3 length. */
function decodeTypeOrLength(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  let typeOffset = offset;
  let type = view.getUint16(typeOffset);
  while (isVlanTag(type)) {
    if (packet.vlanDepth === maxVlanTags) {
      packet.weird(Weird.VlanTooDeep);
      packet.bucket = Bucket.VlanTooDeep;
      return;
    }
    if (end - typeOffset < 6) {
      packet.bucket = Bucket.VlanTruncated;
      return;
    }
    packet.innerVlan = view.getUint16(typeOffset + 2) & 0xfff;
    if (packet.vlanDepth === 0) packet.outerVlan = packet.innerVlan;
    packet.vlanDepth++;
    typeOffset += 4;
    type = view.getUint16(typeOffset);
  }
  const payloadOffset = typeOffset + 2;
  if (type >= 1536) {
    decodeEtherType(packet, view, type, payloadOffset, end, wireEnd);
    return;
  }
  if (type > wireEnd - payloadOffset) packet.weird(Weird.EthernetLengthBad);
  decodeLlc(packet, view, payloadOffset, end, wireEnd);
}

/** 802.1Q, 802.1ad and the numbers used for stacked tags before 802.1ad. */
function isVlanTag(type: number): boolean {
  return type === 0x8100 || type === 0x88a8 || type === 0x9100 || type === 0x9200 || type === 0x9300;
}

function decodeEtherType(packet: Packet, view: DataView, type: number, offset: number, end: number, wireEnd: number): void {
  packet.etherType = type;
  if (type === 0x0800) decodeIpv4(packet, view, offset, end, wireEnd);
  else if (type === 0x86dd) decodeIpv6(packet, view, offset, end, wireEnd);
  else if (type === 0x8847 || type === 0x8848) decodeMpls(packet, view, offset, end, wireEnd);
  else if (type === 0x8864) decodePppoe(packet, view, offset, end, wireEnd);
  else packet.bucket = etherTypeBucket(type);
}

/** LLC (IEEE 802.2): destination and source access point; SNAP carries an EtherType. */
function decodeLlc(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  if (end - offset < 3) {
    packet.bucket = Bucket.LinkTruncated;
    return;
  }
  switch (view.getUint16(offset)) {
    case 0xaaaa:
      decodeSnap(packet, view, offset + 3, end, wireEnd);
      return;
    case 0x4242:
      packet.bucket = Bucket.Stp;
      return;
    case 0xe0e0:
    case 0xffff: // Novell's 802.3 without LLC: the IPX checksum, always ffff
      packet.bucket = Bucket.Ipx;
      return;
    case 0xfefe:
      packet.bucket = Bucket.Osi;
      return;
    case 0xf0f0:
      packet.bucket = Bucket.Netbeui;
      return;
    case 0x0606:
      decodeIpv4(packet, view, offset + 3, end, wireEnd);
      return;
    default:
      packet.bucket = Bucket.Llc;
  }
}

/** SNAP (RFC 1042): an organisation and a type. */
function decodeSnap(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  if (end - offset < 5) {
    packet.bucket = Bucket.LinkTruncated;
    return;
  }
  const organisation = (view.getUint16(offset) << 8) | view.getUint8(offset + 2);
  const type = view.getUint16(offset + 3);
  // 0: EtherTypes; 0000f8: the same through 802.1H bridges.
  if (organisation === 0 || organisation === 0xf8) decodeEtherType(packet, view, type, offset + 5, end, wireEnd);
  else if (organisation === 0x00000c && type === 0x2000) packet.bucket = Bucket.Cdp;
  else if (organisation === 0x00000c && type === 0x010b) packet.bucket = Bucket.Stp;
  else if (organisation === 0x080007 && type === 0x809b) packet.bucket = Bucket.AppleTalk;
  else packet.bucket = Bucket.Snap;
}

/** LINKTYPE_LINUX_SLL: 16 bytes, big-endian: packet type, ARPHRD type, address length, address (8), protocol. */
function decodeLinuxSll(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  if (end - offset < 16) {
    packet.bucket = Bucket.LinkTruncated;
    return;
  }
  if (view.getUint16(offset + 4) === 6) packet.sourceMacOffset = offset + 6;
  decodeCooked(packet, view, view.getUint16(offset + 2), offset + 14, offset + 16, end, wireEnd);
}

/** LINKTYPE_LINUX_SLL2: 20 bytes, big-endian: protocol, reserved, interface (4), ARPHRD type, packet type, address length, address (8). */
function decodeLinuxSll2(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  if (end - offset < 20) {
    packet.bucket = Bucket.LinkTruncated;
    return;
  }
  if (view.getUint8(offset + 11) === 6) packet.sourceMacOffset = offset + 12;
  decodeCooked(packet, view, view.getUint16(offset + 8), offset, offset + 20, end, wireEnd);
}

const arphrdNetlink = 824;

/** What follows a cooked header. The protocol field means an EtherType except for netlink and small Linux-only numbers. */
function decodeCooked(
  packet: Packet,
  view: DataView,
  arphrdType: number,
  protocolOffset: number,
  payloadOffset: number,
  end: number,
  wireEnd: number,
): void {
  const protocol = view.getUint16(protocolOffset);
  if (arphrdType === arphrdNetlink) {
    packet.bucket = Bucket.Netlink;
    return;
  }
  switch (protocol) {
    case 0x0001: // ETH_P_802_3: Novell's frames without LLC
      packet.bucket = Bucket.Ipx;
      return;
    case 0x0004: // ETH_P_802_2
      decodeLlc(packet, view, payloadOffset, end, wireEnd);
      return;
    case 0x000c: // ETH_P_CAN, ETH_P_CANFD
    case 0x000d:
      packet.bucket = Bucket.Can;
      return;
  }
  if (isVlanTag(protocol)) decodeCookedVlan(packet, view, protocol, payloadOffset, end, wireEnd);
  else decodeEtherType(packet, view, protocol, payloadOffset, end, wireEnd);
}

/** A VLAN tag whose TPID is the cooked header's protocol: tag control and type follow. */
function decodeCookedVlan(packet: Packet, view: DataView, tpid: number, offset: number, end: number, wireEnd: number): void {
  packet.etherType = tpid;
  if (end - offset < 4) {
    packet.bucket = Bucket.VlanTruncated;
    return;
  }
  packet.outerVlan = packet.innerVlan = view.getUint16(offset) & 0xfff;
  packet.vlanDepth = 1;
  decodeTypeOrLength(packet, view, offset + 2, end, wireEnd);
}

/** LINKTYPE_NULL and LINKTYPE_LOOP: 4 bytes of address family, in the byte order of the capturing host (LOOP: big-endian). */
function decodeBsdLoopback(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  if (end - offset < 4) {
    packet.bucket = Bucket.LinkTruncated;
    return;
  }
  const bigEndian = view.getUint32(offset);
  const family = bigEndian > 0xffff ? view.getUint32(offset, true) : bigEndian;
  switch (family) {
    case 2: // AF_INET everywhere
      decodeIpv4(packet, view, offset + 4, end, wireEnd);
      return;
    case 10: // AF_INET6: Linux; 24 NetBSD, OpenBSD; 28 FreeBSD; 30 Darwin; 23 Windows
    case 23:
    case 24:
    case 28:
    case 30:
      decodeIpv6(packet, view, offset + 4, end, wireEnd);
      return;
    default:
      packet.bucket = addressFamilyBucket(family);
  }
}
