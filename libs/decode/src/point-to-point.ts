/** PPP (RFC 1661, 1662), PPP over Ethernet (RFC 2516), Cisco HDLC. */
import { Bucket, etherTypeBucket, pppBucket } from './bucket.ts';
import { decodeIpv4, decodeIpv6 } from './ip.ts';
import type { Packet } from './packet.ts';

const pppIpv4 = 0x0021;
const pppIpv6 = 0x0057;

/** PPPoE session at `offset`: version and type 0x11, code 0, session id (2), length (2), PPP without framing. */
export function decodePppoe(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  if (end - offset < 8) {
    packet.bucket = Bucket.LinkTruncated;
    return;
  }
  if (view.getUint8(offset) !== 0x11 || view.getUint8(offset + 1) !== 0) {
    packet.bucket = Bucket.Pppoe;
    return;
  }
  // What lies behind PPPoE's length is Ethernet's padding.
  const stated = offset + 6 + view.getUint16(offset + 4);
  const shorter = stated < wireEnd ? stated : wireEnd;
  decodePpp(packet, view, offset + 6, end < shorter ? end : shorter, shorter);
}

/** PPP at `offset`, with or without HDLC's address and control (ff 03); a protocol of one byte is odd (RFC 1661 2). */
export function decodePpp(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  let position = offset;
  if (end - position >= 2 && view.getUint16(position) === 0xff03) position += 2;
  if (end - position < 2) {
    packet.bucket = Bucket.LinkTruncated;
    return;
  }
  const isCompressed = (view.getUint8(position) & 1) === 1;
  const protocol = isCompressed ? view.getUint8(position) : view.getUint16(position);
  position += isCompressed ? 1 : 2;
  if (protocol === pppIpv4) decodeIpv4(packet, view, position, end, wireEnd);
  else if (protocol === pppIpv6) decodeIpv6(packet, view, position, end, wireEnd);
  else packet.bucket = pppBucket(protocol);
}

/** PPP in HDLC-like framing, or Cisco HDLC: told apart by the address (LINKTYPE_PPP, LINKTYPE_PPP_HDLC). */
export function decodeSerial(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  const address = end - offset < 1 ? 0 : view.getUint8(offset);
  if (address === 0x0f || address === 0x8f) decodeCiscoHdlc(packet, view, offset, end, wireEnd);
  else decodePpp(packet, view, offset, end, wireEnd);
}

/** Cisco HDLC: address (0f unicast, 8f multicast), control 0, EtherType. */
export function decodeCiscoHdlc(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  if (end - offset < 4) {
    packet.bucket = Bucket.LinkTruncated;
    return;
  }
  const type = view.getUint16(offset + 2);
  packet.etherType = type;
  if (type === 0x0800) decodeIpv4(packet, view, offset + 4, end, wireEnd);
  else if (type === 0x86dd) decodeIpv6(packet, view, offset + 4, end, wireEnd);
  else packet.bucket = etherTypeBucket(type);
}
