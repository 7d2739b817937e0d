/** Link types that are met seldom: rings, ARCNET, ATM, Fibre Channel, switch tags, packet filter logs. */
import { addressFamilyBucket, Bucket, etherTypeBucket } from './bucket.ts';
import { decodeEthernet, decodeEtherType, decodeLlc, decodeTypeOrLength } from './ethernet.ts';
import { decodeIp, decodeIpv4, decodeIpv6 } from './ip.ts';
import type { Packet } from './packet.ts';

/** An address family as BSD, Linux, macOS and Windows number it, and the packet at `offset`. */
export function decodeFamily(packet: Packet, view: DataView, family: number, offset: number, end: number, wireEnd: number): void {
  switch (family) {
    case 2: // AF_INET everywhere
      decodeIpv4(packet, view, offset, end, wireEnd);
      return;
    case 10: // AF_INET6: Linux; 24 NetBSD, OpenBSD; 28 FreeBSD; 30 Darwin; 23 Windows
    case 23:
    case 24:
    case 28:
    case 30:
      decodeIpv6(packet, view, offset, end, wireEnd);
      return;
    default:
      packet.bucket = addressFamilyBucket(family);
  }
}

/** LINKTYPE_NULL and LINKTYPE_LOOP: 4 bytes of address family, in the byte order of the capturing host (LOOP: big-endian). */
export function decodeBsdLoopback(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  if (end - offset < 4) {
    packet.bucket = Bucket.LinkTruncated;
    return;
  }
  // Some drivers have an EtherType in the last two bytes, which no family reaches in either order.
  const etherType = view.getUint16(offset + 2);
  if (etherType >= 0x0600) decodeEtherType(packet, view, etherType, offset + 4, end, wireEnd);
  else decodeFamily(packet, view, hostOrder(view, offset), offset + 4, end, wireEnd);
}

/** A small number of 4 bytes in the byte order of an unknown host. */
function hostOrder(view: DataView, offset: number): number {
  const bigEndian = view.getUint32(offset);
  return bigEndian > 0xffff ? view.getUint32(offset, true) : bigEndian;
}

/** LINKTYPE_ENC (OpenBSD's IPsec interface): family (host order), SPI, flags; 12 bytes. */
export function decodeEnc(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  if (end - offset < 12) packet.bucket = Bucket.LinkTruncated;
  else decodeFamily(packet, view, hostOrder(view, offset), offset + 12, end, wireEnd);
}

/** LINKTYPE_PFLOG: length without padding, address family, then what the packet filter decided; padded to 4. */
export function decodePflog(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  const length = end - offset < 2 ? 0 : (view.getUint8(offset) + 3) & ~3;
  if (length < 4 || length > end - offset) packet.bucket = Bucket.LinkTruncated;
  else decodeFamily(packet, view, view.getUint8(offset + 1), offset + length, end, wireEnd);
}

const nflogPayload = 9;

/**
 * LINKTYPE_NFLOG: address family, version 0, resource id, then attributes: length, type (2 each, in the byte order of the capturing
 * host), value, padding to 4. Attribute 9 is the packet.
 */
export function decodeNflog(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  let position = offset + 4;
  for (let i = 0; i < 64 && end - position >= 4; i++) {
    const isLittle = view.getUint16(position, true) <= end - position || view.getUint16(position) > wireEnd - position;
    const length = view.getUint16(position, isLittle);
    if (length < 4) break;
    if ((view.getUint16(position + 2, isLittle) & 0x7fff) === nflogPayload) {
      const stated = position + length < wireEnd ? position + length : wireEnd;
      decodeFamily(packet, view, view.getUint8(offset), position + 4, end < stated ? end : stated, stated);
      return;
    }
    position += (length + 3) & ~3;
  }
  packet.bucket = Bucket.LinkTruncated;
}

/** FDDI (ANSI X3.139): frame control, two addresses, LLC. */
export function decodeFddi(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  if (end - offset < 13) packet.bucket = Bucket.LinkTruncated;
  else if ((view.getUint8(offset) & 0xf0) !== 0x50) packet.bucket = Bucket.Llc;
  else {
    packet.destinationMacOffset = offset + 1;
    packet.sourceMacOffset = offset + 7;
    decodeLlc(packet, view, offset + 13, end, wireEnd);
  }
}

