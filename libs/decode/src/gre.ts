/** GRE (RFC 2784, 2890, 1701), PPTP's version 1 (RFC 2637) and ERSPAN within it. */
import { Bucket } from './bucket.ts';
import { decodeEthernet, decodeEtherType } from './ethernet.ts';
import { decodeIpv4 } from './ip.ts';
import { TunnelType } from './inner.ts';
import { openKeyedTunnel, openTunnel } from './open-tunnel.ts';
import type { Packet } from './packet.ts';
import { decodeFrameRelay, decodePpp } from './point-to-point.ts';
import { decodeWlan } from './wireless.ts';

const maxRoutes = 16;

/**
 * GRE at `offset`: flags (checksum 8000, routing 4000, key 2000, sequence 1000, acknowledgment 80), version (3 bits), protocol, then the
 * optional words. Keepalives and protocols that nothing here reads stay a flow of GRE.
 */
export function decodeGre(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  if (end - offset < 4) return;
  const flags = view.getUint16(offset);
  const protocol = view.getUint16(offset + 2);
  const version = flags & 7;
  let body = offset + 4;
  if (flags & 0xc000 && version === 0) body += 4;
  const keyOffset = body;
  if (flags & 0x2000) body += 4;
  if (flags & 0x1000) body += 4;
  if (flags & 0x0080 && version === 1) body += 4;
  if (flags & 0x4000 && version === 0) body = afterRoutes(view, body, end);
  if (body < 0 || end - body < 1) return;
  if (version === 1) {
    // The key is the length of the payload and the call (RFC 2637 4.1).
    if (protocol === 0x880b && flags & 0x2000 && openKeyedTunnel(packet, TunnelType.Pptp, view.getUint16(keyOffset + 2)))
      decodePpp(packet, view, body, end, wireEnd);
  } else if (version === 0) {
    if (protocol === 0x88be || protocol === 0x22eb) decodeErspan(packet, view, protocol, (flags & 0x1000) !== 0, body, end, wireEnd);
    else if (flags & 0x2000 ? openKeyedTunnel(packet, TunnelType.Gre, view.getInt32(keyOffset)) : openTunnel(packet, TunnelType.Gre))
      decodeGrePayload(packet, view, protocol, body, end, wireEnd);
  }
}

function decodeGrePayload(packet: Packet, view: DataView, protocol: number, offset: number, end: number, wireEnd: number): void {
  // Aruba's access points number their tunnels from 8200 on and send 802.11 frames.
  if (protocol >= 0x8200 && protocol <= 0x8370) decodeWlan(packet, view, offset, end, wireEnd, 0);
  else if (protocol === 0x6558) decodeEthernet(packet, view, offset, end, wireEnd);
  else if (protocol === 0x880b) decodePpp(packet, view, offset, end, wireEnd);
  else if (protocol === 0x6559) decodeFrameRelay(packet, view, offset, end, wireEnd);
  else if (protocol === 0x883e) decodeWccp(packet, view, offset, end, wireEnd);
  else if (protocol === 0) packet.bucket = Bucket.LinkTruncated;
  else decodeEtherType(packet, view, protocol, offset, end, wireEnd);
}

/** WCCP's redirected packets (draft-wilson-wrec-wccp-v2 4.12): IP at once, or behind 4 bytes of service and bucket. */
function decodeWccp(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  const isAtOnce = view.getUint8(offset) >> 4 === 4;
  decodeIpv4(packet, view, isAtOnce ? offset : offset + 4, end, wireEnd);
}

/** Source routes (RFC 1701): family (2), offset, length, words of that length; an entry of 0 ends them. -1 when they do not end. */
function afterRoutes(view: DataView, offset: number, end: number): number {
  let position = offset;
  for (let i = 0; i < maxRoutes && end - position >= 4; i++) {
    const length = view.getUint8(position + 3);
    position += 4 + length;
    if (length === 0) return position;
  }
  return -1;
}

/**
 * ERSPAN (draft-foschiano-erspan): type I is Ethernet at once (no GRE sequence number), II has 8 bytes (version 1), III (protocol 22eb,
 * version 2) 12 and, when the last bit says so, 8 more. The key is the session (10 bits).
 */
function decodeErspan(
  packet: Packet,
  view: DataView,
  protocol: number,
  hasSequence: boolean,
  offset: number,
  end: number,
  wireEnd: number,
): void {
  if (protocol === 0x88be && !hasSequence) {
    if (openTunnel(packet, TunnelType.Erspan)) decodeEthernet(packet, view, offset, end, wireEnd);
    return;
  }
  if (end - offset < 12) return;
  const isThird = protocol === 0x22eb;
  const header = isThird ? (view.getUint8(offset + 11) & 1 ? 20 : 12) : 8;
  if (openKeyedTunnel(packet, TunnelType.Erspan, view.getUint16(offset + 2) & 0x3ff))
    decodeEthernet(packet, view, offset + header, end, wireEnd);
}
