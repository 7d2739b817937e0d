import { describe, expect, it } from 'vitest';
import { RateTable } from './rate-table.ts';

describe('a rate table', () => {
  it('finds too many when there are more than allowed at once', () => {
    const table = new RateTable(3);
    expect([1, 2, 3, 4, 5].map(() => table.isTooMany(7, 9, 100))).toEqual([false, false, false, true, true]);
  });

  it('forgets at the allowed rate', () => {
    const table = new RateTable(60);
    for (let i = 0; i < 60; i++) table.isTooMany(7, 9, 100);
    expect(table.isTooMany(7, 9, 100)).toBe(true);
    expect(table.isTooMany(7, 9, 103)).toBe(false);
  });

  it('takes time that goes back for time that stands still', () => {
    const table = new RateTable(1);
    table.isTooMany(7, 9, 100);
    expect(table.isTooMany(7, 9, 50)).toBe(true);
  });

  it('tells names apart by either hash', () => {
    const table = new RateTable(1);
    expect(table.isTooMany(7, 9, 0)).toBe(false);
    expect(table.isTooMany(7, 10, 0)).toBe(false);
    expect(table.isTooMany(8, 9, 0)).toBe(false);
    expect(table.isTooMany(7, 9, 0)).toBe(true);
  });

  it('keeps a busy name through a flood of names that come once', () => {
    const table = new RateTable(10);
    for (let i = 0; i < 10; i++) table.isTooMany(1, 1, 0);
    for (let i = 0; i < 500_000; i++) table.isTooMany(Math.imul(i, 0x9e3779b1), i, i * 1e-6);
    expect(table.isTooMany(1, 1, 0.5)).toBe(true);
  });
});
