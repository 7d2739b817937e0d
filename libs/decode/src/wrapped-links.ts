/** Link types that put a header of a capturing device, a bus or a radio network before what is known elsewhere. */
import { Bucket, linkTypeBucket } from './bucket.ts';
import { decodeEthernet, decodeEtherType } from './ethernet.ts';
import { decodeIp, decodeIpv4, decodeIpv6 } from './ip.ts';
import type { Packet } from './packet.ts';
import { decodeCiscoHdlc, decodeFrameRelay, decodePpp, decodeSerial } from './point-to-point.ts';
import { decodeWlan } from './wireless.ts';

const erf = { linkType: 197, hdlc: 1, ethernet: 2, ipv4: 22, ipv6: 23 } as const;
/** Types of ERF records with a colour or a hash where others count losses: 10 and 19 are HDLC, 11 and 20 Ethernet, 15 and 16 both. */
const erfAs: Readonly<Record<number, number>> = { 10: 1, 11: 2, 15: 1, 16: 2, 19: 1, 20: 2 };

/**
 * LINKTYPE_ERF (Endace): time (8, little-endian), type with 80 for extension headers of 8 bytes, flags, length of the record (2), losses
 * (2), length on the wire (2); before Ethernet 2 bytes of offset and padding.
 */
export function decodeErf(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  if (end - offset < 16) {
    packet.bucket = Bucket.LinkTruncated;
    return;
  }
  let body = offset + 16;
  for (let more = view.getUint8(offset + 8) & 0x80; more !== 0 && end - body >= 8; body += 8) more = view.getUint8(body) & 0x80;
  const given = view.getUint8(offset + 8) & 0x7f;
  const type = erfAs[given] ?? given;
  if (type === erf.ethernet) body += 2;
  // Records are padded to 8 bytes: what is behind the wire's length is none of it.
  const wire = body + view.getUint16(offset + 14);
  const stated = wire < wireEnd ? wire : wireEnd;
  const bodyEnd = stated < end ? stated : end;
  if (body >= end) packet.bucket = Bucket.LinkTruncated;
  else if (type === erf.ethernet) decodeEthernet(packet, view, body, bodyEnd, stated);
  else if (type === erf.hdlc) decodeSerial(packet, view, body, bodyEnd, stated);
  else if (type === erf.ipv4 || type === erf.ipv6) decodeIp(packet, view, body, bodyEnd, stated);
  else packet.bucket = linkTypeBucket(erf.linkType);
}

/**
 * Juniper's link types: "MGC", flags (80: extensions, whose length in bytes follows; 02: no link header, but 4 bytes and IP), then the
 * link that the type names.
 */
export function decodeJuniper(packet: Packet, view: DataView, linkType: number, offset: number, end: number, wireEnd: number): void {
  if (end - offset < 6 || view.getUint16(offset) !== 0x4d47 || view.getUint8(offset + 2) !== 0x43) {
    packet.bucket = linkTypeBucket(linkType);
    return;
  }
  const flags = view.getUint8(offset + 3);
  const body = offset + 4 + (flags & 0x80 ? 2 + view.getUint16(offset + 4) : 0);
  if (body + 4 >= end) packet.bucket = Bucket.LinkTruncated;
  else if (flags & 0x02) decodeIp(packet, view, body + 4, end, wireEnd);
  else if (linkType === 179) decodePpp(packet, view, body, end, wireEnd);
  else if (linkType === 180) decodeFrameRelay(packet, view, body, end, wireEnd);
  else if (linkType === 181) decodeCiscoHdlc(packet, view, body, end, wireEnd);
  else decodeEthernet(packet, view, body, end, wireEnd);
}

/** AX.25 2.2: addresses of 7 bytes, the last one odd; an unnumbered information frame (03) with the protocol: cc is IP, cd ARP. */
export function decodeAx25(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  let body = offset + 7;
  for (let i = 0; i < 10 && body < end && (view.getUint8(body - 1) & 1) === 0; i++) body += 7;
  if (end - body < 2) packet.bucket = Bucket.LinkTruncated;
  else if ((view.getUint8(body) & 0xef) !== 0x03) packet.bucket = linkTypeBucket(packet.linkType);
  else if (view.getUint8(body + 1) === 0xcc) decodeIpv4(packet, view, body + 2, end, wireEnd);
  else if (view.getUint8(body + 1) === 0xcd) packet.bucket = Bucket.Arp;
  else packet.bucket = linkTypeBucket(packet.linkType);
}

