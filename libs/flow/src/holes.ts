/**
 * Bytes of a TCP direction that were passed over and not seen (yet): what is left at the end was lost by the capture or on the way.
 * Kept only for directions that have holes; the oldest holes beyond a bound are taken for lost.
 */
import { Flag, Slot } from './slot.ts';

const maxHoles = 32;
/** Longer jumps are taken for nonsense in the header, not for lost bytes. */
const maxJump = 1 << 30;

interface Holes {
  /** Start (int32 sequence number) and length of each hole, oldest first. */
  starts: number[];
  lengths: number[];
  /** How many of them, from the front, an acknowledgment has passed. */
  acknowledged: number;
  /** Bytes of holes that are no longer waited for. */
  lost: number;
}

export class HoleTracker {
  /** By word offset of the slot + direction. */
  private readonly holes = new Map<number, Holes>();

  /** A segment [seq, end) of `direction`, before it is counted into `LastSeq`. */
  segment(words: Int32Array, base: number, direction: number, seq: number, end: number): void {
    const last = words[base + Slot.LastSeq + direction]!;
    const jump = (seq - last) | 0;
    if (jump > 0) {
      if (jump <= maxJump) this.open(words, base, direction, last, jump);
    } else if (words[base + Slot.Flags]! & (Flag.Holes << direction)) {
      this.fill(base, direction, seq, end);
    }
  }

  /** The peer acknowledged up to `ack`. Returns whether that passes a hole for the first time. Only for directions with holes. */
  acknowledged(base: number, direction: number, ack: number): boolean {
    const holes = this.holes.get(base + direction);
    if (!holes) return false;
    const before = holes.acknowledged;
    while (holes.acknowledged < holes.starts.length && ((ack - holes.starts[holes.acknowledged]!) | 0) > 0) holes.acknowledged++;
    return holes.acknowledged > before;
  }

  /** Bytes of `direction` not seen up to now: holes, and what was acknowledged beyond the last byte seen. */
  missing(words: Int32Array, base: number, direction: number): number {
    let missing = 0;
    if (words[base + Slot.Flags]! & (Flag.Holes << direction)) {
      const holes = this.holes.get(base + direction)!;
      missing = holes.lost;
      for (const length of holes.lengths) missing += length;
    }
    if (words[base + Slot.Packets + direction] === 0) return missing;
    const unseen = (words[base + Slot.AckSeq + direction]! - words[base + Slot.LastSeq + direction]!) | 0;
    // One byte is a FIN that was not captured.
    return unseen > 1 && unseen <= maxJump ? missing + unseen : missing;
  }

  /** The flow ended. */
  forget(base: number): void {
    this.holes.delete(base);
    this.holes.delete(base + 1);
  }

  private open(words: Int32Array, base: number, direction: number, start: number, length: number): void {
    words[base + Slot.Flags]! |= Flag.Holes << direction;
    let holes = this.holes.get(base + direction);
    if (!holes) this.holes.set(base + direction, (holes = { starts: [], lengths: [], acknowledged: 0, lost: 0 }));
    holes.starts.push(start);
    holes.lengths.push(length);
    if (holes.starts.length <= maxHoles) return;
    holes.starts.shift();
    holes.lost += holes.lengths.shift()!;
    if (holes.acknowledged > 0) holes.acknowledged--;
  }

  /** Take [seq, end) out of the holes. */
  private fill(base: number, direction: number, seq: number, end: number): void {
    const holes = this.holes.get(base + direction);
    if (!holes) return;
    for (let i = holes.starts.length - 1; i >= 0; i--) {
      const start = holes.starts[i]!;
      const length = holes.lengths[i]!;
      const from = Math.max(0, (seq - start) | 0);
      const to = Math.min(length, (end - start) | 0);
      if (to <= from) continue;
      const starts: number[] = [];
      const lengths: number[] = [];
      if (from > 0) {
        starts.push(start);
        lengths.push(from);
      }
      if (to < length) {
        starts.push((start + to) | 0);
        lengths.push(length - to);
      }
      holes.starts.splice(i, 1, ...starts);
      holes.lengths.splice(i, 1, ...lengths);
      if (i < holes.acknowledged) holes.acknowledged += starts.length - 1;
    }
  }
}
