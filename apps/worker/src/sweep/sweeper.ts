/**
 * Brings back what the queue forgot: PostgreSQL knows which captures wait, Redis only hints. Losing Redis, a worker or a hint therefore
 * costs at most one sweep. Hints are idempotent (one job an attempt), so several workers may sweep at once and no lock is needed.
 */
import { ingestJobOptions, ingestQueue } from '@wirecase/contract';
import type { PendingCapture } from '@wirecase/store';

/** What the sweeper needs of `CaptureAttempts` and of BullMQ's queue. */
export interface WaitingCaptures {
  pending(staleMs: number, limit?: number): Promise<PendingCapture[]>;
}
export interface HintQueue {
  count(): Promise<number>;
  addBulk(jobs: { name: string; data: { captureId: string }; opts: ReturnType<typeof ingestJobOptions> }[]): Promise<unknown>;
}

/** Even when as many hints as captures wait they may not be the same ones; hinting the oldest again each time keeps the line moving. */
const ALWAYS_HINTED = 100;

/** Hint every waiting capture that the queue may not know. Answers how many hints were given. */
export async function sweep(captures: WaitingCaptures, queue: HintQueue, staleMs: number): Promise<number> {
  const waiting = await captures.pending(staleMs);
  const isComplete = (await queue.count()) >= waiting.length;
  const hinted = isComplete ? waiting.slice(0, ALWAYS_HINTED) : waiting;
  // What was begun before is added at the head: who waits longest comes last, so that it is taken first.
  const inOrder = hinted.toSorted((a, b) => a.silentSeconds - b.silentSeconds);
  if (inOrder.length > 0) await queue.addBulk(inOrder.map(hintOf));
  return hinted.length;
}

/**
 * Whoever took the hint of a silent worker's capture may have died before it claimed, and the queue holds a dead one's hint for seconds:
 * as long as nobody has the capture it is hinted anew every few seconds, a few times.
 */
const REPEAT_SECONDS = 2;
const MAX_REPEATS = 10;

function hintOf({ id, attempts, silentSeconds }: PendingCapture) {
  const repeat = Math.min(MAX_REPEATS, Math.floor(silentSeconds / REPEAT_SECONDS));
  return { name: ingestQueue, data: { captureId: id }, opts: ingestJobOptions(id, attempts, repeat) };
}
