import { decode, LinkType, Packet, weirdNames } from './index.ts';

/** Where `decoded` puts its frame. */
export const start = 3;

/** Decode a whole frame at an odd position in a larger buffer of ones, so that reading outside of it shows. */
export function decoded(frame: Uint8Array, linkType: number = LinkType.Ethernet, originalLength = frame.length): Packet {
  const buffer = new Uint8Array(start + frame.length + 64).fill(255);
  buffer.set(frame, start);
  const packet = new Packet();
  decode(packet, new DataView(buffer.buffer), start, frame.length, originalLength, linkType);
  return packet;
}

/** Names of the weirds that a packet has. */
export function weirdsOf(packet: Packet): string[] {
  return Array.from(packet.weirds.subarray(0, packet.weirdCount), (code) => weirdNames[code]!);
}
