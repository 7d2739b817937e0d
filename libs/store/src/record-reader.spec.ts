import { alertRecord, flowRecord, formatIp, parseIp, parseTime, weirdRecord, type AlertRow, type FlowRow } from '@wirecase/contract';
import { temporaryDatabase, type TemporaryDatabase } from '@wirecase/testkit';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CaptureAttempts } from './capture-attempts.ts';
import { CaptureRepository } from './capture-repository.ts';
import { CaptureTransaction } from './capture-transaction.ts';
import { createPool } from './pool.ts';
import { RecordReader, type Selection } from './record-reader.ts';
import { flowRow, newCapture, summary } from './testing/rows.ts';

const everything: Selection = { where: 'TRUE', params: [] };
const noon = parseTime('2024-05-01T12:00:00Z')!;
const second = 1_000_000_000n;

let database: TemporaryDatabase;
let reader: RecordReader;
let captureId: string;
let flows: FlowRow[];

/** 250 flows, two each second, some without ports; from 10.0.0.0 on and IPv6 every tenth. */
const makeFlows = () =>
  Array.from({ length: 250 }, (_, i) =>
    flowRow({
      start: noon + BigInt(i >> 1) * second,
      end: noon + BigInt(i) * second,
      sourceIp: parseIp(i % 10 === 0 ? `2001:db8::${i + 1}` : `10.0.0.${i}`)!,
      sourcePort: i % 3 === 0 ? null : i,
      bytes: i,
      history: `h${i % 7}`,
    }),
  );

function alert(overrides: Partial<AlertRow>): AlertRow {
  return {
    id: crypto.randomUUID(),
    start: noon,
    end: noon + 5n * second,
    severity: 50,
    ruleId: 'port-scan',
    ruleName: 'Port scan',
    ruleVersion: '1',
    techniques: ['T1046'],
    sourceIp: parseIp('10.0.0.1')!,
    destinationIp: parseIp('10.0.0.2')!,
    alertClass: 'scan.vertical',
    confidence: 0.75,
    detectedAt: noon,
    entities: [{ role: 'attacker', ip: '10.0.0.1' }],
    evidence: { metric: 'ports', value: 20, threshold: 15, packets: [1, 2] },
    suppressedBy: null,
    explanation: 'x',
    ...overrides,
  };
}

beforeAll(async () => {
  database = await temporaryDatabase();
  reader = new RecordReader(database.pool);
  const captures = new CaptureRepository(database.pool, [flowRecord, weirdRecord, alertRecord]);
  captureId = (await captures.create(newCapture())).capture.id;
  const transaction = await CaptureTransaction.begin(
    database.pool,
    (await new CaptureAttempts(database.pool).claim(captureId, 'test'))!.attempt,
  );
  flows = makeFlows();
  for (const flow of flows) transaction.writer.record(flowRecord, flow);
  transaction.writer.record(weirdRecord, { id: crypto.randomUUID(), flowId: flows[0]!.id, time: noon, packet: 1, name: 'odd', count: 2 });
  transaction.writer.record(alertRecord, alert({ severity: 40, explanation: 'both ends' }));
  transaction.writer.record(alertRecord, alert({ severity: 90, destinationIp: null, explanation: 'one end' }));
  transaction.writer.record(alertRecord, alert({ sourceIp: parseIp('10.9.9.9')!, explanation: 'another source' }));
  transaction.writer.record(alertRecord, alert({ start: noon + 3600n * second, end: noon + 3601n * second, explanation: 'another time' }));
  await transaction.commit(summary());
});
afterAll(() => database?.close());

const pagesOf = async (sort: string | undefined, limit: number) => {
  const found: (FlowRow & { captureId: string })[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await reader.search(flowRecord, everything, { sort, limit, cursor });
    found.push(...page.rows);
    if (page.nextCursor === null) return found;
    expect(page.rows).toHaveLength(limit);
    cursor = page.nextCursor;
  }
};

