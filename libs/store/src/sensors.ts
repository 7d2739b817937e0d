/** Sensors: their settings, and what happens to them. */
import { createHash } from 'node:crypto';
import { scheduledUntil, WirecaseError, type Change, type Sensor, type SensorSettings, type SensorTraffic } from '@wirecase/contract';
import type { RingFile } from './capture-repository.ts';
import { changedMeanwhile } from './changed-meanwhile.ts';
import { changeChannel } from './changes.ts';
import { keepsSql } from './holds.ts';
import { sqlState, type Pool } from './pool.ts';
import { trafficOf, type LiveTraffic } from './sensor-traffic.ts';

interface SensorRow {
  id: string;
  name: string;
  host: string;
  interface: string;
  filter: string | null;
  snap_length: number | null;
  file_bytes: bigint;
  file_seconds: number;
  budget_bytes: bigint;
  watermark_bytes: bigint | null;
  buffer_mebibytes: number;
  program: 'dumpcap' | 'tcpdump';
  max_lag_seconds: number;
  max_lag_files: number;
  schedule: Sensor['schedule'];
  trigger: Sensor['trigger'];
  lag: Sensor['lag'];
  trigger_full: Sensor['triggerFull'];
  is_enabled: boolean;
  stop_at: Date | null;
  is_configured: boolean;
  created_at: Date;
  created_by: string | null;
  version: number;
  changed_at: Date | null;
  changed_by: string | null;
  status: Sensor['status'];
  is_away: boolean;
  live: LiveTraffic | null;
}

/** Rotators say every second how their sensors are that capture, of the others every few seconds that they are there. */
const awayAfterSeconds = 10;
const idleSaidSeconds = 3;
const sayingAt = `jsonb_build_object('at', to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))`;
/** SQL: when the rotator last said anything of the sensor, and whether it should have since. */
export const heardAtSql = `coalesce((status->>'at')::timestamptz, created_at)`;
export const isSilentSql = `(is_enabled AND ${heardAtSql} < clock_timestamp() - interval '${awayAfterSeconds} seconds')`;
const columns = `id, name, host, interface, filter, snap_length, file_bytes, file_seconds, budget_bytes, watermark_bytes, buffer_mebibytes,
  program, max_lag_seconds, max_lag_files, schedule, trigger, lag, trigger_full, is_enabled, stop_at, is_configured, created_at, created_by,
  version, changed_at, changed_by, status, live,
  status IS NOT NULL AND ${isSilentSql} AS is_away`;
/** What is set, in the order of `valuesOf`. */
const settingColumns = [
  ...['name', 'interface', 'filter', 'snap_length', 'file_bytes', 'file_seconds'],
  ...['budget_bytes', 'watermark_bytes', 'buffer_mebibytes', 'program'],
  ...['max_lag_seconds', 'max_lag_files', 'schedule', 'trigger'],
];

/** Where a sensor's ring files are written, below the data directory. */
export function ringDirectory(sensorName: string): string {
  return `ring/${sensorName.replace(/[^\w.-]/g, '_').replace(/^\./, '_')}`;
}

/** The name by which every process knows the capture of a ring file. */
export function ringFile(sensorId: string, file: string): RingFile {
  const digits = createHash('sha256').update(`${sensorId} ${file}`).digest('hex');
  const captureId = [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20, 32)].join('-');
  return { captureId, sensorId, file };
}

