/**
 * The parser child: a process of its own, started by the worker with Node on this very file. Whatever a hostile capture does to it (memory,
 * loops, crashes) ends this process only. It parses one capture and exits; without its parent it ends itself.
 */
import { catalogue } from '@wirecase/engine';
import {
  CaptureAttempts,
  CaptureRepository,
  createPool,
  EvidenceStore,
  isConnectionError,
  loadConfig,
  type Progress,
} from '@wirecase/store';
import { PROGRESS_INTERVAL_MS, type ChildMessage, type ParseRequest } from './messages.ts';
import { parseCapture } from './parse-capture.ts';

// Nobody would hear the outcome, and somebody else will claim the capture. Exiting ends the open transaction.
process.on('disconnect', () => process.exit(0));
// The worker decides when we end: Ctrl-C in a terminal reaches every process of its group.
process.on('SIGINT', () => undefined);

process.once('message', (request: ParseRequest) => void run(request));

async function run(request: ParseRequest): Promise<void> {
  const config = loadConfig(process.env);
  // One connection copies the rows, one says how far it is.
  const pool = createPool(config.databaseUrl, { size: 2, name: 'wirecase parser' });
  const attempts = new CaptureAttempts(pool);
  const paths = new EvidenceStore(config.dataDir, new CaptureRepository(pool, catalogue)).paths(request.attempt.captureId);
  const progress: Progress = { stage: 'reading', bytes: 0, totalBytes: 0, packets: 0 };
  const reporting = setInterval(() => void report(attempts, request, progress), PROGRESS_INTERVAL_MS);
  const outcome = await parseCapture(pool, paths, request, progress);
  clearInterval(reporting);
  await pool.end();
  await tell({ kind: 'outcome', outcome });
  process.disconnect();
}

let isReporting = false;
let reported = '';

/** Tell the parent that we live, and the database how far we are when that changed. */
async function report(attempts: CaptureAttempts, request: ParseRequest, progress: Progress): Promise<void> {
  if (isReporting) return;
  isReporting = true;
  try {
    await tell({ kind: 'progress', progress });
    const now = JSON.stringify(progress);
    if (now !== reported) await attempts.progress(request.attempt, progress);
    reported = now;
  } catch (error) {
    // Progress is a courtesy: a database that is away is seen by the transaction, which decides.
    if (!isConnectionError(error)) throw error;
  } finally {
    isReporting = false;
  }
}

function tell(message: ChildMessage): Promise<void> {
  return new Promise((resolve) => process.send!(message, () => resolve()));
}
