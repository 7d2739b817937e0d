import { flowRecord, WirecaseError, type RecordType } from '@wirecase/contract';
import { temporaryDatabase, type TemporaryDatabase } from '@wirecase/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CaptureAttempts, type Attempt } from './capture-attempts.ts';
import { CaptureRepository } from './capture-repository.ts';
import { CaptureTransaction, CommitRejected } from './capture-transaction.ts';
import { ChangeListener } from './changes.ts';
import { flowRow, newCapture, summary } from './testing/rows.ts';

const catalogue: RecordType[] = [flowRecord];
/** Every heartbeat is older than this. */
const anySilence = 0;

let database: TemporaryDatabase;
let captures: CaptureRepository;
let attempts: CaptureAttempts;

beforeAll(async () => {
  database = await temporaryDatabase();
  captures = new CaptureRepository(database.pool, catalogue);
  attempts = new CaptureAttempts(database.pool);
});
afterAll(() => database?.close());
beforeEach(() => database.pool.query('TRUNCATE capture, flow, hold, key_log, indicator_due, indicator_match'));

const stored = async () => (await captures.create(newCapture())).capture;
const claim = async (id: string, staleMs?: number): Promise<Attempt> => (await attempts.claim(id, 'test', staleMs))!.attempt;
const flows = async () => Number((await database.pool.query('SELECT count(*) AS n FROM flow')).rows[0].n);

describe('a capture', () => {
  it('waits in state stored after its file has arrived', async () => {
    const capture = await stored();
    expect(capture).toMatchObject({ state: 'stored', name: 'office.pcap', size: 1000, createdBy: 'ada', error: null, packets: null });
    expect(await attempts.pending()).toEqual([{ id: capture.id, attempts: 0, silentSeconds: 0 }]);
  });

  it('is one capture however often and however concurrently the same file arrives', async () => {
    const sha256 = 'ab'.repeat(32);
    const answers = await Promise.all(Array.from({ length: 50 }, () => captures.create(newCapture({ sha256 }))));
    expect(new Set(answers.map((answer) => answer.capture.id)).size).toBe(1);
    expect(answers.filter((answer) => !answer.duplicate)).toHaveLength(1);
    expect((await captures.findBySha256(sha256))?.id).toBe(answers[0]!.capture.id);
  });

  it('is listed newest first, page after page', async () => {
    const made = [await stored(), await stored(), await stored()].map((capture) => capture.id);
    const first = await captures.list({ limit: 2 });
    const second = await captures.list({ limit: 2, before: first[1]!.id });
    expect([...first, ...second].map((capture) => capture.id)).toEqual(made.reverse());
    expect(await captures.count()).toBe(3);
  });

  it('that does not exist is named in the error', async () => {
    await expect(captures.get('00000000-0000-4000-8000-000000000000')).rejects.toThrow(WirecaseError);
  });
});

describe('an attempt', () => {
  it('is given to one worker of many that ask at once', async () => {
    const { id } = await stored();
    const claims = await Promise.all(Array.from({ length: 10 }, () => attempts.claim(id, 'test')));
    expect(claims.filter((one) => one !== null)).toHaveLength(1);
    expect(await attempts.pending()).toEqual([]);
  });

  it('shows its progress', async () => {
    const { id } = await stored();
    const attempt = await claim(id);
    expect(await attempts.progress(attempt, { stage: 'reading', bytes: 10, totalBytes: 100, packets: 2 })).toBe(true);
    expect(await captures.get(id)).toMatchObject({
      state: 'parsing',
      stage: 'reading',
      progress: { bytes: 10, totalBytes: 100, packets: 2 },
    });
  });

  it('is lost by silence, and whatever it says later changes nothing', async () => {
    const { id } = await stored();
    const late = await claim(id);
    expect(await attempts.claim(id, 'other')).toBeNull();
    expect(await attempts.pending(anySilence)).toMatchObject([{ id }]);
    const current = await claim(id, anySilence);
    expect(await attempts.heartbeat(late)).toBe(false);
    expect(await attempts.progress(late, { stage: 'reading', bytes: 1, totalBytes: 1, packets: 1 })).toBe(false);
    expect(await attempts.fail(late, 'capture.damaged', 'late')).toBe(false);
    expect(await attempts.release(late)).toBe(false);
    expect(await attempts.recordDeath(late, 'late')).toBeNull();
    expect(await attempts.heartbeat(current)).toBe(true);
    expect((await captures.get(id)).state).toBe('parsing');
  });

  it('fails with a reason that is shown, and can be retried', async () => {
    const { id } = await stored();
    await attempts.fail(await claim(id), 'capture.bomb', 'It unpacks to 2 GB.');
    expect(await captures.get(id)).toMatchObject({
      state: 'failed',
      error: { code: 'capture.bomb', title: 'The file unpacks to more than is allowed', detail: 'It unpacks to 2 GB.' },
    });
    expect(await attempts.pending()).toEqual([]);
    expect(await captures.retry(id)).toMatchObject({ state: 'stored', error: null });
  });

  it('that is released waits again', async () => {
    const { id } = await stored();
    await attempts.release(await claim(id));
    expect(await attempts.pending()).toMatchObject([{ id }]);
  });

  it('ends in quarantine with the third death of the parser, until somebody retries', async () => {
    const { id } = await stored();
    expect(await attempts.recordDeath(await claim(id), 'SIGSEGV')).toEqual({ state: 'stored', deaths: 1 });
    expect(await attempts.recordDeath(await claim(id), 'SIGSEGV')).toEqual({ state: 'stored', deaths: 2 });
    expect(await attempts.recordDeath(await claim(id), 'SIGSEGV')).toEqual({ state: 'quarantined', deaths: 3 });
    expect(await attempts.claim(id, 'test')).toBeNull();
    expect((await captures.get(id)).error?.code).toBe('capture.poison');
    await captures.retry(id);
    expect((await attempts.claim(id, 'test'))?.deaths).toBe(0);
  });
});

