/**
 * What names a flow: addresses and ports of both ends, IP protocol and version. For ICMP the type and the type that answers it stand in
 * place of the ports. A packet either way finds its flow.
 */
import type { Packet } from '@wirecase/decode';
import { icmpCounterpart } from './icmp.ts';
import { isIpv6, isOneWay, Slot } from './slot.ts';

/** `Slot.Key` of a packet. */
export function keyOf(packet: Packet): number {
  const key = packet.ipProtocol | (packet.ipVersion === 6 ? isIpv6 : 0);
  return packet.icmpType >= 0 && icmpCounterpart(packet.icmpType, packet.ipVersion === 6) < 0 ? key | isOneWay : key;
}

/** Port, or ICMP type, of the sender; and of the receiver. */
export function sourcePortOf(packet: Packet): number {
  return packet.icmpType >= 0 ? packet.icmpType : packet.sourcePort;
}

export function destinationPortOf(packet: Packet): number {
  if (packet.icmpType < 0) return packet.destinationPort;
  const answer = icmpCounterpart(packet.icmpType, packet.ipVersion === 6);
  return answer < 0 ? packet.icmpCode : answer;
}

/** The same for both directions of a flow; another `seed` gives others. */
export function hashOf(packet: Packet, key: number, source: number, destination: number, seed: number): number {
  const { sourceWord0, sourceWord1, sourceWord2, sourceWord3, destinationWord0, destinationWord1, destinationWord2, destinationWord3 } =
    packet;
  const a = hashEnd(sourceWord0, sourceWord1, sourceWord2, sourceWord3, source, seed);
  const b = hashEnd(destinationWord0, destinationWord1, destinationWord2, destinationWord3, destination, seed);
  let hash = ((a + b) | 0) ^ Math.imul(key, 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  return hash ^ (hash >>> 13);
}

function hashEnd(word0: number, word1: number, word2: number, word3: number, port: number, seed: number): number {
  let hash = Math.imul(word0 ^ seed ^ Math.imul(port, 0x2545f491), 0x85ebca6b);
  hash ^= hash >>> 15;
  if ((word1 | word2 | word3) !== 0) {
    hash = Math.imul(hash ^ word1, 0x27d4eb2f) ^ (hash >>> 13);
    hash = Math.imul(hash ^ word2, 0x165667b1) ^ (hash >>> 16);
    hash = Math.imul(hash ^ word3, 0xc2b2ae35) ^ (hash >>> 15);
  }
  return Math.imul(hash, 0x27d4eb2f);
}

/** Whether the packet's addresses are those of the slot at `base`, its source the originator's. Version and protocol are the same. */
export function isForward(words: Int32Array, base: number, packet: Packet): boolean {
  return (
    words[base + Slot.SourceIp] === packet.sourceWord0 &&
    words[base + Slot.DestinationIp] === packet.destinationWord0 &&
    (packet.ipVersion === 4 ||
      (words[base + Slot.SourceIpRest] === packet.sourceWord1 &&
        words[base + Slot.SourceIpRest + 1] === packet.sourceWord2 &&
        words[base + Slot.SourceIpRest + 2] === packet.sourceWord3 &&
        words[base + Slot.DestinationIpRest] === packet.destinationWord1 &&
        words[base + Slot.DestinationIpRest + 1] === packet.destinationWord2 &&
        words[base + Slot.DestinationIpRest + 2] === packet.destinationWord3))
  );
}

/** The same with its source the responder's. */
export function isBackward(words: Int32Array, base: number, packet: Packet): boolean {
  return (
    words[base + Slot.SourceIp] === packet.destinationWord0 &&
    words[base + Slot.DestinationIp] === packet.sourceWord0 &&
    (packet.ipVersion === 4 ||
      (words[base + Slot.SourceIpRest] === packet.destinationWord1 &&
        words[base + Slot.SourceIpRest + 1] === packet.destinationWord2 &&
        words[base + Slot.SourceIpRest + 2] === packet.destinationWord3 &&
        words[base + Slot.DestinationIpRest] === packet.sourceWord1 &&
        words[base + Slot.DestinationIpRest + 1] === packet.sourceWord2 &&
        words[base + Slot.DestinationIpRest + 2] === packet.sourceWord3))
  );
}
