/**
 * Remembers to which flow the first fragment of a datagram went, so that its other fragments, which have no ports, go there too.
 * A fixed number of entries; a newer datagram replaces an older one at the same place.
 */
import type { Packet } from '@wirecase/decode';

const entries = 4096;
/** Source and destination address, id, protocol and version. */
const keyWords = 10;

export class FragmentTable {
  private readonly keys = new Int32Array(entries * keyWords);
  private readonly slots = new Int32Array(entries).fill(-1);
  /** First packet number of the flow: tells whether the slot still holds it. */
  private readonly flows = new Float64Array(entries);

  /** Remember that the first fragment `packet` went to the flow in `slot`. */
  remember(packet: Packet, slot: number, firstPacket: number): void {
    const entry = entryOf(packet);
    this.writeKey(entry * keyWords, packet);
    this.slots[entry] = slot;
    this.flows[entry] = firstPacket;
  }

  /** The slot to which the first fragment of this fragment's datagram went, or -1. `firstPacketOf` as it was remembered is in `flow`. */
  find(packet: Packet): number {
    const entry = entryOf(packet);
    return this.matches(entry * keyWords, packet) ? this.slots[entry]! : -1;
  }

  /** First packet number that was remembered for this fragment's datagram. */
  flowOf(packet: Packet): number {
    return this.flows[entryOf(packet)]!;
  }

  private writeKey(at: number, packet: Packet): void {
    const keys = this.keys;
    keys[at] = packet.sourceWord0;
    keys[at + 1] = packet.sourceWord1;
    keys[at + 2] = packet.sourceWord2;
    keys[at + 3] = packet.sourceWord3;
    keys[at + 4] = packet.destinationWord0;
    keys[at + 5] = packet.destinationWord1;
    keys[at + 6] = packet.destinationWord2;
    keys[at + 7] = packet.destinationWord3;
    keys[at + 8] = packet.fragmentId;
    keys[at + 9] = (packet.ipVersion << 8) | packet.ipProtocol;
  }

  private matches(at: number, packet: Packet): boolean {
    const keys = this.keys;
    return (
      keys[at + 8] === packet.fragmentId &&
      keys[at] === packet.sourceWord0 &&
      keys[at + 1] === packet.sourceWord1 &&
      keys[at + 2] === packet.sourceWord2 &&
      keys[at + 3] === packet.sourceWord3 &&
      keys[at + 4] === packet.destinationWord0 &&
      keys[at + 5] === packet.destinationWord1 &&
      keys[at + 6] === packet.destinationWord2 &&
      keys[at + 7] === packet.destinationWord3 &&
      keys[at + 9] === ((packet.ipVersion << 8) | packet.ipProtocol)
    );
  }
}

function entryOf(packet: Packet): number {
  let hash = Math.imul(packet.fragmentId, 0x9e3779b1) ^ packet.ipProtocol;
  hash = Math.imul(hash ^ packet.sourceWord0 ^ packet.sourceWord3, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15) ^ packet.destinationWord0 ^ packet.destinationWord3, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) & (entries - 1);
}