describe('the rows of a capture', () => {
  it('become visible together with the state', async () => {
    const { id } = await stored();
    const transaction = await CaptureTransaction.begin(database.pool, await claim(id));
    transaction.writer.record(flowRecord, flowRow());
    await transaction.writer.flush();
    expect(await flows()).toBe(0);
    const eth0 = { name: 'eth0', description: '', filter: 'tcp', linkType: 'ETHERNET', snapLength: 96, resolution: '10^-6 s' };
    const said = { comments: [{ packet: 1, text: "it's here" }], names: 2, secrets: 1, skippedBlocks: 0 };
    await transaction.commit(summary({ packets: 7, dropped: 3, interfaces: [eth0], said }));
    expect(await flows()).toBe(1);
    expect(await captures.get(id)).toMatchObject({
      state: 'ready',
      packets: 7,
      flows: 1,
      alerts: 0,
      firstTime: '2024-05-01T10:00:00.000000001Z',
      nonFlow: { arp: 1 },
      damaged: [{ offset: 24, length: 7, reason: 'record length' }],
      dropped: 3,
      interfaces: [eth0],
      said,
    });
  });

  it('are dropped when the attempt was lost before its commit', async () => {
    const { id } = await stored();
    const late = await CaptureTransaction.begin(database.pool, await claim(id));
    await attempts.claim(id, 'other', anySilence);
    late.writer.record(flowRecord, flowRow());
    await expect(late.commit(summary())).rejects.toThrow();
    expect(await flows()).toBe(0);
    expect((await captures.get(id)).state).toBe('parsing');
  });

  it('of a stopped worker do not block the next one, who copies the same rows', async () => {
    const { id } = await stored();
    const row = flowRow();
    const stopped = await CaptureTransaction.begin(database.pool, await claim(id));
    stopped.writer.record(flowRecord, row);
    await stopped.writer.flush();
    const next = await CaptureTransaction.begin(database.pool, await claim(id, anySilence));
    next.writer.record(flowRecord, row);
    await next.commit(summary());
    await expect(stopped.commit(summary())).rejects.toThrow();
    expect(await flows()).toBe(1);
  });

  it('cannot be begun by an attempt that was lost', async () => {
    const { id } = await stored();
    const late = await claim(id);
    await claim(id, anySilence);
    await expect(CaptureTransaction.begin(database.pool, late)).rejects.toThrow(CommitRejected);
  });

  it('go with the capture when it is deleted, and a worker on it commits nothing', async () => {
    const done = await stored();
    const transaction = await CaptureTransaction.begin(database.pool, await claim(done.id));
    transaction.writer.record(flowRecord, flowRow());
    await transaction.commit(summary());
    const working = await stored();
    const late = await CaptureTransaction.begin(database.pool, await claim(working.id));
    late.writer.record(flowRecord, flowRow());
    await late.writer.flush();
    await captures.delete(done.id);
    await captures.delete(working.id);
    await expect(late.commit(summary())).rejects.toThrow();
    expect(await flows()).toBe(0);
    expect(await captures.list()).toEqual([]);
  });
});

describe('waiting for a change', () => {
  let listener: ChangeListener;
  beforeAll(async () => {
    listener = new ChangeListener(database.url);
    await listener.open();
  });
  afterAll(() => listener.close());

  it('ends at once in a final state', async () => {
    const { id } = await stored();
    await attempts.fail(await claim(id), 'capture.damaged', 'x');
    expect((await captures.waitForChange(listener, id, 60_000)).state).toBe('failed');
  });

  it('ends when the state changes, not when progress is made', async () => {
    const { id } = await stored();
    const attempt = await claim(id);
    const waiting = captures.waitForChange(listener, id, 60_000);
    await attempts.progress(attempt, { stage: 'reading', bytes: 1, totalBytes: 2, packets: 1 });
    await attempts.release(attempt);
    expect((await waiting).state).toBe('stored');
  });

  it('ends with the time given', async () => {
    const { id } = await stored();
    expect((await captures.waitForChange(listener, id, 50)).state).toBe('stored');
  });

  it('goes on after the database ended the connection', async () => {
    const { id } = await stored();
    const resynced = new Promise<void>((resolve) => {
      const stop = listener.onChange((change) => {
        if ('resync' in change) {
          stop();
          resolve();
        }
      });
    });
    const waiting = captures.waitForChange(listener, id, 60_000);
    await database.pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'wirecase changes' AND datname = current_database()`,
    );
    await resynced;
    await claim(id);
    expect((await waiting).state).toBe('parsing');
  });
});
