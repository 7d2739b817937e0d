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
