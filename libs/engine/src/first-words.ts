/** What both sides say before their protocol is known, for its parser to hear later. */
import type { Direction } from '@wirecase/contract';

export interface Said {
  direction: Direction;
  bytes: Uint8Array;
  /** Bytes missing before `bytes`. */
  gapBefore: number;
}

export class FirstWords {
  /** In order of arrival. */
  private said: Said[] = [];
  private readonly bytes: [number, number] = [0, 0];
  private readonly gaps: [number, number] = [0, 0];

  /** Bytes that `direction` said. */
  bytesOf(direction: Direction): number {
    return this.bytes[direction];
  }

  /** Whether nothing is kept, and nothing is missing before what `direction` says next. */
  isNothing(direction: Direction): boolean {
    return this.said.length === 0 && this.gaps[direction] === 0;
  }

  gap(direction: Direction, missing: number): void {
    this.gaps[direction] += missing;
  }

  /** Keep a copy of `bytes[start, end)`. */
  keep(direction: Direction, bytes: Uint8Array, start: number, end: number): void {
    this.said.push({ direction, bytes: bytes.slice(start, end), gapBefore: this.gaps[direction] });
    this.bytes[direction] += end - start;
    this.gaps[direction] = 0;
  }

  /** All that `direction` said, in one piece. */
  joined(direction: Direction): Uint8Array {
    const all = new Uint8Array(this.bytes[direction]);
    let at = 0;
    for (const { direction: by, bytes } of this.said) {
      if (by !== direction) continue;
      all.set(bytes, at);
      at += bytes.length;
    }
    return all;
  }

  /** What is kept, and is so no longer; how much it was is still known. */
  take(): readonly Said[] {
    const { said } = this;
    this.said = [];
    return said;
  }
}
