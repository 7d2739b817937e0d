/**
 * Work on captures. Whoever works on one holds an **attempt**: a token written into the row when it was claimed. Every later statement of
 * that worker names the token, so that one which was stopped, cut off or doubled changes nothing once somebody else has claimed the capture.
 */
import { randomUUID } from 'node:crypto';
import type { Capture, CaptureState } from '@wirecase/contract';
import { captureColumns, changeCapture, toCapture, type CaptureRow } from './capture-row.ts';
import { notifyChange } from './changes.ts';
import { inTransaction, type Pool, type PoolClient } from './pool.ts';

/** The right to work on a capture; plain data, so that a worker can hand it to its child. */
export interface Attempt {
  captureId: string;
  token: string;
}

export interface Claim {
  attempt: Attempt;
  capture: Capture;
  /** How often the parser died on this capture before. */
  deaths: number;
}

export interface PendingCapture {
  id: string;
  /** How often somebody began to work on it. */
  attempts: number;
  /** Whole seconds since the worker that has it was last heard; 0 when nobody has it. */
  silentSeconds: number;
}

export interface Progress {
  stage: string;
  bytes: number;
  totalBytes: number;
  packets: number;
}

/** After so many deaths of the parser the capture is set aside until somebody retries it. */
export const deathsUntilQuarantine = 3;

/** A worker says that it lives once a second; one that was silent for this long has lost its capture. */
export const defaultStaleMs = 5_000;

/** Name of the database session that copies an attempt's rows, by which a later claim finds and ends it. */
export const attemptSessionName = (token: string) => `wirecase ${token}`;

/** Files of a series wait for their sensor's engine. */
const isWaiting = `(NOT in_series AND (state = 'stored' OR (state = 'parsing' AND heartbeat_at < clock_timestamp() - $1 * interval '1 ms')))`;
const handBack = `attempt_token = NULL, worker = NULL, heartbeat_at = NULL, stage = NULL`;
const isMine = `id = $1 AND attempt_token = $2 AND state = 'parsing'`;

export class CaptureAttempts {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Captures that wait for a worker, oldest first: stored, or given up by a worker that was silent for `staleMs`. */
  async pending(staleMs = defaultStaleMs, limit = 10_000): Promise<PendingCapture[]> {
    const result = await this.#pool.query<PendingCapture>(
      `SELECT id, attempts, floor(coalesce(extract(epoch FROM clock_timestamp() - heartbeat_at), 0))::int AS "silentSeconds"
         FROM capture WHERE ${isWaiting} ORDER BY created_at, id LIMIT $2`,
      [staleMs, limit],
    );
    return result.rows;
  }

  /**
   * Begin an attempt on a waiting capture. Null when it waits for nobody: it is in work, final or deleted. An earlier attempt's
   * database session is ended, because its uncommitted rows would block the new one's.
   */
  async claim(id: string, worker: string, staleMs = defaultStaleMs): Promise<Claim | null> {
    const token = randomUUID();
    return inTransaction(this.#pool, async (client) => {
      const earlier = await client.query<{ token: string | null }>(
        `SELECT attempt_token AS token FROM capture WHERE ${isWaiting} AND id = $2 FOR UPDATE`,
        [staleMs, id],
      );
      if (earlier.rows.length === 0) return null;
      await endAttemptSession(client, earlier.rows[0]!.token);
      const claimed = await client.query<CaptureRow>(
        `UPDATE capture SET state = 'parsing', attempt_token = $2, worker = $3, attempts = attempts + 1, heartbeat_at = clock_timestamp(),
                stage = 'reading', progress_bytes = 0, progress_packets = 0, error_code = NULL, error_detail = NULL
          WHERE id = $1 RETURNING ${captureColumns}`,
        [id, token, worker],
      );
      await notifyChange(client, { capture: id });
      const row = claimed.rows[0]!;
      return { attempt: { captureId: id, token }, capture: toCapture(row), deaths: row.deaths };
    });
  }

  /** Say that the attempt lives. False: it was lost, stop working. */
  async heartbeat(attempt: Attempt): Promise<boolean> {
    const result = await this.#pool.query(`UPDATE capture SET heartbeat_at = clock_timestamp() WHERE ${isMine}`, [
      attempt.captureId,
      attempt.token,
    ]);
    return result.rowCount === 1;
  }

  /** As `heartbeat`, and say how far it is. At most four times a second: each is a row version and a hint to every browser. */
  async progress(attempt: Attempt, progress: Progress): Promise<boolean> {
    const row = await changeCapture(
      this.#pool,
      `UPDATE capture SET heartbeat_at = clock_timestamp(), stage = $3, progress_bytes = $4, progress_total = $5, progress_packets = $6 WHERE ${isMine}`,
      [attempt.captureId, attempt.token, progress.stage, progress.bytes, progress.totalBytes, progress.packets],
    );
    return row !== null;
  }

  /** The capture cannot be parsed: `code` of the error table and the public text. False: the attempt was lost before. */
  async fail(attempt: Attempt, code: string, detail: string): Promise<boolean> {
    const row = await changeCapture(
      this.#pool,
      `UPDATE capture SET state = 'failed', error_code = $3, error_detail = $4, ${handBack} WHERE ${isMine}`,
      [attempt.captureId, attempt.token, code, detail],
    );
    return row !== null;
  }

  /** Give the capture back unparsed (the worker shuts down). False: the attempt was lost before. */
  async release(attempt: Attempt): Promise<boolean> {
    const row = await changeCapture(this.#pool, `UPDATE capture SET state = 'stored', ${handBack} WHERE ${isMine}`, [
      attempt.captureId,
      attempt.token,
    ]);
    return row !== null;
  }

  /**
   * The parser died under this attempt (`detail`: how) while the worker lived. The capture waits again, or is quarantined after the third
   * death. Answers the new state; null: the attempt was lost before.
   */
  async recordDeath(attempt: Attempt, detail: string): Promise<{ state: CaptureState; deaths: number } | null> {
    const isLast = `deaths + 1 >= ${deathsUntilQuarantine}`;
    const row = await changeCapture(
      this.#pool,
      `UPDATE capture SET deaths = deaths + 1, ${handBack},
              state = CASE WHEN ${isLast} THEN 'quarantined' ELSE 'stored' END,
              error_code = CASE WHEN ${isLast} THEN 'capture.poison' END,
              error_detail = CASE WHEN ${isLast} THEN $3 END
        WHERE ${isMine}`,
      [attempt.captureId, attempt.token, detail],
    );
    return row && { state: row.state, deaths: row.deaths };
  }
}

/** End the database session in which an attempt copies its rows, if there is one. */
export async function endAttemptSession(client: PoolClient, token: string | null): Promise<void> {
  if (token === null) return;
  await client.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1', [attemptSessionName(token)]);
}
