import { describe, expect, it } from 'vitest';
import { NumberTable } from './number-table.ts';

describe('NumberTable', () => {
  it('does what a Map does, for keys up to 2^53, through deletes and growth', () => {
    const table = new NumberTable<number>();
    const map = new Map<number, number>();
    for (let i = 0; i < 20_000; i++) {
      const key = (Math.imul(i % 700, 0x9e3779b1) >>> 0) * (i % 2 === 0 ? 1 : 2 ** 21 - 1);
      if (i % 3 === 0) {
        expect(table.take(key)).toBe(map.get(key));
        map.delete(key);
      } else {
        table.set(key, i);
        map.set(key, i);
      }
      expect(table.size).toBe(map.size);
      expect(table.get(key)).toBe(map.get(key));
    }
    expect(new Map(table.entries())).toEqual(map);
  });

  it('gives its entries in the order in which they were set', () => {
    const table = new NumberTable<string>();
    for (const [key, value] of [...'wirecase'].entries()) table.set(1000 - key, value);
    table.take(999);
    expect([...table.entries()].map(([, value]) => value).join('')).toBe('wrecase');
  });

  it('keeps no room for what was deleted', () => {
    const table = new NumberTable<number>();
    for (let key = 0; key < 1_000_000; key++) {
      table.set(key, key);
      table.take(key - 10);
    }
    expect(table.size).toBe(10);
    expect(
      Object.values(table).reduce((room: number, part: unknown) => room + (ArrayBuffer.isView(part) ? part.byteLength : 0), 0),
    ).toBeLessThan(1000);
  });
});
