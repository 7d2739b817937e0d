/** The capture row as PostgreSQL gives it, and as the REST API says it. */
import {
  errorTable,
  formatTime,
  type Capture,
  type CapturedInterface,
  type CaptureOrigin,
  type CaptureSaid,
  type CaptureState,
  type CaptureSummary,
  type DamagedRange,
  type ErrorCode,
} from '@wirecase/contract';
import type { Pool } from './pool.ts';

export interface CaptureRow {
  id: string;
  name: string;
  entry: string | null;
  state: CaptureState;
  origin: CaptureOrigin;
  sha256: string | null;
  size: bigint;
  format: string | null;
  created_at: Date;
  created_by: string | null;
  attempts: number;
  deaths: number;
  stage: string | null;
  progress_bytes: bigint;
  progress_total: bigint;
  progress_packets: bigint;
  ready_at: Date | null;
  packets: bigint | null;
  bytes: bigint | null;
  flows: bigint | null;
  alerts: bigint | null;
  first_time: bigint | null;
  last_time: bigint | null;
  link_types: string[];
  non_flow: Record<string, number>;
  damaged: DamagedRange[];
  weirds: Record<string, number>;
  dropped: bigint | null;
  interfaces: CapturedInterface[];
  said: CaptureSaid;
  error_code: string | null;
  error_detail: string | null;
}

/** Columns of `CaptureRow`, for SELECT and RETURNING. */
export const captureColumns = `id, name, entry, state, origin, sha256, size, format, created_at, created_by, attempts, deaths, stage,
  progress_bytes, progress_total, progress_packets, ready_at, packets, bytes, flows, alerts, first_time, last_time,
  link_types, non_flow, damaged, weirds, dropped, interfaces, said, error_code, error_detail`;

/** Run an INSERT or UPDATE of one row and hint at it, in one statement. Answers the row; null when the statement matched none. */
export async function changeCapture(pool: Pool, statement: string, values: unknown[]): Promise<CaptureRow | null> {
  const result = await pool.query<CaptureRow>(
    `WITH changed AS (${statement} RETURNING ${captureColumns})
     SELECT changed.*, pg_notify('wirecase', json_build_object('capture', id)::text) FROM changed`,
    values,
  );
  return result.rows[0] ?? null;
}

export function toCapture(row: CaptureRow): Capture {
  return {
    id: row.id,
    name: row.name,
    entry: row.entry,
    state: row.state,
    stage: row.stage,
    progress: { bytes: Number(row.progress_bytes), totalBytes: Number(row.progress_total), packets: Number(row.progress_packets) },
    sha256: row.sha256,
    size: Number(row.size),
    origin: row.origin,
    format: row.format,
    packets: toNumber(row.packets),
    bytes: toNumber(row.bytes),
    flows: toNumber(row.flows),
    alerts: toNumber(row.alerts),
    firstTime: row.first_time === null ? null : formatTime(row.first_time),
    lastTime: row.last_time === null ? null : formatTime(row.last_time),
    linkTypes: row.link_types,
    nonFlow: row.non_flow,
    damaged: row.damaged,
    weirds: row.weirds,
    dropped: toNumber(row.dropped),
    interfaces: row.interfaces,
    said: row.said,
    error: row.error_code === null ? null : { code: row.error_code, title: titleOf(row.error_code), detail: row.error_detail ?? '' },
    createdAt: wallTime(row.created_at),
    readyAt: row.ready_at === null ? null : wallTime(row.ready_at),
    createdBy: row.created_by,
  };
}

const toNumber = (value: bigint | null) => (value === null ? null : Number(value));

const titleOf = (code: string) => (code in errorTable ? errorTable[code as ErrorCode].title : 'Parsing failed');

/** Wall-clock times of PostgreSQL (milliseconds after node-postgres) in the nine digits that every time has. */
export const wallTime = (date: Date) => formatTime(BigInt(date.getTime()) * 1_000_000n);

/** The SET list of a capture that became ready, and its values from parameter `first` on. */
export function summaryAssignments(summary: CaptureSummary, alerts: number, first: number): { text: string; values: unknown[] } {
  const entries: [string, unknown][] = [
    ['packets', summary.packets],
    ['bytes', summary.bytes],
    ['flows', summary.flows],
    ['alerts', alerts],
    ['first_time', summary.firstTimeNs],
    ['last_time', summary.lastTimeNs],
    ['dropped', summary.dropped],
    ['link_types', summary.linkTypes],
    ['non_flow', JSON.stringify(summary.nonFlow)],
    ['damaged', JSON.stringify(summary.damaged)],
    ['weirds', JSON.stringify(summary.weirds)],
    ['interfaces', JSON.stringify(summary.interfaces)],
    ['said', JSON.stringify(summary.said)],
    ['progress_packets', summary.packets],
  ];
  return { text: entries.map(([column], i) => `${column} = $${first + i}`).join(', '), values: entries.map(([, value]) => value) };
}
