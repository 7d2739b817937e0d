/** Arithmetic of brushing a histogram: fractions of its width, buckets and times. */
import type { Histogram } from '@wirecase/contract';
import { shifted, toNs } from '../format/time.ts';

export interface TimeRange {
  /** RFC 3339, inclusive. */
  from: string;
  /** RFC 3339, exclusive. */
  to: string;
}

/** The bucket under a fraction (0..1) of the width. */
export function bucketAt(fraction: number, buckets: number): number {
  return Math.max(0, Math.min(buckets - 1, Math.floor(fraction * buckets)));
}

/** Time from the start of one bucket to the end of another, whichever comes first. */
export function rangeOfBuckets(histogram: Histogram, one: number, other: number): TimeRange {
  const step = BigInt(Math.round(histogram.intervalNs));
  const first = Math.min(one, other);
  const last = Math.max(one, other);
  return { from: shifted(histogram.from, step * BigInt(first)), to: shifted(histogram.from, step * BigInt(last + 1)) };
}

/** Twice as wide around the same middle, not beyond the data; `null` when that is all of the data. */
export function zoomedOut(range: TimeRange, data: TimeRange): TimeRange | null {
  const from = toNs(range.from);
  const to = toNs(range.to);
  const half = (to - from) / 2n || 1n;
  const widerFrom = from - half;
  const widerTo = to + half;
  if (widerFrom <= toNs(data.from) && widerTo >= toNs(data.to)) return null;
  return { from: shifted(range.from, -half), to: shifted(range.to, half) };
}

/** The window before (-1) or after (1), equally wide. */
export function stepped(range: TimeRange, direction: -1 | 1): TimeRange {
  const width = (toNs(range.to) - toNs(range.from)) * BigInt(direction);
  return { from: shifted(range.from, width), to: shifted(range.to, width) };
}
