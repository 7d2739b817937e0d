/** A capture's rows, its state and its counters become visible in one step, or not at all. */
import { type CaptureSummary } from '@wirecase/contract';
import { catalogue } from '@wirecase/engine';
import { attemptSessionName, type Attempt } from './capture-attempts.ts';
import { summaryAssignments } from './capture-row.ts';
import { quoteName } from './catalogue-ddl.ts';
import { notifyChange } from './changes.ts';
import { CopyWriter } from './copy-writer.ts';
import { enqueueCapture } from './indicators/matching.ts';
import { enqueueDeliveries } from './notifications/channels.ts';
import type { Pool, PoolClient } from './pool.ts';

/** The attempt was lost: somebody else claimed the capture, or it was deleted. Nothing of this attempt was kept. */
export class CommitRejected extends Error {
  constructor(attempt: Attempt) {
    super(`attempt ${attempt.token} on capture ${attempt.captureId} was lost`);
    this.name = 'CommitRejected';
  }
}

/**
 * `begin`, then `writer.record` and `await writer.drain()`, then `commit` or `rollback`. One connection is held throughout; a broken one,
 * a failed COPY or a lost attempt leaves no row behind.
 */
export class CaptureTransaction {
  readonly writer: CopyWriter;
  readonly #client: PoolClient;
  readonly #attempt: Attempt;
  #open = true;
  /** Ids of the alerts that this analysis replaces. */
  #replaced: string[] = [];

  private constructor(client: PoolClient, attempt: Attempt) {
    this.#client = client;
    this.#attempt = attempt;
    this.writer = new CopyWriter(client, attempt.captureId);
  }

  /** Throws `CommitRejected` when the attempt is already lost. */
  static async begin(pool: Pool, attempt: Attempt): Promise<CaptureTransaction> {
    const client = await pool.connect();
    const transaction = new CaptureTransaction(client, attempt);
    try {
      await client.query('BEGIN');
      // A later claim ends the session of this name: rows that wait for a stopped worker's commit would block its own.
      await client.query(`SELECT set_config('application_name', $1, true), set_config('statement_timeout', '0', true)`, [
        attemptSessionName(attempt.token),
      ]);
      const mine = await client.query<{ ready_at: Date | null }>(`SELECT ready_at FROM capture WHERE id = $1 AND attempt_token = $2`, [
        attempt.captureId,
        attempt.token,
      ]);
      if (mine.rowCount !== 1) throw new CommitRejected(attempt);
      if (mine.rows[0]!.ready_at !== null) await transaction.#removeRows();
      return transaction;
    } catch (error) {
      await transaction.rollback();
      throw error;
    }
  }

  /** Send the last rows, make the capture `ready` and commit. Throws `CommitRejected`, with nothing kept, when the attempt was lost. */
  async commit(summary: CaptureSummary, detectionVersion = 0): Promise<void> {
    const { captureId, token } = this.#attempt;
    try {
      await this.writer.flush();
      const alerts = this.writer.count('alert');
      const { text, values } = summaryAssignments(summary, alerts, 4);
      const updated = await this.#client.query(
        `UPDATE capture SET state = 'ready', ready_at = clock_timestamp(), attempt_token = NULL, worker = NULL, heartbeat_at = NULL, stage = NULL,
                error_code = NULL, error_detail = NULL, progress_bytes = progress_total, detection_version = $3, ${text}
          WHERE id = $1 AND attempt_token = $2 AND state = 'parsing'`,
        [captureId, token, detectionVersion, ...values],
      );
      if (updated.rowCount !== 1) throw new CommitRejected(this.#attempt);
      if (alerts > 0) await enqueueDeliveries(this.#client, captureId);
      await enqueueCapture(this.#client, captureId);
      await notifyChange(this.#client, { capture: captureId });
      if (await this.#hasNewAlerts()) await notifyChange(this.#client, { alerts: captureId });
      await this.#client.query('COMMIT');
    } catch (error) {
      await this.rollback();
      throw error;
    }
    this.#open = false;
    this.#client.release();
  }

  /** Rows of an earlier analysis go in the step in which the new ones come. */
  async #removeRows(): Promise<void> {
    const { captureId } = this.#attempt;
    const alerts = await this.#client.query<{ id: string }>('SELECT alert_id AS id FROM alert WHERE capture_id = $1', [captureId]);
    this.#replaced = alerts.rows.map(({ id }) => id);
    for (const type of catalogue) await this.#client.query(`DELETE FROM ${quoteName(type.name)} WHERE capture_id = $1`, [captureId]);
  }

  async #hasNewAlerts(): Promise<boolean> {
    const { rowCount } = await this.#client.query('SELECT 1 FROM alert WHERE capture_id = $1 AND alert_id <> ALL ($2::uuid[]) LIMIT 1', [
      this.#attempt.captureId,
      this.#replaced,
    ]);
    return rowCount === 1;
  }

  /** Drop everything. Harmless after `commit` or another `rollback`. */
  async rollback(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    // A connection on which even ROLLBACK fails is broken and leaves the pool.
    await this.#client.query('ROLLBACK').then(
      () => this.#client.release(),
      () => this.#client.release(true),
    );
  }
}
