import { describe, expect, test } from 'vitest';
import { Ring, type RingDecision } from './ring.ts';

const MEBIBYTE = 1024 * 1024;
const options = { budgetBytes: 10 * MEBIBYTE, fileBytes: 4 * MEBIBYTE, watermarkBytes: 100 * MEBIBYTE };
const plenty = 1000 * MEBIBYTE;

const start = (delayMs: number): RingDecision => ({ kind: 'start', delayMs });
const ended = (at: number, over = {}) => ({ kind: 'ended' as const, at, reason: 'it crashed', dropped: 0, leftovers: [], ...over });

/** A ring that captures since `at`, having begun there. */
function capturing(at = 0): Ring {
  const ring = new Ring(options);
  ring.decide({ kind: 'began', at, lastRun: null, leftovers: [] });
  ring.decide({ kind: 'starting' });
  ring.decide({ kind: 'capturing', at });
  return ring;
}

describe('the beginning', () => {
  test('on a new sensor starts at once and knows of no gap', () => {
    const ring = new Ring(options);
    expect(ring.decide({ kind: 'began', at: 5, lastRun: null, leftovers: [] })).toEqual([start(0)]);
    expect(ring.decide({ kind: 'capturing', at: 6 })).toEqual([]);
  });

  test('takes in what an earlier run left, and the time between is a gap once packets come again', () => {
    const ring = new Ring(options);
    const lastRun = { at: 1000, wasStopped: false, unseen: null };
    expect(ring.decide({ kind: 'began', at: 9000, lastRun, leftovers: ['a', 'b'] })).toEqual([
      { kind: 'ingest', path: 'a' },
      { kind: 'ingest', path: 'b' },
      start(0),
    ]);
    expect(ring.decide({ kind: 'capturing', at: 9500 })).toEqual([
      { kind: 'gap', from: 1000, to: 9500, reason: 'the rotator ended unexpectedly', dropped: 0 },
    ]);
  });

  test('after a stop on purpose says so in the gap', () => {
    const ring = new Ring(options);
    ring.decide({ kind: 'began', at: 9000, lastRun: { at: 1000, wasStopped: true, unseen: null }, leftovers: [] });
    expect(ring.decide({ kind: 'capturing', at: 9500 })).toMatchObject([{ reason: 'the rotator was stopped' }]);
  });
});

test('a capture program that outlived its rotator is taken over without a gap; what earlier runs left is taken in', () => {
  const ring = new Ring(options);
  expect(ring.decide({ kind: 'adopted', leftovers: ['a'] })).toEqual([{ kind: 'ingest', path: 'a' }]);
  expect(ring.decide({ kind: 'capturing', at: 500 })).toEqual([]);
  expect(ring.describe()).toEqual({ isCapturing: true, detail: 'capturing since 1970-01-01T00:00:00.500Z' });
});

test('a capture program that outlived its rotator and died leaves its own reason and drops', () => {
  const ring = new Ring(options);
  const lastRun = { at: 1000, wasStopped: false, unseen: { reason: 'eth0 is gone', dropped: 3 } };
  expect(ring.decide({ kind: 'began', at: 9000, lastRun, leftovers: [] })).toMatchObject([{ kind: 'gap', dropped: 3 }, start(0)]);
  expect(ring.decide({ kind: 'capturing', at: 9500 })).toMatchObject([{ from: 1000, to: 9500, reason: 'eth0 is gone' }]);
});

test('a closed file is ingested', () => {
  expect(capturing().decide({ kind: 'closed', path: '/ring/a' })).toEqual([{ kind: 'ingest', path: '/ring/a' }]);
});

