/** Headers after IP: what the flow table needs of them; IP protocols and UDP ports behind which a tunnel may be. */
import { Bucket } from './bucket.ts';
import { Inner } from './inner.ts';
import type { Packet } from './packet.ts';
import { Weird } from './weird.ts';

export const IpProtocol = { Icmp: 1, Tcp: 6, Udp: 17, Dccp: 33, Ah: 51, Icmpv6: 58, Sctp: 132, UdpLite: 136 } as const;

/**
 * Decode the header at `offset` by `packet.ipProtocol`. `end`: end of the captured bytes of the datagram; `wireLength`: bytes from
 * `offset` to the datagram's end on the wire, never less than `end - offset`. Other protocols have no header: all is payload.
 */
export function decodeTransport(packet: Packet, view: DataView, offset: number, end: number, wireLength: number): void {
  packet.transportOffset = offset;
  switch (packet.ipProtocol) {
    case IpProtocol.Tcp:
      decodeTcp(packet, view, offset, end, wireLength);
      return;
    case IpProtocol.Udp:
      decodeUdp(packet, view, offset, end, wireLength);
      return;
    case IpProtocol.Icmp:
    case IpProtocol.Icmpv6:
      decodeIcmp(packet, view, offset, end, wireLength);
      return;
    case IpProtocol.Sctp:
      decodeSctp(packet, view, offset, end, wireLength);
      return;
    case IpProtocol.UdpLite:
      decodeUdpLite(packet, view, offset, end, wireLength);
      return;
    case IpProtocol.Dccp:
      decodeDccp(packet, view, offset, end, wireLength);
      return;
    case IpProtocol.Ah:
      passAuthentication(packet, view, offset, end, wireLength);
      return;
    default: {
      setPayload(packet, offset, end, 0, wireLength);
      const inner = innerOfProtocol(packet.ipProtocol);
      if (inner !== Inner.None && !packet.isFragment) packet.carry(inner, offset, end, offset + wireLength);
    }
  }
}

function innerOfProtocol(protocol: number): number {
  switch (protocol) {
    case 4:
    case 41:
    case 94: // IPIP as KA9Q numbered it
      return Inner.Ip;
    case 47:
      return Inner.Gre;
    case 97:
      return Inner.EtherIp;
    case 115:
      return Inner.L2tpInIp;
    case 137:
      return Inner.Mpls;
    default:
      return Inner.None;
  }
}

/** The tunnel that is usual on a UDP port. */
function innerOfPort(port: number): number {
  switch (port) {
    case 1701:
      return Inner.L2tp;
    case 2152:
      return Inner.GtpU;
    case 4341:
      return Inner.Lisp;
    case 4789:
    case 8472: // Linux before the number was assigned
      return Inner.Vxlan;
    case 4790:
      return Inner.VxlanGpe;
    case 5072:
      return Inner.Ayiya;
    case 5247:
      return Inner.Capwap;
    case 6080:
      return Inner.Gue;
    case 6081:
      return Inner.Geneve;
    case 6635:
      return Inner.MplsInUdp;
    case 37008:
      return Inner.Tzsp;
    default:
      return Inner.None;
  }
}

/**
 * Authentication header (RFC 4302 2): next header, length in words of 4 less 2, SPI, sequence, check value. What follows is in the
 * clear and is the transport; when it is not whole, the flow is AH's.
 */
function passAuthentication(packet: Packet, view: DataView, offset: number, end: number, wireLength: number): void {
  setPayload(packet, offset, end, 0, wireLength);
  if (end - offset < 12) return;
  const next = view.getUint8(offset);
  const length = (view.getUint8(offset + 1) + 2) * 4;
  if (next === IpProtocol.Ah || length > end - offset) return;
  packet.ipProtocol = next;
  decodeTransport(packet, view, offset + length, end, wireLength - length);
}

/** Payload after a header of `headerLength` bytes at `offset`; the header may reach beyond the captured bytes. */
function setPayload(packet: Packet, offset: number, end: number, headerLength: number, wireLength: number): void {
  const start = offset + headerLength;
  packet.payloadOffset = start < end ? start : end;
  packet.payloadLength = end - packet.payloadOffset;
  packet.payloadBytes = wireLength > headerLength ? wireLength - headerLength : 0;
}

/** TCP (RFC 9293 3.1, big-endian). With ports but less than 20 bytes captured the rest of the fields stays 0. */
function decodeTcp(packet: Packet, view: DataView, offset: number, end: number, wireLength: number): void {
  if (!readPorts(packet, view, offset, end)) return;
  if (end - offset < 20) {
    packet.weird(wireLength < 20 ? Weird.TcpHeaderBad : Weird.TransportHeaderCut);
    packet.tcpHeaderLength = 20;
    setPayload(packet, offset, end, 20, wireLength);
    // The flags are the last byte the flow table needs: a SYN cut after them is still a SYN.
    if (end - offset >= 14) readTcpNumbers(packet, view, offset);
    return;
  }
  readTcpNumbers(packet, view, offset);
  packet.tcpWindow = view.getUint16(offset + 14);
  const headerLength = (view.getUint8(offset + 12) >> 4) * 4;
  if (headerLength < 20 || headerLength > wireLength) {
    packet.weird(Weird.TcpHeaderBad);
    // After a bad length nothing below it is believed: no options, no payload.
    packet.tcpHeaderLength = 20;
    setPayload(packet, end, end, 0, 0);
    return;
  }
  packet.tcpHeaderLength = headerLength;
  if (headerLength > end - offset) packet.weird(Weird.TransportHeaderCut);
  setPayload(packet, offset, end, headerLength, wireLength);
}

