/** The inventory over captures: the rows of an address in several captures, or files of a sensor, are one host. */
import {
  formatIp,
  formatTime,
  hostRecord,
  parseIp,
  WirecaseError,
  type HostDetail,
  type HostOverview,
  type HostSighting,
} from '@wirecase/contract';
import { columnTypes } from '../catalogue-ddl.ts';
import type { Pool } from '../pool.ts';
import { countLimit, readError, type RowPage, type Selection } from '../record-reader.ts';
import { decodeRow, selectList } from '../stored-row.ts';
import { mergeHosts, type StoredHost } from './merge-hosts.ts';

/** Hosts of which something matches; captures and times bound what is told of them as well. */
export interface HostSelection extends Omit<Selection, 'captureId'> {
  captureIds?: readonly string[];
}

export interface HostPage {
  hosts: HostOverview[];
  nextCursor: string | null;
  total: RowPage<typeof hostRecord.fields>['total'];
}

/** Captures of one address that are looked into. */
const CAPTURES_READ = 200;

/** What hosts can be ordered by: the field, and its value over captures. */
const orders: Readonly<Record<string, { sql: string; type: string }>> = {
  'event.start': { sql: 'min(event_start)', type: columnTypes.time },
  'event.end': { sql: 'max(event_end)', type: columnTypes.time },
  'host.ip': { sql: 'host_ip', type: columnTypes.ip },
  'wirecase.host.peers': { sql: 'max(host_peers)', type: columnTypes.count },
  'host.network.egress.bytes': { sql: 'sum(host_network_egress_bytes)', type: 'numeric' },
  'host.network.ingress.bytes': { sql: 'sum(host_network_ingress_bytes)', type: 'numeric' },
  'host.network.egress.packets': { sql: 'sum(host_network_egress_packets)', type: 'numeric' },
  'host.network.ingress.packets': { sql: 'sum(host_network_ingress_packets)', type: 'numeric' },
};

export class HostReader {
  readonly #pool: Pool;

  /** `pool`: as of `RecordReader`. */
  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** `sort`: a field of `orders`, `-` before it for descending; last seen first without it. Throws `request.invalid`, `query.timeout`. */
  async search(selection: HostSelection, page: { sort?: string; limit: number; cursor?: string }): Promise<HostPage> {
    const sort = page.sort ?? '-event.end';
    const isDescending = sort.startsWith('-');
    const order = Object.hasOwn(orders, sort.replace(/^[-+]/, '')) ? orders[sort.replace(/^[-+]/, '')] : undefined;
    if (!order) throw new WirecaseError('request.invalid', `sort: hosts can be ordered by ${Object.keys(orders).join(', ')}.`);
    const { scope, values } = scopeOf(selection, selection.params.length);
    const chosen = `(${selection.where}) AND ${scope}`;
    const params = [...selection.params, ...values];
    const after = page.cursor === undefined ? null : parseCursor(page.cursor, sort);
    const place = (i: number) => `$${params.length + i}`;
    const beyond = after ? `WHERE (place, host_ip) ${isDescending ? '<' : '>'} (${place(1)}::${order.type}, ${place(2)}::inet)` : '';
    const direction = isDescending ? 'DESC' : 'ASC';
    const merged = `SELECT host_ip, ${order.sql} AS place, ${sums} FROM host WHERE ${scope} AND host_ip IN (SELECT host_ip FROM host WHERE ${chosen}) GROUP BY host_ip`;
    const [found, counted] = await Promise.all([
      this.#query(
        `SELECT * FROM (${merged}) AS merged ${beyond} ORDER BY place ${direction}, host_ip ${direction} LIMIT ${page.limit + 1}`,
        after ? [...params, after.value, after.ip] : params,
      ),
      this.#query(`SELECT count(*) FROM (SELECT DISTINCT host_ip FROM host WHERE ${chosen} LIMIT ${countLimit + 1}) AS counted`, params),
    ]);
    const hasMore = found.length > page.limit;
    if (hasMore) found.pop();
    const last = found.at(-1);
    const total = Number(counted[0]![0]);
    return {
      hosts: await this.#overviews(found, selection),
      nextCursor: hasMore && last ? cursorText({ sort, value: String(last[1]), ip: last[0] as string }) : null,
      total: total > countLimit ? { value: countLimit, relation: 'gte' } : { value: total, relation: 'eq' },
    };
  }

  /** Null when it was not seen there. `ip`: in any spelling. */
  async find(ip: string, selection: Pick<HostSelection, 'captureIds'> = {}): Promise<HostDetail | null> {
    const address = parseIp(ip);
    if (!address) throw new WirecaseError('request.invalid', `${ip} is no address.`);
    const text = formatIp(address);
    const { scope, values } = scopeOf(selection, 1);
    const found = await this.#query(
      `SELECT host_ip, 0 AS place, ${sums} FROM host WHERE ${scope} AND host_ip = $1::inet GROUP BY host_ip`,
      [text, ...values],
    );
    if (found.length === 0) return null;
    const rows = (await this.#rows([text], selection)).get(text)!;
    const names = await this.#query('SELECT id, name FROM capture WHERE id = ANY($1::uuid[])', [rows.map(({ captureId }) => captureId)]);
    const nameOf = new Map(names as [string, string][]);
    return { ...withSums(mergeHosts(rows), found[0]!), seenIn: rows.map((row) => sighting(row, nameOf.get(row.captureId) ?? '')) };
  }

  async #overviews(found: readonly unknown[][], selection: HostSelection): Promise<HostOverview[]> {
    const rows = await this.#rows(
      found.map(([ip]) => ip as string),
      selection,
    );
    return found.map((merged) => withSums(mergeHosts(rows.get(merged[0] as string)!), merged));
  }

  /** The newest rows of each address. */
  async #rows(ips: readonly string[], selection: Pick<HostSelection, 'captureIds' | 'from' | 'to'>): Promise<Map<string, StoredHost[]>> {
    const { scope, values } = scopeOf(selection, 1);
    const found = await this.#query(
      `SELECT ${selectList(hostRecord)} FROM unnest($1::inet[]) AS wanted (ip),
         LATERAL (SELECT * FROM host WHERE host_ip = wanted.ip AND ${scope} ORDER BY event_start DESC, host_id LIMIT ${CAPTURES_READ}) AS newest`,
      [ips, ...values],
    );
    const rows = found.map((values) => decodeRow(hostRecord, values));
    return Map.groupBy(rows, ({ ip }) => formatIp(ip));
  }

  async #query(text: string, params: readonly unknown[]): Promise<unknown[][]> {
    try {
      return (await this.#pool.query<unknown[]>({ text, values: [...params], rowMode: 'array' })).rows;
    } catch (error) {
      throw readError(error);
    }
  }
}

