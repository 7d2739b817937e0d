/** Alerts that may be told before they are over, or told again: written, or what changed of them. */
import { alertRecord, formatIp, storedType, type AlertRow, type Field } from '@wirecase/contract';
import { idField, quoteName } from './catalogue-ddl.ts';
import { changeChannel } from './changes.ts';
import { deliveriesSql } from './notifications/channels.ts';
import { triggerBoundSql, triggeredBytesSql, turnTrouble, type Turn } from './sensor-troubles.ts';

interface Queryable {
  query(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
}

/** Column of an alert's id, quoted. */
export const alertId = quoteName(idField(alertRecord).column);
/** What may change of an alert that was told already; what people made of it is not touched. */
const changing: readonly string[] = [
  ...['captureId', 'end', 'severity', 'confidence', 'sourceIp', 'destinationIp', 'techniques'],
  ...['entities', 'evidence', 'explanation'],
];

/**
 * Write an alert, or what changed of it since it was told, and tell everyone, channels too; hold what surrounds it if the sensor's trigger
 * says so and there is room. All in one statement: nobody dies between them. Answers whether it is new.
 */
export async function upsertAlert(database: Queryable, captureId: string, row: AlertRow): Promise<boolean> {
  const fields = Object.entries(storedType(alertRecord).fields) as [string, Field][];
  const stored: Record<string, unknown> = { ...row, captureId };
  const given = fields.filter(([property]) => property in stored);
  const updates = given.filter(([property]) => changing.includes(property)).map(([, { column }]) => column);
  const set = updates.map((column) => `${quoteName(column)} = excluded.${quoteName(column)}`).join(', ');
  const { rows } = await database.query(
    `WITH said AS (
       INSERT INTO alert AS known (${given.map(([, { column }]) => quoteName(column)).join(', ')})
       VALUES (${given.map((_, i) => `$${i + 1}`).join(', ')})
       ON CONFLICT (${alertId}) DO UPDATE SET ${set} RETURNING known.*, (known.xmax = 0) AS is_new
     ), told AS (${deliveriesSql('said')}), wish AS MATERIALIZED (${triggeredSql}), held AS (${holdTriggeredSql})
     SELECT said.is_new, wish.sensor_id, wish.has_room, wish.was_full, wish.bound FROM said LEFT JOIN wish ON true`,
    given.map(([property, field]) => asParameter(field, stored[property])),
  );
  const { is_new: isNew, ...wish } = rows[0] as { is_new: boolean } & (Wish | { sensor_id: null });
  await database.query('SELECT pg_notify($1, $2)', [changeChannel, JSON.stringify({ alert: row.id, isNew })]);
  if (wish.sensor_id !== null && wish.has_room === wish.was_full) await turnTrouble(database, triggerTurn(wish));
  return isNew;
}

/** A sensor whose trigger an alert meets. */
interface Wish {
  sensor_id: string;
  has_room: boolean;
  was_full: boolean;
  bound: bigint;
}

/** SQL: that of `said`. */
const triggeredSql = `
  SELECT s.id AS sensor_id, s.name, s.trigger, s.trigger_full IS NOT NULL AS was_full, ${triggerBoundSql('s')} AS bound,
         ${triggeredBytesSql('s')} < ${triggerBoundSql('s')} AS has_room
    FROM said JOIN capture k ON k.id = said.capture_id JOIN sensor s ON s.id = k.sensor_id
   WHERE s.trigger IS NOT NULL AND said.alert_suppressed_by IS NULL AND said.event_severity >= (s.trigger->>'minSeverity')::integer
     AND (s.trigger->'rules' = '[]' OR s.trigger->'rules' ? said.rule_id)`;

/** SQL: the hold of `wish`; as its alert goes on, so does what is held. */
const holdTriggeredSql = `
  INSERT INTO hold (sensor_id, from_time, to_time, reason, alert_id, created_by, expires_at, is_triggered)
  SELECT wish.sensor_id, said.event_start - (wish.trigger->>'beforeSeconds')::bigint * 1000000000,
         said.event_end + (wish.trigger->>'afterSeconds')::bigint * 1000000000, 'Trigger of ' || wish.name || ': ' || said.rule_name,
         said.alert_id, 'trigger', clock_timestamp() + (wish.trigger->>'keepDays')::integer * interval '1 day', true
    FROM said, wish WHERE wish.has_room
  ON CONFLICT (alert_id) WHERE is_triggered AND sensor_id IS NOT NULL DO UPDATE SET to_time = greatest(hold.to_time, excluded.to_time)`;

function triggerTurn({ sensor_id: sensorId, has_room: hasRoom, bound }: Wish): Turn {
  if (hasRoom) return { kind: 'sensor.trigger-free', sensorId, detail: 'triggers hold traffic again' };
  const detail = `triggers hold ${bound} bytes, as much as they may: further alerts hold nothing until holds are released or expire`;
  return { kind: 'sensor.trigger-full', sensorId, detail };
}

function asParameter({ kind }: Field, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (kind === 'json') return JSON.stringify(value);
  if (kind === 'ip') return formatIp(value as Uint8Array);
  if (kind === 'time' || kind === 'duration') return String(value);
  return value;
}
