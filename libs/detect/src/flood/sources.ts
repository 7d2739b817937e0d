/** Who takes part in a flood: the first sources by address, all of them by an estimate of their number. */
import { addressBytes } from '../address-text.ts';
import type { PacketView } from '../detector.ts';

/** Sources that are kept by address. */
const MAX_NAMED = 8;
const BITS = 256;
/** A source that sent less than this share of what the busiest one did is a client that was there at the time. */
const BYSTANDER_SHARE = 0.1;

export class Sources {
  minTtl = 256;
  maxTtl = -1;
  /** Linear counting: one bit for each of 256 classes of addresses. */
  private readonly bits = new Int32Array(BITS / 32);
  private set = 0;
  /** Packets that were added and not removed: of all sources, and of the first ones, whose addresses are four words each. */
  private total = 0;
  private readonly sent = new Int32Array(MAX_NAMED);
  private readonly words = new Int32Array(4 * MAX_NAMED);
  private named = 0;
  private ipVersion = 4;

  add(packet: PacketView): void {
    this.total++;
    if (packet.ttl < this.minTtl) this.minTtl = packet.ttl;
    if (packet.ttl > this.maxTtl) this.maxTtl = packet.ttl;
    let hash =
      packet.sourceWord0 ^ Math.imul(packet.sourceWord1, 31) ^ Math.imul(packet.sourceWord2, 961) ^ Math.imul(packet.sourceWord3, 29791);
    hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
    hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
    const bit = (hash >>> 16) & (BITS - 1);
    const word = bit >> 5;
    const mask = 1 << (bit & 31);
    if ((this.bits[word]! & mask) === 0) {
      this.bits[word]! |= mask;
      this.set++;
      if (this.named < MAX_NAMED) this.name(packet);
    }
    const place = this.placeOf(packet.sourceWord0, packet.sourceWord1, packet.sourceWord2, packet.sourceWord3);
    if (place >= 0) this.sent[place]!++;
  }

  /** One packet that was added, of the source with these words, turned out to be ordinary. */
  remove(word0: number, word1: number, word2: number, word3: number): void {
    const place = this.placeOf(word0, word1, word2, word3);
    if (this.total > 0) this.total--;
    if (place >= 0 && this.sent[place]! > 0) this.sent[place]!--;
  }

  /** Addresses, 4 or 16 bytes each, of those that sent most of it; none when that was many, or forged ones. */
  get attackers(): Uint8Array[] {
    const { sent, words, named, ipVersion } = this;
    const byNamed = sent.reduce((sum, count) => sum + count, 0);
    if (2 * byNamed < this.total) return [];
    const least = Math.max(1, BYSTANDER_SHARE * Math.max(...sent));
    return Array.from({ length: named }, (_, place) => place)
      .filter((place) => sent[place]! >= least)
      .map((place) => addressBytes([...words.subarray(4 * place, 4 * place + (ipVersion === 4 ? 1 : 4))]));
  }

  /** About how many there are; beyond a thousand no longer told apart. */
  get count(): number {
    if (this.set <= MAX_NAMED) return this.set;
    return Math.min(1000, Math.round(-BITS * Math.log((BITS - Math.min(this.set, BITS - 1)) / BITS)));
  }

  private name({ ipVersion, sourceWord0, sourceWord1, sourceWord2, sourceWord3 }: PacketView): void {
    const at = 4 * this.named++;
    const { words } = this;
    this.ipVersion = ipVersion;
    words[at] = sourceWord0;
    words[at + 1] = sourceWord1;
    words[at + 2] = sourceWord2;
    words[at + 3] = sourceWord3;
  }

  /** Place among the first sources, -1 for others. */
  private placeOf(word0: number, word1: number, word2: number, word3: number): number {
    const { words } = this;
    for (let place = this.named - 1; place >= 0; place--) {
      const at = 4 * place;
      if (words[at] === word0 && words[at + 1] === word1 && words[at + 2] === word2 && words[at + 3] === word3) return place;
    }
    return -1;
  }
}
