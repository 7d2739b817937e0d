/** Tunnels over UDP. Each decoder checks what can be checked before it opens the tunnel; the inner packet must prove sound as well. */
import { decodeEthernet, decodeEtherType } from './ethernet.ts';
import { Inner, TunnelType } from './inner.ts';
import { decodeIp } from './ip.ts';
import { decodeMpls } from './mpls.ts';
import { holdsIp, isWholeIp, looksLikeEthernet, openKeyedTunnel, openTunnel } from './open-tunnel.ts';
import type { Packet } from './packet.ts';
import { decodePpp } from './point-to-point.ts';
import { decodeWlan, WlanTrait } from './wireless.ts';
import { decodeTzspFrame, tzspFrame } from './wrapped-links.ts';

/** EtherType of the network service header (RFC 8300). */
const nshType = 0x894f;
/** Labels that are passed to see what they carry. */
const maxLabels = 16;

/**
 * GTP-U (3GPP TS 29.281 5.1): version 1 and protocol type 1, message 255 (a user's packet), length after the first 8 bytes, tunnel
 * endpoint (4); with any of the flags E, S, PN 4 bytes more and a chain of extension headers whose lengths count words of 4.
 */
export function decodeGtpU(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  if (end - offset < 8 || view.getUint8(offset) >> 4 !== 3 || view.getUint8(offset + 1) !== 255) return;
  const stated = offset + 8 + view.getUint16(offset + 2);
  if (stated > wireEnd) return;
  let body = offset + 8;
  if (view.getUint8(offset) & 7) {
    body += 4;
    if (body > end) return;
    let next = view.getUint8(offset) & 4 ? view.getUint8(body - 1) : 0;
    for (let i = 0; i < 16 && next !== 0; i++) {
      const length = body < end ? view.getUint8(body) * 4 : 0;
      if (length === 0 || body + length > end) return;
      body += length;
      next = view.getUint8(body - 1);
    }
  }
  if (!holdsIp(view, body, end, stated)) return;
  if (openKeyedTunnel(packet, TunnelType.GtpU, view.getInt32(offset + 4))) decodeIp(packet, view, body, min(end, stated), stated);
}

/**
 * VXLAN (RFC 7348 5): flags with I (08) set, 24 reserved bits, VNI (24), 8 reserved, which a receiver ignores and some use; the group
 * policy extension (draft-smith-vxlan-group-policy) adds flag 80.
 */
export function decodeVxlan(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  if (end - offset < 8 || (view.getUint8(offset) & 0x7f) !== 8 || !looksLikeEthernet(view, offset + 8, end)) return;
  if (openKeyedTunnel(packet, TunnelType.Vxlan, view.getUint32(offset + 4) >>> 8)) decodeEthernet(packet, view, offset + 8, end, wireEnd);
}

/** VXLAN GPE (draft-ietf-nvo3-vxlan-gpe): as VXLAN with flag P (04) and the next protocol in the fourth byte. */
export function decodeVxlanGpe(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  if (end - offset < 8 || (view.getUint8(offset) & 0x0c) !== 0x0c || view.getUint16(offset + 1) !== 0) return;
  const next = view.getUint8(offset + 3);
  const body = offset + 8;
  const isIp = (next === 1 || next === 2) && holdsIp(view, body, end, wireEnd);
  if (!isIp && next !== 3 && next !== 4) return;
  if (!openKeyedTunnel(packet, TunnelType.Vxlan, view.getUint32(offset + 4) >>> 8)) return;
  if (isIp) decodeIp(packet, view, body, end, wireEnd);
  else if (next === 4) decodeEtherType(packet, view, nshType, body, end, wireEnd);
  else decodeEthernet(packet, view, body, end, wireEnd);
}

/** GENEVE (RFC 8926 3.4): version 0, length of options in words of 4, flags O and C, protocol, VNI (24), reserved. */
export function decodeGeneve(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  if (end - offset < 8 || view.getUint8(offset) >> 6 !== 0 || view.getUint8(offset + 1) & 0x3f || view.getUint8(offset + 7) !== 0) return;
  const body = offset + 8 + (view.getUint8(offset) & 0x3f) * 4;
  const type = view.getUint16(offset + 2);
  const isIp = (type === 0x0800 || type === 0x86dd) && holdsIp(view, body, end, wireEnd);
  if (!isIp && type !== 0x6558 && type !== nshType) return;
  if (!openKeyedTunnel(packet, TunnelType.Geneve, view.getUint32(offset + 4) >>> 8)) return;
  if (isIp) decodeIp(packet, view, body, end, wireEnd);
  else if (type === nshType) decodeEtherType(packet, view, type, body, end, wireEnd);
  else decodeEthernet(packet, view, body, end, wireEnd);
}

