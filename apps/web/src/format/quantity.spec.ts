import { formatBytes, formatDuration, formatMany } from './quantity.ts';

describe('quantities', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [99_940, '99.9 kB'],
    [100_000, '100 kB'],
    [999_600, '1.0 MB'],
    [1_500_000_000, '1.5 GB'],
  ])('%d bytes are %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it.each([
    [0, '0 ns'],
    [830, '830 ns'],
    [1_250_000, '1.25 ms'],
    [3_420_000_000, '3.42 s'],
    [100_000_000, '100 ms'],
    [250_000_000_000, '4 min 10 s'],
    [7_500_000_000_000, '2 h 5 min'],
    [172_800_000_000_000, '2 d'],
  ])('%d ns are %s', (ns, text) => {
    expect(formatDuration(ns)).toBe(text);
  });

  it('have their noun in the right number', () => {
    expect(formatMany(1, 'flow')).toBe('1 flow');
    expect(formatMany(2300, 'flow')).toBe('2,300 flows');
    expect(formatMany(0, 'query', 'queries')).toBe('0 queries');
  });
});
