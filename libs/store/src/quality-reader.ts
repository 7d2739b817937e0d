/** Capture quality out of PostgreSQL: of a capture over its time and by host, and of hosts in a time. */
import {
  addFigures,
  formatIp,
  formatTime,
  noFigures,
  parseIp,
  qualityFigures,
  qualityRecord,
  type CaptureQuality,
  type Drops,
  type QualityFigures,
} from '@wirecase/contract';
import { quoteName } from './catalogue-ddl.ts';
import type { Pool } from './pool.ts';
import { readError } from './record-reader.ts';

/** Steps of a capture's time, and hosts, that are told. */
const MAX_STEPS = 240;
const WORST_HOSTS = 20;
const MINUTE_NS = 60_000_000_000n;

/** Sums in the order of `qualityFigures`. */
const sums = qualityFigures.map((name) => `coalesce(sum(${quoteName(qualityRecord.fields[name].column)}), 0)`).join(', ');
/** What was missed of a host, not what nobody said: first the connections, then bytes, cut packets and datagrams. */
const worst = ['halfSeen', 'gapBytes', 'truncated', 'unanswered'] as const;
const worstSums = worst.map((name) => `sum(${quoteName(qualityRecord.fields[name].column)})`);

export interface HostTimes {
  captureId: string;
  /** Addresses; those of which nothing is known are left out of the answer. */
  ips: readonly string[];
  /** Packet time, nanoseconds: flows that began in minutes between, both included. */
  from: bigint;
  to: bigint;
}

export class QualityReader {
  readonly #pool: Pool;

  /** `pool`: as of `RecordReader`. */
  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Throws `query.timeout`, `storage.unavailable`. */
  async ofCapture(captureId: string): Promise<Pick<CaptureQuality, 'figures' | 'steps' | 'hosts'>> {
    const [minutes, hosts] = await Promise.all([
      this.#query(
        `SELECT event_start, event_end, ${sums} FROM quality WHERE capture_id = $1::uuid AND host_ip IS NULL
          GROUP BY event_start, event_end ORDER BY event_start, event_end`,
        [captureId],
      ),
      this.#query(
        `SELECT host_ip, ${sums} FROM quality WHERE capture_id = $1::uuid AND host_ip IS NOT NULL GROUP BY host_ip
         HAVING ${worstSums.join(' + ')} > 0 ORDER BY ${worstSums.map((sum) => `${sum} DESC`).join(', ')}, host_ip LIMIT ${WORST_HOSTS}`,
        [captureId],
      ),
    ]);
    const figures = noFigures();
    const told = minutes.map(([start, end, ...values]) => ({ start: start as bigint, end: end as bigint, figures: figuresOf(values) }));
    for (const minute of told) addFigures(figures, minute.figures);
    return { figures, steps: stepsOf(told), hosts: hosts.map(([ip, ...values]) => ({ ip: addressText(ip), figures: figuresOf(values) })) };
  }

  /** Alerts of a capture by rule. */
  async alertsByRule(captureId: string): Promise<Map<string, number>> {
    const rows = await this.#query('SELECT rule_id, count(*) FROM alert WHERE capture_id = $1::uuid GROUP BY rule_id', [captureId]);
    return new Map(rows.map(([rule, count]) => [rule as string, Number(count)]));
  }

  /** By address; of a sensor's capture over all captures of the sensor, whose flows it shares. */
  async ofHosts({ captureId, ips, from, to }: HostTimes): Promise<Map<string, QualityFigures>> {
    const rows = await this.#query(`SELECT host_ip, ${sums} FROM quality WHERE ${near} AND host_ip = ANY($4::inet[]) GROUP BY host_ip`, [
      captureId,
      from,
      to,
      ips,
    ]);
    return new Map(rows.map(([ip, ...values]) => [addressText(ip), figuresOf(values)]));
  }

  /** The same of the whole capture. */
  async ofTime({ captureId, from, to }: Omit<HostTimes, 'ips'>): Promise<QualityFigures> {
    const rows = await this.#query(`SELECT ${sums} FROM quality WHERE ${near} AND host_ip IS NULL`, [captureId, from, to]);
    return figuresOf(rows[0]!);
  }

  /**
   * Packets dropped and captured: of a capture, as it says; of a sensor's over its files and its runs (a ring file of dumpcap says nothing,
   * the end of the run does) with packets in the time.
   */
  async drops({ captureId, from, to }: Omit<HostTimes, 'ips'>): Promise<Drops> {
    const rows = await this.#query(
      `WITH asked AS (SELECT c.id, s.id AS sensor_id, s.name FROM capture c LEFT JOIN sensor s ON s.id = c.sensor_id WHERE c.id = $1::uuid),
            files AS (SELECT sum(c.dropped) AS dropped, sum(c.packets) AS packets FROM capture c, asked
                       WHERE c.id = asked.id OR (c.sensor_id = asked.sensor_id AND c.last_time >= $2::bigint AND c.first_time <= $3::bigint)),
            runs AS (SELECT g.from_time, g.to_time, g.dropped FROM capture_gap g, asked
                      WHERE g.sensor = asked.name AND g.dropped > 0
                        AND g.to_time >= to_timestamp($2::float8 / 1e9) AND g.from_time <= to_timestamp($3::float8 / 1e9))
       SELECT CASE WHEN files.dropped IS NULL AND told.dropped IS NULL THEN NULL ELSE coalesce(files.dropped, 0) + coalesce(told.dropped, 0) END,
              greatest(coalesce(files.packets, 0), coalesce(told.packets, 0))
         FROM files,
              (SELECT sum(dropped) AS dropped,
                      (SELECT sum(m.packets) FROM sensor_minute m, asked WHERE m.sensor_id = asked.sensor_id
                         AND m.minute >= date_trunc('minute', min(runs.from_time)) AND m.minute <= max(runs.to_time)) AS packets FROM runs) AS told`,
      [captureId, from, to],
    );
    const [dropped, packets] = rows[0]!;
    return { dropped: dropped === null ? null : Number(dropped), packets: Number(packets) };
  }

  /** The same in the time of the capture itself. */
  async dropsOf(captureId: string): Promise<Drops> {
    const rows = await this.#query('SELECT coalesce(first_time, 0), coalesce(last_time, 0) FROM capture WHERE id = $1::uuid', [captureId]);
    const [from, to] = rows[0] as [bigint, bigint];
    return this.drops({ captureId, from, to });
  }

  async #query(text: string, params: readonly unknown[]): Promise<unknown[][]> {
    try {
      return (await this.#pool.query<unknown[]>({ text, values: [...params], rowMode: 'array' })).rows;
    } catch (error) {
      throw readError(error);
    }
  }
}

