import { expect, it } from 'vitest';
import { countRanges } from './ranges.ts';

it.each([
  ['bytes=0-99', 1],
  ['bytes=0-99, 200-, -5', 3],
  [`bytes=0-${',5-9'.repeat(1300)}`, 1301],
  ['', null],
  ['bytes', null],
])('%s', (value, count) => {
  expect(countRanges(value)).toBe(count);
});
