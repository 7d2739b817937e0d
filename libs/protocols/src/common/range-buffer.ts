/** Bytes of a message that arrive in pieces, in any order, each with its offset: CRYPTO frames of QUIC, fragments of DTLS. */

/** Pieces that are apart at once; beyond it new ones are given up. */
const MAX_RANGES = 64;

export class RangeBuffer {
  bytes: Uint8Array = new Uint8Array(0);
  /** Bytes there without a hole from 0. */
  contiguous = 0;
  private readonly limit: number;
  /** Beginnings and ends behind `contiguous`, in order, not touching. */
  private ranges: [start: number, end: number][] = [];

  constructor(limit: number) {
    this.limit = limit;
  }

  /** `source[start, end)` belongs at `offset`. What came first stays. Returns false, taking nothing, beyond the limits. */
  put(offset: number, source: Uint8Array, start: number, end: number): boolean {
    const last = offset + end - start;
    if (last > this.limit || this.ranges.length >= MAX_RANGES) return false;
    if (last <= this.contiguous || end <= start) return true;
    this.grow(last);
    for (let at = Math.max(offset, this.contiguous); at < last; at++) if (!this.has(at)) this.bytes[at] = source[start + at - offset]!;
    this.add(Math.max(offset, this.contiguous), last);
    return true;
  }

  clear(): void {
    this.contiguous = 0;
    this.ranges = [];
  }

  private has(at: number): boolean {
    return this.ranges.some(([start, end]) => at >= start && at < end);
  }

  private grow(wanted: number): void {
    if (wanted <= this.bytes.length) return;
    const grown = new Uint8Array(Math.min(this.limit, Math.max(wanted, 2 * this.bytes.length, 512)));
    grown.set(this.bytes);
    this.bytes = grown;
  }

  private add(start: number, end: number): void {
    const apart: [number, number][] = [];
    let [from, to] = [start, end];
    for (const range of this.ranges) {
      if (range[1] < from || range[0] > to) apart.push(range);
      else [from, to] = [Math.min(from, range[0]), Math.max(to, range[1])];
    }
    if (from <= this.contiguous) this.contiguous = to;
    else apart.push([from, to]);
    this.ranges = apart.toSorted((a, b) => a[0] - b[0]);
    const first = this.ranges[0];
    if (first && first[0] <= this.contiguous) {
      this.contiguous = Math.max(this.contiguous, first[1]);
      this.ranges.shift();
    }
  }
}
