/** How many different addresses there were, in fixed memory: linear counting (Whang 1990), a few percent off until eight times as many as bits. */
import type { AddressKey } from './address-key.ts';

export class DistinctCount {
  private readonly words: Int32Array;
  private set = 0;

  /** `bits`: a power of two, at least 32. */
  constructor(bits: number) {
    this.words = new Int32Array(bits / 32);
  }

  add(key: AddressKey): void {
    const bit = hashOf(key) & (32 * this.words.length - 1);
    const mask = 1 << (bit & 31);
    if ((this.words[bit >> 5]! & mask) !== 0) return;
    this.words[bit >> 5]! |= mask;
    this.set++;
  }

  get estimate(): number {
    const bits = 32 * this.words.length;
    const free = Math.max(1, bits - this.set);
    return Math.round(bits * Math.log(bits / free));
  }
}

function hashOf(key: AddressKey): number {
  let hash = 0x811c9dc5;
  if (typeof key === 'number') hash ^= key;
  else for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b);
  return (hash ^ (hash >>> 16)) >>> 0;
}