/** Needs 14 captured bytes. */
function readTcpNumbers(packet: Packet, view: DataView, offset: number): void {
  packet.tcpSeq = view.getInt32(offset + 4);
  packet.tcpAck = view.getInt32(offset + 8);
  packet.tcpFlags = view.getUint8(offset + 13);
}

/** UDP (RFC 768, big-endian). A length of 0 means "to the end of the datagram" (RFC 2675 4 for jumbograms; offloading does it too). */
function decodeUdp(packet: Packet, view: DataView, offset: number, end: number, wireLength: number): void {
  if (!readPorts(packet, view, offset, end)) return;
  if (end - offset < 8) {
    packet.weird(wireLength < 8 ? Weird.UdpLengthBad : Weird.TransportHeaderCut);
    setPayload(packet, offset, end, 8, wireLength);
    return;
  }
  const length = view.getUint16(offset + 4);
  if (packet.isFragment) {
    setPayload(packet, offset, end, 8, wireLength);
    return;
  }
  if (length === wireLength || length === 0) {
    setPayload(packet, offset, end, 8, wireLength);
  } else if (length < 8 || length > wireLength) {
    packet.weird(Weird.UdpLengthBad);
    setPayload(packet, offset, end, 8, wireLength);
    return;
  } else {
    const udpEnd = offset + length;
    setPayload(packet, offset, udpEnd < end ? udpEnd : end, 8, length);
  }
  findTunnel(packet, view);
}

/** Whether a tunnel may be in the UDP payload: by port, or by Teredo's addresses on any port (clients choose theirs, RFC 4380 2.7). */
function findTunnel(packet: Packet, view: DataView): void {
  if (packet.payloadLength < 8) return;
  let inner = innerOfPort(packet.destinationPort);
  if (inner === Inner.None) inner = innerOfPort(packet.sourcePort);
  if (inner === Inner.None && mayBeTeredo(packet, view)) inner = Inner.Teredo;
  if (inner !== Inner.None)
    packet.carry(inner, packet.payloadOffset, packet.payloadOffset + packet.payloadLength, packet.payloadOffset + packet.payloadBytes);
}

/** IPv6 alone, or behind Teredo's indicators (0000 origin, 0001 authentication) to or from its port. */
function mayBeTeredo(packet: Packet, view: DataView): boolean {
  const first = view.getUint8(packet.payloadOffset);
  if (first >> 4 === 6)
    return packet.payloadLength >= 40 && view.getUint16(packet.payloadOffset + 4) + 40 === packet.payloadBytes && first === 0x60;
  return first === 0 && (packet.destinationPort === teredoPort || packet.sourcePort === teredoPort);
}

const teredoPort = 3544;

/** UDP-Lite (RFC 3828 3.1): checksum coverage stands where UDP has its length. */
function decodeUdpLite(packet: Packet, view: DataView, offset: number, end: number, wireLength: number): void {
  if (!readPorts(packet, view, offset, end)) return;
  if (end - offset < 8) packet.weird(wireLength < 8 ? Weird.UdpLengthBad : Weird.TransportHeaderCut);
  setPayload(packet, offset, end, 8, wireLength);
}

/** DCCP (RFC 4340 5.1): ports, then the length of the header with options in words of 4. */
function decodeDccp(packet: Packet, view: DataView, offset: number, end: number, wireLength: number): void {
  if (!readPorts(packet, view, offset, end)) return;
  const headerLength = end - offset >= 5 ? view.getUint8(offset + 4) * 4 : 12;
  if (end - offset < 12) packet.weird(Weird.TransportHeaderCut);
  setPayload(packet, offset, end, headerLength < 12 || headerLength > wireLength ? 12 : headerLength, wireLength);
}

/** ICMP (RFC 792) and ICMPv6 (RFC 4443 2.1): type and code; payload is what follows the 8 bytes that nearly every message has. */
function decodeIcmp(packet: Packet, view: DataView, offset: number, end: number, wireLength: number): void {
  if (end - offset < 2) {
    packet.bucket = Bucket.TransportTruncated;
    return;
  }
  packet.icmpType = view.getUint8(offset);
  packet.icmpCode = view.getUint8(offset + 1);
  if (end - offset < 8) packet.weird(Weird.TransportHeaderCut);
  setPayload(packet, offset, end, 8, wireLength);
}

/** SCTP common header (RFC 9260 3.1): ports; chunks are payload. */
function decodeSctp(packet: Packet, view: DataView, offset: number, end: number, wireLength: number): void {
  if (!readPorts(packet, view, offset, end)) return;
  if (end - offset < 12) packet.weird(Weird.TransportHeaderCut);
  setPayload(packet, offset, end, 12, wireLength);
}

/** The ports that begin TCP, UDP, UDP-Lite, SCTP and DCCP headers. Without them the packet is counted in a bucket. */
function readPorts(packet: Packet, view: DataView, offset: number, end: number): boolean {
  if (end - offset < 4) {
    packet.bucket = Bucket.TransportTruncated;
    return false;
  }
  packet.hasPorts = true;
  packet.sourcePort = view.getUint16(offset);
  packet.destinationPort = view.getUint16(offset + 2);
  return true;
}
