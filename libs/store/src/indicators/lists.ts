/** Lists of indicators as they are stored, and what matched. */
import {
  formatTime,
  WirecaseError,
  type Change,
  type ImportedIndicators,
  type ImportReport,
  type IndicatorList,
  type IndicatorListRequest,
  type IndicatorMatch,
} from '@wirecase/contract';
import { wallTime } from '../capture-row.ts';
import { changedMeanwhile } from '../changed-meanwhile.ts';
import { inTransaction, type Pool, type PoolClient } from '../pool.ts';
import { withdrawMatches } from './match-alerts.ts';
import { enqueueList, holdOffCaptures } from './matching.ts';

/** What of the matches is asked for; everything that is given counts. `ip`: either side. */
export interface MatchSelection {
  listId?: string;
  captureId?: string;
  flowId?: string;
  ip?: string;
}

/** Indicators as the database takes them: as one text, and not a hundred thousand objects that are copied on the way. */
export interface PackedIndicators {
  /** UTF-8 of a JSON array of `Indicator`. */
  rows: Uint8Array;
  report: ImportReport;
}

export function packIndicators({ indicators, report }: ImportedIndicators): PackedIndicators {
  return { rows: new TextEncoder().encode(JSON.stringify(indicators)), report };
}

export interface MatchPage {
  matches: IndicatorMatch[];
  nextCursor: string | null;
  total: number;
}

type ListRow = Omit<IndicatorList, 'createdAt' | 'changedAt' | 'indicators' | 'captures' | 'matches' | 'waiting'> & {
  createdAt: Date;
  changedAt: Date | null;
  indicators: bigint;
  captures: bigint;
  matches: bigint;
  waiting: bigint;
};

const listSql = `
  SELECT l.id, l.name, l.description, l.owner, l.severity, l.created_at AS "createdAt", l.created_by AS "createdBy", l.report,
         l.version, l.changed_at AS "changedAt", l.changed_by AS "changedBy",
         (SELECT count(*) FROM indicator WHERE list_id = l.id) AS indicators,
         (SELECT count(*) FROM indicator_due WHERE list_id = l.id) AS waiting, found.captures, found.matches
    FROM indicator_list l
    CROSS JOIN LATERAL (SELECT count(DISTINCT capture_id) AS captures, count(*) AS matches FROM indicator_match WHERE list_id = l.id) found`;

export class IndicatorLists {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  async list(): Promise<IndicatorList[]> {
    const { rows } = await this.#pool.query<ListRow>(`${listSql} ORDER BY l.name, l.id`);
    return rows.map(toList);
  }

  /** Throws `list.not-found`. */
  async get(id: string): Promise<IndicatorList> {
    const { rows } = await this.#pool.query<ListRow>(`${listSql} WHERE l.id = $1`, [id]);
    return rows[0] ? toList(rows[0]) : notFound(id);
  }

