/** Slots in one Int32Array, found by flow key: open addressing, linear probing, at most half full. No object per flow. */
import type { Packet } from '@wirecase/decode';
import { isBackward, isForward } from './flow-key.ts';
import { Flag, isOneWay, Slot, slotWords } from './slot.ts';

const initialSlots = 1024;
/** The table grows by this factor: it is copied seldom, and slots that were never written take no memory yet. */
const growth = 8;
/** And the buckets by this one: they are read all over, so that empty ones push others out of the processor's caches. */
const bucketGrowth = 4;

export class SlotTable {
  /** See `Slot`; replaced when the table grows. */
  words: Int32Array;
  doubles: Float64Array;
  /** Slots that are taken. */
  size = 0;
  /** Slots from here on were never used. */
  unused = 0;

  private readonly maxSlots: number;
  private capacity: number;
  /** `slot + 1`, 0 when free; at least twice as many as slots. */
  private buckets: Int32Array;
  private readonly free: number[] = [];

  constructor(maxSlots: number) {
    this.maxSlots = maxSlots;
    this.capacity = Math.min(initialSlots, maxSlots);
    this.words = new Int32Array(this.capacity * slotWords);
    this.doubles = new Float64Array(this.words.buffer);
    this.buckets = new Int32Array(2 * initialSlots);
  }

  isTaken(slot: number): boolean {
    return (this.words[slot * slotWords + Slot.Flags]! & Flag.Open) !== 0;
  }

  /** The slot with this key in either direction: `slot * 2 + direction`, or -1. */
  find(packet: Packet, key: number, source: number, destination: number, hash: number): number {
    const { words, buckets } = this;
    const mask = buckets.length - 1;
    const forward = (source << 16) | destination;
    const backward = (destination << 16) | source;
    for (let bucket = hash & mask; ; bucket = (bucket + 1) & mask) {
      const entry = buckets[bucket]!;
      if (entry === 0) return -1;
      const base = (entry - 1) * slotWords;
      if (words[base + Slot.Hash] !== hash || words[base + Slot.Key] !== key) continue;
      if (words[base + Slot.Ports] === forward && isForward(words, base, packet)) return (entry - 1) * 2;
      if (words[base + Slot.Ports] === backward && !(key & isOneWay) && isBackward(words, base, packet)) return (entry - 1) * 2 + 1;
    }
  }

  /** A slot for a key with this hash: all 0 but key, hash and `Flag.Open`. The table must not be full. */
  take(key: number, hash: number): number {
    if (this.free.length === 0 && this.unused === this.capacity) this.grow();
    if (2 * this.size >= this.buckets.length) this.growBuckets();
    const { words } = this;
    let slot = this.unused;
    if (this.free.length > 0) {
      slot = this.free.pop()!;
      words.fill(0, slot * slotWords, (slot + 1) * slotWords);
    } else this.unused++;
    const base = slot * slotWords;
    words[base + Slot.Key] = key;
    words[base + Slot.Hash] = hash;
    words[base + Slot.Flags] = Flag.Open;
    this.insert(slot, hash);
    this.size++;
    return slot;
  }

  /** Free slots have no flags, and NaN for their last time. */
  release(slot: number): void {
    this.remove(slot);
    const base = slot * slotWords;
    this.words[base + Slot.Flags] = 0;
    this.doubles[base / 2 + Slot.LastSecondsF64] = Number.NaN;
    this.free.push(slot);
    this.size--;
  }

  /** Of a table that is not asked for flows any more, until `clear`: as `release`. */
  drop(slot: number): void {
    this.words[slot * slotWords + Slot.Flags] = 0;
    this.size--;
  }

  /** Be as new. */
  clear(): void {
    this.capacity = Math.min(initialSlots, this.maxSlots);
    this.words = new Int32Array(this.capacity * slotWords);
    this.doubles = new Float64Array(this.words.buffer);
    this.buckets = new Int32Array(2 * initialSlots);
    this.free.length = this.size = this.unused = 0;
  }

  private insert(slot: number, hash: number): void {
    const { buckets } = this;
    const mask = buckets.length - 1;
    let bucket = hash & mask;
    while (buckets[bucket] !== 0) bucket = (bucket + 1) & mask;
    buckets[bucket] = slot + 1;
  }

  /** Take a slot out of the buckets, moving later entries of its run back so that none becomes unreachable. */
  private remove(slot: number): void {
    const { buckets, words } = this;
    const mask = buckets.length - 1;
    let hole = words[slot * slotWords + Slot.Hash]! & mask;
    while (buckets[hole] !== slot + 1) hole = (hole + 1) & mask;
    for (let next = (hole + 1) & mask; buckets[next] !== 0; next = (next + 1) & mask) {
      const home = words[(buckets[next]! - 1) * slotWords + Slot.Hash]! & mask;
      if (((next - home) & mask) < ((next - hole) & mask)) continue;
      buckets[hole] = buckets[next]!;
      hole = next;
    }
    buckets[hole] = 0;
  }

  private grow(): void {
    this.capacity = Math.min(this.capacity * growth, this.maxSlots);
    const words = new Int32Array(this.capacity * slotWords);
    words.set(this.words);
    this.words = words;
    this.doubles = new Float64Array(words.buffer);
  }

  private growBuckets(): void {
    const { words } = this;
    this.buckets = new Int32Array(this.buckets.length * bucketGrowth);
    for (let slot = 0; slot < this.unused; slot++) if (this.isTaken(slot)) this.insert(slot, words[slot * slotWords + Slot.Hash]!);
  }
}
