/**
 * Most frames are Ethernet II with a TCP segment or UDP datagram in one sound IPv4 or IPv6 datagram without options, and most of the
 * time goes into those. They are taken here; every other frame by the general decoders, which give the same for these too.
 */
import { IpProtocol, decodeTransport } from './transport.ts';
import { Inner } from './inner.ts';
import { noteIpv4Header, noteIpv6Header } from './ip.ts';
import type { Packet } from './packet.ts';

const macBytes = 14;

/** As `decode` for Ethernet. False: it is another frame; what `packet` holds then means nothing. */
export function decodePlain(packet: Packet, view: DataView, offset: number, capturedLength: number, originalLength: number): boolean {
  const ipOffset = offset + macBytes;
  const inFrame = (originalLength < capturedLength ? capturedLength : originalLength) - macBytes;
  if (capturedLength < macBytes + 20) return false;
  const etherType = view.getUint16(offset + 12);
  let ipBytes = 0;
  let headerBytes = 20;
  let protocol = 0;
  if (etherType === 0x0800) {
    const start = view.getInt32(ipOffset);
    ipBytes = start & 0xffff;
    protocol = view.getUint8(ipOffset + 9);
    if (start >> 24 !== 0x45 || ipBytes < 20 || (view.getUint16(ipOffset + 6) & 0x3fff) !== 0) return false;
  } else if (etherType === 0x86dd) {
    if (capturedLength < macBytes + 40 || view.getUint8(ipOffset) >> 4 !== 6) return false;
    ipBytes = view.getUint16(ipOffset + 4) + 40;
    headerBytes = 40;
    protocol = view.getUint8(ipOffset + 6);
    if (ipBytes === 40) return false;
  } else return false;
  if (ipBytes > inFrame || (protocol !== IpProtocol.Tcp && protocol !== IpProtocol.Udp)) return false;

  packet.reset(offset, capturedLength, originalLength, 1);
  packet.destinationMacOffset = offset;
  packet.sourceMacOffset = offset + 6;
  packet.etherType = etherType;
  if (headerBytes === 20) noteIpv4Header(packet, view, ipOffset);
  else noteIpv6Header(packet, view, ipOffset);
  packet.ipProtocol = protocol;
  packet.ipBytes = ipBytes;
  const end = offset + capturedLength;
  packet.isTruncated = ipOffset + ipBytes > end;
  decodeTransport(packet, view, ipOffset + headerBytes, packet.isTruncated ? end : ipOffset + ipBytes, ipBytes - headerBytes);
  return packet.innerKind === Inner.None;
}