  /** An empty list. */
  async create({ name, description, owner, severity }: IndicatorListRequest, by: string): Promise<IndicatorList> {
    const { rows } = await this.#pool.query<{ id: string }>(
      'INSERT INTO indicator_list (name, description, owner, severity, created_by) VALUES ($1, $2, $3, $4, $5) RETURNING id',
      [name, description, owner, severity, by],
    );
    return this.get(rows[0]!.id);
  }

  /** Its alerts have its name and severity, so they are made anew. Throws `list.not-found`, `list.changed`. */
  async change(
    id: string,
    { name, description, owner, severity, version }: Change<IndicatorListRequest>,
    by: string,
  ): Promise<IndicatorList> {
    await inTransaction(this.#pool, async (client) => {
      await holdOffCaptures(client);
      await this.#takeVersion(client, id, version ?? null, by);
      await client.query('UPDATE indicator_list SET name = $2, description = $3, owner = $4, severity = $5 WHERE id = $1', [
        ...[id, name, description, owner, severity],
      ]);
      await enqueueList(client, id);
    });
    return this.get(id);
  }

  /**
   * These instead of what it has; it waits to be compared with every capture. Of what version, or of whichever there is: a feed replaces
   * everything. Throws `list.not-found`, `list.changed`.
   */
  async fill(id: string, { rows, report }: PackedIndicators, by: string, version: number | null = null): Promise<IndicatorList> {
    await inTransaction(this.#pool, async (client) => {
      await holdOffCaptures(client);
      await this.#takeVersion(client, id, version, by);
      await client.query('UPDATE indicator_list SET report = $2 WHERE id = $1', [id, JSON.stringify(report)]);
      await client.query('DELETE FROM indicator WHERE list_id = $1', [id]);
      await client.query(
        `INSERT INTO indicator (list_id, type, value, network, comment)
         SELECT $1, type, value, CASE type WHEN 'ip' THEN value::inet WHEN 'cidr' THEN network(value::inet)::inet END, comment
           FROM json_to_recordset($2::json) AS given (type text, value text, comment text)`,
        [id, Buffer.from(rows.buffer, rows.byteOffset, rows.byteLength)],
      );
      // Without it the first comparison is planned for an empty table.
      await client.query('ANALYZE indicator');
      await enqueueList(client, id);
    });
    return this.get(id);
  }

  /** Its next version is the caller's; null: after whatever there is. */
  async #takeVersion(client: PoolClient, id: string, version: number | null, by: string): Promise<void> {
    const { rowCount } = await client.query(
      `UPDATE indicator_list SET version = version + 1, changed_at = clock_timestamp(), changed_by = $3
        WHERE id = $1 AND ($2::int IS NULL OR version = $2)`,
      [id, version, by],
    );
    if (rowCount === 0) throw changedMeanwhile('list.changed', await this.get(id));
  }

  /** With its indicators, matches and alerts. Throws `list.not-found`. */
  async delete(id: string): Promise<void> {
    await inTransaction(this.#pool, async (client) => {
      // It waits for who compares the list; what that tells goes with it.
      const { rowCount } = await client.query('DELETE FROM indicator_list WHERE id = $1', [id]);
      if (rowCount === 0) notFound(id);
      await withdrawMatches(client, id);
    });
  }

  /** Newest traffic first. Throws `request.invalid` for a cursor that is none. */
  async matches(selection: MatchSelection, { limit, cursor }: { limit: number; cursor?: string }): Promise<MatchPage> {
    const values: unknown[] = [];
    const parts = ['TRUE'];
    const add = (condition: (parameter: string) => string, value: unknown) => {
      if (value === undefined) return;
      values.push(value);
      parts.push(condition(`$${values.length}`));
    };
    add((parameter) => `m.list_id = ${parameter}`, selection.listId);
    add((parameter) => `m.capture_id = ${parameter}`, selection.captureId);
    add((parameter) => `m.flow_id = ${parameter}`, selection.flowId);
    add((parameter) => `(m.source_ip = ${parameter}::inet OR m.destination_ip = ${parameter}::inet)`, selection.ip);
    const counted = await this.#pool.query<{ n: bigint }>(`SELECT count(*) AS n FROM indicator_match m WHERE ${parts.join(' AND ')}`, [
      ...values,
    ]);
    const after = cursor === undefined ? null : parseCursor(cursor);
    if (after) {
      values.push(...after);
      parts.push(`(m.time, m.id) < ($${values.length - 1}::bigint, $${values.length}::bigint)`);
    }
    const { rows } = await this.#pool.query<MatchRow>(
      `SELECT m.id, m.list_id AS "listId", l.name AS "listName", l.severity, i.type, i.value AS indicator, i.comment,
              m.capture_id AS "captureId", c.name AS "captureName", m.flow_id AS "flowId", m.field, m.value, m.time,
              host(m.source_ip) AS "sourceIp", host(m.destination_ip) AS "destinationIp"
         FROM indicator_match m JOIN indicator_list l ON l.id = m.list_id JOIN indicator i ON i.id = m.indicator_id
         JOIN capture c ON c.id = m.capture_id
        WHERE ${parts.join(' AND ')} ORDER BY m.time DESC, m.id DESC LIMIT ${limit + 1}`,
      values,
    );
    const last = rows.length > limit ? rows[limit - 1]! : null;
    return {
      matches: rows.slice(0, limit).map((row) => ({ ...row, id: String(row.id), time: formatTime(row.time) })),
      nextCursor: last && `${last.time}.${last.id}`,
      total: Number(counted.rows[0]!.n),
    };
  }
}

type MatchRow = Omit<IndicatorMatch, 'id' | 'time'> & { id: bigint; time: bigint };

function parseCursor(text: string): string[] {
  const isCursor = /^-?\d{1,19}\.\d{1,18}$/.test(text) && BigInt.asIntN(64, BigInt(text.split('.')[0]!)) === BigInt(text.split('.')[0]!);
  if (isCursor) return text.split('.');
  throw new WirecaseError('request.invalid', 'cursor: take nextCursor of the page before.');
}

function toList(row: ListRow): IndicatorList {
  const { createdAt, changedAt, indicators, captures, matches, waiting, ...rest } = row;
  const counts = { indicators: Number(indicators), captures: Number(captures), matches: Number(matches), waiting: Number(waiting) };
  return { ...rest, createdAt: wallTime(createdAt), changedAt: changedAt && wallTime(changedAt), ...counts };
}

function notFound(id: string): never {
  throw new WirecaseError('list.not-found', `There is no list ${id}.`);
}
