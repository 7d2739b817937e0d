/**
 * What the engine of a sensor does in PostgreSQL. One connection holds the right to be that engine (an advisory lock) and writes each
 * file's rows: whoever has lost the connection has lost the right, and nothing of an unfinished file is kept.
 */
import type { AlertRow, CaptureSummary, LiveSample } from '@wirecase/contract';
import type pg from 'pg';
import { alertId, upsertAlert } from './alert-writer.ts';
import type { RingFile } from './capture-repository.ts';
import { summaryAssignments } from './capture-row.ts';
import { changeChannel, notifyChange } from './changes.ts';
import { CopyWriter } from './copy-writer.ts';
import { enqueueCapture } from './indicators/matching.ts';
import { createClient, type PoolClient } from './pool.ts';

/** Where the engine was after its last commit. */
export interface EngineState {
  nextPacket: number;
  nextRecord: number;
  /** The first packet that an engine which starts again must read, to have every open flow and window. */
  replayFrom: number;
  /** Name of the last file that was committed or passed over; null: none yet. */
  lastFile: string | null;
  /** Numbers of the first packets of the flows that were open. */
  openFlows: Float64Array;
}

/** A file that is committed, or waits for it. */
export interface SeriesFile extends RingFile {
  state: string;
  size: number;
  deaths: number;
  firstPacket: number;
  firstRecord: number;
  packets: number;
  /** Packet time of the last packet, seconds. */
  lastSeconds: number;
}

/** Packets and the like of a minute: its start, RFC 3339. */
export type Minute = [minute: string, packets: number, bytes: number, flows: number];

/** Hosts and protocols of flows that are in no table yet, those with the most bytes first. */
export interface LiveTops {
  hosts: { name: string; bytes: number; flows: number }[];
  protocols: LiveTops['hosts'];
}

/** A file's end, to be committed. */
export interface FileEnd {
  file: RingFile;
  summary: CaptureSummary;
  firstPacket: number;
  firstRecord: number;
  carriedIn: number;
  carriedOut: number;
  minutes: readonly Minute[];
  /** Of the flows that go on. */
  tops: LiveTops;
  /** Alerts that ended in the file or go on, and ids of those that were told and turned out to be none. */
  alerts: readonly AlertRow[];
  withdrawn: readonly string[];
  state: EngineState;
}

/** The end of a series: what that adds to its last file. */
export interface SeriesEnd {
  captureId: string;
  summary: Pick<CaptureSummary, 'flows' | 'nonFlow' | 'weirds'>;
  alerts: readonly AlertRow[];
  state: EngineState;
}

export class SensorEngineSession {
  readonly #client: pg.Client;
  readonly #sensorId: string;
  #isWriting = false;

  private constructor(client: pg.Client, sensorId: string) {
    this.#client = client;
    this.#sensorId = sensorId;
  }

  /** Null when another engine of the sensor lives. */
  static async open(databaseUrl: string, sensorId: string): Promise<SensorEngineSession | null> {
    const client = createClient(databaseUrl, `wirecase engine ${sensorId}`);
    // The statement that meets a broken connection says so.
    client.on('error', () => undefined);
    await client.connect();
    const { rows } = await client.query<{ mine: boolean }>('SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS mine', [sensorId]);
    if (rows[0]!.mine) return new SensorEngineSession(client, sensorId);
    await client.end();
    return null;
  }

  async close(): Promise<void> {
    await this.#client.end();
  }

