import type { FlowRow } from '@wirecase/contract';
import type { Traffic } from '@wirecase/engine';
import { describe, expect, test } from 'vitest';
import { LagMeter } from './lag-meter.ts';
import { LiveTraffic } from './live-traffic.ts';
import { RateMeter } from './rate-meter.ts';
import { ReplayPoint, unbrokenEnd } from './replay-point.ts';

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
  const bound = { files: 64, bytes: 10_000, filesAtMost: 200 };
  const files = (count: number, size = 1000) => {
    const point = new ReplayPoint(bound);
    for (let i = 0; i < count; i++) point.add({ firstPacket: i * 100, lastSeconds: i * 1000, size });
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

  test('is never more than 64 files back when these are large', () => {
    const point = files(74);
    expect(point.from([1], 1e9, 100_000)).toBe(1000);
    // Flows of the first file that is let go for the next are too old.
    expect(point.makeRoom(1000)).toBe(1100);
    expect(files(5).makeRoom(1000)).toBe(0);
  });

  test('is further back when the files are small: until they are as many bytes as are read again at most', () => {
    expect(files(100, 100).from([1], 1e9, 100_000)).toBe(0);
    expect(files(110, 100).from([1], 1e9, 100_000)).toBe(1000);
    // Of the smallest only so many, each of which is opened.
    expect(files(210, 1).from([1], 1e9, 100_000)).toBe(1000);
  });

  test('comes nearer at once with a file that is large', () => {
    const point = files(100, 100);
    expect(point.makeRoom(9900)).toBe(3700);
    point.add({ firstPacket: 10_000, lastSeconds: 1e6, size: 9900 });
    expect(point.from([1], 1e9, 100_000)).toBe(3700);
  });
});

test('what is read again follows without a gap: packets before one would get the numbers of others', () => {
  const file = (firstPacket: number, packets: number) => ({ firstPacket, packets });
  const files = [file(0, 10), file(10, 5), file(20, 5), file(25, 7)];
  expect(unbrokenEnd(files, 32)).toEqual(files.slice(2));
  expect(unbrokenEnd(files.slice(0, 2), 15)).toEqual(files.slice(0, 2));
  // The newest was deleted, or all of them were.
  expect(unbrokenEnd(files, 40)).toEqual([]);
  expect(unbrokenEnd([], 40)).toEqual([]);
});

describe('a lag meter', () => {
  const mebibyte = 1024 * 1024;

  test('counts from the last packet that was read, while more waits than was just written', () => {
    const meter = new LagMeter();
    expect(meter.seconds(1000, 1000, 0, 0)).toBe(0);
    expect(meter.seconds(1010, 1003, 5 * mebibyte, 0)).toBe(7);
    expect(meter.seconds(1020, 1003, mebibyte, 2)).toBe(17);
    expect(meter.seconds(1021, 1021, mebibyte, 0)).toBe(0);
  });

  test('of a link that was quiet counts from when something began to wait', () => {
    const meter = new LagMeter();
    expect(meter.seconds(1000, 900, 0, 0)).toBe(0);
    expect(meter.seconds(1001, 900, 0, 1)).toBe(1);
    // Between two files nothing was read yet.
    expect(meter.seconds(1002, Number.NaN, 0, 1)).toBe(2);
  });
});

describe('the traffic of flows that are in no table', () => {
  const flow = (bytes: number) =>
    ({
      sourceIp: new Uint8Array([10, 0, 0, 1]),
      destinationIp: new Uint8Array([10, 0, 0, 2]),
      protocols: [],
      transport: 'udp',
      bytes,
      aggregate: 2,
    }) as unknown as FlowRow;
  const open = { addOpenTraffic: (traffic: Traffic) => traffic.add('10.0.0.1', '10.0.0.3', 'tls', 500, 1) };

  test('is that of flows that are open and of those that ended, which leave with their file', () => {
    const traffic = new LiveTraffic();
    traffic.flow(flow(100));
    expect(traffic.tops(open)).toEqual({
      hosts: [
        { name: '10.0.0.1', bytes: 600, flows: 3 },
        { name: '10.0.0.3', bytes: 500, flows: 1 },
        { name: '10.0.0.2', bytes: 100, flows: 2 },
      ],
      protocols: [
        { name: 'tls', bytes: 500, flows: 1 },
        { name: 'udp', bytes: 100, flows: 2 },
      ],
    });
    traffic.nextFile();
    expect(traffic.tops(open).hosts).toHaveLength(2);
  });
});
