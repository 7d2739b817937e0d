/** IPv4 and IPv6 headers. */
import { Bucket } from './bucket.ts';
import { isOverUdp } from './inner.ts';
import { type Packet, tunnelWords, TunnelWord } from './packet.ts';
import { decodeTransport } from './transport.ts';
import { Weird } from './weird.ts';

/** IPv6 extension headers followed in one packet. */
const maxExtensionHeaders = 16;

/** IP of either version by its first nibble: raw link types and tunnels. */
export function decodeIp(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  if (end - offset < 1) {
    packet.bucket = Bucket.IpTruncated;
    return;
  }
  const version = view.getUint8(offset) >> 4;
  if (version === 4) decodeIpv4(packet, view, offset, end, wireEnd);
  else if (version === 6) decodeIpv6(packet, view, offset, end, wireEnd);
  else packet.bucket = Bucket.IpMalformed;
}

/**
 * IPv4 (RFC 791 3.1, big-endian) at `offset`. `end`: end of the captured frame; `wireEnd`: where the frame ended on the wire, in the
 * same coordinates.
 */
export function decodeIpv4(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  if (end - offset < 20) {
    packet.bucket = Bucket.IpTruncated;
    return;
  }
  const versionAndLength = view.getUint8(offset);
  const headerLength = (versionAndLength & 15) * 4;
  const totalLength = view.getUint16(offset + 2);
  if (versionAndLength >> 4 !== 4 || headerLength < 20 || (totalLength < headerLength && totalLength !== 0)) {
    packet.bucket = Bucket.IpMalformed;
    return;
  }
  noteIpv4Header(packet, view, offset);
  const ipBytes = believedLength(packet, totalLength, wireEnd - offset);
  packet.ipBytes = ipBytes;

  const datagramEnd = offset + ipBytes < end ? offset + ipBytes : end;
  packet.isTruncated = offset + ipBytes > end;
  if (headerLength > datagramEnd - offset) {
    // The options are cut off: addresses and protocol are known, the transport header is not.
    packet.bucket = Bucket.IpTruncated;
    return;
  }
  const fragment = view.getUint16(offset + 6) & 0x3fff;
  if (fragment !== 0) {
    setFragment(packet, (fragment & 0x1fff) * 8, (fragment & 0x2000) !== 0, ipBytes - headerLength);
    if (packet.fragmentOffset > 0) {
      setLaterFragmentPayload(packet, offset + headerLength, datagramEnd, ipBytes - headerLength);
      return;
    }
  }
  decodeTransport(packet, view, offset + headerLength, datagramEnd, ipBytes - headerLength);
}

/** What the fixed header at `offset` (20 bytes captured) says, except its lengths. */
export function noteIpv4Header(packet: Packet, view: DataView, offset: number): void {
  packet.ipVersion = 4;
  packet.ipOffset = offset;
  packet.ttl = view.getUint8(offset + 8);
  packet.ipProtocol = view.getUint8(offset + 9);
  packet.sourceIpOffset = offset + 12;
  packet.destinationIpOffset = offset + 16;
  packet.sourceWord0 = view.getInt32(offset + 12);
  packet.sourceWord1 = packet.sourceWord2 = packet.sourceWord3 = 0;
  packet.destinationWord0 = view.getInt32(offset + 16);
  packet.destinationWord1 = packet.destinationWord2 = packet.destinationWord3 = 0;
  packet.fragmentId = view.getUint16(offset + 4);
}

/**
 * IPv6 (RFC 8200 3) at `offset` with its extension headers: hop-by-hop, routing, fragment, destination options, authentication.
 * `end` and `wireEnd` as for IPv4.
 */
export function decodeIpv6(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  if (end - offset < 40) {
    packet.bucket = Bucket.IpTruncated;
    return;
  }
  if (view.getUint8(offset) >> 4 !== 6) {
    packet.bucket = Bucket.IpMalformed;
    return;
  }
  noteIpv6Header(packet, view, offset);
  const payloadLength = view.getUint16(offset + 4);
  const ipBytes = believedLength(
    packet,
    payloadLength !== 0 ? 40 + payloadLength : lengthWithoutPayload(view, offset, end),
    wireEnd - offset,
  );
  packet.ipBytes = ipBytes;
  const datagramEnd = offset + ipBytes < end ? offset + ipBytes : end;
  packet.isTruncated = offset + ipBytes > end;
  walkExtensionHeaders(packet, view, offset, datagramEnd, offset + ipBytes);
}

/**
 * Length of an IPv6 datagram whose header says 0: of a jumbogram its option says it (RFC 2675 2: first of the hop-by-hop header), next
 * header 59 has nothing behind it; 0 for others, which is offloading.
 */
