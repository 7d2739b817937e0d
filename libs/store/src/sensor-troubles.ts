/**
 * What ails sensors: a rotator that says nothing any more, an analysis that lags behind, triggers that may hold nothing more. Each is a state of the sensor that is turned on and
 * off by one statement, whoever sees it first: its event, and what the channels are told, come once each way.
 */
import type { SensorNotice } from '@wirecase/contract';
import { changeChannel } from './changes.ts';
import { keepsSql } from './holds.ts';
import type { Pool } from './pool.ts';
import { heardAtSql, isSilentSql } from './sensors.ts';

/** An engine says every second how it is; one that was silent for so long is behind by as much. */
const freshSeconds = 5;

/** Column of the state that a notice turns, whether on, and how grave it is. */
const turns = {
  'sensor.away': { column: 'away', isOn: true, severity: 80 },
  'sensor.back': { column: 'away', isOn: false, severity: 10 },
  'sensor.lagging': { column: 'lag', isOn: true, severity: 60 },
  'sensor.caught-up': { column: 'lag', isOn: false, severity: 10 },
  'sensor.trigger-full': { column: 'trigger_full', isOn: true, severity: 50 },
  'sensor.trigger-free': { column: 'trigger_full', isOn: false, severity: 10 },
} as const;

/** Silent for so long while somebody looks: the sensor is away. */
const sureAfterMs = 3_000;

interface Queryable {
  query(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
}

export type Turn = Pick<SensorNotice, 'kind' | 'sensorId' | 'detail'>;

/** The sensor has the trouble from now on, or no longer. Answers whether that is new. */
export async function turnTrouble(database: Queryable, { kind, sensorId, detail }: Turn): Promise<boolean> {
  const { column, isOn, severity } = turns[kind];
  const { rows } = await database.query(
    `WITH turned AS (
       UPDATE sensor SET ${column} = CASE WHEN $2 THEN jsonb_build_object('since', $3::text, 'detail', $4::text) END
        WHERE id = $1 AND (${column} IS NULL) = $2 RETURNING id, name
     ), noted AS (
       INSERT INTO sensor_event (sensor_id, kind, detail) SELECT id, $5, $4 FROM turned
     ), told AS (
       INSERT INTO delivery (channel_id, notice)
       SELECT channel.id, jsonb_build_object('kind', 'sensor.' || $5::text, 'sensorId', turned.id, 'sensor', turned.name, 'at', $3::text,
                                             'severity', $6::integer, 'detail', $4::text)
         FROM turned JOIN channel ON channel.enabled AND channel.tells_of_sensors
     )
     SELECT pg_notify('${changeChannel}', json_build_object('sensor', id)::text) FROM turned`,
    [sensorId, isOn, new Date().toISOString(), detail, kind.replace('sensor.', ''), severity],
  );
  return rows.length > 0;
}

/** SQL: bytes that triggers of the sensor hold, and how many they may. `sensor`: name of the table in the query. */
export const triggeredBytesSql = (sensor: string): string =>
  `(SELECT coalesce(sum(c.size), 0) FROM capture c WHERE c.sensor_id = ${sensor}.id
     AND EXISTS (SELECT FROM hold h WHERE h.is_triggered AND h.sensor_id = ${sensor}.id AND ${keepsSql('h', 'c')}))`;
export const triggerBoundSql = (sensor: string): string => `coalesce((${sensor}.trigger->>'maxBytes')::bigint, ${sensor}.budget_bytes / 2)`;

export interface Lag {
  seconds: number;
  files: number;
  maxSeconds: number;
  maxFiles: number;
  isLagging: boolean;
}

/** What is to be told of a lag, if anything: it begins above either threshold, and is over at half of both. */
export function lagTurn({ seconds, files, maxSeconds, maxFiles, isLagging }: Lag): Pick<SensorNotice, 'kind' | 'detail'> | null {
  if (!isLagging && (seconds > maxSeconds || files > maxFiles))
    return {
      kind: 'sensor.lagging',
      detail: `the traffic is analysed ${seconds.toFixed(0)} s late, ${files} files wait: more comes in than can be analysed`,
    };
  if (isLagging && seconds <= maxSeconds / 2 && files <= maxFiles / 2)
    return { kind: 'sensor.caught-up', detail: 'the traffic is analysed in time again' };
  return null;
}

/**
 * Which sensors are away: those that stay silent while somebody looks. Right after the database was away nobody has said anything for a
 * while, and all of them are there. Times in milliseconds.
 */
export class Silence {
  readonly #seenSince = new Map<string, number>();