export class Sensors {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  async list(host?: string): Promise<Sensor[]> {
    const { rows } = await this.#pool.query<SensorRow>(
      `SELECT ${columns} FROM sensor WHERE $1::text IS NULL OR host = $1 ORDER BY created_at, id`,
      [host ?? null],
    );
    return rows.map(toSensor);
  }

  /** Throws `sensor.not-found`. */
  async get(id: string): Promise<Sensor> {
    const { rows } = await this.#pool.query<SensorRow>(`SELECT ${columns} FROM sensor WHERE id = $1`, [id]);
    return toSensor(rows[0] ?? notFound(id));
  }

  /** It captures from now on, or when its schedule says so. Throws `sensor.exists`. */
  async create(settings: SensorSettings, host: string, createdBy: string | null): Promise<Sensor> {
    const places = settingColumns.map((_, i) => `$${i + 5}`).join(', ');
    const until = settings.schedule && scheduleEnd(settings.schedule);
    return this.#write(
      `INSERT INTO sensor (host, created_by, is_enabled, stop_at, scheduled_until, ${settingColumns.join(', ')})
       VALUES ($1, $2, $3, $4, $4, ${places})`,
      [host, createdBy, settings.schedule === null || until !== null, until, ...valuesOf(settings)],
    );
  }

  /** The sensor of this machine's configuration, made or brought up to date; `null`: there is none, an earlier one no longer captures. */
  async configure(settings: SensorSettings | null, host: string): Promise<void> {
    await this.#pool.query(
      'UPDATE sensor SET is_configured = false, is_enabled = false WHERE is_configured AND host = $1 AND name IS DISTINCT FROM $2',
      [host, settings?.name ?? null],
    );
    if (!settings) return;
    const places = settingColumns.map((_, i) => `$${i + 2}`).join(', ');
    const changes = settingColumns.map((column) => `${column} = excluded.${column}`).join(', ');
    await this.#pool.query(
      `INSERT INTO sensor (host, is_configured, ${settingColumns.join(', ')}) VALUES ($1, true, ${places})
       ON CONFLICT (name) DO UPDATE SET host = excluded.host, is_configured = true, is_enabled = true, ${changes}`,
      [host, ...valuesOf(settings)],
    );
  }

  /** With another schedule than before it captures when that says so from now on. Throws `sensor.not-found`, `sensor.exists`, `sensor.changed`. */
  async update(id: string, settings: Change<SensorSettings>, by: string): Promise<Sensor> {
    const changes = settingColumns.map((column, i) => `${column} = $${i + 5}`).join(', ');
    const until = settings.schedule && scheduleEnd(settings.schedule);
    const schedule = `$${settingColumns.indexOf('schedule') + 5}::jsonb`;
    const isNew = `schedule IS DISTINCT FROM ${schedule} AND ${schedule} IS NOT NULL`;
    const newer = async () => changedMeanwhile('sensor.changed', await this.get(id));
    return this.#write(
      `UPDATE sensor SET ${changes}, version = version + 1, changed_at = clock_timestamp(), changed_by = $4, scheduled_until = CASE WHEN ${schedule} IS NULL THEN NULL WHEN ${isNew} THEN $2 ELSE scheduled_until END,
              is_enabled = CASE WHEN ${isNew} THEN $2::timestamptz IS NOT NULL ELSE is_enabled END,
              stop_at = CASE WHEN ${isNew} THEN $2 ELSE stop_at END WHERE id = $1 AND ($3::int IS NULL OR version = $3)`,
      [id, until, settings.version ?? null, by, ...valuesOf(settings)],
      newer,
    );
  }

  /** Start it, until `stopAt` if that is given; or stop it. Throws `sensor.not-found`. */
  async enable(id: string, isEnabled: boolean, stopAt: Date | null): Promise<Sensor> {
    return this.#write('UPDATE sensor SET is_enabled = $2, stop_at = $3 WHERE id = $1', [id, isEnabled, stopAt]);
  }

  /** Its captures stay, held as they were; those that wait are parsed each by itself. Throws `sensor.not-found`. */
  async delete(id: string): Promise<Sensor> {
    await this.#pool.query(
      `INSERT INTO hold (capture_id, reason, alert_id, created_at, created_by, expires_at, is_triggered)
       SELECT c.id, h.reason, h.alert_id, h.created_at, h.created_by, h.expires_at, h.is_triggered
         FROM hold h JOIN capture c ON ${keepsSql('h', 'c')} WHERE h.sensor_id = $1`,
      [id],
    );
    await this.#pool.query(`UPDATE capture SET in_series = false WHERE sensor_id = $1 AND state = 'stored'`, [id]);
    await this.#pool.query(`DELETE FROM capture WHERE sensor_id = $1 AND state = 'receiving'`, [id]);
    return this.#write('DELETE FROM sensor WHERE id = $1', [id]);
  }

  /** Sensors of the host whose schedule begins start, until it ends; one that captures for longer is left alone. Answers their names. */
  async startDue(host: string): Promise<string[]> {
    const { rows } = await this.#pool.query<{ id: string; schedule: Sensor['schedule'] }>(
      'SELECT id, schedule FROM sensor WHERE host = $1 AND schedule IS NOT NULL',
      [host],
    );
    const started: string[] = [];
    for (const { id, schedule } of rows) {
      const until = scheduleEnd(schedule!);
      if (until === null) continue;
      const begun = await this.#pool.query<{ name: string }>(
        `UPDATE sensor SET is_enabled = true, scheduled_until = $2,
                stop_at = CASE WHEN is_enabled AND stop_at IS NULL THEN NULL ELSE greatest(stop_at, $2) END
          WHERE id = $1 AND (scheduled_until IS NULL OR scheduled_until < $2) RETURNING name`,
        [id, until],
      );
      if (!begun.rows[0]) continue;
      await this.note(id, 'schedule', `it captures by its schedule until ${until.toISOString()}`);
      started.push(begun.rows[0].name);
    }
    return started;
  }

  /** Sensors of the host whose time is up stop. Answers their names. */
  async stopDue(host: string): Promise<string[]> {
    const { rows } = await this.#pool.query<{ name: string }>(
      `UPDATE sensor SET is_enabled = false, stop_at = NULL WHERE host = $1 AND is_enabled AND stop_at <= now() RETURNING name`,
      [host],
    );
    return rows.map((row) => row.name);
  }

  /** How it is, said every second: who has not said anything for a while is away. */
  async say(id: string, status: { isCapturing: boolean; detail: string }): Promise<void> {
    await this.#pool.query(`UPDATE sensor SET status = $2::jsonb || ${sayingAt} WHERE id = $1`, [id, JSON.stringify(status)]);
  }

  /** The rotator of the host is there, also for sensors that are switched off: one that is switched on is not away before it begins. */
  async sayIdle(host: string): Promise<void> {
    await this.#pool.query(
      `UPDATE sensor SET status = coalesce(status, '{"isCapturing": false, "detail": "stopped"}') || ${sayingAt}
        WHERE host = $1 AND NOT is_enabled
          AND (status IS NULL OR (status->>'at')::timestamptz < clock_timestamp() - interval '${idleSaidSeconds} seconds')`,
      [host],
    );
  }

  /** Sensors that should capture and of which nothing is heard, and since when. */
  async silent(): Promise<{ name: string; since: Date }[]> {
    const { rows } = await this.#pool.query<{ name: string; since: Date }>(
      `SELECT name, ${heardAtSql} AS since FROM sensor WHERE ${isSilentSql} ORDER BY name`,
    );
    return rows;
  }

  async note(id: string, kind: string, detail: string): Promise<void> {
    await this.#pool.query('INSERT INTO sensor_event (sensor_id, kind, detail) VALUES ($1, $2, $3)', [id, kind, detail.slice(0, 1000)]);
  }

  /** The engine ended on the file at hand: its third death sets the file aside. SIGKILL and SIGTERM come from outside and do not count. */
  async noteEngineDeath(id: string, detail: string): Promise<void> {
    await this.note(id, 'engine-ended', detail);
    if (/SIGKILL|SIGTERM/.test(detail)) return;
    await this.#pool.query(
      `UPDATE capture SET deaths = deaths + 1 WHERE id = (
         SELECT id FROM capture WHERE sensor_id = $1 AND in_series AND state IN ('receiving', 'stored') ORDER BY created_at, id LIMIT 1)`,
      [id],
    );
  }

  /** Between the two moments. Throws `sensor.not-found`. */
  async traffic(id: string, from: Date, to: Date): Promise<SensorTraffic> {
    const { rows } = await this.#pool.query<SensorRow>(`SELECT ${columns} FROM sensor WHERE id = $1`, [id]);
    return trafficOf(this.#pool, rows[0] ?? notFound(id), from, to);
  }

  /** `missing`: why there was no such row. */
  async #write(
    statement: string,
    values: unknown[],
    missing: () => Promise<Error> = async () => notFound(String(values[0])),
  ): Promise<Sensor> {
    try {
      const { rows } = await this.#pool.query<SensorRow>(
        `WITH changed AS (${statement} RETURNING ${columns})
         SELECT changed.*, pg_notify('${changeChannel}', json_build_object('sensor', id)::text) FROM changed`,
        values,
      );
      if (!rows[0]) throw await missing();
      return toSensor(rows[0]);
    } catch (error) {
      if (sqlState(error) !== '23505') throw error;
      throw new WirecaseError('sensor.exists', 'Another sensor has this name. Names are how captures and gaps are told apart.');
    }
  }
}

