/** What the rotator keeps in PostgreSQL: which of its files are captures by now, and when it did not capture. */
import type { Pool } from './pool.ts';

export interface RingCapture {
  id: string;
  /** Bytes of the file. */
  bytes: number;
  /** Whether its rows are committed. */
  isReady: boolean;
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

/** Captures that came from the ring, oldest first. */
export async function ringCaptures(pool: Pool): Promise<RingCapture[]> {
  const result = await pool.query<{ id: string; size: bigint; is_ready: boolean }>(
    `SELECT id, size, state = 'ready' AS is_ready FROM capture WHERE origin = 'ring' ORDER BY created_at, id`,
  );
  return result.rows.map((row) => ({ id: row.id, bytes: Number(row.size), isReady: row.is_ready }));
}

export async function recordGap(pool: Pool, gap: CaptureGap): Promise<void> {
  await pool.query(
    `INSERT INTO capture_gap (sensor, from_time, to_time, reason, dropped)
     VALUES ($1, to_timestamp($2::float8 / 1000), to_timestamp($3::float8 / 1000), $4, $5)`,
    [gap.sensor, gap.from, gap.to, gap.reason, gap.dropped],
  );
}
