/**
 * Link, network and transport headers of one frame, read into one reused `Packet` of numbers. Promises: no allocation per packet, no
 * byte read outside the frame, never throws on packet data; every frame either belongs to a flow (`packet.bucket === 0`) or is in
 * exactly one bucket; what is odd is a weird with a stable name.
 */
import { decodeLink } from './link.ts';
import type { Packet } from './packet.ts';

export { Bucket, bucketName } from './bucket.ts';
export { LinkType } from './link.ts';
export { maxWeirds, Packet } from './packet.ts';
export { IpProtocol } from './transport.ts';
export { Weird, type WeirdCode, weirdNames } from './weird.ts';

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
  packet.reset(offset, capturedLength, originalLength, linkType);
  decodeLink(packet, view, offset, offset + capturedLength, offset + packet.frameBytes);
}
