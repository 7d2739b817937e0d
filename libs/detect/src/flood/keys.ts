/** Numbers by which the meters of a host are found: address (32 bits), port (16), sort (3), IP version (1). */
import type { PacketView } from '../detector.ts';

const PORTS = 0x1_0000;
const SORTS = 8;

/** Whether it goes to many hosts: multicast, limited broadcast. */
export function isGroup(packet: PacketView): boolean {
  return packet.ipVersion === 4 ? packet.destinationWord0 >>> 28 >= 14 : packet.destinationWord0 >>> 24 === 0xff;
}

export function destinationKey(packet: PacketView, sort: number, port: number): number {
  const { ipVersion, destinationWord0, destinationWord1, destinationWord2, destinationWord3 } = packet;
  return keyOf(ipVersion, destinationWord0, destinationWord1, destinationWord2, destinationWord3, sort, port);
}

export function sourceKey(packet: PacketView, sort: number, port: number): number {
  const { ipVersion, sourceWord0, sourceWord1, sourceWord2, sourceWord3 } = packet;
  return keyOf(ipVersion, sourceWord0, sourceWord1, sourceWord2, sourceWord3, sort, port);
}

/** An integer below 2^52. IPv6 addresses are hashed: two victims of one key would be metered as one. */
function keyOf(ipVersion: number, word0: number, word1: number, word2: number, word3: number, sort: number, port: number): number {
  const isV6 = ipVersion === 4 ? 0 : 1;
  const address = isV6 ? word0 ^ Math.imul(word1, 0x9e3779b1) ^ Math.imul(word2, 0x85ebca6b) ^ Math.imul(word3, 0xc2b2ae35) : word0;
  return (((address >>> 0) * PORTS + port) * SORTS + sort) * 2 + isV6;
}
