/**
 * Hints of what changed, by PostgreSQL's NOTIFY on one channel. A hint names an id and nothing else: whoever gets it reads the row.
 * Hints sent inside a transaction arrive when it commits. Missed hints do no harm: after a lost connection `resync` says to read again.
 */
import type { LiveSample } from '@wirecase/contract';
import type pg from 'pg';
import { createClient } from './pool.ts';

export const changeChannel = 'wirecase';

/**
 * `capture`: the row changed; `deleted`: it is gone; `alerts`: a capture's alerts became visible; `triaged`: what people made of these alerts
 * changed (of very many alerts no ids are named); `alert`: one of a sensor, new or changed;
 * `live`: what a sensor saw in the last second, which is all there is to it; `sensor`: its row changed; `resync`: hints may have been missed.
 */
export type Change =
  | { capture: string }
  | { deleted: string }
  | { alerts: string }
  | { triaged: string[] }
  | { alert: string; isNew: boolean }
  | { live: LiveSample }
  | { sensor: string }
  | { resync: true };

interface Queryable {
  query(text: string, values?: unknown[]): Promise<unknown>;
}

export async function notifyChange(database: Queryable, change: Change): Promise<void> {
  await database.query('SELECT pg_notify($1, $2)', [changeChannel, JSON.stringify(change)]);
}

/** Listens on a connection of its own and connects again for as long as it is open. */
export class ChangeListener {
  readonly #databaseUrl: string;
  readonly #listeners = new Set<(change: Change) => void>();
  #client: pg.Client | null = null;
  #retry: NodeJS.Timeout | null = null;
  #retryMs = 0;
  #closed = false;

  constructor(databaseUrl: string) {
    this.#databaseUrl = databaseUrl;
  }

  /** Answers when the first connection listens; throws when it cannot be made. */
  async open(): Promise<void> {
    await this.#connect();
  }

  /** Call `listener` with every change from now on. Answers how to stop. */
  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Whether hints arrive at the moment. */
  get isConnected(): boolean {
    return this.#client !== null;
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#retry) clearTimeout(this.#retry);
    const client = this.#client;
    this.#client = null;
    await client?.end();
  }

  async #connect(): Promise<void> {
    const client = createClient(this.#databaseUrl, 'wirecase changes');
    client.on('notification', (message) => this.#emit(JSON.parse(message.payload ?? '{}') as Change));
    // A broken connection says `error` and then `end`; `end` does the work.
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query(`LISTEN ${changeChannel}`);
    } catch (error) {
      await client.end().catch(() => undefined); // it may never have been connected
      throw error;
    }
    client.once('end', () => this.#reconnect(client));
    this.#client = client;
    this.#retryMs = 0;
  }

  #reconnect(lost: pg.Client): void {
    if (this.#closed || this.#client !== lost) return;
    this.#client = null;
    this.#scheduleRetry();
  }

  #scheduleRetry(): void {
    this.#retry = setTimeout(() => void this.#tryAgain(), this.#retryMs);
    this.#retryMs = Math.min(2_000, this.#retryMs * 2 + 100);
  }

  async #tryAgain(): Promise<void> {
    try {
      await this.#connect();
    } catch {
      // The database is still away; every failure of connecting is worth another try.
      if (!this.#closed) this.#scheduleRetry();
      return;
    }
    if (this.#closed) await this.#client?.end();
    else this.#emit({ resync: true });
  }

  #emit(change: Change): void {
    for (const listener of this.#listeners) listener(change);
  }
}
