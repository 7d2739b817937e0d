/** How regular connections are: RITA's beacon score, so that results can be compared with it, and a jitter of our own. */

/** Parts and whole, 0-1. */
export interface RitaScore {
  timestamps: number;
  sizes: number;
  histogram: number;
  duration: number;
  total: number;
}

/** Equal bins over the span that was captured. */
const BINS = 24;
const MIN_BINS_FOR_DURATION = 6;
const MIN_BINS_FOR_TWO_MODES = 11;
/** Bins in a row that count as half a day of the whole. */
const FULL_RUN = 12;

/**
 * RITA 5's score from its published definition: a quarter each for even intervals, even sizes, an even histogram, and coverage. `times` in
 * seconds, ascending, with fractions (RITA has whole seconds); `sizes` in bytes; the capture spans `from` to `to`.
 */
export function ritaScore(times: Float64Array, sizes: Float64Array, from: number, to: number): RitaScore {
  const intervals = waits(times).filter((interval) => interval > 0);
  if (times.length < 4 || intervals.length < 3) return { timestamps: 0, sizes: 0, histogram: 0, duration: 0, total: 0 };
  const bars = histogram(times, from, to);
  const timestamps = evenness(intervals, 1);
  const sizeScore = evenness(sizes, 0);
  const histogramScore = Math.max(flatness(bars), twoModes(bars));
  const duration = coverage(times, bars, from, to);
  return {
    timestamps,
    sizes: sizeScore,
    histogram: histogramScore,
    duration,
    total: (timestamps + sizeScore + histogramScore + duration) / 4,
  };
}

/** How little the intervals vary: the median absolute deviation as a share of the median, scaled to the standard deviation of a normal law. */
export function jitter(times: Float64Array): { median: number; share: number; fits: boolean } {
  const intervals = waits(times);
  const median = middle(intervals);
  if (median <= 0) return { median: 0, share: 1, fits: false };
  const share = (1.4826 * middle(intervals.map((interval) => Math.abs(interval - median)))) / median;
  // A timer with jitter never waits much shorter, and seldom longer: a lost one doubles the wait.
  const odd = intervals.filter((interval) => interval < 0.3 * median || interval > 2.2 * median).length;
  return { median, share, fits: odd <= intervals.length / 10 };
}

/** Median deviation of sizes as a share of their median. */
export function sizeSpread(bytes: Float64Array): number {
  const median = middle(bytes);
  return middle(bytes.map((size) => Math.abs(size - median))) / Math.max(median, 1);
}

/** Half of it symmetry of the quartiles (Bowley), half how near the values are to their median. */
function evenness(values: Float64Array, whenTiny: number): number {
  const [low, median, high] = [quantile(values, 0.25), quantile(values, 0.5), quantile(values, 0.75)];
  const bowley = high - low < 10 || median === low || median === high ? 0 : (low + high - 2 * median) / (high - low);
  const deviation = middle(values.map((value) => Math.abs(value - median)));
  const nearness = median >= 1 ? Math.max(0, (median - deviation) / median) : whenTiny;
  return (1 - Math.abs(bowley) + nearness) / 2;
}

function histogram(times: Float64Array, from: number, to: number): number[] {
  const bars = Array<number>(BINS).fill(0);
  for (const time of times) bars[Math.min(BINS - 1, Math.floor(((time - from) / Math.max(to - from, 1e-9)) * BINS))]!++;
  return bars;
}

function flatness(bars: readonly number[]): number {
  const mean = bars.reduce((sum, bar) => sum + bar, 0) / bars.length;
  const deviation = Math.sqrt(bars.reduce((sum, bar) => sum + (bar - mean) ** 2, 0) / bars.length);
  return mean === 0 ? 0 : Math.max(0, 1 - deviation / mean);
}

/** Share of the bars that fall into the two commonest heights. */
function twoModes(bars: readonly number[]): number {
  const filled = bars.filter((bar) => bar > 0);
  if (filled.length < MIN_BINS_FOR_TWO_MODES) return 0;
  const width = Math.max(1, Math.ceil(0.05 * Math.max(...bars)));
  const counts = new Map<number, number>();
  for (const bar of filled) counts.set(Math.floor(bar / width), (counts.get(Math.floor(bar / width)) ?? 0) + 1);
  const [first = 0, second = 0] = [...counts.values()].sort((a, b) => b - a);
  return Math.min(1, (first + second) / Math.max(filled.length - 1, 1));
}

function coverage(times: Float64Array, bars: readonly number[], from: number, to: number): number {
  const filled = bars.filter((bar) => bar > 0).length;
  if (filled < MIN_BINS_FOR_DURATION) return 0;
  const share = (times.at(-1)! - times[0]!) / Math.max(to - from, 1e-9);
  // The day has no end: bars are a ring.
  let longest = 0;
  let run = 0;
  for (const bar of [...bars, ...bars]) {
    run = bar > 0 ? run + 1 : 0;
    longest = Math.max(longest, Math.min(run, BINS));
  }
  return Math.min(1, Math.max(share, longest / FULL_RUN));
}

/** Times between each two. */
function waits(times: Float64Array): Float64Array {
  return times.subarray(1).map((time, i) => time - times[i]!);
}

/** The median. */
export function middle(values: Float64Array): number {
  return quantile(values, 0.5);
}

function quantile(values: Float64Array, share: number): number {
  const sorted = values.toSorted();
  const at = share * (sorted.length - 1);
  const below = sorted[Math.floor(at)]!;
  return below + (sorted[Math.ceil(at)]! - below) * (at - Math.floor(at));
}
