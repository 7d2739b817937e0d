import { noFigures, parseIp, parseTime, qualityRecord, type QualityFigures, type QualityRow } from '@wirecase/contract';
import { catalogue } from '@wirecase/engine';
import { temporaryDatabase, type TemporaryDatabase } from '@wirecase/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CaptureAttempts } from './capture-attempts.ts';
import { CaptureRepository } from './capture-repository.ts';
import { CaptureTransaction } from './capture-transaction.ts';
import { QualityReader } from './quality-reader.ts';
import { newCapture, summary } from './testing/rows.ts';

const noon = parseTime('2024-05-01T12:00:00Z')!;
const minute = 60_000_000_000n;

function row(at: number, ip: string | null, figures: Partial<QualityFigures>): QualityRow {
  const start = noon + BigInt(at) * minute;
  return { id: crypto.randomUUID(), start, end: start + minute, ip: ip === null ? null : parseIp(ip), ...noFigures(), ...figures };
}

let database: TemporaryDatabase;
let captures: CaptureRepository;
let reader: QualityReader;

async function store(rows: readonly QualityRow[]): Promise<string> {
  const { capture } = await captures.create(newCapture());
  const claim = (await new CaptureAttempts(database.pool).claim(capture.id, 'test'))!;
  const transaction = await CaptureTransaction.begin(database.pool, claim.attempt);
  for (const each of rows) transaction.writer.record(qualityRecord, each);
  await transaction.commit(summary());
  return capture.id;
}

beforeAll(async () => {
  database = await temporaryDatabase();
  captures = new CaptureRepository(database.pool, catalogue);
  reader = new QualityReader(database.pool);
});
afterAll(() => database?.close());

describe('the quality of a capture', () => {
  it('has its sums, its minutes with those without flows between them, and the hosts of which most was missed', async () => {
    const id = await store([
      row(0, null, { flows: 4, halfSeen: 3 }),
      row(0, '10.0.0.1', { flows: 4, halfSeen: 3 }),
      row(0, '10.0.0.2', { flows: 1 }),
      row(2, null, { flows: 6, halfSeen: 1, gapBytes: 9 }),
      row(2, '10.0.0.1', { flows: 2 }),
      row(2, '2001:db8::1', { flows: 2, halfSeen: 1 }),
      row(2, '10.0.0.3', { flows: 2, halfSeen: 1, gapBytes: 9 }),
    ]);
    const quality = await reader.ofCapture(id);
    expect(quality.figures).toEqual({ ...noFigures(), flows: 10, halfSeen: 4, gapBytes: 9 });
    expect(quality.steps.map(({ start, end, figures }) => [start.slice(11, 16), end.slice(11, 16), figures.flows])).toEqual([
      ['12:00', '12:01', 4],
      ['12:01', '12:02', 0],
      ['12:02', '12:03', 6],
    ]);
    expect(quality.hosts.map(({ ip, figures }) => [ip, figures.flows, figures.halfSeen])).toEqual([
      ['10.0.0.1', 6, 3],
      ['10.0.0.3', 2, 1],
      ['2001:db8::1', 2, 1],
    ]);
  });

  it('is told in at most 240 steps of whole minutes', async () => {
    const id = await store([row(0, null, { flows: 1 }), row(1, null, { flows: 2 }), row(480, null, { flows: 5 })]);
    const { steps } = await reader.ofCapture(id);
    // 481 minutes by threes.
    expect(steps).toHaveLength(161);
    expect([steps[0]!.figures.flows, steps[160]!.figures.flows]).toEqual([3, 5]);
  });

  it('of a capture without flows is nothing', async () => {
    expect(await reader.ofCapture(await store([]))).toEqual({ figures: noFigures(), steps: [], hosts: [] });
  });
});

describe('the quality around an alert', () => {
  it('is that of its hosts in its minutes, and of no other capture', async () => {
    const id = await store([
      row(0, '10.0.0.1', { flows: 1 }),
      row(1, '10.0.0.1', { flows: 2 }),
      row(2, '10.0.0.1', { flows: 4 }),
      row(3, '10.0.0.1', { flows: 8 }),
      row(1, null, { flows: 16 }),
      row(2, null, { flows: 32 }),
    ]);
    await store([row(1, '10.0.0.1', { flows: 100 }), row(1, null, { flows: 100 })]);
    // From the middle of one minute to the begin of the next.
    const times = { captureId: id, from: noon + minute + 1n, to: noon + 2n * minute };
    const hosts = await reader.ofHosts({ ...times, ips: ['10.0.0.1', '10.0.0.9'] });
    expect([...hosts]).toEqual([['10.0.0.1', { ...noFigures(), flows: 6 }]]);
    expect(await reader.ofTime(times)).toEqual({ ...noFigures(), flows: 48 });
    expect(await reader.ofTime({ ...times, from: noon + 10n * minute, to: noon + 11n * minute })).toEqual(noFigures());
  });
});
