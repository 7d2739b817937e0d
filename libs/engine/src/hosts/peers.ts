/** With whom a host speaks: a bounded number of peers with their sums, and how many there are. */
import type { AddressKey } from './address-key.ts';
import { DistinctCount } from './distinct-count.ts';

const KEPT = 32;
const COUNTER_BITS = 8192;

export interface Peer {
  flows: number;
  bytes: number;
}

export class Peers {
  private kept: Map<AddressKey, Peer> | null = null;
  /** Made when there are more than are kept. */
  private counter: DistinctCount | null = null;
  /** At most what the least of them has, once they are full. */
  private least = -1;

  /** A flow with a peer. A peer with more bytes takes the place of the least one; what it had before is then not in its sums. */
  add(key: AddressKey, flows: number, bytes: number): void {
    const kept = (this.kept ??= new Map<AddressKey, Peer>());
    const known = kept.get(key);
    if (known) {
      known.flows += flows;
      known.bytes += bytes;
      return;
    }
    if (kept.size < KEPT) {
      kept.set(key, { flows, bytes });
      return;
    }
    this.count(kept, key);
    if (bytes > this.least) this.replaceLeast(kept, key, flows, bytes);
  }

  get size(): number {
    return this.counter === null ? (this.kept?.size ?? 0) : Math.max(KEPT + 1, this.counter.estimate);
  }

  /** The peers with the most bytes, the most first. */
  top(most: number): [AddressKey, Peer][] {
    return [...(this.kept ?? [])].sort(([, a], [, b]) => b.bytes - a.bytes).slice(0, most);
  }

  private count(kept: ReadonlyMap<AddressKey, Peer>, key: AddressKey): void {
    if (this.counter === null) {
      this.counter = new DistinctCount(COUNTER_BITS);
      for (const known of kept.keys()) this.counter.add(known);
    }
    this.counter.add(key);
  }

  private replaceLeast(kept: Map<AddressKey, Peer>, key: AddressKey, flows: number, bytes: number): void {
    let leastKey: AddressKey | null = null;
    this.least = Number.POSITIVE_INFINITY;
    for (const [candidate, peer] of kept) {
      if (peer.bytes < this.least) [leastKey, this.least] = [candidate, peer.bytes];
    }
    if (leastKey === null || bytes <= this.least) return;
    kept.delete(leastKey);
    kept.set(key, { flows, bytes });
  }
}
