import { describe, expect, it } from 'vitest';
import { SampleSet } from './sample-set.ts';

describe('a sample set', () => {
  it('keeps each value once, in the order in which they came', () => {
    const set = new SampleSet(1, 1000);
    for (const port of [443, 80, 443, 0, 65535, 80]) set.add(port);
    expect(Array.from({ length: set.size }, (_, i) => set.word(i))).toEqual([443, 80, 0, 65535]);
  });

  it('keeps no more than it may', () => {
    const set = new SampleSet(1, 1000);
    for (let i = 0; i < 100_000; i++) set.add(i * 7);
    expect(set.size).toBe(1000);
    expect(set.word(999)).toBe(999 * 7);
  });

  it.each([1, 4])('finds again what it has, however large it grew: %i words', (width) => {
    const set = new SampleSet(width, 1000);
    for (let round = 0; round < 2; round++)
      for (let i = 0; i < 900; i++) set.add(width === 1 ? Math.imul(i, 0x9e3779b1) : 0x20010db8, 0, -1, i);
    expect(set.size).toBe(900);
  });

  it('tells values of four words apart by each word', () => {
    const set = new SampleSet(4, 1000);
    for (let i = 0; i < 4; i++) set.add(...([0, 1, 2, 3].map((j) => (j === i ? 5 : 0)) as [number, number, number, number]));
    expect(set.size).toBe(4);
    expect([0, 1, 2, 3].map((i) => set.word(2, i))).toEqual([0, 0, 5, 0]);
  });
});