/** Rows of the capture $1, or of its sensor, in the minutes from $2 to $3. */
const near = `event_end > $2::bigint AND event_start <= $3::bigint AND capture_id IN (
  SELECT other.id FROM capture c JOIN capture other ON other.id = c.id OR other.sensor_id = c.sensor_id WHERE c.id = $1::uuid)`;

function figuresOf(values: readonly unknown[]): QualityFigures {
  return Object.fromEntries(qualityFigures.map((name, i) => [name, Number(values[i])])) as QualityFigures;
}

function addressText(ip: unknown): string {
  return formatIp(parseIp(ip as string)!);
}

interface Step {
  start: bigint;
  end: bigint;
  figures: QualityFigures;
}

/** Minutes without flows have steps too, so that a chart has the shape of the time. */
function stepsOf(minutes: readonly Step[]): CaptureQuality['steps'] {
  if (minutes.length === 0) return [];
  const first = minutes[0]!.start;
  const last = minutes.reduce((latest, { end }) => (end > latest ? end : latest), first);
  const all = (last - first) / MINUTE_NS;
  const each = MINUTE_NS * ((all + BigInt(MAX_STEPS) - 1n) / BigInt(MAX_STEPS));
  const steps: Step[] = [];
  for (let start = first; start < last; start += each) steps.push({ start, end: start + each, figures: noFigures() });
  for (const { start, figures } of minutes) addFigures(steps[Number((start - first) / each)]!.figures, figures);
  return steps.map(({ start, end, figures }) => ({ start: formatTime(start), end: formatTime(end), figures }));
}
