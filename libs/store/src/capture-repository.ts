/**
 * The capture's life: stored -> parsing -> ready | failed | quarantined. PostgreSQL is the truth about work; the queue only hints. What
 * whoever parses it may say is in `CaptureAttempts`.
 */
import { finalStates, WirecaseError, type Capture, type CaptureFilter, type CaptureOrigin, type RecordType } from '@wirecase/contract';
import { endAttemptSession } from './capture-attempts.ts';
import { captureColumns, changeCapture, toCapture, type CaptureRow } from './capture-row.ts';
import { quoteName } from './catalogue-ddl.ts';
import { notifyChange, type ChangeListener } from './changes.ts';
import { isHeldSql } from './holds.ts';
import { inTransaction, type Pool } from './pool.ts';

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
        : await changeCapture(
            this.#pool,
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
    return changeCapture(
      this.#pool,
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

  /** Let a failed or quarantined capture wait again, with its deaths forgotten. One in any other state comes back as it is. */
  async retry(id: string): Promise<Capture> {
    const row = await changeCapture(
      this.#pool,
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
    const row = await changeCapture(
      this.#pool,
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
    await changeCapture(this.#pool, `UPDATE capture SET error_code = 'capture.evidence-changed', error_detail = $2 WHERE id = $1`, [
      id,
      detail,
    ]);
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
