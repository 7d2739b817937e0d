/** Ethernet II and IEEE 802.3 with their tags, LLC and SNAP: what follows an EtherType wherever there is one. */
import { Bucket, etherTypeBucket } from './bucket.ts';
import { decodeIpv4, decodeIpv6 } from './ip.ts';
import { decodeMpls } from './mpls.ts';
import type { Packet } from './packet.ts';
import { decodePppoe } from './point-to-point.ts';
import { Weird } from './weird.ts';

/** VLAN tags followed in one packet. */
const maxVlanTags = 8;
/** Other headers between the addresses and the payload that are followed: provider backbone, MACsec, rings, Cisco's tags. */
const maxShims = 4;

/** Ethernet II or IEEE 802.3 at `offset`: two addresses and a type, or a length (up to 1500) with LLC behind it. */
export function decodeEthernet(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  if (end - offset < 14) {
    packet.bucket = Bucket.EthernetTruncated;
    return;
  }
  packet.destinationMacOffset = offset;
  packet.sourceMacOffset = offset + 6;
  decodeTypeOrLength(packet, view, offset + 12, end, wireEnd);
}

/** The two bytes at `offset` (captured) and what follows: VLAN tags, then a type or an 802.3 length. */
export function decodeTypeOrLength(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
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
export function isVlanTag(type: number): boolean {
  return type === 0x8100 || type === 0x88a8 || type === 0x9100 || type === 0x9200 || type === 0x9300;
}

/** What follows an EtherType. */
export function decodeEtherType(packet: Packet, view: DataView, type: number, offset: number, end: number, wireEnd: number): void {
  packet.etherType = type;
  if (type === 0x0800) decodeIpv4(packet, view, offset, end, wireEnd);
  else if (type === 0x86dd) decodeIpv6(packet, view, offset, end, wireEnd);
  else decodeRareEtherType(packet, view, type, offset, end, wireEnd);
}

function decodeRareEtherType(packet: Packet, view: DataView, type: number, offset: number, end: number, wireEnd: number): void {
  if (type === 0x8847 || type === 0x8848) decodeMpls(packet, view, offset, end, wireEnd);
  else if (type === 0x8864) decodePppoe(packet, view, offset, end, wireEnd);
  else if (type === 0x894f) decodeNsh(packet, view, offset, end, wireEnd);
  else {
    const after = shimLength(view, type, offset, end);
    if (after > 0 && packet.shims < maxShims) {
      packet.shims++;
      // Backbone bridging and its like carry a whole frame, the others the type that they stand before.
      if (type === 0x88e7 || type === 0x8903 || type === 0x4305) decodeEthernet(packet, view, offset + after, end, wireEnd);
      else if (end - offset >= after + 2) decodeTypeOrLength(packet, view, offset + after, end, type === 0x88e5 ? wireEnd - 16 : wireEnd);
      else packet.bucket = Bucket.LinkTruncated;
    } else {
      packet.bucket = etherTypeBucket(type);
      packet.payloadOffset = offset;
      packet.payloadLength = end - offset;
    }
  }
}

/** Network service header (RFC 8300 2.2): length in words of 4 (6 bits), next protocol. */
function decodeNsh(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  const body = end - offset < 8 ? end : offset + (view.getUint16(offset) & 0x3f) * 4;
  const next = end - offset < 8 ? 0 : view.getUint8(offset + 3);
  if (body < offset + 8 || (next !== 1 && next !== 2 && next !== 3)) packet.bucket = etherTypeBucket(0x894f);
  else if (next === 1) decodeIpv4(packet, view, body, end, wireEnd);
  else if (next === 2) decodeIpv6(packet, view, body, end, wireEnd);
  else decodeEthernetOnce(packet, view, body, end, wireEnd);
}

/** Ethernet in a frame of Ethernet, as deep as shims may be. */
function decodeEthernetOnce(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  if (packet.shims >= maxShims) packet.bucket = etherTypeBucket(packet.etherType);
  else {
    packet.shims++;
    decodeEthernet(packet, view, offset, end, wireEnd);
  }
}

/** Bytes of a header that stands between a frame's addresses and its real type; 0 when `type` is no such header or hides what follows. */
function shimLength(view: DataView, type: number, offset: number, end: number): number {
  switch (type) {
    case 0x88e7: // IEEE 802.1ah: the service tag, then the customer's frame
      return 4;
    case 0x8926: // Cisco VN-Tag
    case 0x892f: // IEC 62439-3 5.5 (HSR): path and length, sequence
      return 4;
    case 0x893f: // IEEE 802.1BR 7.4: E-tag
      return 6;
    case 0x8903: // Cisco FabricPath, as inner type: tree and hops
      return 2;
    case 0x4305:
      return batmanLength(view, offset, end);
    case 0x8909: // Cisco MetaData: version, length and options in words of 4
      return end - offset >= 2 && view.getUint8(offset) === 1 ? 2 + 4 * view.getUint8(offset + 1) : 0;
    case 0x88e5: {
      // IEEE 802.1AE 9.3: readable only when neither encrypted nor changed (E, C); SC says that 8 bytes of channel identifier follow.
      if (end - offset < 6 || view.getUint8(offset) & 0x0c) return 0;
      return view.getUint8(offset) & 0x20 ? 14 : 6;
    }
    default:
      return 0;
  }
}

/** B.A.T.M.A.N. advanced, version 15: a broadcast (01), a unicast frame (40), one with the sender's address (42). */
function batmanLength(view: DataView, offset: number, end: number): number {
  if (end - offset < 18 || view.getUint8(offset + 1) !== 15) return 0;
  switch (view.getUint8(offset)) {
    case 0x01:
      return 14;
    case 0x40:
      return 10;
    case 0x42:
      return 18;
    default:
      return 0;
  }
}

/** LLC (IEEE 802.2): destination and source access point; SNAP carries an EtherType. */
export function decodeLlc(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  if (end - offset < 3) {
    packet.bucket = Bucket.LinkTruncated;
    return;
  }
  switch (view.getUint16(offset)) {
    case 0xaaaa:
      decodeSnap(packet, view, offset + 3, end, wireEnd);
      return;
    case 0x4242:
      setBridgeMessage(packet, offset + 3, end);
      return;
    case 0xe0e0:
    case 0xffff: // Novell's 802.3 without LLC: the IPX checksum, always ffff
      packet.bucket = Bucket.Ipx;
      return;
    case 0xfefe:
      decodeOsi(packet, view, offset, end, wireEnd);
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

function setBridgeMessage(packet: Packet, offset: number, end: number): void {
  packet.bucket = Bucket.Stp;
  packet.payloadOffset = offset;
  packet.payloadLength = end - offset;
}

/** OSI's network layers; RFC 2684 4.1 has the NLPIDs cc and 8e for IP. */
function decodeOsi(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  const layer = end - offset < 4 || view.getUint8(offset + 2) !== 3 ? 0 : view.getUint8(offset + 3);
  if (layer === 0xcc) decodeIpv4(packet, view, offset + 4, end, wireEnd);
  else if (layer === 0x8e) decodeIpv6(packet, view, offset + 4, end, wireEnd);
  else packet.bucket = Bucket.Osi;
}

/** SNAP (RFC 1042): an organisation and a type. */
export function decodeSnap(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  if (end - offset < 5) {
    packet.bucket = Bucket.LinkTruncated;
    return;
  }
  const organisation = (view.getUint16(offset) << 8) | view.getUint8(offset + 2);
  const type = view.getUint16(offset + 3);
  // 0: EtherTypes; 0000f8: the same through 802.1H bridges.
  if (organisation === 0 || organisation === 0xf8) decodeEtherType(packet, view, type, offset + 5, end, wireEnd);
  else if (organisation === 0x00000c && type === 0x2000) packet.bucket = Bucket.Cdp;
  else if (organisation === 0x00000c && type === 0x010b) setBridgeMessage(packet, offset + 5, end);
  else if (organisation === 0x080007 && type === 0x809b) packet.bucket = Bucket.AppleTalk;
  else if (organisation === 0x00000c && isIsl(packet, view)) decodeIsl(packet, view, offset + 3, end, wireEnd);
  else packet.bucket = Bucket.Snap;
}

/** Cisco's ISL goes to 01000c0000 or 03000c0000, whose sixth byte is the type. */
function isIsl(packet: Packet, view: DataView): boolean {
  const at = packet.destinationMacOffset;
  return at >= 0 && (view.getUint32(at) === 0x01000c00 || view.getUint32(at) === 0x03000c00) && view.getUint16(at + 4) === 0;
}

/** ISL behind its SNAP: VLAN and a bit for spanning tree, index, reserved, then the frame and another check sum. */
function decodeIsl(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  if (end - offset < 6 || packet.shims >= maxShims) {
    packet.bucket = Bucket.Snap;
    return;
  }
  packet.shims++;
  packet.innerVlan = (view.getUint16(offset) >> 1) & 0xfff;
  if (packet.vlanDepth === 0) packet.outerVlan = packet.innerVlan;
  packet.vlanDepth++;
  decodeEthernet(packet, view, offset + 6, end, wireEnd);
}