/** LINKTYPE_APPLE_IP_OVER_IEEE1394: two addresses of 8 bytes, EtherType. */
export function decodeIeee1394(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  if (end - offset < 18) packet.bucket = Bucket.LinkTruncated;
  else decodeEtherType(packet, view, view.getUint16(offset + 16), offset + 18, end, wireEnd);
}

/** LINKTYPE_SYMANTEC_FIREWALL: 6 bytes, EtherType, 36 bytes. */
export function decodeSymantec(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  if (end - offset < 44) packet.bucket = Bucket.LinkTruncated;
  else decodeEtherType(packet, view, view.getUint16(offset + 6), offset + 44, end, wireEnd);
}

/** LINKTYPE_DOCSIS: frame control (2 bits: 0 is a packet; 1: an extended header, as long as the next byte says), length, check sum. */
export function decodeDocsis(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  if (end - offset < 6) {
    packet.bucket = Bucket.LinkTruncated;
    return;
  }
  const control = view.getUint8(offset);
  if (control >> 6 !== 0) packet.bucket = linkTypeBucket(packet.linkType);
  else decodeEthernet(packet, view, offset + 6 + (control & 1 ? view.getUint8(offset + 1) : 0), end, wireEnd);
}

/** LINKTYPE_IPNET (Solaris): version, family (2 or 26), then lengths, interfaces and zones; 24 bytes. */
export function decodeIpNet(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  const family = end - offset < 24 ? 0 : view.getUint8(offset + 1);
  if (family === 2) decodeIpv4(packet, view, offset + 24, end, wireEnd);
  else if (family === 26) decodeIpv6(packet, view, offset + 24, end, wireEnd);
  else packet.bucket = linkTypeBucket(packet.linkType);
}

/** LINKTYPE_ETHERNET_MPACKET (IEEE 802.3br): 7 bytes of preamble; d5 begins a frame, other marks a piece of one. */
export function decodeMpacket(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  if (end - offset >= 8 && view.getUint8(offset + 7) === 0xd5) decodeEthernet(packet, view, offset + 8, end, wireEnd);
  else packet.bucket = linkTypeBucket(packet.linkType);
}

const tzspEthernet = 1;
const tzspWlan = 18;

/** LINKTYPE_TZSP: what its datagrams carry, without the datagram. */
export function decodeTzspLink(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  const frame = tzspFrame(view, offset, end);
  if (frame >= 0) decodeTzspFrame(packet, view, offset, frame, end, wireEnd);
  else packet.bucket = linkTypeBucket(packet.linkType);
}

/**
 * TaZmen Sniffer Protocol: version 1, type 0 (received) or 1 (sent), what is carried (2), tags (number, length, value) up to tag 1, the
 * frame. Returns where that begins, -1 without one of a kind that is read.
 */
export function tzspFrame(view: DataView, offset: number, end: number): number {
  if (end - offset < 5 || view.getUint8(offset) !== 1 || view.getUint8(offset + 1) > 1) return -1;
  const carried = view.getUint16(offset + 2);
  if (carried !== tzspEthernet && carried !== tzspWlan) return -1;
  let position = offset + 4;
  for (let i = 0; i < 64 && position < end; i++) {
    const tag = view.getUint8(position++);
    if (tag === 1) return position;
    if (tag !== 0) position += position < end ? 1 + view.getUint8(position) : 1;
  }
  return -1;
}

/** The frame that `tzspFrame` found at `frame`. */
export function decodeTzspFrame(packet: Packet, view: DataView, offset: number, frame: number, end: number, wireEnd: number): void {
  if (view.getUint16(offset + 2) === tzspEthernet) decodeEthernet(packet, view, frame, end, wireEnd);
  else decodeWlan(packet, view, frame, end, wireEnd, 0);
}
