import { describe, expect, test } from 'vitest';
import { isWatchedName, SETTLE_MS, WatchList, type Sighting } from './watch-list.ts';

const start = 1_000_000_000;
const file = (over: Partial<Sighting> = {}): Sighting => ({
  name: 'a.pcap',
  isFile: true,
  inode: 7,
  size: 100,
  mtimeMs: start,
  ...over,
});

describe('a watched file', () => {
  test('is due when it was unchanged for the settling time, and not a moment before', () => {
    const list = new WatchList();
    expect(list.observe([file()], start)).toEqual([]);
    expect(list.observe([file()], start + SETTLE_MS - 1)).toEqual([]);
    expect(list.observe([file()], start + SETTLE_MS)).toEqual(['a.pcap']);
  });

  test.each([
    ['grows', { size: 200 }],
    ['is written to', { mtimeMs: start + 1 }],
    ['is replaced', { inode: 8 }],
  ])('begins anew when it %s', (_what, change) => {
    const list = new WatchList();
    list.observe([file()], start);
    expect(list.observe([file(change)], start + SETTLE_MS)).toEqual([]);
    expect(list.observe([file(change)], start + 2 * SETTLE_MS)).toEqual(['a.pcap']);
  });

  test('that was last written long ago was moved in whole: two equal sightings are enough', () => {
    const list = new WatchList();
    const old = file({ mtimeMs: start - 60_000 });
    expect(list.observe([old], start)).toEqual([]);
    expect(list.observe([old], start + 500)).toEqual(['a.pcap']);
  });

  test('that is empty gets longer, because its writer may not have begun', () => {
    const list = new WatchList();
    list.observe([file({ size: 0 })], start);
    expect(list.observe([file({ size: 0 })], start + 9_999)).toEqual([]);
    expect(list.observe([file({ size: 0 })], start + 10_000)).toEqual(['a.pcap']);
  });

  test('that is no file at all is due at the second sighting', () => {
    const list = new WatchList();
    expect(list.observe([file({ isFile: false })], start)).toEqual([]);
    expect(list.observe([file({ isFile: false })], start + 1)).toEqual(['a.pcap']);
  });

  test('that went away and came back begins anew', () => {
    const list = new WatchList();
    list.observe([file()], start);
    list.observe([], start + 1000);
    expect(list.observe([file()], start + SETTLE_MS)).toEqual([]);
  });

  test('that was postponed begins anew', () => {
    const list = new WatchList();
    list.observe([file()], start);
    list.postpone('a.pcap');
    expect(list.observe([file()], start + SETTLE_MS)).toEqual([]);
    expect(list.observe([file()], start + 2 * SETTLE_MS)).toEqual(['a.pcap']);
  });
});

test.each([
  ['a.pcap', true],
  ['-rf.pcap', true],
  ['.hidden.pcap', false],
  ['a.pcap.part', false],
  ['a.pcap.TMP', false],
])('%s is watched: %s', (name, expected) => {
  expect(isWatchedName(name)).toBe(expected);
});
