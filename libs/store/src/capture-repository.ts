/**
 * The capture's life: stored -> parsing -> ready | failed | quarantined. PostgreSQL is the truth about work; the queue only hints.
 *
 * Whoever works on a capture holds an **attempt**: a token written into the row when it was claimed. Every later statement of that worker
 * names the token, so that one which was stopped, cut off or doubled changes nothing once somebody else has claimed the capture.
 */
import { randomUUID } from 'node:crypto';
import {
  finalStates,
  WirecaseError,
  type Capture,
  type CaptureFilter,
  type CaptureOrigin,
  type CaptureState,
  type RecordType,
} from '@wirecase/contract';
import { captureColumns, toCapture, type CaptureRow } from './capture-row.ts';
import { quoteName } from './catalogue-ddl.ts';
import { notifyChange, type ChangeListener } from './changes.ts';
import { isHeldSql } from './holds.ts';
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

export interface NewCapture {
  id: string;
  name: string;
  /** Its name in an archive that holds several captures; null for a file that is one. */
  entry: string | null;
  origin: CaptureOrigin;
  sha256: string;
  size: number;
  format: string;
  createdBy: string | null;
  /** Of a ring: the sensor, and the file's name there. */
  ring?: RingFile;
}

/** A file of a sensor's ring. `captureId` follows from the other two, so that everyone who sees the file names it alike. */
export interface RingFile {
  captureId: string;
  sensorId: string;
  file: string;
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

export class CaptureRepository {
  readonly #pool: Pool;
  readonly #catalogue: readonly RecordType[];

  /** `catalogue`: the record types whose rows belong to captures. */
  constructor(pool: Pool, catalogue: readonly RecordType[]) {
    this.#pool = pool;
    this.#catalogue = catalogue;
  }

  /** Add a capture whose file is in place, in state `stored`; or, when one with the same SHA-256 (and entry) is there, answer that one. */
  async create(capture: NewCapture): Promise<{ capture: Capture; duplicate: boolean }> {
    for (;;) {
      const inserted = capture.ring
        ? await this.#createOfRing(capture, capture.ring)
        : await this.#change(
            `INSERT INTO capture (id, name, entry, state, origin, sha256, size, format, created_by, progress_total)
             VALUES ($1, $2, $3, 'stored', $4, $5, $6, $7, $8, $6) ON CONFLICT (sha256, coalesce(entry, '')) DO NOTHING`,
            [capture.id, capture.name, capture.entry, capture.origin, capture.sha256, capture.size, capture.format, capture.createdBy],
          );
      if (inserted) return { capture: toCapture(inserted), duplicate: false };
      const existing = await this.findBySha256(capture.sha256, capture.entry);
      // Neither inserted nor found: it was deleted between the two statements.
      if (existing) return { capture: existing, duplicate: true };
    }
  }