/**
 * Teredo (RFC 4380 5.1.1): optional authentication (0001, lengths of client id and value, 8 bytes of nonce, 1 of confirmation), optional
 * origin (0000, port, address), IPv6 whose length is exactly what is left and of whose addresses one is Teredo's (2001::/32) or, before
 * a client has one, link-local.
 */
export function decodeTeredo(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  let body = offset;
  if (end - body >= 13 && view.getUint16(body) === 1) body += 13 + view.getUint8(body + 2) + view.getUint8(body + 3);
  if (end - body >= 8 && view.getUint16(body) === 0) body += 8;
  if (end - body < 40 || view.getUint8(body) >> 4 !== 6 || view.getUint16(body + 4) + 40 !== wireEnd - body) return;
  if (!isTeredoAddress(view, body + 8) && !isTeredoAddress(view, body + 24)) return;
  if (openTunnel(packet, TunnelType.Teredo)) decodeIp(packet, view, body, end, wireEnd);
}

function isTeredoAddress(view: DataView, offset: number): boolean {
  return view.getUint32(offset) === 0x20010000 || view.getUint32(offset) === 0xfe800000;
}

/**
 * L2TP version 2 (RFC 2661 3.1), data messages: flags T 8000 (0 here), L 4000, S 0800, O 0200, P 0100, reserved 0, version 2; length,
 * tunnel, session, sequence numbers and offset as the flags say; then PPP. The key is tunnel << 16 | session.
 */
export function decodeL2tp(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  if (end - offset < 12) return;
  const flags = view.getUint16(offset);
  if (flags & 0x8000 || (flags & 0x34ff) !== 2) return;
  let position = offset + 2;
  let stated = wireEnd;
  if (flags & 0x4000) {
    stated = offset + view.getUint16(position);
    position += 2;
  }
  const key = view.getInt32(position);
  position += flags & 0x0800 ? 8 : 4;
  if (flags & 0x0200) position += end - position >= 2 ? 2 + view.getUint16(position) : 2;
  if (stated > wireEnd || position >= end || position >= stated) return;
  if (openKeyedTunnel(packet, TunnelType.L2tp, key)) decodePpp(packet, view, position, min(end, stated), stated);
}

/**
 * L2TP version 3 over IP (RFC 3931 4.1.1.1): a session, which is 0 for control, a cookie of 0, 4 or 8 bytes and a sublayer of 0 or 4, of
 * which nothing tells: the first place where a frame with a whole IP packet can stand. The key is the session.
 */
export function decodeL2tpInIp(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  if (end - offset < 8 || view.getUint32(offset) === 0) return;
  for (let body = offset + 4; body <= offset + 16; body += 4) {
    const type = end - body < 34 ? 0 : view.getUint16(body + 12);
    if ((type !== 0x0800 && type !== 0x86dd) || !holdsIp(view, body + 14, end, wireEnd)) continue;
    if (openKeyedTunnel(packet, TunnelType.L2tp, view.getInt32(offset))) decodeEthernet(packet, view, body, end, wireEnd);
    return;
  }
}

/**
 * GUE (draft-ietf-intarea-gue 3): variant 1 is IP at once; variant 0 has C (control), the header's further words (5 bits), an IP protocol
 * and flags. Any bytes begin like one of these: what is carried must be whole, or GRE of a usual kind.
 */
export function decodeGue(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  if (end - offset < 4) return;
  const first = view.getUint8(offset);
  if (first >> 6 === 1) {
    if (isWholeIp(view, offset, end, wireEnd) && openTunnel(packet, TunnelType.Gue)) decodeIp(packet, view, offset, end, wireEnd);
    return;
  }
  if (first & 0xe0) return;
  const body = offset + 4 + (first & 31) * 4;
  const protocol = view.getUint8(offset + 1);
  if (protocol === 4 || protocol === 41) {
    if (isWholeIp(view, body, end, wireEnd) && openTunnel(packet, TunnelType.Gue)) decodeIp(packet, view, body, end, wireEnd);
  } else if (protocol === 47 && isGre(view, body, end) && openTunnel(packet, TunnelType.Gue)) {
    packet.carry(Inner.Gre, body, end, wireEnd);
  }
}

