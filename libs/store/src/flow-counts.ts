/** What many flows come to: the counts of an alert, by the search that finds its flows. */
import { flowRecord, type AlertCounts } from '@wirecase/contract';
import { quoteName } from './catalogue-ddl.ts';
import type { Pool } from './pool.ts';
import { conditionOf, readError, type Selection } from './record-reader.ts';

/** Rows that are counted: a page waits for it. */
const mostRows = 100_000;

const { aggregate, aggregatePorts, aggregateIps, packets, bytes, transport, destinationPort, sourceIp, destinationIp } = flowRecord.fields;
const column = ({ column }: { column: string }) => quoteName(column);

/** One row of sums over the flows that `where` finds. The "port" of ICMP is a code. */
const countsSql = (where: string) => `
  WITH found AS MATERIALIZED (
    SELECT ${column(aggregate)} AS flows, ${column(packets)} AS packets, ${column(bytes)} AS bytes,
        ${column(aggregatePorts)} || CASE WHEN ${column(transport)} NOT LIKE '%icmp%' THEN ${column(destinationPort)} END AS ports,
        ${column(aggregateIps)} || ${column(sourceIp)} || ${column(destinationIp)} AS ips
      FROM flow WHERE ${where} LIMIT ${mostRows + 1})
  SELECT count(*) AS rows, coalesce(sum(flows), 0)::bigint AS flows, coalesce(sum(packets), 0)::bigint AS packets,
      coalesce(sum(bytes), 0)::bigint AS bytes,
      (SELECT count(DISTINCT port) FROM found, unnest(ports) AS port) AS ports,
      (SELECT count(DISTINCT ip) FROM found, unnest(ips) AS ip) AS hosts
    FROM found`;

type Sums = Record<'rows' | 'flows' | 'packets' | 'bytes' | 'ports' | 'hosts', bigint>;

export class FlowCounts {
  readonly #pool: Pool;

  /** `pool`: as of `RecordReader`. */
  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Throws `query.timeout`, `storage.unavailable`. */
  async of(selection: Selection): Promise<AlertCounts> {
    const { where, params } = conditionOf(flowRecord, selection);
    const [sums] = await this.#pool.query<Sums>(countsSql(where), params).then(
      ({ rows }) => rows,
      (error: unknown) => {
        throw readError(error);
      },
    );
    const { rows, flows, packets, bytes, ports, hosts } = sums!;
    return {
      ...{ flows: Number(flows), packets: Number(packets), bytes: Number(bytes), ports: Number(ports), hosts: Number(hosts) },
      relation: Number(rows) > mostRows ? 'gte' : 'eq',
    };
  }
}
