import { describe, expect, it } from 'vitest';
import { RowGroups } from './row-groups.ts';

const [rows, groups, size] = [2, 3, 4];

describe('RowGroups', () => {
  it('finds only what was written to', () => {
    const table = new RowGroups(groups, size, rows);
    table.words[table.open(1, 2)] = 7;
    expect(table.words[table.find(1, 2)]).toBe(7);
    expect([table.find(1, 0), table.find(0, 2)]).toEqual([-1, -1]);
  });

  it('opens a group empty where an earlier row has left something', () => {
    const table = new RowGroups(groups, size, rows);
    table.words.fill(9, table.open(0, 1), table.open(0, 1) + size);
    table.clear(0);
    expect(table.find(0, 1)).toBe(-1);
    const at = table.open(0, 1);
    expect([...table.words.subarray(at, at + size)]).toEqual([0, 0, 0, 0]);
    table.words[at] = 5;
    expect(table.words[table.open(0, 1)]).toBe(5);
  });

  it('keeps its rows when it grows', () => {
    const table = new RowGroups(groups, size, rows);
    table.words[table.open(1, 0)] = 3;
    table.grow();
    expect(table.words[table.find(1, 0)]).toBe(3);
    expect(table.find(3, 2)).toBe(-1);
    expect(table.open(3, 2) + size).toBe(table.words.length);
  });
});
