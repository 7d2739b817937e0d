/** What a sensor saw: minutes, gaps, events, hosts and protocols of a time. */
import type { LiveSample, Sensor, SensorEvent, SensorGap, SensorTraffic, TrafficMinute } from '@wirecase/contract';
import { isUnread } from './open-minute.ts';
import type { Pool } from './pool.ts';

/** What the engine says of the file at hand; `minutes`: as ISO 8601, with packets, bytes and flows. */
export interface LiveTraffic {
  sample: LiveSample;
  minutes?: [string, number, number, number][];
}

interface SensorOnAir {
  id: string;
  name: string;
  status: Sensor['status'];
  live: LiveTraffic | null;
}

const topCount = 10;

/** Between the two moments. */
export async function trafficOf(pool: Pool, sensor: SensorOnAir, from: Date, to: Date): Promise<SensorTraffic> {
  const { id, name } = sensor;
  const [minutes, gaps, events, talkers, protocols] = await Promise.all([
    minutesOf(pool, sensor, from, to),
    gapsOf(pool, name, from, to),
    eventsOf(pool, id, from, to),
    topOf(pool, id, from, to, 'hosts', 'host(side.ip)', `CROSS JOIN LATERAL (VALUES (f.source_ip), (f.destination_ip)) AS side (ip)`),
    topOf(pool, id, from, to, 'protocols', 'coalesce(f.network_protocol[1], f.network_transport)', ''),
  ]);
  return {
    from: from.toISOString(),
    to: to.toISOString(),
    minutes,
    gaps,
    events,
    talkers: talkers.map(({ name: ip, ...rest }) => ({ ip, ...rest })),
    protocols,
  };
}

/** Those that are committed, and what the engine says of the file at hand. */
async function minutesOf(pool: Pool, sensor: SensorOnAir, from: Date, to: Date): Promise<TrafficMinute[]> {
  const { rows } = await pool.query<{ minute: Date; packets: bigint; bytes: bigint; flows: bigint; is_growing: boolean }>(
    `SELECT minute, packets, bytes, flows,
            EXISTS (SELECT FROM capture WHERE sensor_id = $1 AND in_series AND state IN ('receiving', 'stored')) AS is_growing
       FROM sensor_minute WHERE sensor_id = $1 AND minute >= $2 AND minute < $3 ORDER BY minute`,
    [sensor.id, from, to],
  );
  const sample = sensor.live?.sample ?? null;
  const byMinute = new Map<string, TrafficMinute>();
  for (const row of rows) {
    const minute = row.minute.toISOString();
    // Between two files nothing may be waiting.
    const isOpen = (sensor.status?.isCapturing || row.is_growing) && isUnread(row.minute.getTime(), sample);
    byMinute.set(minute, { minute, packets: Number(row.packets), bytes: Number(row.bytes), flows: Number(row.flows), isOpen });
  }
  for (const [minute, packets, bytes, flows] of sensor.live?.minutes ?? []) {
    if (Date.parse(minute) < from.getTime() || Date.parse(minute) >= to.getTime()) continue;
    const known = byMinute.get(minute) ?? { minute, packets: 0, bytes: 0, flows: 0 };
    byMinute.set(minute, {
      minute,
      packets: known.packets + packets,
      bytes: known.bytes + bytes,
      flows: known.flows + flows,
      isOpen: true,
    });
  }
  return [...byMinute.values()].sort((a, b) => a.minute.localeCompare(b.minute));
}

async function gapsOf(pool: Pool, name: string, from: Date, to: Date): Promise<SensorGap[]> {
  const { rows } = await pool.query<{ from_time: Date; to_time: Date; reason: string; dropped: bigint | null }>(
    `SELECT from_time, to_time, reason, dropped FROM capture_gap
      WHERE sensor = $1 AND to_time >= $2 AND from_time < $3 ORDER BY from_time LIMIT 1000`,
    [name, from, to],
  );
  return rows.map((row) => ({
    from: row.from_time.toISOString(),
    to: row.to_time.toISOString(),
    reason: row.reason,
    dropped: Number(row.dropped ?? 0),
  }));
}

async function eventsOf(pool: Pool, id: string, from: Date, to: Date): Promise<SensorEvent[]> {
  const { rows } = await pool.query<{ at: Date; kind: string; detail: string }>(
    'SELECT at, kind, detail FROM sensor_event WHERE sensor_id = $1 AND at >= $2 AND at < $3 ORDER BY at DESC LIMIT 200',
    [id, from, to],
  );
  return rows.map((row) => ({ at: row.at.toISOString(), kind: row.kind, detail: row.detail }));
}

/** Of flows that began in the range, and of those that are in no table yet. `name`, `join`: SQL of ours. */
async function topOf(
  pool: Pool,
  id: string,
  from: Date,
  to: Date,
  live: string,
  name: string,
  join: string,
): Promise<{ name: string; bytes: number; flows: number }[]> {
  const nanoseconds = (date: Date) => `${date.getTime()}000000`;
  const { rows } = await pool.query<{ name: string; bytes: string; flows: string }>(
    `SELECT name, sum(bytes)::text AS bytes, sum(flows)::text AS flows FROM (
       SELECT ${name} AS name, sum(f.network_bytes) AS bytes, sum(f.flow_aggregate) AS flows
         FROM flow f JOIN capture c ON c.id = f.capture_id ${join}
        WHERE c.sensor_id = $1 AND f.event_start >= $2 AND f.event_start < $3 GROUP BY 1
       UNION ALL
       SELECT open.* FROM sensor, jsonb_to_recordset(live_tops->'${live}') AS open (name text, bytes bigint, flows bigint) WHERE id = $1
     ) AS each GROUP BY 1 ORDER BY sum(bytes) DESC, 1 LIMIT ${topCount}`,
    [id, nanoseconds(from), nanoseconds(to)],
  );
  return rows.map((row) => ({ name: row.name, bytes: Number(row.bytes), flows: Number(row.flows) }));
}
