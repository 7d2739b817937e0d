/** The latest connections of a pair of hosts in order of their begin, as plain numbers: 32 bytes each. */

/** Connections kept; the newest. */
const MAX_SAMPLES = 256;
/** Begin (whole seconds since 1970, nanoseconds beyond), number of the flow's first packet, bytes of the originator. */
const STRIDE = 4;
const [SECONDS, NANOS, PACKET, BYTES] = [0, 1, 2, 3];

export class Samples {
  private readonly rows: number[] = [];

  get count(): number {
    return this.rows.length / STRIDE;
  }

  /** Flows end in another order than they began. */
  add(startNs: bigint, packet: number, bytes: number): void {
    const { rows } = this;
    const nanos = Number(startNs % 1_000_000_000n);
    const seconds = Number(startNs / 1_000_000_000n);
    if (this.count === MAX_SAMPLES) rows.splice(0, STRIDE);
    let at = rows.length;
    while (at > 0 && isLater(rows, at - STRIDE, seconds, nanos)) at -= STRIDE;
    if (at === rows.length) rows.push(seconds, nanos, packet, bytes);
    else rows.splice(at, 0, seconds, nanos, packet, bytes);
  }

  /** Begin of sample `i`, seconds since 1970. */
  seconds(i: number): number {
    return this.rows[i * STRIDE + SECONDS]! + this.rows[i * STRIDE + NANOS]! * 1e-9;
  }

  timeNs(i: number): bigint {
    return BigInt(this.rows[i * STRIDE + SECONDS]!) * 1_000_000_000n + BigInt(this.rows[i * STRIDE + NANOS]!);
  }

  /** Begins, seconds. */
  get times(): Float64Array {
    return new Float64Array(this.count).map((_, i) => this.seconds(i));
  }

  get bytes(): Float64Array {
    return this.column(BYTES);
  }

  get packets(): number[] {
    return [...this.column(PACKET)];
  }

  private column(at: number): Float64Array {
    const { rows } = this;
    const column = new Float64Array(this.count);
    for (let i = 0; i < this.count; i++) column[i] = rows[i * STRIDE + at]!;
    return column;
  }
}

function isLater(rows: readonly number[], at: number, seconds: number, nanos: number): boolean {
  return rows[at + SECONDS]! > seconds || (rows[at + SECONDS] === seconds && rows[at + NANOS]! > nanos);
}
