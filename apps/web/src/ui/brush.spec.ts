import type { Histogram } from '@wirecase/contract';
import { bucketAt, rangeOfBuckets, stepped, zoomedOut } from './brush.ts';

const second = (n: number) => `2024-05-01T10:00:${String(n).padStart(2, '0')}.000000000Z`;
const histogram: Histogram = {
  from: second(0),
  to: second(10),
  intervalNs: 1e9,
  counts: Array(10).fill(1),
  bytes: Array(10).fill(60),
  tookMs: 1,
};
const data = { from: second(0), to: second(40) };

describe('brushing', () => {
  it('takes the bar under the pointer, the outermost ones beyond the edges', () => {
    expect([-0.1, 0, 0.099, 0.1, 0.999, 1, 1.5].map((fraction) => bucketAt(fraction, 10))).toEqual([0, 0, 0, 1, 9, 9, 9]);
  });

  it('gives the time from the start of the first bar to the end of the last, in either direction', () => {
    expect(rangeOfBuckets(histogram, 2, 4)).toEqual({ from: second(2), to: second(5) });
    expect(rangeOfBuckets(histogram, 4, 2)).toEqual({ from: second(2), to: second(5) });
    expect(rangeOfBuckets(histogram, 3, 3)).toEqual({ from: second(3), to: second(4) });
  });

  it('zooms out to twice the width, and to everything when that covers the data', () => {
    expect(zoomedOut({ from: second(10), to: second(20) }, data)).toEqual({ from: second(5), to: second(25) });
    expect(zoomedOut({ from: second(5), to: second(35) }, data)).toBeNull();
  });

  it('steps by its own width', () => {
    expect(stepped({ from: second(10), to: second(14) }, 1)).toEqual({ from: second(14), to: second(18) });
    expect(stepped({ from: second(10), to: second(14) }, -1)).toEqual({ from: second(6), to: second(10) });
  });
});
