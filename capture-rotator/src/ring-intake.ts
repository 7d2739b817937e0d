/** Closed ring files on their way into the evidence, one after the other. A file stays in the ring until its capture has a row. */
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { WirecaseError } from '@wirecase/contract';
import type { Received } from '@wirecase/store';

export interface RingIntakeEvents {
  /** Take the file in. Null: it held no packet and is gone. */
  adopt(path: string): Promise<Received | null>;
  taken(path: string, received: Received): void;
  /** It is no capture (cut off before its first block): put it aside. */
  setAside(path: string, reason: string): Promise<void>;
  /** It is tried again: the database or the disk is away. */
  postponed(path: string, error: unknown): void;
}

const RETRY_MS = 2_000;

export class RingIntake {
  private readonly events: RingIntakeEvents;
  private readonly retryMs: number;
  private readonly waiting = new Map<string, string>();
  private readonly stopping = new AbortController();
  private working: Promise<void> | null = null;

  constructor(events: RingIntakeEvents, retryMs = RETRY_MS) {
    this.events = events;
    this.retryMs = retryMs;
  }

  /** How many files wait. */
  get size(): number {
    return this.waiting.size;
  }

  /** Take the file in when its turn comes. A file that waits already is not taken twice. */
  add(path: string): void {
    this.waiting.set(basename(path), path);
    this.working ??= this.work();
  }

  /** Answers when nothing waits, or when a file cannot be taken now; the rest stays in the ring for the next start. */
  async finish(): Promise<void> {
    this.stopping.abort();
    await this.working;
  }

  private async work(): Promise<void> {
    for (let next = this.next(); next !== null; next = this.next()) {
      const isDone = await this.take(next);
      if (isDone) this.waiting.delete(basename(next));
      else if (this.stopping.signal.aborted) break;
      else await sleep(this.retryMs, undefined, { signal: this.stopping.signal }).catch(() => undefined); // woken to finish
    }
    this.working = null;
  }

  private next(): string | null {
    return this.waiting.values().next().value ?? null;
  }

  private async take(path: string): Promise<boolean> {
    try {
      const received = await this.events.adopt(path);
      if (received) this.events.taken(path, received);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true; // taken before, announced twice
      if (!(error instanceof WirecaseError) || !['capture.unreadable', 'capture.empty'].includes(error.code)) {
        this.events.postponed(path, error);
        return false;
      }
      await this.events.setAside(path, error.message);
    }
    return true;
  }
}