describe('a dumpcap that ends', () => {
  test('is started again, its unfinished file is taken in, and the silence is a gap with its reason', () => {
    const ring = capturing();
    expect(ring.decide(ended(5000, { leftovers: ['half'] }))).toEqual([{ kind: 'ingest', path: 'half' }, start(0)]);
    expect(ring.describe()).toEqual({ isCapturing: false, detail: 'not capturing since 1970-01-01T00:00:05.000Z: it crashed' });
    expect(ring.decide({ kind: 'capturing', at: 5400 })).toEqual([{ kind: 'gap', from: 5000, to: 5400, reason: 'it crashed', dropped: 0 }]);
    expect(ring.describe().isCapturing).toBe(true);
  });

  test('again and again is tried less often, but every two seconds at least', () => {
    const ring = capturing();
    const delays = Array.from({ length: 6 }, (_, i) => ring.decide(ended(1000 + i)).at(-1));
    expect(delays).toEqual([250, 500, 1000, 1500, 1500, 1500].map(start));
  });

  test('after a good run is started at once', () => {
    const ring = capturing();
    ring.decide(ended(1000));
    ring.decide({ kind: 'capturing', at: 2000 });
    expect(ring.decide(ended(12_000))).toEqual([start(0)]);
  });

  test('many times in one silence gives one gap, with the first reason', () => {
    const ring = capturing();
    ring.decide(ended(1000, { reason: 'eth0 is gone' }));
    ring.decide(ended(2000, { reason: 'no device eth0' }));
    expect(ring.decide({ kind: 'capturing', at: 3000 })).toMatchObject([{ from: 1000, to: 3000, reason: 'eth0 is gone' }]);
  });

  test('and dropped packets leaves a gap over its run that counts them', () => {
    const ring = capturing(500);
    expect(ring.decide(ended(9000, { dropped: 7 }))[0]).toEqual({
      kind: 'gap',
      from: 500,
      to: 9000,
      reason: 'packets were dropped while capturing',
      dropped: 7,
    });
  });

  test('because it was told to, is not started again', () => {
    const ring = capturing();
    expect(ring.decide({ kind: 'stopped' })).toEqual([{ kind: 'end' }]);
    expect(ring.decide(ended(1000, { leftovers: ['last'] }))).toEqual([{ kind: 'ingest', path: 'last' }]);
  });
});

describe('packets that are dropped while it captures', () => {
  test('are a gap of the minute, told apart by who dropped them', () => {
    const ring = capturing();
    expect(ring.decide({ kind: 'dropped', from: 0, to: 60_000, byProgram: 0, byInterface: 0 })).toEqual([]);
    expect(ring.decide({ kind: 'dropped', from: 60_000, to: 120_000, byProgram: 3, byInterface: 4 })).toEqual([
      { kind: 'gap', from: 60_000, to: 120_000, reason: 'packets were dropped while capturing', dropped: 3 },
      { kind: 'gap', from: 60_000, to: 120_000, reason: 'the interface dropped packets before they could be captured', dropped: 4 },
    ]);
  });

  test('and are told at its end only are those since the last that were told of', () => {
    const ring = capturing();
    ring.decide({ kind: 'dropped', from: 0, to: 60_000, byProgram: 3, byInterface: 0 });
    expect(ring.decide(ended(70_000, { dropped: 2 }))[0]).toMatchObject({ kind: 'gap', from: 60_000, to: 70_000, dropped: 2 });
    ring.decide({ kind: 'capturing', at: 71_000 });
    expect(ring.decide(ended(80_000, { dropped: 1 }))[0]).toMatchObject({ kind: 'gap', from: 71_000, to: 80_000, dropped: 1 });
  });
});

