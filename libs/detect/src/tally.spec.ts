import { expect, it } from 'vitest';
import type { DetectContext } from './detector.ts';
import { spanText, Tally } from './tally.ts';

/** Adds an event at each of `times` (seconds), packet numbers from 1; answers which of them crossed. */
function crossings(tally: Tally, times: readonly number[], window: number, threshold: number): number[] {
  return times.filter((seconds, i) => {
    const context = { seconds, timeNs: BigInt(seconds * 1e9), packet: i + 1 } as DetectContext;
    return tally.add(context, window, threshold);
  });
}

it('crosses at the event that fills the window', () => {
  expect(crossings(new Tally(), [0, 1, 2, 3], 10, 3)).toEqual([2]);
});

it('lets go of what is older than the window, however much came before', () => {
  const tally = new Tally();
  expect(crossings(tally, [0, 20, 40, 60, 65, 69, 70], 10, 3)).toEqual([69]);
  expect(tally.episode).toMatchObject({ count: 4, startSeconds: 60, endSeconds: 70, packets: [4, 5, 6, 7] });
});

it('counts an episode on and names fifty of its packets', () => {
  const tally = new Tally();
  crossings(
    tally,
    Array.from({ length: 200 }, (_, i) => i),
    10,
    3,
  );
  expect(tally.close()).toMatchObject({ count: 200, startSeconds: 0, endSeconds: 199, detectedAtNs: 2_000_000_000n });
  expect(tally.count).toBe(0);
});

it('names at most fifty packets when the threshold is higher, the crossing one among them', () => {
  const tally = new Tally();
  crossings(
    tally,
    Array.from({ length: 80 }, (_, i) => i / 100),
    10,
    80,
  );
  expect(tally.episode!.packets).toHaveLength(50);
  expect(tally.episode!.packets.at(-1)).toBe(80);
});

it('begins with the oldest event and ends with the newest, also where old ones are told late', () => {
  const tally = new Tally();
  const told = (seconds: number, of: number) => tally.add({ seconds, timeNs: BigInt(of), packet: of } as DetectContext, 10, 3);
  expect([told(1, 3), told(2, 5), told(3, 2)]).toEqual([false, false, true]);
  expect(tally.episode).toMatchObject({ startNs: 2n, endNs: 5n, detectedAtNs: 5n });
  told(4, 1);
  told(5, 7);
  told(6, 6);
  expect(tally.close()).toMatchObject({ startNs: 1n, endNs: 7n, detectedAtNs: 5n });
});

it.each([
  [0.035, '35 ms'],
  [12, '12.0 s'],
  [1800, '30 min'],
  [36_000, '10.0 h'],
])('%d s is %s', (seconds, text) => expect(spanText(seconds)).toBe(text));
