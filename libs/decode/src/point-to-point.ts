/** PPP (RFC 1661, 1662), PPP over Ethernet (RFC 2516), Cisco HDLC, Frame Relay (RFC 2427). */
import { Bucket, etherTypeBucket, pppBucket } from './bucket.ts';
import { Inner } from './inner.ts';
import { decodeIpv4, decodeIpv6 } from './ip.ts';
import { decodeMpls } from './mpls.ts';
import type { Packet } from './packet.ts';

const pppIpv4 = 0x0021;
const pppIpv6 = 0x0057;
/** Unicast; multicast is 0x0283 (RFC 3032 4.3). */
const pppMpls = 0x0281;
const pppMultilink = 0x003d;

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
  // Its length is not needed: IP knows where it ends, and has been seen to be right where PPPoE's was not.
  decodePpp(packet, view, offset + 6, end, wireEnd);
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
  else if (protocol === pppMpls || protocol === pppMpls + 2) decodeMpls(packet, view, position, end, wireEnd);
  else if (protocol === pppMultilink && isWholeFragment(view, position, end)) decodePpp(packet, view, position + 4, end, wireEnd);
  else packet.bucket = pppBucket(protocol);
}

/** RFC 1990 3, long sequence numbers: begin and end of a packet in one fragment, reserved bits 0, and no fragment in it again. */
function isWholeFragment(view: DataView, offset: number, end: number): boolean {
  return end - offset >= 8 && view.getUint8(offset) === 0xc0 && view.getUint16(offset + 4) !== pppMultilink;
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

/**
 * Frame Relay: an address of 2 to 4 bytes whose last one is odd (Q.922 3.2), then control 03 and an NLPID (RFC 2427 3), or an EtherType
 * as Cisco has it.
 */
export function decodeFrameRelay(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  let position = offset;
  while (position - offset < 3 && position < end && (view.getUint8(position) & 1) === 0) position++;
  position++;
  if (end - position < 2) {
    packet.bucket = Bucket.LinkTruncated;
    return;
  }
  if (view.getUint8(position) !== 3) {
    const type = (packet.etherType = view.getUint16(position));
    if (type === 0x0800) decodeIpv4(packet, view, position + 2, end, wireEnd);
    else if (type === 0x86dd) decodeIpv6(packet, view, position + 2, end, wireEnd);
    else packet.bucket = etherTypeBucket(type);
    return;
  }
  position++;
  // A zero pads what follows to an even position.
  if (view.getUint8(position) === 0 && end - position >= 2) position++;
  decodeNlpid(packet, view, position, end, wireEnd);
}

/** Network layer protocol identifier (ISO/IEC TR 9577). */
function decodeNlpid(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  switch (view.getUint8(offset)) {
    case 0xcc:
      decodeIpv4(packet, view, offset + 1, end, wireEnd);
      return;
    case 0x8e:
      decodeIpv6(packet, view, offset + 1, end, wireEnd);
      return;
    case 0x80:
      decodeRoutedSnap(packet, view, offset + 1, end, wireEnd);
      return;
    case 0xcf:
      decodePpp(packet, view, offset + 1, end, wireEnd);
      return;
    case 0x08:
      packet.bucket = Bucket.Q933;
      return;
    case 0x81:
    case 0x82:
    case 0x83:
      packet.bucket = Bucket.Osi;
      return;
    default:
      packet.bucket = Bucket.Snap;
  }
}

/** SNAP as RFC 2427 has it: EtherTypes, or Ethernet as a bridge passed it (organisation 0080c2, 0001 with and 0007 without checksum). */
function decodeRoutedSnap(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  if (end - offset < 5) {
    packet.bucket = Bucket.LinkTruncated;
    return;
  }
  const organisation = (view.getUint16(offset) << 8) | view.getUint8(offset + 2);
  const type = view.getUint16(offset + 3);
  if (organisation === 0 && type === 0x0800) decodeIpv4(packet, view, offset + 5, end, wireEnd);
  else if (organisation === 0 && type === 0x86dd) decodeIpv6(packet, view, offset + 5, end, wireEnd);
  else if (organisation === 0) packet.bucket = etherTypeBucket(type);
  else {
    packet.bucket = Bucket.Snap;
    if (organisation === 0x0080c2 && (type === 1 || type === 7)) packet.carry(Inner.Pseudowire, offset + 5, end, wireEnd);
  }
}
