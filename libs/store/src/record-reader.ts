/**
 * Rows out of PostgreSQL: pages by keyset, whole results by a server-side cursor, histograms. The condition comes compiled from libs/query.
 * Rows are committed together with the state `ready`, so what is visible here is complete.
 */
import {
  triagedAlertRecord,
  formatIp,
  formatTime,
  WirecaseError,
  type Fields,
  type flowRecord,
  type Histogram,
  type RecordType,
} from '@wirecase/contract';
import { idField, quoteName, timeField } from './catalogue-ddl.ts';
import { relationOf } from './served-catalogue.ts';
import { asStorageError, sqlState, type Pool, type PoolClient } from './pool.ts';
import { afterCursor, cursorAfter, decodeRow, orderBy, orderOf, selectList, type StoredRow } from './stored-row.ts';

/** Which rows. `where` is SQL with parameters $1..$n for `params`; `TRUE` selects all. */
export interface Selection {
  where: string;
  params: readonly unknown[];
  /** Packet time, nanoseconds: `from` and later, before `to`. */
  from?: bigint;
  to?: bigint;
  captureId?: string;
  /** Captures of this sensor. */
  sensorId?: string;
}

export interface PageRequest {
  /** Field name, `-` before it for descending; newest first without it. */
  sort?: string;
  limit: number;
  cursor?: string;
}

export interface RowPage<F extends Fields> {
  rows: StoredRow<F>[];
  nextCursor: string | null;
  /** Counting stops at `countLimit`. */
  total: { value: number; relation: 'eq' | 'gte' };
}

/** An exact count of a large result costs as much as reading it; beyond this many the answer is "at least". */
export const countLimit = 10_000;
const fetchRows = 1000;
/** An export sorts and sends for longer than a search may take. */
const exportStatementTimeout = '5min';

export class RecordReader {
  readonly #pool: Pool;

