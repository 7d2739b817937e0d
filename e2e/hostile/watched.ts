/** Work in a thread of its own that is given up when one piece of it does not end. */
import { Worker } from 'node:worker_threads';

/** What a watched thread is given: its job, and where it writes the number of the piece in work. */
export interface Watched<Job> {
  job: Job;
  /** [0]: number of the piece in work. */
  progress: Int32Array;
}

/** Runs `script` as a thread and gives each of its messages to `take`; ends the process when one piece takes longer than `limitMs`. */
export function runWatched<Job, Message>(script: string, job: Job, limitMs: number, take: (message: Message) => void): void {
  const progress = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(script, { workerData: { job, progress } satisfies Watched<Job> });
  let last = -1;
  const watch = setInterval(() => {
    const now = Atomics.load(progress, 0);
    if (now === last) {
      process.stderr.write(`mutant ${now} does not end\n`);
      process.exit(1);
    }
    last = now;
  }, limitMs);
  worker.on('message', take);
  worker.on('exit', () => clearInterval(watch));
}
