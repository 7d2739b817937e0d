import { expect, test } from 'vitest';
import { sweep, type HintQueue } from './sweeper.ts';

/** A queue as BullMQ's: one job an id, however often it is added. */
class FakeQueue implements HintQueue {
  readonly jobs = new Set<string>();
  async count() {
    return this.jobs.size;
  }
  async addBulk(jobs: { opts: { jobId: string } }[]) {
    for (const job of jobs) this.jobs.add(job.opts.jobId);
  }
}

const ids = (count: number) => Array.from({ length: count }, (_, i) => `capture-${i}`);
const waiting = (all: string[], attempts = 0, silentSeconds = 0) => ({
  pending: async () => all.map((id) => ({ id, attempts, silentSeconds })),
});

test('a queue that lost everything gets a hint for every waiting capture', async () => {
  const queue = new FakeQueue();
  expect(await sweep(waiting(ids(500)), queue, 1000)).toBe(500);
  expect([...queue.jobs]).toEqual(ids(500));
});

test('a queue that knows as many as wait gets only the oldest again, so that a wrong one among them cannot block', async () => {
  const queue = new FakeQueue();
  await queue.addBulk(ids(501).map((jobId) => ({ opts: { jobId } })));
  queue.jobs.delete('capture-0');
  expect(await sweep(waiting(ids(500)), queue, 1000)).toBe(100);
  expect(queue.jobs.has('capture-0')).toBe(true);
});

test('a capture that a killed worker had is hinted anew, although the queue still holds the hint of the dead', async () => {
  const queue = new FakeQueue();
  await queue.addBulk([{ opts: { jobId: 'capture-0' } }]);
  await sweep(waiting(ids(1), 1, 4), queue, 1000);
  expect([...queue.jobs]).toEqual(['capture-0', 'capture-0-1-2']);
  await sweep(waiting(ids(1), 1, 5), queue, 1000);
  expect(queue.jobs.size).toBe(2);
  await sweep(waiting(ids(1), 1, 6), queue, 1000);
  expect(queue.jobs.size).toBe(3);
  for (const hours of [1, 2, 3]) await sweep(waiting(ids(1), 1, hours * 3600), queue, 1000);
  expect(queue.jobs.size).toBe(4);
});

test('what was silent longest is added last, which is at the head of the queue', async () => {
  const queue = new FakeQueue();
  const pending = [9, 4, 0].map((silentSeconds, i) => ({ id: `capture-${i}`, attempts: silentSeconds === 0 ? 0 : 1, silentSeconds }));
  await sweep({ pending: async () => pending }, queue, 1000);
  expect([...queue.jobs]).toEqual(['capture-2', 'capture-1-1-2', 'capture-0-1-4']);
});

test('nothing waits, nothing is hinted', async () => {
  const queue = new FakeQueue();
  expect(await sweep(waiting([]), queue, 1000)).toBe(0);
  expect(queue.jobs.size).toBe(0);
});