/** Sums over every capture of the selection, in the order that `withSums` takes them. */
const sums = `count(DISTINCT capture_id), min(event_start), max(event_end), sum(host_flows_source), sum(host_flows_destination),
  sum(host_network_egress_packets), sum(host_network_ingress_packets), sum(host_network_egress_bytes), sum(host_network_ingress_bytes)`;

function withSums(host: HostOverview, merged: readonly unknown[]): HostOverview {
  const [captures, first, last, ...rest] = merged.slice(2);
  const [flowsOut, flowsIn, packetsSent, packetsReceived, bytesSent, bytesReceived] = rest.map(Number) as [
    ...[number, number, number, number, number, number],
  ];
  const times = { first: formatTime(first as bigint), last: formatTime(last as bigint) };
  return { ...host, captures: Number(captures), ...times, flowsOut, flowsIn, packetsSent, packetsReceived, bytesSent, bytesReceived };
}

/** Rows of the captures and times, whatever they say; parameters are numbered after `before`. */
function scopeOf(
  { captureIds, from, to }: Pick<HostSelection, 'captureIds' | 'from' | 'to'>,
  before: number,
): { scope: string; values: unknown[] } {
  const values: unknown[] = [];
  const parts = ['TRUE'];
  const add = (condition: (parameter: string) => string, value: unknown) => {
    values.push(value);
    parts.push(condition(`$${before + values.length}`));
  };
  if (captureIds !== undefined) add((parameter) => `capture_id = ANY(${parameter}::uuid[])`, captureIds);
  if (from !== undefined) add((parameter) => `event_end >= ${parameter}::bigint`, from);
  if (to !== undefined) add((parameter) => `event_start < ${parameter}::bigint`, to);
  return { scope: parts.join(' AND '), values };
}

function sighting(row: StoredHost, captureName: string): HostSighting {
  const { captureId, packetsSent, packetsReceived, bytesSent, bytesReceived } = row;
  const times = { first: formatTime(row.first), last: formatTime(row.last) };
  return { captureId, captureName, ...times, packetsSent, packetsReceived, bytesSent, bytesReceived };
}

interface Cursor {
  sort: string;
  value: string;
  ip: string;
}

const cursorText = (cursor: Cursor) => Buffer.from(JSON.stringify(cursor)).toString('base64url');

function parseCursor(text: string, sort: string): Cursor {
  try {
    const cursor = JSON.parse(Buffer.from(text, 'base64url').toString()) as Cursor;
    if (cursor.sort === sort && typeof cursor.value === 'string' && parseIp(String(cursor.ip)) !== null) return cursor;
  } catch {
    // Not base64url of JSON: the same as a cursor of another search.
  }
  throw new WirecaseError(
    'request.invalid',
    'cursor: it does not belong to this search. Take nextCursor of the page before, with the same sort.',
  );
}