  /** The file of a ring is closed: its row is new, or was made by the engine while the file grew. */
  #createOfRing(capture: NewCapture, ring: RingFile): Promise<CaptureRow | null> {
    return this.#change(
      `INSERT INTO capture (id, name, state, origin, sha256, size, format, created_by, progress_total, sensor_id, ring_file, in_series)
       VALUES ($1, $2, 'stored', $3, $4, $5, $6, $7, $5, $8, $9, true)
       ON CONFLICT (id) DO UPDATE SET state = 'stored', sha256 = excluded.sha256, size = excluded.size, format = excluded.format,
         progress_total = excluded.size WHERE capture.state = 'receiving'`,
      [
        ...[capture.id, capture.name, capture.origin, capture.sha256, capture.size, capture.format, capture.createdBy],
        ...[ring.sensorId, ring.file],
      ],
    );
  }

  async find(id: string): Promise<Capture | null> {
    const row = await this.#row('WHERE id = $1', [id]);
    return row && toCapture(row);
  }

  /** As `find`, or throws `capture.not-found`. */
  async get(id: string): Promise<Capture> {
    return (await this.find(id)) ?? notFound(id);
  }

  /** The sensor that captured it; null: none, or one that is gone. Throws `capture.not-found`. */
  async sensorOf(id: string): Promise<string | null> {
    const { rows } = await this.#pool.query<{ sensor_id: string | null }>('SELECT sensor_id FROM capture WHERE id = $1', [id]);
    return (rows[0] ?? notFound(id)).sensor_id;
  }

  /** `sha256`: 64 lower-case digits; `entry`: as in `NewCapture`. */
  async findBySha256(sha256: string, entry: string | null = null): Promise<Capture | null> {
    const row = await this.#row('WHERE sha256 = $1 AND entry IS NOT DISTINCT FROM $2', [sha256, entry]);
    return row && toCapture(row);
  }

  /** Newest first; `before` is the id of the last capture of the page before. */
  async list(options: CaptureFilter & { limit?: number; before?: string } = {}): Promise<Capture[]> {
    const result = await this.#pool.query<CaptureRow>(
      `SELECT ${captureColumns} FROM capture
        WHERE ${filterCondition} AND ($4::uuid IS NULL OR (created_at, id) < (SELECT created_at, id FROM capture WHERE id = $4))
        ORDER BY created_at DESC, id DESC LIMIT $5`,
      [...filterValues(options), options.before ?? null, options.limit ?? 100],
    );
    return result.rows.map(toCapture);
  }

  async count(filter: CaptureFilter = {}): Promise<number> {
    const result = await this.#pool.query<{ n: bigint }>(
      `SELECT count(*) AS n FROM capture WHERE ${filterCondition}`,
      filterValues(filter),
    );
    return Number(result.rows[0]!.n);
  }

  /**
   * Answer at once when the capture is in a final state, else when its state changes, `timeoutMs` pass or `signal` fires.
   * Throws `capture.not-found` when it is or becomes deleted.
   */
  async waitForChange(listener: ChangeListener, id: string, timeoutMs: number, signal?: AbortSignal): Promise<Capture> {
    const first = await this.get(id);
    if (finalStates.includes(first.state)) return first;
    const stop = AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])]);
    let wake: () => void = () => undefined;
    let changed = false;
    const unsubscribe = listener.onChange((change) => {
      if (!('resync' in change) && !Object.values(change as Record<string, unknown>).includes(id)) return;
      changed = true;
      wake();
    });
    stop.addEventListener('abort', () => wake());
    try {
      for (;;) {
        const capture = await this.get(id);
        if (capture.state !== first.state || stop.aborted) return capture;
        if (!changed) await new Promise<void>((resolve) => (wake = resolve));
        changed = false;
      }
    } finally {
      unsubscribe();
    }
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
    const row = await this.#change(
      `UPDATE capture SET heartbeat_at = clock_timestamp(), stage = $3, progress_bytes = $4, progress_total = $5, progress_packets = $6 WHERE ${isMine}`,
      [attempt.captureId, attempt.token, progress.stage, progress.bytes, progress.totalBytes, progress.packets],
    );
    return row !== null;
  }

  /** The capture cannot be parsed: `code` of the error table and the public text. False: the attempt was lost before. */
  async fail(attempt: Attempt, code: string, detail: string): Promise<boolean> {
    const row = await this.#change(`UPDATE capture SET state = 'failed', error_code = $3, error_detail = $4, ${handBack} WHERE ${isMine}`, [
      attempt.captureId,
      attempt.token,
      code,
      detail,
    ]);
    return row !== null;
  }

  /** Give the capture back unparsed (the worker shuts down). False: the attempt was lost before. */
  async release(attempt: Attempt): Promise<boolean> {
    const row = await this.#change(`UPDATE capture SET state = 'stored', ${handBack} WHERE ${isMine}`, [attempt.captureId, attempt.token]);
    return row !== null;
  }

  /**
   * The parser died under this attempt (`detail`: how) while the worker lived. The capture waits again, or is quarantined after the third
   * death. Answers the new state; null: the attempt was lost before.
   */
  async recordDeath(attempt: Attempt, detail: string): Promise<{ state: CaptureState; deaths: number } | null> {
    const isLast = `deaths + 1 >= ${deathsUntilQuarantine}`;
    const row = await this.#change(
      `UPDATE capture SET deaths = deaths + 1, ${handBack},
              state = CASE WHEN ${isLast} THEN 'quarantined' ELSE 'stored' END,
              error_code = CASE WHEN ${isLast} THEN 'capture.poison' END,
              error_detail = CASE WHEN ${isLast} THEN $3 END
        WHERE ${isMine}`,
      [attempt.captureId, attempt.token, detail],
    );
    return row && { state: row.state, deaths: row.deaths };
  }

  /** Let a failed or quarantined capture wait again, with its deaths forgotten. One in any other state comes back as it is. */
  async retry(id: string): Promise<Capture> {
    const row = await this.#change(
      `UPDATE capture SET state = 'stored', deaths = 0, error_code = NULL, error_detail = NULL, in_series = false
        WHERE id = $1 AND state IN ('failed', 'quarantined')`,
      [id],
    );
    return row ? toCapture(row) : this.get(id);
  }

  /**
   * Let a capture that is ready wait again; its rows stay until those of the new analysis take their place in one step. One that waits or is
   * in work comes back as it is. Throws `capture.not-ready` for one that never was ready.
   */
  async reanalyze(id: string): Promise<Capture> {
    const row = await this.#change(
      `UPDATE capture SET state = 'stored', deaths = 0, error_code = NULL, error_detail = NULL WHERE id = $1 AND state IN ('ready', 'failed', 'quarantined') AND ready_at IS NOT NULL`,
      [id],
    );
    if (row) return toCapture(row);
    const capture = await this.get(id);
    if (finalStates.includes(capture.state))
      throw new WirecaseError('capture.not-ready', `${capture.name} is ${capture.state}; parse it once with success first.`);
    return capture;
  }

  /** The evidence file is no longer what arrived. The capture says so from now on; its rows stay, its file is not served. */
  async markEvidenceChanged(id: string, detail: string): Promise<void> {
    await this.#change(`UPDATE capture SET error_code = 'capture.evidence-changed', error_detail = $2 WHERE id = $1`, [id, detail]);
  }

  /**
   * Remove the capture and all its rows in one step; its files are the evidence store's. Throws `capture.not-found`, and `capture.held`.
   */
  async delete(id: string): Promise<Capture> {
    return inTransaction(this.#pool, async (client) => {
      const removed = await client.query<CaptureRow & { attempt_token: string | null }>(
        `DELETE FROM capture c WHERE id = $1 AND NOT ${isHeldSql('c')} RETURNING attempt_token, ${captureColumns}`,
        [id],
      );
      const row = removed.rows[0];
      if (!row) {
        const { rowCount } = await client.query('SELECT FROM capture WHERE id = $1', [id]);
        if (rowCount === 0) notFound(id);
        throw new WirecaseError('capture.held', 'Somebody wants this capture kept: release its holds first.');
      }
      await endAttemptSession(client, row.attempt_token);
      for (const type of this.#catalogue) await client.query(`DELETE FROM ${quoteName(type.name)} WHERE capture_id = $1`, [id]);
      await notifyChange(client, { deleted: id });
      return toCapture(row);
    });
  }

  async #row(where: string, values: unknown[]): Promise<CaptureRow | null> {
    const result = await this.#pool.query<CaptureRow>(`SELECT ${captureColumns} FROM capture ${where}`, values);
    return result.rows[0] ?? null;
  }

  /** Run an INSERT or UPDATE of one row and hint at it, in one statement. Answers the row; null when the statement matched none. */
  async #change(statement: string, values: unknown[]): Promise<CaptureRow | null> {
    const result = await this.#pool.query<CaptureRow>(
      `WITH changed AS (${statement} RETURNING ${captureColumns})
       SELECT changed.*, pg_notify('wirecase', json_build_object('capture', id)::text) FROM changed`,
      values,
    );
    return result.rows[0] ?? null;
  }
}

/** End the database session in which an attempt copies its rows, if there is one. */
async function endAttemptSession(client: PoolClient, token: string | null): Promise<void> {
  if (token === null) return;
  await client.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1', [attemptSessionName(token)]);
}

function notFound(id: string): never {
  throw new WirecaseError('capture.not-found', `There is no capture ${id}.`);
}

/** With `filterValues` as $1 to $3. */
const filterCondition = `($1::text IS NULL OR origin = $1) AND ($2::text IS NULL OR state = $2)
          AND ($3::text IS NULL OR position(lower($3) IN lower(name)) > 0)`;

function filterValues({ origin, state, name }: CaptureFilter): (string | null)[] {
  return [origin ?? null, state ?? null, name || null];
}