/** GRE (RFC 2784 2) without reserved bits, version 0, with IP or Ethernet. */
function isGre(view: DataView, offset: number, end: number): boolean {
  if (end - offset < 4 || view.getUint16(offset) & 0x4fff) return false;
  const type = view.getUint16(offset + 2);
  return type === 0x0800 || type === 0x86dd || type === 0x6558;
}

/** TaZmen Sniffer Protocol: a frame with what a sniffer says of it. */
export function decodeTzsp(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  const frame = tzspFrame(view, offset, end);
  if (frame >= 0 && openTunnel(packet, TunnelType.Tzsp)) decodeTzspFrame(packet, view, offset, frame, end, wireEnd);
}

/**
 * CAPWAP data (RFC 5415 4.3): preamble 0, then length of the header in words of 4 (5 bits), radio (5), binding (5; 1 = 802.11), T (the
 * frame is the binding's own), F (a fragment), L, W, M, K (keep-alive). Some controllers swap the two bytes of 802.11's frame control.
 */
export function decodeCapwap(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  if (end - offset < 8 || view.getUint8(offset) !== 0) return;
  const word = view.getUint32(offset);
  const body = offset + ((word >>> 19) & 31) * 4;
  const isNative = (word & 0x100) !== 0;
  if (body < offset + 8 || body >= end || word & 0x88 || (isNative && ((word >>> 9) & 31) !== 1)) return;
  if (isNative && (end - body < 24 || !isWlanData(view, body))) return;
  if (!openTunnel(packet, TunnelType.Capwap)) return;
  if (!isNative) decodeEthernet(packet, view, body, end, wireEnd);
  else if ((view.getUint8(body) & 0x0f) === 8) decodeWlan(packet, view, body, end, wireEnd, 0);
  else decodeWlan(packet, view, body, end, wireEnd, WlanTrait.Swapped);
}

/** Whether one of the first two bytes is a frame control of a data frame, version 0. */
function isWlanData(view: DataView, offset: number): boolean {
  return (view.getUint8(offset) & 0x0f) === 8 || (view.getUint8(offset + 1) & 0x0f) === 8;
}

/**
 * AYIYA (draft-massar-v6ops-ayiya): length of identity as a power of 2 and its type, words of signature and hash method, authentication
 * and operation (1 = forward), next header, time (4), identity, signature.
 */
export function decodeAyiya(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  if (end - offset < 8 || (view.getUint8(offset + 2) & 15) !== 1) return;
  const identity = view.getUint8(offset) >> 4;
  const body = offset + 8 + 2 ** identity + (view.getUint8(offset + 1) >> 4) * 4;
  const next = view.getUint8(offset + 3);
  if (identity > 5 || (next !== 4 && next !== 41) || !holdsIp(view, body, end, wireEnd)) return;
  if (openTunnel(packet, TunnelType.Ayiya)) decodeIp(packet, view, body, end, wireEnd);
}

/** MPLS (RFC 7510 3): labels up to the bottom of the stack (bit 0 of the third byte), then a whole IP packet. */
export function decodeMplsInUdp(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  let body = offset;
  for (let i = 0; i < maxLabels && end - body >= 8; i++) {
    body += 4;
    if (view.getUint8(body - 2) & 1) break;
  }
  if (body === offset || (view.getUint8(body - 2) & 1) === 0 || !isWholeIp(view, body, end, wireEnd)) return;
  if (openTunnel(packet, TunnelType.MplsInUdp)) decodeMpls(packet, view, offset, end, wireEnd);
}

/**
 * LISP data (RFC 9300 5.1): flags N, L, E, V, I (08: an instance), R, KK, then nonce or map versions (24 bits), instance (24) and locator
 * bits; a whole IP packet. The key is the instance.
 */
export function decodeLisp(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  const body = offset + 8;
  if (!isWholeIp(view, body, end, wireEnd)) return;
  const hasInstance = (view.getUint8(offset) & 0x08) !== 0;
  const isOpen = hasInstance
    ? openKeyedTunnel(packet, TunnelType.Lisp, view.getUint32(offset + 4) >>> 8)
    : openTunnel(packet, TunnelType.Lisp);
  if (isOpen) decodeIp(packet, view, body, end, wireEnd);
}

function min(a: number, b: number): number {
  return a < b ? a : b;
}