describe('a page', () => {
  it('holds the rows as they were written, with their capture', async () => {
    const [row] = (await reader.search(flowRecord, { ...everything, where: 'flow_id = $1', params: [flows[1]!.id] }, { limit: 10 })).rows;
    expect(row).toEqual({ captureId, ...flows[1] });
  });

  it('is newest first, and the last page says so', async () => {
    const found = await pagesOf(undefined, 60);
    expect(found).toHaveLength(250);
    expect(new Set(found.map((row) => row.id)).size).toBe(250);
    for (const [i, row] of found.slice(1).entries()) expect(row.start <= found[i]!.start).toBe(true);
  });

  it.each([
    'event.start',
    '-event.start',
    'source.port',
    '-source.port',
    'source.ip',
    '-source.ip',
    'wirecase.flow.history',
    '-network.bytes',
    'wirecase.flow.id',
  ])('by %s gives every row once and in order', async (sort) => {
    const paged = await pagesOf(sort, 37);
    const streamed: FlowRow[] = [];
    for await (const row of reader.stream(flowRecord, everything, { sort })) streamed.push(row);
    expect(paged.map((row) => row.id)).toEqual(streamed.map((row) => row.id));
    expect(new Set(paged.map((row) => row.id)).size).toBe(250);
  });

  it('puts rows without a value last, in both directions', async () => {
    for (const sort of ['source.port', '-source.port']) {
      const ports = (await pagesOf(sort, 100)).map((row) => row.sourcePort);
      const values = ports.filter((port) => port !== null);
      expect(ports.slice(values.length).every((port) => port === null)).toBe(true);
      expect(values).toEqual([...values].sort((a, b) => (sort.startsWith('-') ? b - a : a - b)));
    }
  });

  it('keeps to the time range and the capture', async () => {
    const page = await reader.search(flowRecord, { ...everything, from: noon + second, to: noon + 3n * second, captureId }, { limit: 100 });
    expect(page.rows).toHaveLength(4);
    expect(page.total).toEqual({ value: 4, relation: 'eq' });
    const elsewhere = await reader.search(flowRecord, { ...everything, captureId: crypto.randomUUID() }, { limit: 100 });
    expect(elsewhere).toEqual({ rows: [], nextCursor: null, total: { value: 0, relation: 'eq' } });
  });

  it.each([
    ['an unknown field', { sort: 'nonsense' }],
    ['a field without order', { sort: 'network.protocol' }],
    ['a cursor that is none', { cursor: 'nonsense' }],
    [
      'a cursor of another type',
      { cursor: Buffer.from(JSON.stringify({ order: 'flow:-event.start', value: 'x', id: crypto.randomUUID() })).toString('base64url') },
    ],
  ])('is refused with %s', async (_name, page) => {
    await expect(reader.search(flowRecord, everything, { limit: 1, ...page })).rejects.toMatchObject({ code: 'request.invalid' });
  });

  it('does not take the cursor of another order', async () => {
    const { nextCursor } = await reader.search(flowRecord, everything, { limit: 1 });
    await expect(reader.search(flowRecord, everything, { limit: 1, sort: 'event.start', cursor: nextCursor! })).rejects.toMatchObject({
      code: 'request.invalid',
    });
  });

  it('counts up to ten thousand and then says at least', async () => {
    const many: Selection = { where: 'TRUE', params: [] };
    await database.pool.query(`INSERT INTO weird SELECT $1, gen_random_uuid(), NULL, n, 1, 'many', 1 FROM generate_series(1, 10001) n`, [
      captureId,
    ]);
    expect((await reader.search(weirdRecord, many, { limit: 1 })).total).toEqual({ value: 10_000, relation: 'gte' });
    await database.pool.query(`DELETE FROM weird WHERE weird_name = 'many'`);
  });

  it('that takes longer than the time limit ends with query.timeout', async () => {
    const pool = createPool(database.url, { statementTimeoutMs: 50 });
    await expect(
      new RecordReader(pool).search(flowRecord, { where: 'pg_sleep(10) IS NULL', params: [] }, { limit: 1 }),
    ).rejects.toMatchObject({ code: 'query.timeout' });
    await pool.end();
  });
});

describe('a stream', () => {
  it('that is left early gives its connection back', async () => {
    for (let i = 0; i < 20; i++) for await (const row of reader.stream(flowRecord, everything)) if (row) break;
    expect(database.pool.idleCount).toBe(database.pool.totalCount);
  });

  it('ends when it is aborted', async () => {
    const abort = new AbortController();
    const reading = (async () => {
      for await (const row of reader.stream(flowRecord, everything, { signal: abort.signal })) if (row) abort.abort();
    })();
    // 250 rows are one fetch: the abort is seen before the next.
    await expect(reading).rejects.toThrow('aborted');
  });
});

describe('a histogram', () => {
  const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);

  it('spreads all rows over its buckets', async () => {
    const histogram = (await reader.histogram(flowRecord, everything, 10))!;
    expect(histogram.counts).toHaveLength(10);
    expect(sum(histogram.counts)).toBe(250);
    expect(sum(histogram.bytes)).toBe((249 * 250) / 2);
    expect(histogram.from).toBe('2024-05-01T12:00:00.000000000Z');
  });

  it('keeps to the range given, with empty buckets', async () => {
    const histogram = (await reader.histogram(flowRecord, { ...everything, from: noon - 10n * second, to: noon + 10n * second }, 20))!;
    expect(histogram.intervalNs).toBe(1e9);
    expect(histogram.counts).toEqual([...Array(10).fill(0), ...Array(10).fill(2)]);
  });

  it('is null when nothing was found', async () => {
    expect(await reader.histogram(flowRecord, { ...everything, where: 'FALSE' }, 10)).toBeNull();
  });

  it('never has more buckets than asked for, nor loses a row, whatever the range', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 300 }), fc.bigInt({ min: 1n, max: 200n * second }), async (buckets, span) => {
        const selection = { ...everything, from: noon, to: noon + span };
        const histogram = (await reader.histogram(flowRecord, selection, buckets))!;
        expect(histogram.counts.length).toBeLessThanOrEqual(buckets);
        expect(sum(histogram.counts)).toBe(flows.filter((flow) => flow.start < noon + span).length);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a flow', () => {
  it('is found by its id', async () => {
    expect((await reader.find(flowRecord, flows[3]!.id))?.history).toBe('h3');
    expect(await reader.find(flowRecord, crypto.randomUUID())).toBeNull();
  });

  it('leads to what was recorded of it', async () => {
    expect(await reader.ofFlow(weirdRecord, flows[0]!.id, 10)).toMatchObject([{ name: 'odd', count: 2 }]);
    expect(await reader.ofFlow(weirdRecord, flows[1]!.id, 10)).toEqual([]);
  });

  it('leads to the alerts about its ends in its time, the gravest first', async () => {
    const flow = (await reader.find(flowRecord, flows[1]!.id))!;
    expect(formatIp(flow.sourceIp)).toBe('10.0.0.1');
    expect((await reader.alertsOfFlow(flow, 10)).map((row) => row.explanation)).toEqual(['one end', 'both ends']);
  });
});
