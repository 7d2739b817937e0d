/** One frame, or one datagram put together from fragments, from its first header to the innermost payload. */
import { Inner } from './inner.ts';
import { decodeIp } from './ip.ts';
import { decodeLink, LinkType } from './link.ts';
import { maxTunnels, type Packet } from './packet.ts';
import { decodePlain } from './plain.ts';
import { decodeInner } from './tunnel.ts';

/**
 * Decode the frame at `view[offset, offset + capturedLength)`, of which `originalLength` bytes were on the wire, into `packet`.
 * `linkType` is a LINKTYPE_ number. The frame stays the caller's; positions in `packet` are positions in `view`.
 */
export function decode(
  packet: Packet,
  view: DataView,
  offset: number,
  capturedLength: number,
  originalLength: number,
  linkType: number,
): void {
  if (linkType === LinkType.Ethernet && decodePlain(packet, view, offset, capturedLength, originalLength)) return;
  decodeAny(packet, view, offset, capturedLength, originalLength, linkType);
}

/** `decode` for whatever the frame holds. */
export function decodeAny(
  packet: Packet,
  view: DataView,
  offset: number,
  capturedLength: number,
  originalLength: number,
  linkType: number,
): void {
  decodeFrame(packet, view, offset, capturedLength, originalLength, linkType, maxTunnels);
  // What a tunnel carries is no flow (ARP, or not a tunnel after all): the packet is of the flow that carries it.
  while (packet.bucket !== 0 && packet.tunnelCount > 0) {
    decodeFrame(packet, view, offset, capturedLength, originalLength, linkType, packet.tunnelCount - 1);
  }
}

/** The same with at most `tunnels` of them opened. */
function decodeFrame(
  packet: Packet,
  view: DataView,
  offset: number,
  capturedLength: number,
  originalLength: number,
  linkType: number,
  tunnels: number,
): void {
  packet.reset(offset, capturedLength, originalLength, linkType);
  packet.tunnelLimit = tunnels;
  decodeLink(packet, view, offset, offset + capturedLength, offset + packet.frameBytes);
  while (packet.innerKind !== Inner.None) decodeInner(packet, view);
}

/**
 * Decode an IP datagram put together from its fragments, at `view[offset, offset + length)` and on the wire `wireLength` bytes long, in
 * the place of the fragment that `packet` holds: link fields and the tunnels around it stay as they are, all below is read anew.
 */
export function decodeDatagram(packet: Packet, view: DataView, offset: number, length: number, wireLength: number): void {
  const tunnels = packet.tunnelCount;
  let limit = maxTunnels;
  for (;;) {
    packet.resetNetwork();
    packet.tunnelCount = tunnels;
    packet.tunnelLimit = limit;
    decodeIp(packet, view, offset, offset + length, offset + wireLength);
    while (packet.innerKind !== Inner.None) decodeInner(packet, view);
    if (packet.bucket === 0 || packet.tunnelCount <= tunnels) return;
    limit = packet.tunnelCount - 1;
  }
}
