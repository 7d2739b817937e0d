/** Alerts that may be told before they are over, or told again: written, or what changed of them. */
import { alertRecord, formatIp, storedType, type AlertRow, type Field } from '@wirecase/contract';
import { idField, quoteName } from './catalogue-ddl.ts';
import { changeChannel } from './changes.ts';

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

/** Write an alert, or what changed of it since it was told, and tell everyone. Answers whether it is new. */
export async function upsertAlert(database: Queryable, captureId: string, row: AlertRow): Promise<boolean> {
  const fields = Object.entries(storedType(alertRecord).fields) as [string, Field][];
  const stored: Record<string, unknown> = { ...row, captureId };
  const given = fields.filter(([property]) => property in stored);
  const updates = given.filter(([property]) => changing.includes(property)).map(([, { column }]) => column);
  const set = updates.map((column) => `${quoteName(column)} = excluded.${quoteName(column)}`).join(', ');
  const { rows } = await database.query(
    `INSERT INTO alert AS known (${given.map(([, { column }]) => quoteName(column)).join(', ')})
     VALUES (${given.map((_, i) => `$${i + 1}`).join(', ')})
     ON CONFLICT (${alertId}) DO UPDATE SET ${set} RETURNING (known.xmax = 0) AS is_new`,
    given.map(([property, field]) => asParameter(field, stored[property])),
  );
  const isNew = (rows[0] as { is_new: boolean }).is_new;
  await database.query('SELECT pg_notify($1, $2)', [changeChannel, JSON.stringify({ alert: row.id, isNew })]);
  return isNew;
}

function asParameter({ kind }: Field, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (kind === 'json') return JSON.stringify(value);
  if (kind === 'ip') return formatIp(value as Uint8Array);
  if (kind === 'time' || kind === 'duration') return String(value);
  return value;
}
