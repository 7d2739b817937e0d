/** Which pairs of hosts have spoken with each other of late: two generations of a bit for each class of pairs. */
import type { PacketView } from '../detector.ts';

const BITS = 1 << 18;
/** Seconds after which a generation is old. */
const LIFE = 600;

export class Acquaintances {
  private young = new Int32Array(BITS / 32);
  private old = new Int32Array(BITS / 32);
  private since = Number.NEGATIVE_INFINITY;

  /** The sender of `packet` answers its destination. */
  add(packet: PacketView, seconds: number): void {
    if (seconds - this.since > LIFE) {
      const { old } = this;
      this.old = this.young;
      this.young = old.fill(0);
      this.since = seconds;
    }
    const bit = pairBit(packet);
    this.young[bit >> 5]! |= 1 << (bit & 31);
  }

  /** Whether the two hosts of `packet` have spoken; seldom true of two that have not. */
  has(packet: PacketView): boolean {
    const bit = pairBit(packet);
    return ((this.young[bit >> 5]! | this.old[bit >> 5]!) & (1 << (bit & 31))) !== 0;
  }
}

/** The same both ways. */
function pairBit(packet: PacketView): number {
  const source = mixed(packet.sourceWord0, packet.sourceWord1, packet.sourceWord2, packet.sourceWord3);
  const destination = mixed(packet.destinationWord0, packet.destinationWord1, packet.destinationWord2, packet.destinationWord3);
  const hash = Math.imul(source + destination, 0x9e3779b1) ^ (source ^ destination);
  return (hash ^ (hash >>> 15)) & (BITS - 1);
}

function mixed(word0: number, word1: number, word2: number, word3: number): number {
  const hash = Math.imul(word0 ^ Math.imul(word1, 31) ^ Math.imul(word2, 961) ^ Math.imul(word3, 29_791), 0x45d9f3b);
  return hash ^ (hash >>> 15);
}