  /** `pool`: one with a `statementTimeoutMs` of 15,000, so that a costly search ends in `query.timeout`. */
  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** One page. Throws `request.invalid` (sort, cursor), `query.timeout`, `query.bad-value` (a regular expression), `storage.unavailable`. */
  async search<F extends Fields>(type: RecordType<F>, selection: Selection, page: PageRequest): Promise<RowPage<F>> {
    const order = orderOf(type, page.sort);
    const { where, params } = conditionOf(type, selection);
    const after = page.cursor === undefined ? null : afterCursor(type, order, page.cursor, params.length + 1);
    const [rows, total] = await Promise.all([
      this.#rows(type, `WHERE ${where}${after ? ` AND ${after.where}` : ''} ORDER BY ${orderBy(type, order)} LIMIT ${page.limit + 1}`, [
        ...params,
        ...(after?.params ?? []),
      ]),
      this.count(type, selection),
    ]);
    const hasMore = rows.length > page.limit;
    if (hasMore) rows.pop();
    return { rows, nextCursor: hasMore && rows.length > 0 ? cursorAfter(type, order, rows.at(-1)!) : null, total };
  }

  async count(type: RecordType, selection: Selection): Promise<RowPage<Fields>['total']> {
    const { where, params } = conditionOf(type, selection);
    const [row] = await this.#query(
      `SELECT count(*) FROM (SELECT 1 FROM ${relationOf(type)} WHERE ${where} LIMIT ${countLimit + 1}) AS counted`,
      params,
    );
    const value = Number(row![0]);
    return value > countLimit ? { value: countLimit, relation: 'gte' } : { value, relation: 'eq' };
  }

  /**
   * Every row, in constant memory: at most a thousand wait here at a time. Holds a connection until it is read to the end or left
   * (`break`, `return`). All rows are of one moment. `only`: just these properties of them.
   */
  stream<F extends Fields>(
    type: RecordType<F>,
    selection: Selection,
    options?: { sort?: string; signal?: AbortSignal },
  ): AsyncGenerator<StoredRow<F>>;
  stream<F extends Fields, Property extends keyof StoredRow<F>>(
    type: RecordType<F>,
    selection: Selection,
    options: { sort?: string; signal?: AbortSignal; only: readonly Property[] },
  ): AsyncGenerator<Pick<StoredRow<F>, Property>>;
  async *stream<F extends Fields>(
    type: RecordType<F>,
    selection: Selection,
    options: { sort?: string; signal?: AbortSignal; only?: readonly PropertyKey[] } = {},
  ): AsyncGenerator<StoredRow<F>> {
    const { where, params } = conditionOf(type, selection);
    const order = orderBy(type, orderOf(type, options.sort));
    const only = options.only as readonly string[] | undefined;
    const client = await this.#connect();
    try {
      await client.query(`BEGIN READ ONLY; SET LOCAL statement_timeout = '${exportStatementTimeout}'`);
      await client.query(
        `DECLARE rows NO SCROLL CURSOR FOR SELECT ${selectList(type, only)} FROM ${relationOf(type)} WHERE ${where} ORDER BY ${order}`,
        params,
      );
      for (;;) {
        options.signal?.throwIfAborted();
        const { rows } = await client.query<unknown[]>({ text: `FETCH ${fetchRows} FROM rows`, rowMode: 'array' });
        if (rows.length === 0) return;
        for (const row of rows) yield decodeRow(type, row, only);
      }
    } catch (error) {
      throw readError(error);
    } finally {
      // A connection on which even ROLLBACK fails is broken and leaves the pool.
      await client.query('ROLLBACK').then(
        () => client.release(),
        () => client.release(true),
      );
    }
  }

  /**
   * Rows and their frame bytes over time in at most `buckets` buckets, between `from` and `to` of the selection, or else from its first to
   * its last row. Null when there is no row to take the bounds from.
   */
  async histogram(type: RecordType, selection: Selection, buckets: number): Promise<Omit<Histogram, 'tookMs'> | null> {
    const { where, params } = conditionOf(type, selection);
    const table = relationOf(type);
    const time = quoteName(timeField(type).column);
    const bounds = await this.#bounds(table, time, selection, where, params);
    if (!bounds) return null;
    const span = bounds.to - bounds.from;
    const intervalNs = span <= BigInt(buckets) ? 1n : (span + BigInt(buckets) - 1n) / BigInt(buckets);
    const length = Number((span + intervalNs - 1n) / intervalNs);
    const bytes = Object.values(type.fields).find((field) => field.name === 'network.bytes');
    const rows = await this.#query(
      `SELECT (${time} - $${params.length + 1}::bigint) / $${params.length + 2}::bigint AS bucket, count(*), ${bytes ? `sum(${quoteName(bytes.column)})::bigint` : '0::bigint'}
         FROM ${table} WHERE ${where} GROUP BY bucket`,
      [...params, bounds.from, intervalNs],
    );
    const counts = new Array<number>(length).fill(0);
    const sums = new Array<number>(length).fill(0);
    for (const [bucket, count, sum] of rows as [bigint, bigint, bigint][]) {
      counts[Number(bucket)] = Number(count);
      sums[Number(bucket)] = Number(sum);
    }
    return { from: formatTime(bounds.from), to: formatTime(bounds.to), intervalNs: Number(intervalNs), counts, bytes: sums };
  }

  /** The row of that id, or null. */
  async find<F extends Fields>(type: RecordType<F>, id: string): Promise<StoredRow<F> | null> {
    const [row] = await this.#rows(type, `WHERE ${quoteName(idField(type).column)} = $1::uuid`, [id]);
    return row ?? null;
  }

  /** What a record type holds of a flow, in order of time; at most `limit` rows. For types that name their flow. */
  async ofFlow<F extends Fields>(type: RecordType<F>, flowId: string, limit: number): Promise<StoredRow<F>[]> {
    const time = quoteName(timeField(type).column);
    return this.#rows(type, `WHERE flow_id = $1::uuid ORDER BY ${time}, ${quoteName(idField(type).column)} LIMIT $2`, [flowId, limit]);
  }

  /** Alerts of the flow's capture that are about its two ends in its time, the gravest first; at most `limit`. */
  async alertsOfFlow(flow: StoredRow<typeof flowRecord.fields>, limit: number): Promise<StoredRow<typeof triagedAlertRecord.fields>[]> {
    const { captureId, start, end, sourceIp, destinationIp } = flow;
    return this.#rows(
      triagedAlertRecord,
      `WHERE capture_id = $1::uuid AND event_start <= $2::bigint AND event_end >= $3::bigint
         AND (source_ip IS NULL OR source_ip IN ($4::inet, $5::inet)) AND (destination_ip IS NULL OR destination_ip IN ($4::inet, $5::inet))
         AND (source_ip IS NOT NULL OR destination_ip IS NOT NULL)
       ORDER BY event_severity DESC, event_start, alert_id LIMIT $6`,
      [captureId, end, start, formatIp(sourceIp), formatIp(destinationIp), limit],
    );
  }

  async #bounds(
    table: string,
    time: string,
    { from, to }: Selection,
    where: string,
    params: unknown[],
  ): Promise<{ from: bigint; to: bigint } | null> {
    if (from !== undefined && to !== undefined) return to > from ? { from, to } : null;
    const [row] = (await this.#query(`SELECT min(${time}), max(${time}) FROM ${table} WHERE ${where}`, params)) as [
      bigint | null,
      bigint | null,
    ][];
    if (!row || row[0] === null || row[1] === null) return null;
    return { from: from ?? row[0], to: to ?? row[1] + 1n };
  }

  async #rows<F extends Fields>(type: RecordType<F>, rest: string, params: readonly unknown[]): Promise<StoredRow<F>[]> {
    const rows = await this.#query(`SELECT ${selectList(type)} FROM ${relationOf(type)} ${rest}`, params);
    return rows.map((row) => decodeRow(type, row));
  }

  async #query(text: string, params: readonly unknown[]): Promise<unknown[][]> {
    try {
      return (await this.#pool.query<unknown[]>({ text, values: [...params], rowMode: 'array' })).rows;
    } catch (error) {
      throw readError(error);
    }
  }

  async #connect(): Promise<PoolClient> {
    try {
      return await this.#pool.connect();
    } catch (error) {
      throw readError(error);
    }
  }
}