function valuesOf(settings: SensorSettings): unknown[] {
  const { name, filter, snapLength, fileBytes, fileSeconds, budgetBytes, watermarkBytes, bufferMebibytes, program } = settings;
  const { maxLagSeconds, maxLagFiles, schedule, trigger } = settings;
  return [
    ...[name, settings.interface, filter, snapLength, fileBytes, fileSeconds, budgetBytes, watermarkBytes, bufferMebibytes, program],
    ...[maxLagSeconds, maxLagFiles, schedule && JSON.stringify(schedule), trigger && JSON.stringify(trigger)],
  ];
}

/** End of the time in which it is; null: it is not in one. */
function scheduleEnd(schedule: NonNullable<SensorSettings['schedule']>): Date | null {
  const end = scheduledUntil(schedule, Date.now());
  return end === null ? null : new Date(end);
}

function toSensor(row: SensorRow): Sensor {
  return {
    id: row.id,
    name: row.name,
    host: row.host,
    interface: row.interface,
    filter: row.filter,
    snapLength: row.snap_length,
    fileBytes: Number(row.file_bytes),
    fileSeconds: row.file_seconds,
    budgetBytes: Number(row.budget_bytes),
    watermarkBytes: row.watermark_bytes === null ? null : Number(row.watermark_bytes),
    bufferMebibytes: row.buffer_mebibytes,
    program: row.program,
    maxLagSeconds: row.max_lag_seconds,
    maxLagFiles: row.max_lag_files,
    schedule: row.schedule,
    trigger: row.trigger,
    lag: row.lag,
    triggerFull: row.trigger_full,
    isEnabled: row.is_enabled,
    stopAt: row.stop_at?.toISOString() ?? null,
    isConfigured: row.is_configured,
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
    version: row.version,
    changedAt: row.changed_at?.toISOString() ?? null,
    changedBy: row.changed_by,
    status: row.status,
    isAway: row.is_away,
    live: row.live?.sample ?? null,
  };
}

function notFound(id: string): never {
  throw new WirecaseError('sensor.not-found', `There is no sensor ${id}.`);
}
