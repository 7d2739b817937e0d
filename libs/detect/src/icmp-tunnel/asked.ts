/** The latest echo requests between two hosts, to judge replies by: as plain numbers, in place. */
import type { EchoView } from '../detector.ts';

/** Requests that may wait for their replies at once. */
const KEPT = 16;
/** Side that asked, id, bytes, hash of the first bytes. */
const STRIDE = 4;
const [SIDE, ID, BYTES, START] = [0, 1, 2, 3];

export class Asked {
  private readonly rows = new Float64Array(KEPT * STRIDE).fill(-1);
  private next = 0;

  /** A request of `side`, 0 or 1. */
  add(side: number, { id, bytes, start }: EchoView): void {
    this.rows.set([side, id, bytes, start], this.next);
    this.next = (this.next + STRIDE) % this.rows.length;
  }

  /**
   * Whether a reply to `side` repeats its request: "the data received in the echo message must be returned in the echo reply message"
   * (RFC 792). Some hosts return less of it, none more. Null when the request is not known.
   */
  isRepeated(side: number, { id, bytes, start }: EchoView): boolean | null {
    const { rows } = this;
    for (let back = 1; back <= KEPT; back++) {
      const at = (this.next + rows.length - back * STRIDE) % rows.length;
      if (rows[at + SIDE] !== side || rows[at + ID] !== id) continue;
      if (bytes !== rows[at + BYTES]) return bytes < rows[at + BYTES]!;
      return start < 0 || rows[at + START]! < 0 || start === rows[at + START];
    }
    return null;
  }
}
