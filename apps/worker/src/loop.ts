import { setTimeout as sleep } from 'node:timers/promises';

const STOP_PATIENCE_MS = 1_000;

/** Work that is done again and again, never twice at once, with a pause between, until it is stopped. */
export class Loop {
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  /** `work` handles its own errors: what it throws is a bug and ends the process. */
  start(work: () => Promise<void>, pauseMs: number): void {
    this.running = this.run(work, pauseMs);
  }

  /** Answers when the round that runs is done, or after a second: it may wait for a server that is away. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.race([this.running, sleep(STOP_PATIENCE_MS, undefined, { ref: false })]);
  }

  private async run(work: () => Promise<void>, pauseMs: number): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await work();
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined); // woken to stop
    }
  }
}
