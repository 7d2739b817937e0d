/**
 * Tunnels: what a packet carries, opened layer by layer. GRE and IP in IP are what their protocol number says; behind UDP only content
 * that is sound in every field that can be checked is taken for a tunnel, so that other traffic on such a port stays what it is.
 */
import { Bucket } from './bucket.ts';
import { decodeEthernet } from './ethernet.ts';
import { Inner, TunnelType } from './inner.ts';
import { decodeIp } from './ip.ts';
import { decodeMpls } from './mpls.ts';
import { decodeGre } from './gre.ts';
import { looksLikeEthernet, openTunnel } from './open-tunnel.ts';
import type { Packet } from './packet.ts';
import * as udp from './udp-tunnels.ts';

/** Decode what `packet.carry` left. Where it is no tunnel the packet stays as it is. */
export function decodeInner(packet: Packet, view: DataView): void {
  const { innerKind, innerOffset: offset, innerEnd: end, innerWireEnd: wireEnd } = packet;
  packet.innerKind = Inner.None;
  switch (innerKind) {
    case Inner.Ip:
      return decodeIpInIp(packet, view, offset, end, wireEnd);
    case Inner.Gre:
      return decodeGre(packet, view, offset, end, wireEnd);
    case Inner.EtherIp:
      return decodeEtherIp(packet, view, offset, end, wireEnd);
    case Inner.Mpls:
      if (openTunnel(packet, TunnelType.MplsInIp)) decodeMpls(packet, view, offset, end, wireEnd);
      return;
    case Inner.Pseudowire:
      return decodePseudowire(packet, view, offset, end, wireEnd);
    case Inner.GtpU:
      return udp.decodeGtpU(packet, view, offset, end, wireEnd);
    case Inner.Vxlan:
      return udp.decodeVxlan(packet, view, offset, end, wireEnd);
    case Inner.VxlanGpe:
      return udp.decodeVxlanGpe(packet, view, offset, end, wireEnd);
    case Inner.Geneve:
      return udp.decodeGeneve(packet, view, offset, end, wireEnd);
    case Inner.Teredo:
      return udp.decodeTeredo(packet, view, offset, end, wireEnd);
    case Inner.L2tp:
      return udp.decodeL2tp(packet, view, offset, end, wireEnd);
    case Inner.L2tpInIp:
      return udp.decodeL2tpInIp(packet, view, offset, end, wireEnd);
    case Inner.Gue:
      return udp.decodeGue(packet, view, offset, end, wireEnd);
    case Inner.Tzsp:
      return udp.decodeTzsp(packet, view, offset, end, wireEnd);
    case Inner.Capwap:
      return udp.decodeCapwap(packet, view, offset, end, wireEnd);
    case Inner.Ayiya:
      return udp.decodeAyiya(packet, view, offset, end, wireEnd);
    case Inner.MplsInUdp:
      return udp.decodeMplsInUdp(packet, view, offset, end, wireEnd);
    case Inner.Lisp:
      return udp.decodeLisp(packet, view, offset, end, wireEnd);
  }
}

/** IP in IP (RFC 2003, RFC 4213, RFC 2473), of the version that its first nibble says. */
function decodeIpInIp(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  const version = end > offset ? view.getUint8(offset) >> 4 : 0;
  if (version !== 4 && version !== 6) return;
  const inFour = version === 4 ? TunnelType.Ipip : TunnelType.SixInFour;
  const inSix = version === 4 ? TunnelType.FourInSix : TunnelType.SixInSix;
  if (openTunnel(packet, packet.ipVersion === 4 ? inFour : inSix)) decodeIp(packet, view, offset, end, wireEnd);
}

/** EtherIP (RFC 3378 3): version 3 and 12 reserved bits, then Ethernet. */
function decodeEtherIp(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  if (end - offset < 2 || view.getUint16(offset) !== 0x3000) return;
  if (openTunnel(packet, TunnelType.EtherIp)) decodeEthernet(packet, view, offset + 2, end, wireEnd);
}

/** Ethernet behind a label: with the control word of RFC 4448 4.6, whose first nibble is 0, or without. The carrier's bucket is set already. */
function decodePseudowire(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  const hasControlWord = end > offset && view.getUint8(offset) >> 4 === 0 && looksLikeEthernet(view, offset + 4, end);
  if (!hasControlWord && !looksLikeEthernet(view, offset, end)) return;
  packet.bucket = Bucket.Flow;
  decodeEthernet(packet, view, hasControlWord ? offset + 4 : offset, end, wireEnd);
}