describe('room', () => {
  const capture = (id: string, over = {}) => ({ id, bytes: 4 * MEBIBYTE, isReady: true, isNeeded: false, isHeld: false, ...over });
  const space = (freeBytes: number, captures: ReturnType<typeof capture>[]) => ({
    ...{ kind: 'space' as const, at: 7000, freeBytes, closedBytes: 0, growingBytes: null, captures },
  });

  test('within the budget nothing is deleted', () => {
    expect(capturing().decide(space(plenty, [capture('1'), capture('2')]))).toEqual([]);
  });

  test('beyond the budget the oldest ready captures go, no more than needed', () => {
    expect(capturing().decide(space(plenty, [capture('1'), capture('2'), capture('3')]))).toEqual([
      { kind: 'delete', captureId: '1', isNeeded: false },
    ]);
  });

  test('of what an engine would read again, only when nothing else is left', () => {
    const needed = { isNeeded: true };
    expect(capturing().decide(space(plenty, [capture('1', needed), capture('2'), capture('3')]))).toEqual([
      { kind: 'delete', captureId: '2', isNeeded: false },
    ]);
    expect(capturing().decide(space(plenty, [capture('1', needed), capture('2', needed), capture('3', needed)]))).toEqual([
      { kind: 'delete', captureId: '1', isNeeded: true },
    ]);
  });

  test('what is not ready is never deleted, however old', () => {
    const captures = [capture('1', { isReady: false }), capture('2'), capture('3', { isReady: false })];
    expect(capturing().decide(space(plenty, captures))).toEqual([{ kind: 'delete', captureId: '2', isNeeded: false }]);
    expect(
      capturing().decide(
        space(
          plenty,
          captures.map((each) => ({ ...each, isReady: false })),
        ),
      ),
    ).toEqual([{ kind: 'say', what: 'no-room', detail: expect.stringContaining('0 captures are held, 3 wait for analysis') }]);
  });

  test('what is held is never deleted, however full the disk is; that it is over its budget is said once, and as long as it lasts', () => {
    const ring = capturing();
    const held = { isHeld: true };
    const captures = [capture('1', held), capture('2'), capture('3', held), capture('4', held)];
    expect(ring.decide(space(plenty, captures))).toMatchObject([
      { kind: 'delete', captureId: '2' },
      { kind: 'say', detail: expect.stringContaining('over its budget: 3 captures are held, 0 wait') },
    ]);
    expect(ring.decide(space(plenty, captures.toSpliced(1, 1)))).toEqual([]);
    expect(ring.describe().detail).toContain('over its budget');
    expect(ring.decide(space(plenty, captures.slice(2)))).toEqual([]);
    expect(ring.describe().detail).not.toContain('over its budget');
  });

  test('the file that grows and those that wait for ingest count into the budget', () => {
    const look = { ...space(plenty, [capture('1'), capture('2')]), closedBytes: 3 * MEBIBYTE };
    expect(capturing().decide(look)).toEqual([{ kind: 'delete', captureId: '1', isNeeded: false }]);
    const growing = { ...space(plenty, [capture('1'), capture('2')]), growingBytes: 100 };
    expect(capturing().decide(growing)).toEqual([{ kind: 'delete', captureId: '1', isNeeded: false }]);
  });

  test('that the file that grows will be too much is nothing to tell of: the ring is within its budget', () => {
    const held = [capture('1', { isHeld: true }), capture('2', { isHeld: true })];
    const ring = capturing();
    expect(ring.decide({ ...space(plenty, held), growingBytes: 2 * MEBIBYTE })).toEqual([]);
    expect(ring.decide({ ...space(plenty, held), growingBytes: 3 * MEBIBYTE })).toMatchObject([{ kind: 'say', what: 'no-room' }]);
  });

  test('of four files or more has one file free ahead of time, as the next one grows before the oldest has gone', () => {
    const ring = (files: number) => new Ring({ ...options, budgetBytes: files * 4 * MEBIBYTE });
    const full = (files: number) => ({
      ...space(
        plenty,
        Array.from({ length: files - 1 }, (_, i) => capture(String(i))),
      ),
      growingBytes: 4 * MEBIBYTE,
    });
    expect(ring(4).decide(full(4))).toEqual([{ kind: 'delete', captureId: '0', isNeeded: false }]);
    expect(ring(4).decide(full(3))).toEqual([]);
    expect(ring(3).decide(full(3))).toEqual([]);
  });

  test('where several files were closed at once has room for as many, up to half of its budget, and forgets one of them a minute', () => {
    const captures = Array.from({ length: 10 }, (_, i) => capture(String(i)));
    const deletedAt = (ring: Ring, at: number) => ring.decide({ ...space(plenty, captures), at }).length;
    const ring = new Ring({ ...options, budgetBytes: 10 * 4 * MEBIBYTE });
    const close = (files: number) => {
      for (let i = 0; i < files; i++) ring.decide({ kind: 'closed', path: String(i) });
    };
    expect(deletedAt(ring, 0)).toBe(1);
    close(3);
    expect(deletedAt(ring, 0)).toBe(3);
    expect(deletedAt(ring, 59_000)).toBe(3);
    expect(deletedAt(ring, 60_000)).toBe(2);
    expect(deletedAt(ring, 600_000)).toBe(1);
    close(8);
    expect(deletedAt(ring, 600_000)).toBe(5);
  });

  test('ahead of time that cannot be had is nothing to tell of: the ring is within its budget', () => {
    const ring = new Ring({ ...options, budgetBytes: 16 * MEBIBYTE });
    const held = Array.from({ length: 4 }, (_, i) => capture(String(i), { isHeld: true }));
    expect(ring.decide(space(plenty, held))).toEqual([]);
    expect(ring.describe().detail).not.toContain('over its budget');
  });

  test('a disk that fills up takes ready captures before their time', () => {
    const ring = capturing();
    expect(ring.decide(space(95 * MEBIBYTE, [capture('1'), capture('2')]))).toEqual([
      { kind: 'delete', captureId: '1', isNeeded: false },
      { kind: 'delete', captureId: '2', isNeeded: false },
    ]);
  });

  test('a disk that is full of what may not go pauses the capture, and it goes on by itself when there is room', () => {
    const ring = capturing();
    const unread = [capture('1', { isReady: false })];
    expect(ring.decide(space(49 * MEBIBYTE, unread))).toMatchObject([{ kind: 'say', what: 'no-room' }, { kind: 'end' }]);
    expect(ring.decide(ended(7100, { reason: 'terminated' }))).toEqual([]);
    expect(ring.describe().detail).toContain('no space on the disk');
    expect(ring.decide(space(99 * MEBIBYTE, unread))).toEqual([]);
    expect(ring.decide(space(100 * MEBIBYTE, unread))).toEqual([start(0)]);
    expect(ring.decide({ kind: 'capturing', at: 8000 })).toMatchObject([{ from: 7100, to: 8000, reason: 'no space on the disk' }]);
  });

  test('a pause that ends before dumpcap did starts it once', () => {
    const ring = capturing();
    ring.decide(space(10 * MEBIBYTE, []));
    expect(ring.decide(space(plenty, []))).toEqual([]);
    expect(ring.decide(ended(7100))).toEqual([start(0)]);
  });

  test('a pause that begins and ends before a new dumpcap captured starts no second one beside it', () => {
    const ring = capturing();
    ring.decide(ended(7000));
    ring.decide({ kind: 'starting' });
    ring.decide(space(10 * MEBIBYTE, []));
    expect(ring.decide(space(plenty, []))).toEqual([]);
    expect(ring.decide(ended(7100)).at(-1)).toMatchObject({ kind: 'start' });
  });

  test('that the disk is full is said, and is the reason of the gap, also when there was room for a moment while dumpcap ended', () => {
    const ring = capturing();
    ring.decide(space(10 * MEBIBYTE, []));
    ring.decide(space(plenty, []));
    ring.decide(ended(7100, { reason: 'it was told to end' }));
    expect(ring.describe().detail).toContain(': no space on the disk');
    ring.decide({ kind: 'starting' });
    expect(ring.decide({ kind: 'capturing', at: 8000 })).toMatchObject([{ reason: 'no space on the disk' }]);
    // One that ends by itself has its own reason, but while it waits for space that is said.
    ring.decide(ended(9000, { reason: 'eth0 is gone' }));
    ring.decide(space(10 * MEBIBYTE, []));
    expect(ring.describe().detail).toContain(': no space on the disk');
  });

  test('a pause that comes before a start forgets it, and starts when it is over', () => {
    const ring = capturing();
    ring.decide(ended(7000));
    expect(ring.decide(space(10 * MEBIBYTE, []))).toContainEqual({ kind: 'end' });
    expect(ring.decide(space(plenty, []))).toEqual([start(0)]);
  });
});