  /** A look at all sensors: the ids of the silent ones. Answers which of them are away. */
  look(now: number, silent: readonly string[]): Set<string> {
    for (const id of this.#seenSince.keys()) if (!silent.includes(id)) this.#seenSince.delete(id);
    for (const id of silent) if (!this.#seenSince.has(id)) this.#seenSince.set(id, now);
    return new Set(silent.filter((id) => now - this.#seenSince.get(id)! >= sureAfterMs));
  }
}

interface WatchedRow {
  id: string;
  host: string;
  heard_at: Date;
  is_enabled: boolean;
  is_silent: boolean;
  was_away: boolean;
  files: number;
  seconds: number;
  max_lag_seconds: number;
  max_lag_files: number;
  is_lagging: boolean;
  is_free: boolean;
}

export class SensorTroubles {
  readonly #pool: Pool;
  readonly #silence = new Silence();

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Look at every sensor once: say what changed. Any number of processes may look. */
  async watch(): Promise<void> {
    const { rows } = await this.#pool.query<WatchedRow>(
      `SELECT s.id, s.host, s.is_enabled, ${heardAtSql} AS heard_at, ${isSilentSql} AS is_silent, s.away IS NOT NULL AS was_away,
              s.max_lag_seconds, s.max_lag_files, s.lag IS NOT NULL AS is_lagging,
              CASE WHEN said.age < ${freshSeconds} THEN greatest(waiting.files, coalesce((s.live->'sample'->>'waitingFiles')::integer, 0))
                   ELSE waiting.files END AS files,
              CASE WHEN said.age < ${freshSeconds} THEN (s.live->'sample'->>'lagSeconds')::float8
                   WHEN waiting.files > 0 THEN least(said.age, waiting.age) ELSE 0 END AS seconds,
              s.trigger_full IS NOT NULL AND (s.trigger IS NULL OR ${triggeredBytesSql('s')} < ${triggerBoundSql('s')}) AS is_free
         FROM sensor s
        CROSS JOIN LATERAL (SELECT extract(epoch FROM clock_timestamp() - (s.live->'sample'->>'at')::timestamptz)::float8 AS age) AS said
        CROSS JOIN LATERAL (SELECT count(*)::integer AS files, extract(epoch FROM clock_timestamp() - min(created_at))::float8 AS age
                              FROM capture WHERE sensor_id = s.id AND in_series AND state = 'stored') AS waiting`,
    );
    const away = this.#silence.look(
      performance.now(),
      rows.filter((row) => row.is_silent).map(({ id }) => id),
    );
    for (const row of rows) {
      const absence = awayTurn(row, away.has(row.id));
      if (absence) await turnTrouble(this.#pool, { ...absence, sensorId: row.id });
      const { id: sensorId, files, max_lag_seconds: maxSeconds, max_lag_files: maxFiles, is_lagging: isLagging } = row;
      const turn = lagTurn({ seconds: row.seconds ?? 0, files, maxSeconds, maxFiles, isLagging });
      if (turn) await turnTrouble(this.#pool, { ...turn, sensorId });
      if (row.is_free) await turnTrouble(this.#pool, { kind: 'sensor.trigger-free', sensorId, detail: 'triggers hold traffic again' });
    }
  }
}

function awayTurn(row: WatchedRow, isAway: boolean): Pick<SensorNotice, 'kind' | 'detail'> | null {
  const { host, heard_at: heardAt, was_away: wasAway } = row;
  if (isAway && !wasAway)
    return {
      kind: 'sensor.away',
      detail: `nothing is heard since ${heardAt.toISOString()} of the capture-rotator of ${host}: it, its machine or the way to it is gone`,
    };
  if (wasAway && !row.is_silent)
    return { kind: 'sensor.back', detail: row.is_enabled ? `the capture-rotator of ${host} answers again` : 'it is no longer to capture' };
  return null;
}
