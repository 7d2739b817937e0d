import { describe, expect, it } from 'vitest';
import { jitter, ritaScore } from './timer-score.ts';

const every = (count: number, interval: number) => Float64Array.from({ length: count }, (_, i) => i * interval);
const same = (count: number) => new Float64Array(count).fill(500);

describe("RITA's score", () => {
  it('is 1 for a perfect timer over the whole capture', () => {
    expect(ritaScore(every(240, 60), same(240), 0, 239 * 60)).toMatchObject({ timestamps: 1, sizes: 1, duration: 1 });
    expect(ritaScore(every(240, 60), same(240), 0, 239 * 60).total).toBeGreaterThan(0.95);
  });

  it('is 0 for fewer than four connections', () => {
    expect(ritaScore(every(3, 60), same(3), 0, 180).total).toBe(0);
  });

  it('has no duration when fewer than six of the 24 bins are hit', () => {
    expect(ritaScore(every(5, 10), same(5), 0, 2400).duration).toBe(0);
  });

  it('takes off for sizes that vary', () => {
    const sizes = every(100, 1).map((i) => (i % 2 === 0 ? 100 : 5000 + i * 37));
    expect(ritaScore(every(100, 60), sizes, 0, 6000).sizes).toBeLessThan(0.7);
  });

  it('takes off for intervals that lean to one side', () => {
    // 10, 10, 10 ... and ever longer waits: the upper quartile is far from the median.
    const times = Float64Array.from(
      [...every(40, 1)].reduce<number[]>((list, i) => [...list, (list.at(-1) ?? 0) + (i % 2 === 0 ? 10 : 10 + i * 20)], []),
    );
    expect(ritaScore(times, same(40), 0, times.at(-1)!).timestamps).toBeLessThan(0.6);
  });
});

describe('jitter', () => {
  it('is nothing for a timer', () => expect(jitter(every(10, 60))).toEqual({ median: 60, share: 0, fits: true }));
  it('takes one lost beat in ten', () => expect(jitter(Float64Array.of(...every(10, 60), 660 + 60, 780)).fits).toBe(true));
  it('takes no bursts', () => expect(jitter(Float64Array.of(0, 1, 2, 60, 61, 62, 120, 121, 122)).fits).toBe(false));
});
