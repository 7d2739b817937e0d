/** TCP, UDP, ICMP and SCTP headers: what the flow table needs of them. */
import { Bucket } from './bucket.ts';
import type { Packet } from './packet.ts';
import { Weird } from './weird.ts';

export const IpProtocol = { Icmp: 1, Tcp: 6, Udp: 17, Icmpv6: 58, Sctp: 132 } as const;

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
    default:
      setPayload(packet, offset, end, 0, wireLength);
  }
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
  if (length === wireLength || length === 0 || packet.isFragment) {
    setPayload(packet, offset, end, 8, wireLength);
    return;
  }
  if (length < 8 || length > wireLength) {
    packet.weird(Weird.UdpLengthBad);
    setPayload(packet, offset, end, 8, wireLength);
    return;
  }
  const udpEnd = offset + length;
  setPayload(packet, offset, udpEnd < end ? udpEnd : end, 8, length);
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

/** The ports that begin TCP, UDP and SCTP headers. Without them the packet is counted in a bucket. */
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
