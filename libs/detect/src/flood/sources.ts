/** Who takes part in a flood: the first sources by address, all of them by an estimate of their number. */
import { addressBytes } from '../address-text.ts';
import type { PacketView } from '../detector.ts';

/** Sources that are kept by address. */
export const MAX_NAMED = 8;
const BITS = 256;

export class Sources {
  /** Addresses of the first sources, 4 or 16 bytes each. */
  readonly named: Uint8Array[] = [];
  minTtl = 256;
  maxTtl = -1;
  /** Linear counting: one bit for each of 256 classes of addresses. */
  private readonly bits = new Int32Array(BITS / 32);
  private set = 0;

  add(packet: PacketView): void {
    if (packet.ttl < this.minTtl) this.minTtl = packet.ttl;
    if (packet.ttl > this.maxTtl) this.maxTtl = packet.ttl;
    let hash =
      packet.sourceWord0 ^ Math.imul(packet.sourceWord1, 31) ^ Math.imul(packet.sourceWord2, 961) ^ Math.imul(packet.sourceWord3, 29791);
    hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
    hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
    const bit = (hash >>> 16) & (BITS - 1);
    const word = bit >> 5;
    const mask = 1 << (bit & 31);
    if (this.bits[word]! & mask) return;
    this.bits[word]! |= mask;
    this.set++;
    if (this.named.length < MAX_NAMED) this.named.push(addressOf(packet));
  }

  /** About how many there are; beyond a thousand no longer told apart. */
  get count(): number {
    if (this.set <= MAX_NAMED) return this.set;
    return Math.min(1000, Math.round(-BITS * Math.log((BITS - Math.min(this.set, BITS - 1)) / BITS)));
  }
}

function addressOf({ ipVersion, sourceWord0, sourceWord1, sourceWord2, sourceWord3 }: PacketView): Uint8Array {
  return addressBytes(ipVersion === 4 ? [sourceWord0] : [sourceWord0, sourceWord1, sourceWord2, sourceWord3]);
}
