import { describe, expect, test } from 'vitest';
import { RateMeter } from './rate-meter.ts';
import { maxReplayFiles, ReplayPoint } from './replay-point.ts';

describe('a rate meter', () => {
  test('counts by second and by minute of packet time', () => {
    const meter = new RateMeter();
    for (const second of [59, 59, 60]) meter.packet(second, 100);
    meter.flow();
    expect(meter.rate(59)).toMatchObject({ packets: 2, bytes: 200, flows: 0 });
    expect(meter.rate(60)).toMatchObject({ packets: 1, bytes: 100, flows: 1 });
    expect(meter.rate(61)).toMatchObject({ packets: 0 });
    expect(meter.takeMinutes()).toEqual([
      ['1970-01-01T00:00:00.000Z', 2, 200, 0],
      ['1970-01-01T00:01:00.000Z', 1, 100, 1],
    ]);
    expect(meter.readMinutes()).toEqual([]);
    meter.packet(60, 50);
    expect(meter.readMinutes()).toEqual([['1970-01-01T00:01:00.000Z', 1, 50, 0]]);
  });

  test('of a clock that leaps keeps a bounded number of minutes, and every packet', () => {
    const meter = new RateMeter();
    for (let minute = 0; minute < 5000; minute++) meter.packet(minute * 60, 1);
    const minutes = meter.takeMinutes();
    expect(minutes.length).toBeLessThanOrEqual(2000);
    expect(minutes.reduce((sum, [, packets]) => sum + packets, 0)).toBe(5000);
  });
});

describe('where a restart begins to read', () => {
  const files = (count: number) => {
    const point = new ReplayPoint();
    for (let i = 0; i < count; i++) point.add({ firstPacket: i * 100, lastSeconds: i * 1000 });
    return point;
  };

  test('is the file of the oldest packet that something open has', () => {
    expect(files(10).from([351, 720], 20_000, 1000)).toBe(300);
    expect(files(10).from([301], 20_000, 1000)).toBe(300);
  });

  test('is a file within the windows of the detectors, when nothing is open', () => {
    expect(files(10).from([], 9000, 1000)).toBe(900);
    expect(files(10).from([], 9650, 1000)).toBe(900);
  });

  test('is never more than so many files back', () => {
    const point = files(maxReplayFiles + 10);
    expect(point.from([1], 1e9, 100_000)).toBe(1000);
    expect(point.oldestKept).toBe(1100);
    expect(files(5).oldestKept).toBe(0);
  });
});
