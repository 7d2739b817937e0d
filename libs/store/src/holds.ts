/** Holds keep captures from being deleted, by retention and by people. */
import { formatTime, WirecaseError, type Hold } from '@wirecase/contract';
import type { Pool } from './pool.ts';

/** What is to be held: a capture, or what a sensor captured or will capture in a time (nanoseconds since 1970, both inclusive). */
export type HoldSubject = { captureId: string } | { sensorId: string; fromNs: bigint; toNs: bigint };

export interface NewHold {
  subject: HoldSubject;
  reason: string;
  alertId: string | null;
  createdBy: string;
  /** When it is released by itself; null: when somebody does. */
  expiresAt: Date | null;
}

interface HoldRow {
  id: string;
  reason: string;
  capture_id: string | null;
  sensor_id: string | null;
  sensor: string | null;
  from_time: bigint | null;
  to_time: bigint | null;
  alert_id: string | null;
  created_at: Date;
  created_by: string;
  expires_at: Date | null;
  is_triggered: boolean;
  captures: bigint;
  bytes: string;
}

/**
 * SQL: whether a hold keeps the capture. What was never parsed has no times of packets; its file was begun at most as long before it was
 * taken in as a file may grow. `capture`, `hold`: names of the tables in the query.
 */
export const keepsSql = (hold: string, capture: string): string =>
  `(${hold}.capture_id = ${capture}.id OR (${hold}.sensor_id = ${capture}.sensor_id
     AND ${hold}.from_time <= coalesce(${capture}.last_time, extract(epoch FROM ${capture}.created_at)::bigint * 1000000000 + 1000000000)
     AND ${hold}.to_time >= coalesce(${capture}.first_time,
           extract(epoch FROM ${capture}.created_at)::bigint * 1000000000
             - (SELECT file_seconds FROM sensor WHERE id = ${capture}.sensor_id)::bigint * 1000000000)))`;

/** SQL: whether any hold keeps the capture. */
export const isHeldSql = (capture: string): string => `EXISTS (SELECT FROM hold h WHERE ${keepsSql('h', capture)})`;

const selectHolds = `
  SELECT hold.id, hold.reason, hold.capture_id, hold.sensor_id, sensor.name AS sensor, hold.from_time, hold.to_time, hold.alert_id,
         hold.created_at, hold.created_by, hold.expires_at, hold.is_triggered, held.captures, held.bytes
    FROM hold LEFT JOIN sensor ON sensor.id = hold.sensor_id
   CROSS JOIN LATERAL (SELECT count(*) AS captures, coalesce(sum(size), 0)::text AS bytes FROM capture c WHERE ${keepsSql('hold', 'c')}) AS held`;
const mostListed = 1000;

export class Holds {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Newest first, at most 1000; those of one capture, also by the time, when it is given. */
  async list(captureId: string | null): Promise<Hold[]> {
    const { rows } = await this.#pool.query<HoldRow>(
      `${selectHolds} WHERE $1::uuid IS NULL OR EXISTS (SELECT FROM capture c WHERE c.id = $1 AND ${keepsSql('hold', 'c')})
        ORDER BY hold.created_at DESC, hold.id LIMIT ${mostListed}`,
      [captureId],
    );
    return rows.map(toHold);
  }

  /** From now on. The capture or sensor is there: the caller has looked. */
  async add({ subject, reason, alertId, createdBy, expiresAt }: NewHold): Promise<Hold> {
    const values =
      'captureId' in subject
        ? [subject.captureId, null, null, null]
        : [null, subject.sensorId, String(subject.fromNs), String(subject.toNs)];
    const added = await this.#pool.query<{ id: string }>(
      `INSERT INTO hold (capture_id, sensor_id, from_time, to_time, reason, alert_id, created_by, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id`,
      [...values, reason, alertId, createdBy, expiresAt],
    );
    const { rows } = await this.#pool.query<HoldRow>(`${selectHolds} WHERE hold.id = $1`, [added.rows[0]!.id]);
    return toHold(rows[0]!);
  }

  /** Throws `hold.not-found`. Answers what was released, and its reason. */
  async release(id: string): Promise<{ reason: string }> {
    const { rows } = await this.#pool.query<{ reason: string }>('DELETE FROM hold WHERE id = $1 RETURNING reason', [id]);
    if (!rows[0]) throw new WirecaseError('hold.not-found', `There is no hold ${id}. Somebody may have released it.`);
    return rows[0];
  }

  /** Those whose time is up. Answers their reasons. */
  async releaseExpired(): Promise<string[]> {
    const { rows } = await this.#pool.query<{ reason: string }>('DELETE FROM hold WHERE expires_at <= clock_timestamp() RETURNING reason');
    return rows.map(({ reason }) => reason);
  }
}

function toHold(row: HoldRow): Hold {
  return {
    id: row.id,
    reason: row.reason,
    captureId: row.capture_id,
    sensorId: row.sensor_id,
    sensor: row.sensor,
    from: row.from_time === null ? null : formatTime(row.from_time),
    to: row.to_time === null ? null : formatTime(row.to_time),
    alertId: row.alert_id,
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
    expiresAt: row.expires_at?.toISOString() ?? null,
    isTriggered: row.is_triggered,
    captures: Number(row.captures),
    bytes: Number(row.bytes),
  };
}
