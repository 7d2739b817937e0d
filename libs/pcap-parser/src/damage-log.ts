import type { DamagedRange } from '@wirecase/contract';

/** Ranges that are listed one by one; what comes after is counted in the last. */
const maxRanges = 1000;

/** What could not be read, in order. Ranges that touch and have the same reason are one. */
export class DamageLog {
  readonly ranges: DamagedRange[] = [];

  /** `offset`, `length`: bytes of the (decompressed) capture. */
  add(offset: number, length: number, reason: string): void {
    if (length <= 0) return;
    const last = this.ranges[this.ranges.length - 1];
    if (last && last.offset + last.length === offset && last.reason === reason) {
      last.length += length;
    } else if (last && this.ranges.length === maxRanges) {
      last.length = offset + length - last.offset;
      last.reason = `more than ${maxRanges} damaged ranges; this one spans the rest`;
    } else {
      this.ranges.push({ offset, length, reason });
    }
  }
}