/** The selection as one condition. Parameters of our own follow those of the query. */
export function conditionOf(
  type: RecordType,
  { where, params, from, to, captureId, sensorId }: Selection,
): { where: string; params: unknown[] } {
  const time = quoteName(timeField(type).column);
  const all = [...params];
  const parts = [`(${where})`];
  const add = (condition: (parameter: string) => string, value: unknown) => {
    all.push(value);
    parts.push(condition(`$${all.length}`));
  };
  if (from !== undefined) add((parameter) => `${time} >= ${parameter}::bigint`, from);
  if (to !== undefined) add((parameter) => `${time} < ${parameter}::bigint`, to);
  if (captureId !== undefined) add((parameter) => `capture_id = ${parameter}::uuid`, captureId);
  if (sensorId !== undefined) add((parameter) => `capture_id IN (SELECT id FROM capture WHERE sensor_id = ${parameter}::uuid)`, sensorId);
  return { where: parts.join(' AND '), params: all };
}

/** A cursor or id that is not what it claims (SQLSTATE class 22, data) was given by the caller. */
export function readError(error: unknown): unknown {
  const state = sqlState(error);
  if (state === '22P02' || state === '22003')
    return new WirecaseError('request.invalid', 'An id, a time or the cursor is not valid.', { cause: error });
  return asStorageError(error);
}
