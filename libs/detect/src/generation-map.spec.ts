import { describe, expect, it } from 'vitest';
import { GenerationMap } from './generation-map.ts';

describe('GenerationMap', () => {
  it('drops what was not touched for the longest time when it is full, and tells', () => {
    const dropped: string[] = [];
    const map = new GenerationMap<string>(4, (_key, value) => dropped.push(value));
    for (const [key, value] of [...'abcd'].entries()) map.set(key, value);
    expect(dropped).toEqual([]);
    map.set(1, 'b again');
    map.set(4, 'e');
    expect(dropped).toEqual(['a']);
    expect([0, 1, 2, 3, 4].map((key) => map.get(key))).toEqual([undefined, 'b again', 'c', 'd', 'e']);
  });

  it('forgets a deleted key without telling', () => {
    const dropped: number[] = [];
    const map = new GenerationMap<string>(4, (key) => dropped.push(key));
    map.set(1, 'a');
    map.set(2, 'b');
    map.delete(1);
    map.clear();
    expect(dropped).toEqual([2]);
    expect(map.get(2)).toBeUndefined();
  });

  it('gives what is taken, wherever it is held', () => {
    const map = new GenerationMap<string>(4);
    for (const [key, value] of [...'abc'].entries()) map.add(key, value);
    expect([0, 2, 0, 7].map((key) => map.take(key))).toEqual(['a', 'c', undefined, undefined]);
    expect([...map.entries()]).toEqual([[1, 'b']]);
  });

  it('never holds more than its limit', () => {
    let held = 0;
    const map = new GenerationMap<number>(1000, () => held--);
    for (let key = 0; key < 100_000; key++) {
      map.set(key, key);
      expect(++held).toBeLessThanOrEqual(1000);
    }
  });
});