function lengthWithoutPayload(view: DataView, offset: number, end: number): number {
  const next = view.getUint8(offset + 6);
  if (next === 59) return 40;
  const isJumbogram = next === 0 && end - offset >= 48 && view.getUint16(offset + 42) === 0xc204;
  return isJumbogram ? 40 + view.getUint32(offset + 44) : 0;
}

/** What the fixed header at `offset` (40 bytes captured) says, except its length and what follows it. */
export function noteIpv6Header(packet: Packet, view: DataView, offset: number): void {
  packet.ipVersion = 6;
  packet.ipOffset = offset;
  packet.ttl = view.getUint8(offset + 7);
  packet.sourceIpOffset = offset + 8;
  packet.destinationIpOffset = offset + 24;
  packet.sourceWord0 = view.getInt32(offset + 8);
  packet.sourceWord1 = view.getInt32(offset + 12);
  packet.sourceWord2 = view.getInt32(offset + 16);
  packet.sourceWord3 = view.getInt32(offset + 20);
  packet.destinationWord0 = view.getInt32(offset + 24);
  packet.destinationWord1 = view.getInt32(offset + 28);
  packet.destinationWord2 = view.getInt32(offset + 32);
  packet.destinationWord3 = view.getInt32(offset + 36);
}

/** Follow next-header fields from the fixed header at `ipOffset` to the transport header. `wireEnd`: the datagram's end on the wire. */
function walkExtensionHeaders(packet: Packet, view: DataView, ipOffset: number, end: number, wireEnd: number): void {
  let link = ipOffset + 6;
  let protocol = view.getUint8(link);
  let position = ipOffset + 40;
  for (let i = 0; i < maxExtensionHeaders; i++) {
    packet.ipProtocol = protocol;
    if (protocol !== 0 && protocol !== 43 && protocol !== 44 && protocol !== 51 && protocol !== 60) {
      decodeTransport(packet, view, position, end, wireEnd - position);
      return;
    }
    if (end - position < 8) {
      packet.bucket = Bucket.IpTruncated;
      return;
    }
    const next = view.getUint8(position);
    if (protocol === 44) {
      const field = view.getUint16(position + 2);
      packet.fragmentId = view.getInt32(position + 4);
      packet.fragmentHeaderOffset = position;
      packet.fragmentLinkOffset = link;
      link = position;
      position += 8;
      // An "atomic fragment" (RFC 6946) is a whole datagram.
      if ((field & 0xfff9) !== 0) setFragment(packet, field & 0xfff8, (field & 1) !== 0, wireEnd - position);
      if (packet.fragmentOffset > 0) {
        packet.ipProtocol = next;
        setLaterFragmentPayload(packet, position, end, wireEnd - position);
        return;
      }
    } else {
      // AH counts in words of 4 less 2 (RFC 4302 2.2), the others in words of 8 less 1.
      const length = protocol === 51 ? (view.getUint8(position + 1) + 2) * 4 : (view.getUint8(position + 1) + 1) * 8;
      if (length > wireEnd - position) {
        packet.weird(Weird.Ipv6HeaderTruncated);
        packet.bucket = Bucket.IpMalformed;
        return;
      }
      link = position;
      position += length;
      if (position > end) {
        packet.bucket = Bucket.IpTruncated;
        return;
      }
    }
    protocol = next;
  }
  packet.weird(Weird.Ipv6HeaderChainTooLong);
  packet.bucket = Bucket.IpMalformed;
}

/** The datagram's length: what the header says (0 = unknown) as long as the frame on the wire could hold it. */
function believedLength(packet: Packet, headerSays: number, frameHolds: number): number {
  if (headerSays === 0) {
    packet.weird(Weird.IpLengthZero);
    return frameHolds;
  }
  if (headerSays > frameHolds) {
    packet.weird(Weird.IpLengthBeyondFrame);
    // Over UDP only sound content shows that there is a tunnel.
    if (isInUdpTunnel(packet)) packet.bucket = Bucket.IpMalformed;
    return frameHolds;
  }
  return headerSays;
}

function isInUdpTunnel(packet: Packet): boolean {
  return packet.tunnelCount > 0 && isOverUdp(packet.tunnels[(packet.tunnelCount - 1) * tunnelWords + TunnelWord.Type]!);
}

/** `offset`: bytes into the datagram; `length`: bytes of this piece on the wire, without headers. */
function setFragment(packet: Packet, offset: number, more: boolean, length: number): void {
  packet.isFragment = true;
  packet.fragmentOffset = offset;
  packet.moreFragments = more;
  if (offset + length > 65535) packet.weird(Weird.FragmentBeyondDatagram);
  if (more && length % 8 !== 0) packet.weird(Weird.FragmentLengthOdd);
}

/** A piece from the middle: no transport header, all payload. */
function setLaterFragmentPayload(packet: Packet, offset: number, end: number, wireLength: number): void {
  packet.payloadOffset = offset;
  packet.payloadLength = end - offset;
  packet.payloadBytes = wireLength;
}
