/**
 * Alerts of matches: one for each indicator of a list and pair of hosts in a capture, or in the series of a sensor. Their ids are made of
 * these, so that the same comparison gives the same alerts; what people made of them is kept by the id.
 */
import { createHash } from 'node:crypto';
import { cleanText, indicatorRule, parseIp, type AlertRow, type DetectionPolicy, type IndicatorType } from '@wirecase/contract';
import { judged } from '@wirecase/detect';
import { upsertAlert } from '../alert-writer.ts';
import { notifyChange } from '../changes.ts';
import type { PoolClient } from '../pool.ts';

/** Alerts of one list in one capture, those that were seen first. */
export const MOST_ALERTS = 1_000;
/** Packets that an alert names. */
const MOST_PACKETS = 50;

interface Group {
  type: IndicatorType;
  indicator: string;
  comment: string | null;
  attacker: string | null;
  victim: string;
  fields: string[];
  packets: bigint[];
  start: bigint;
  end: bigint;
  matches: bigint;
}

interface Scope {
  listId: string;
  listName: string;
  severity: number;
  /** The capture, or the sensor whose series it is a part of: an alert goes on over its files. */
  series: string;
}

const groupsSql = `
  SELECT i.type, i.value AS indicator, i.comment, host(m.attacker) AS attacker, host(m.victim) AS victim,
         array_agg(DISTINCT m.field) AS fields, (array_agg(DISTINCT m.packet))[1:${MOST_PACKETS}] AS packets,
         min(m.time) AS start, max(m.time) AS "end", count(*) AS matches
    FROM indicator_match m JOIN indicator i ON i.id = m.indicator_id
   WHERE m.list_id = $1 AND m.capture_id = $2
   GROUP BY i.id, m.attacker, m.victim ORDER BY min(m.time), i.id, m.victim LIMIT ${MOST_ALERTS}`;

/** After a comparison, in its transaction: the alerts of its matches; those of matches that are gone go. */
export async function tellMatches(client: PoolClient, listId: string, captureId: string, policy: DetectionPolicy): Promise<void> {
  const scopes = await client.query<Scope>(
    `SELECT l.id AS "listId", l.name AS "listName", l.severity, CASE WHEN c.in_series THEN c.sensor_id ELSE c.id END AS series
       FROM indicator_list l, capture c WHERE l.id = $1 AND c.id = $2`,
    [listId, captureId],
  );
  const scope = scopes.rows[0]!;
  const { rows: groups } = await client.query<Group>(groupsSql, [listId, captureId]);
  const alerts = groups.map((group) => judged(alertOf(group, scope), policy));
  const ids = alerts.map(({ id }) => id);
  const gone = await client.query(`DELETE FROM alert WHERE ${ofList} AND capture_id = $2 AND alert_id <> ALL ($3::uuid[])`, [
    ...[listId, captureId, ids],
  ]);
  if (alerts.length === 0 && gone.rowCount === 0) return;
  // Files of a series may be compared in any order: an alert stays with the newest.
  const later = await client.query<{ id: string; end: bigint }>(
    'SELECT alert_id AS id, event_end AS "end" FROM alert WHERE alert_id = ANY ($1::uuid[]) AND capture_id <> $2',
    [ids, captureId],
  );
  const ends = new Map(later.rows.map(({ id, end }) => [id, end]));
  for (const alert of alerts) if ((ends.get(alert.id) ?? alert.end) <= alert.end) await upsertAlert(client, captureId, alert);
  await countAlerts(client, [captureId]);
}

/** In the transaction in which a list goes, after it went: its alerts go too. */
export async function withdrawMatches(client: PoolClient, listId: string): Promise<void> {
  const { rows } = await client.query<{ captureId: string }>(`DELETE FROM alert WHERE ${ofList} RETURNING capture_id AS "captureId"`, [
    listId,
  ]);
  await countAlerts(client, [...new Set(rows.map(({ captureId }) => captureId))]);
}

const ofList = `rule_id = '${indicatorRule.id}' AND alert_evidence -> 'list' ->> 'id' = $1::text`;

async function countAlerts(client: PoolClient, captureIds: readonly string[]): Promise<void> {
  await client.query('UPDATE capture SET alerts = (SELECT count(*) FROM alert WHERE capture_id = capture.id) WHERE id = ANY ($1::uuid[])', [
    captureIds,
  ]);
  for (const capture of captureIds) await notifyChange(client, { capture });
}

function alertOf(group: Group, { listId, listName, severity, series }: Scope): AlertRow {
  const { type, indicator, comment, attacker, victim, fields, packets, start, end, matches } = group;
  return {
    id: idOf([indicatorRule.id, listId, series, type, indicator, attacker, victim]),
    ruleId: indicatorRule.id,
    ruleName: indicatorRule.name,
    ruleVersion: indicatorRule.version,
    alertClass: indicatorRule.id,
    severity,
    confidence: confidenceOf(type),
    techniques: [techniqueOf(type, fields)],
    sourceIp: attacker === null ? null : parseIp(attacker),
    destinationIp: parseIp(victim),
    start,
    end,
    detectedAt: start,
    entities: [...(attacker === null ? [] : [{ role: 'attacker', ip: attacker }]), { role: 'victim', ip: victim }],
    evidence: {
      ...{ metric: 'matches of the indicator', value: Number(matches), threshold: 1, window: Number(end - start) / 1e9 },
      packets: packets.map(Number),
      ...{ indicator: { type, value: indicator, comment }, list: { id: listId, name: listName }, fields },
      filter: attacker === null ? `source.ip == ${victim}` : pairFilter(attacker, victim),
    },
    explanation: explanationOf(group, listName),
    suppressedBy: null,
  };
}

/** Flows between the two, whoever began. */
const pairFilter = (a: string, b: string): string =>
  `(source.ip == ${a} and destination.ip == ${b}) or (source.ip == ${b} and destination.ip == ${a})`;

function explanationOf({ type, indicator, comment, attacker, victim, fields, matches }: Group, listName: string): string {
  const said = comment === null || comment === '' ? '' : `, said to be "${comment}"`;
  const doing = fields.includes('dns.question.name') ? 'asked for a name' : 'had traffic';
  const whom = attacker === null || attacker === indicator ? '' : ` with ${attacker}`;
  const times = matches === 1n ? 'once' : `${matches} times`;
  return cleanText(
    `${victim} ${doing}${whom} that the list "${listName}" names: ${type} ${indicator}${said}, seen ${times} in ${fields.join(', ')}.`,
  );
}

/** 0-1. Content and certificates are what they are; an address may have changed hands, a network or a client's fingerprint has many users. */
function confidenceOf(type: IndicatorType): number {
  if (type === 'cidr' || type === 'ja3' || type === 'ja4') return 0.5;
  return type === 'ip' || type === 'domain' ? 0.7 : 0.9;
}

/** ATT&CK: ingress tool transfer, or the application layer protocol that was used. */
function techniqueOf(type: IndicatorType, fields: readonly string[]): string {
  if (type === 'md5' || type === 'sha1' || type === 'sha256') return 'T1105';
  if (fields.every((field) => field.startsWith('dns.'))) return 'T1071.004';
  return type === 'ip' || type === 'cidr' ? 'T1071' : 'T1071.001';
}

/** The first half of a SHA-256 as UUID text. */
function idOf(parts: readonly (string | null)[]): string {
  const digits = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-${digits.slice(12, 16)}-${digits.slice(16, 20)}-${digits.slice(20, 32)}`;
}