  async state(): Promise<EngineState> {
    const { rows } = await this.#client.query<{
      next_packet: bigint;
      next_record: bigint;
      replay_from: bigint;
      last_file: string | null;
      open_flows: Buffer | null;
    }>('SELECT next_packet, next_record, replay_from, last_file, open_flows FROM sensor WHERE id = $1', [this.#sensorId]);
    const row = rows[0]!;
    return {
      nextPacket: Number(row.next_packet),
      nextRecord: Number(row.next_record),
      replayFrom: Number(row.replay_from),
      lastFile: row.last_file,
      openFlows: row.open_flows === null ? new Float64Array() : new Float64Array(Uint8Array.from(row.open_flows).buffer),
    };
  }

  /** Files of the series that are committed and hold packets after the first `packet`, in order. */
  committed(packet: number): Promise<SeriesFile[]> {
    return this.#files(`state = 'ready' AND first_packet + packets > $2 ORDER BY first_packet`, [packet]);
  }

  /** Files of the series that are not committed, in no order. */
  waiting(): Promise<SeriesFile[]> {
    return this.#files(`state IN ('receiving', 'stored')`, []);
  }

  /** The file that was committed last; null: none is left. */
  async lastCommitted(): Promise<SeriesFile | null> {
    return (await this.#files(`state = 'ready' ORDER BY first_packet DESC LIMIT 1`, []))[0] ?? null;
  }

  /** The file grows and has packets: from now on it is a capture that is being received. */
  async begin(file: RingFile, name: string): Promise<void> {
    await this.#client.query(
      `INSERT INTO capture (id, name, state, origin, size, sensor_id, ring_file, in_series)
       VALUES ($1, $2, 'receiving', 'ring', 0, $3, $4, true) ON CONFLICT (id) DO NOTHING`,
      [file.captureId, name, file.sensorId, file.file],
    );
    await notifyChange(this.#client, { capture: file.captureId });
  }

  /** Takes the rows of the file at hand. They are in no table before `commit`. */
  writer(captureId: string): CopyWriter {
    // A client of its own serves as one of a pool here: only `query` is used.
    return new CopyWriter(this.#client as unknown as PoolClient, captureId);
  }

  /** Send what waits if it is much. */
  async drain(writer: CopyWriter): Promise<void> {
    if (!writer.isFull) return;
    await this.#beginWriting();
    await writer.flush();
  }

  /** Everything of the file in one step. */
  async commit(writer: CopyWriter, end: FileEnd): Promise<void> {
    const { file, summary, state } = end;
    await this.#beginWriting();
    await writer.flush();
    for (const alert of end.alerts) await upsertAlert(this.#client, file.captureId, alert);
    if (end.withdrawn.length > 0) await this.#client.query(`DELETE FROM alert WHERE ${alertId} = ANY($1::uuid[])`, [end.withdrawn]);
    const alerts = await this.#client.query<{ n: bigint }>('SELECT count(*) AS n FROM alert WHERE capture_id = $1', [file.captureId]);
    const { text, values } = summaryAssignments(summary, Number(alerts.rows[0]!.n), 6);
    const updated = await this.#client.query(
      `UPDATE capture SET state = 'ready', ready_at = clock_timestamp(), first_packet = $2, first_record = $3, carried_in = $4,
              carried_out = $5, progress_bytes = progress_total, ${text} WHERE id = $1 AND state = 'stored'`,
      [file.captureId, end.firstPacket, end.firstRecord, end.carriedIn, end.carriedOut, ...values],
    );
    if (updated.rowCount !== 1) {
      // Somebody deleted the capture meanwhile: its rows go, the series goes on.
      return this.forget(file, state);
    }
    for (const minute of end.minutes) await this.#addMinute(minute);
    await enqueueCapture(this.#client, file.captureId);
    await this.#keep(state);
    await sayTops(this.#client, this.#sensorId, end.tops);
    await notifyChange(this.#client, { capture: file.captureId });
    await this.#client.query('COMMIT');
    this.#isWriting = false;
  }

  /** Nothing follows: what was open goes to the last file, which then carries nothing over. */
  async commitEnd(writer: CopyWriter, { captureId, summary, alerts, state }: SeriesEnd): Promise<void> {
    await this.#beginWriting();
    await writer.flush();
    for (const alert of alerts) await upsertAlert(this.#client, captureId, alert);
    const sums = (column: string, place: string) =>
      `${column} = (SELECT coalesce(jsonb_object_agg(key, n), '{}') FROM (
         SELECT key, sum(value::bigint) AS n FROM (
           SELECT * FROM jsonb_each_text(${column}) UNION ALL SELECT * FROM jsonb_each_text(${place}::jsonb)) AS all_of_them GROUP BY key) AS summed)`;
    const updated = await this.#client.query(
      `UPDATE capture SET carried_out = 0, flows = flows + $2, ${sums('non_flow', '$3')}, ${sums('weirds', '$4')},
              alerts = (SELECT count(*) FROM alert WHERE capture_id = $1) WHERE id = $1 AND state = 'ready'`,
      [captureId, summary.flows, JSON.stringify(summary.nonFlow), JSON.stringify(summary.weirds)],
    );
    if (updated.rowCount !== 1) await this.#abandon();
    else await enqueueCapture(this.#client, captureId);
    await this.#keep(state);
    await notifyChange(this.#client, { capture: captureId });
    if (this.#isWriting) await this.#client.query('COMMIT');
    this.#isWriting = false;
  }

  /** The file cannot be parsed: say why, and go on after it. */
  async passOver(file: RingFile, code: string, detail: string, state: EngineState): Promise<void> {
    await this.#abandon();
    await this.#client.query(
      `UPDATE capture SET state = CASE WHEN $2 = 'capture.poison' THEN 'quarantined' ELSE 'failed' END, error_code = $2, error_detail = $3
        WHERE id = $1 AND state = 'stored'`,
      [file.captureId, code, detail],
    );
    await this.forget(file, state);
    await notifyChange(this.#client, { capture: file.captureId });
  }

  /** A file without packets is no capture, nor is one that was taken away. */
  async forget(file: RingFile, state: EngineState): Promise<void> {
    await this.#abandon();
    await this.#client.query(`DELETE FROM capture WHERE id = $1 AND state = 'receiving'`, [file.captureId]);
    await this.#keep(state);
  }

  /** Drop what was sent of the file at hand. */
  async #abandon(): Promise<void> {
    if (this.#isWriting) await this.#client.query('ROLLBACK');
    this.#isWriting = false;
  }

  async #beginWriting(): Promise<void> {
    if (this.#isWriting) return;
    await this.#client.query('BEGIN');
    this.#isWriting = true;
  }

  async #keep(state: EngineState): Promise<void> {
    const flows = Buffer.from(state.openFlows.buffer, state.openFlows.byteOffset, state.openFlows.byteLength);
    await this.#client.query(
      `UPDATE sensor SET next_packet = $2, next_record = $3, replay_from = $4, last_file = $5, open_flows = $6,
              live = live - 'minutes', live_tops = NULL WHERE id = $1`,
      [this.#sensorId, state.nextPacket, state.nextRecord, state.replayFrom, state.lastFile, flows],
    );
  }

  async #addMinute([minute, packets, bytes, flows]: Minute): Promise<void> {
    await this.#client.query(
      `INSERT INTO sensor_minute (sensor_id, minute, packets, bytes, flows) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (sensor_id, minute) DO UPDATE SET packets = sensor_minute.packets + excluded.packets,
         bytes = sensor_minute.bytes + excluded.bytes, flows = sensor_minute.flows + excluded.flows`,
      [this.#sensorId, minute, packets, bytes, flows],
    );
  }

  async #files(where: string, values: unknown[]): Promise<SeriesFile[]> {
    const { rows } = await this.#client.query<Record<string, unknown> & { id: string; ring_file: string; state: string; deaths: number }>(
      `SELECT id, ring_file, state, size, deaths, first_packet, first_record, packets, last_time FROM capture
        WHERE sensor_id = $1 AND in_series AND ${where}`,
      [this.#sensorId, ...values],
    );
    return rows.map((row) => ({
      captureId: row.id,
      sensorId: this.#sensorId,
      file: row.ring_file,
      state: row.state,
      deaths: row.deaths,
      size: Number(row['size']),
      firstPacket: Number(row['first_packet'] ?? 0),
      firstRecord: Number(row['first_record'] ?? 0),
      packets: Number(row['packets'] ?? 0),
      lastSeconds: Number((row['last_time'] as bigint | null) ?? 0n) / 1e9,
    }));
  }
}

interface Queryable {
  query(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
}

/** What the engine saw in the last second, for everyone who watches, and the minutes of the file at hand, for who asks. */
export async function sayLive(database: Queryable, sample: LiveSample, minutes: readonly Minute[]): Promise<void> {
  await database.query(`WITH said AS (UPDATE sensor SET live = $2 WHERE id = $1 RETURNING id) SELECT pg_notify($3, $4) FROM said`, [
    sample.sensor,
    JSON.stringify({ sample, minutes }),
    changeChannel,
    JSON.stringify({ live: sample }),
  ]);
}

/** Who talks in flows that are in no table yet, for who asks. */
export async function sayTops(database: Queryable, sensorId: string, tops: LiveTops): Promise<void> {
  await database.query('UPDATE sensor SET live_tops = $2 WHERE id = $1', [sensorId, JSON.stringify(tops)]);
}
