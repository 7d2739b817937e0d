import { describe, expect, it } from 'vitest';
import { histogramOf, seriesOf } from './series.ts';

const now = Date.parse('2026-01-01T12:30:20Z');
const minute = (time: string, packets: number) => ({
  minute: `2026-01-01T${time}:00.000Z`,
  packets,
  bytes: packets * 100,
  flows: 1,
  isOpen: false,
});

describe('the minutes of a sensor', () => {
  it('are one bar each, with nothing where there was nothing, and the minute that runs last', () => {
    const series = seriesOf([minute('12:28', 5), minute('12:30', 7), minute('11:00', 9)], [], 15, now);
    expect(series.packets).toHaveLength(15);
    expect(series.packets.slice(-3)).toEqual([5, 0, 7]);
    expect(series.packets.reduce((sum, count) => sum + count, 0)).toBe(12);
  });

  it('of a day share bars', () => {
    const series = seriesOf([minute('12:24', 5), minute('12:29', 7)], [], 1440, now);
    expect(series).toMatchObject({ stepMs: 360_000 });
    expect(series.packets).toHaveLength(240);
    expect(series.packets.at(-2)).toBe(12);
  });

  it('have marks where packets were missed', () => {
    const gap = { from: '2026-01-01T12:27:59Z', to: '2026-01-01T12:28:01Z', reason: 'x', dropped: 1 };
    expect(seriesOf([], [gap], 5, now).isGap).toEqual([false, true, true, false, false]);
  });

  it('are a histogram of the search page, so that a bar leads to its flows', () => {
    const histogram = histogramOf(seriesOf([minute('12:30', 7)], [], 15, now));
    expect(histogram).toMatchObject({ from: '2026-01-01T12:16:00.000000000Z', to: '2026-01-01T12:31:00.000000000Z', intervalNs: 60e9 });
  });
});
