/** What the rotator keeps in PostgreSQL: which of its files are captures by now, and when it did not capture. */
import { isHeldSql } from './holds.ts';
import type { Pool } from './pool.ts';

export interface RingCapture {
  id: string;
  /** Bytes of the file. */
  bytes: number;
  /** Whether its rows are committed. */
  isReady: boolean;
  /** Whether an engine that starts again needs it: it holds a flow or window that is open. */
  isNeeded: boolean;
  /** Whether somebody wants it kept. */
  isHeld: boolean;
}

/** A time in which packets were missed. `from`, `to`: milliseconds since 1970. */
export interface CaptureGap {
  sensor: string;
  from: number;
  to: number;
  reason: string;
  /** Packets known to be missed; 0 when nobody counted them. */
  dropped: number;
}

/** Captures of the sensor's ring, oldest first. */
export async function ringCaptures(pool: Pool, sensorId: string): Promise<RingCapture[]> {
  const result = await pool.query<{ id: string; size: bigint; is_ready: boolean; is_needed: boolean; is_held: boolean }>(
    `SELECT c.id, c.size, c.state IN ('ready', 'failed', 'quarantined') AS is_ready,
            coalesce(c.in_series AND c.first_packet + c.packets > s.replay_from, false) AS is_needed,
            ${isHeldSql('c')} AS is_held
       FROM capture c JOIN sensor s ON s.id = c.sensor_id
      WHERE c.sensor_id = $1 AND c.state <> 'receiving' ORDER BY c.created_at, c.id`,
    [sensorId],
  );
  return result.rows.map((row) => ({
    id: row.id,
    bytes: Number(row.size),
    isReady: row.is_ready,
    isNeeded: row.is_needed,
    isHeld: row.is_held,
  }));
}

export async function recordGap(pool: Pool, gap: CaptureGap): Promise<void> {
  await pool.query(
    `INSERT INTO capture_gap (sensor, from_time, to_time, reason, dropped)
     VALUES ($1, to_timestamp($2::float8 / 1000), to_timestamp($3::float8 / 1000), $4, $5)`,
    [gap.sensor, gap.from, gap.to, gap.reason, gap.dropped],
  );
}