/** Token Ring (IEEE 802.5): access control, frame control, two addresses, a route if the source's first bit is set, LLC. */
export function decodeTokenRing(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  if (end - offset < 16) {
    packet.bucket = Bucket.LinkTruncated;
    return;
  }
  packet.destinationMacOffset = offset + 2;
  packet.sourceMacOffset = offset + 8;
  if ((view.getUint8(offset + 1) & 0xc0) !== 0x40) {
    packet.bucket = Bucket.Llc;
    return;
  }
  const route = view.getUint8(offset + 8) & 0x80 ? view.getUint8(offset + 14) & 0x1f : 0;
  decodeLlc(packet, view, offset + 14 + route, end, wireEnd);
}

/** ARCNET: source, destination (and 2 bytes of Linux's own: `typeOffset` 4 instead of 2), protocol; RFC 1201 has 3 bytes more, RFC 1051 not. */
export function decodeArcnet(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number, typeOffset: number): void {
  if (end - offset < typeOffset + 4) {
    packet.bucket = Bucket.LinkTruncated;
    return;
  }
  const body = offset + typeOffset + 1;
  switch (view.getUint8(offset + typeOffset)) {
    case 240:
      decodeIpv4(packet, view, body, end, wireEnd);
      return;
    case 212:
      decodeIpv4(packet, view, body + 3, end, wireEnd);
      return;
    case 196:
      decodeIpv6(packet, view, body + 3, end, wireEnd);
      return;
    case 241:
    case 213:
      packet.bucket = Bucket.Arp;
      return;
    case 247:
    case 214:
      packet.bucket = Bucket.Rarp;
      return;
    default:
      packet.bucket = etherTypeBucket(view.getUint8(offset + typeOffset));
  }
}

/** RFC 2684 over ATM: LLC, or the packet alone. */
export function decodeAtm(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  const head = end - offset < 2 ? 0 : view.getUint16(offset);
  if (head === 0xaaaa || head === 0xfefe || head === 0x4242) decodeLlc(packet, view, offset, end, wireEnd);
  else decodeIp(packet, view, offset, end, wireEnd);
}

/** LINKTYPE_SUNATM: flags whose low 4 bits say what is carried (1 LAN emulation, 2 LLC), VPI, VCI (2). */
export function decodeSunAtm(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  if (end - offset < 6) {
    packet.bucket = Bucket.LinkTruncated;
    return;
  }
  switch (view.getUint8(offset) & 15) {
    case 1:
      decodeEthernet(packet, view, offset + 6, end, wireEnd);
      return;
    case 2:
      decodeAtm(packet, view, offset + 4, end, wireEnd);
      return;
    default:
      packet.bucket = Bucket.Llc;
  }
}

/** RFC 2625: IP over Fibre Channel, two addresses of 8 bytes, LLC. */
export function decodeFibreChannel(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  if (end - offset < 16) packet.bucket = Bucket.LinkTruncated;
  else decodeLlc(packet, view, offset + 16, end, wireEnd);
}

/** IP behind `length` bytes that say nothing of it (SLIP's direction and compression state, a switch's or driver's own). */
export function decodeIpAfter(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number, length: number): void {
  if (end - offset < length) packet.bucket = Bucket.LinkTruncated;
  else decodeIp(packet, view, offset + length, end, wireEnd);
}

/** Ethernet behind `length` bytes of a capturing device. */
export function decodeEthernetAfter(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number, length: number): void {
  if (end - offset < length) packet.bucket = Bucket.EthernetTruncated;
  else decodeEthernet(packet, view, offset + length, end, wireEnd);
}

/** Ethernet with a switch's tag of `length` bytes between addresses and type: Marvell DSA and EDSA, Broadcom. */
export function decodeSwitchTag(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number, length: number): void {
  if (end - offset < 14 + length) {
    packet.bucket = Bucket.EthernetTruncated;
    return;
  }
  packet.destinationMacOffset = offset;
  packet.sourceMacOffset = offset + 6;
  decodeTypeOrLength(packet, view, offset + 12 + length, end, wireEnd);
}

/** LINKTYPE_IPOIB: 40 bytes of global route header, EtherType, 2 reserved (RFC 4391 6). */
export function decodeInfiniband(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  if (end - offset < 44) {
    packet.bucket = Bucket.LinkTruncated;
    return;
  }
  const type = (packet.etherType = view.getUint16(offset + 40));
  if (type === 0x0800 || type === 0x86dd) decodeIp(packet, view, offset + 44, end, wireEnd);
  else packet.bucket = etherTypeBucket(type);
}
