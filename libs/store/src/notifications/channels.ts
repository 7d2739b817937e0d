/** Channels, and the deliveries that wait for them: PostgreSQL knows who is still to be told of what. */
import { randomUUID } from 'node:crypto';
import { WirecaseError, type Change, type Channel, type ChannelRequest, type Delivery, type SensorNotice } from '@wirecase/contract';
import { wallTime } from '../capture-row.ts';
import { changedMeanwhile } from '../changed-meanwhile.ts';
import type { Pool, PoolClient } from '../pool.ts';
import type { SecretBox } from './secret-box.ts';

/** Messages are tried so often; the pauses double from two seconds to an hour: about half a day in all. */
export const maxAttempts = 20;
const LEASE_SECONDS = 120;
/** Alerts in one message. */
const MOST_AT_ONCE = 500;

/** Of an alert, of a sensor, or of neither: a test. */
export interface DueDelivery {
  id: string;
  alertId: string | null;
  notice: SensorNotice | null;
}

interface ChannelRow {
  id: string;
  name: string;
  kind: Channel['kind'];
  enabled: boolean;
  config: Channel['config'];
  secret: Buffer | null;
  min_severity: number;
  rules: string[];
  captures: string[];
  origins: Channel['route']['origins'];
  tells_of_sensors: boolean;
  per_hour: number | null;
  digest_minutes: number;
  created_at: Date;
  version: number;
  changed_at: Date | null;
  changed_by: string | null;
}

/** What is set of a channel. */
const setColumns = [
  ...['name', 'kind', 'enabled', 'config', 'secret', 'min_severity', 'rules', 'captures', 'origins'],
  ...['per_hour', 'digest_minutes', 'tells_of_sensors'],
];

/** SQL: everyone who is to be told of the alerts `a` in `from`, once. Suppressed alerts are nobody's news. */
export const deliveriesSql = (from: string): string =>
  `INSERT INTO delivery (channel_id, alert_id, next_at)
   SELECT c.id, a.alert_id, clock_timestamp() + c.digest_minutes * interval '1 min'
     FROM ${from} a JOIN capture k ON k.id = a.capture_id JOIN channel c ON c.enabled
    WHERE a.alert_suppressed_by IS NULL AND a.event_severity >= c.min_severity
      AND (c.rules = '{}' OR a.rule_id = ANY (c.rules)) AND (c.captures = '{}' OR a.capture_id = ANY (c.captures))
      AND (c.origins = '{}' OR k.origin = ANY (c.origins))
   ON CONFLICT (channel_id, alert_id) DO NOTHING`;

/** In the transaction that makes a capture's alerts visible. */
export async function enqueueDeliveries(client: PoolClient, captureId: string): Promise<void> {
  await client.query(deliveriesSql('(SELECT * FROM alert WHERE capture_id = $1)'), [captureId]);
}

export class Channels {
  readonly #pool: Pool;
  readonly #secrets: SecretBox;

  constructor(pool: Pool, secrets: SecretBox) {
    this.#pool = pool;
    this.#secrets = secrets;
  }

  async list(): Promise<Channel[]> {
    const { rows } = await this.#pool.query<ChannelRow>('SELECT * FROM channel ORDER BY name, id');
    return rows.map(toChannel);
  }

  /** Throws `channel.not-found`. */
  async get(id: string): Promise<Channel> {
    return toChannel(await this.#row(id));
  }

  /** The secret in clear, for who sends; null when there is none. */
  async secretOf(id: string): Promise<string | null> {
    const { secret } = await this.#row(id);
    return secret && this.#secrets.open(secret, id);
  }

  async create(request: ChannelRequest): Promise<Channel> {
    const id = randomUUID();
    const values = await this.#valuesOf(id, request);
    const { rows } = await this.#pool.query<ChannelRow>(
      `INSERT INTO channel (id, ${setColumns.join(', ')}) VALUES ($1, ${setColumns.map((_, i) => `$${i + 2}`).join(', ')}) RETURNING *`,
      [id, ...values],
    );
    return toChannel(rows[0]!);
  }

  /** Its secret stays when none is given and it is of the same kind. Throws `channel.not-found`, `channel.changed`. */
  async change(id: string, request: Change<ChannelRequest>, by: string): Promise<Channel> {
    const place = (column: string) => `$${setColumns.indexOf(column) + 4}`;
    const stays = `CASE WHEN kind = ${place('kind')} THEN coalesce(${place('secret')}, secret) ELSE ${place('secret')} END`;
    const changes = setColumns.map((column) => `${column} = ${column === 'secret' ? stays : place(column)}`).join(', ');
    const { rows } = await this.#pool.query<ChannelRow>(
      `UPDATE channel SET version = version + 1, changed_at = clock_timestamp(), changed_by = $3, ${changes}
        WHERE id = $1 AND ($2::int IS NULL OR version = $2) RETURNING *`,
      [id, request.version ?? null, by, ...(await this.#valuesOf(id, request))],
    );
    if (!rows[0]) throw changedMeanwhile('channel.changed', await this.get(id));
    return toChannel(rows[0]);
  }

  /** With its deliveries. Throws `channel.not-found`. */
  async delete(id: string): Promise<void> {
    const { rowCount } = await this.#pool.query('DELETE FROM channel WHERE id = $1', [id]);
    if (rowCount === 0) notFound(id);
  }

  /** Newest first, at most `limit`. */
  async deliveries(id: string, limit: number): Promise<Delivery[]> {
    await this.get(id);
    const { rows } = await this.#pool.query('SELECT * FROM delivery WHERE channel_id = $1 ORDER BY created_at DESC, id LIMIT $2', [
      id,
      limit,
    ]);
    return rows.map(toDelivery);
  }

  /** A message about no alert, sent as any other. Throws `channel.not-found`. */
  async test(id: string): Promise<Delivery> {
    await this.get(id);
    const { rows } = await this.#pool.query('INSERT INTO delivery (channel_id) VALUES ($1) RETURNING *', [id]);
    return toDelivery(rows[0]);
  }

  /** Channels for which something is due and nobody works. */
  async due(): Promise<string[]> {
    const { rows } = await this.#pool.query<{ id: string }>(
      `SELECT DISTINCT c.id FROM delivery d JOIN channel c ON c.id = d.channel_id
        WHERE d.state = 'pending' AND d.next_at <= clock_timestamp() AND (c.leased_until IS NULL OR c.leased_until < clock_timestamp())`,
    );
    return rows.map(({ id }) => id);
  }

  /** Take the channel for a while; false: somebody else has it, or it is gone. */
  async lease(id: string): Promise<boolean> {
    const { rowCount } = await this.#pool.query(
      `UPDATE channel SET leased_until = clock_timestamp() + $2 * interval '1 s'
        WHERE id = $1 AND (leased_until IS NULL OR leased_until < clock_timestamp())`,
      [id, LEASE_SECONDS],
    );
    return rowCount === 1;
  }

  async giveBack(id: string): Promise<void> {
    await this.#pool.query('UPDATE channel SET leased_until = NULL WHERE id = $1', [id]);
  }

  /** What is due, oldest first; of a channel that gathers, once something is due, all that waits. */
  async dueOf({ id, digestMinutes }: Channel): Promise<DueDelivery[]> {
    const { rows } = await this.#pool.query<DueDelivery>(
      `SELECT id, alert_id AS "alertId", notice FROM delivery WHERE channel_id = $1 AND state = 'pending' AND (next_at <= clock_timestamp()
          OR $2 AND attempts = 0 AND EXISTS (SELECT 1 FROM delivery due WHERE due.channel_id = $1 AND due.state = 'pending' AND due.alert_id IS NOT NULL AND due.next_at <= clock_timestamp()))
        ORDER BY created_at, id LIMIT ${MOST_AT_ONCE}`,
      [id, digestMinutes > 0],
    );
    return rows;
  }

  /** Messages sent within the last hour. */
  async sentLately(id: string): Promise<number> {
    const { rows } = await this.#pool.query<{ n: bigint }>(
      `SELECT count(DISTINCT message) AS n FROM delivery WHERE channel_id = $1 AND sent_at > clock_timestamp() - interval '1 h'`,
      [id],
    );
    return Number(rows[0]!.n);
  }

  async sent(ids: readonly string[], message: string): Promise<void> {
    await this.#pool.query(
      `UPDATE delivery SET state = 'sent', sent_at = clock_timestamp(), attempts = attempts + 1, message = $2, error = NULL WHERE id = ANY ($1::uuid[])`,
      [ids, message],
    );
  }

  async gone(ids: readonly string[]): Promise<void> {
    await this.#pool.query(`UPDATE delivery SET state = 'gone', error = 'The alert is no longer there.' WHERE id = ANY ($1::uuid[])`, [
      ids,
    ]);
  }

  /** Try again later, or give up after `maxAttempts`. */
  async notSent(ids: readonly string[], error: string): Promise<void> {
    await this.#pool.query(
      `UPDATE delivery SET attempts = attempts + 1, error = $2, state = CASE WHEN attempts + 1 >= $3 THEN 'failed' ELSE 'pending' END,
              next_at = clock_timestamp() + least(3600, 2 ^ least(attempts + 1, 12)) * interval '1 s' WHERE id = ANY ($1::uuid[])`,
      [ids, error.slice(0, 500), maxAttempts],
    );
  }

  /** The hour's messages are used up: what waits comes later, together. */
  async postpone(ids: readonly string[], seconds: number): Promise<void> {
    await this.#pool.query(`UPDATE delivery SET next_at = clock_timestamp() + $2 * interval '1 s' WHERE id = ANY ($1::uuid[])`, [
      ids,
      seconds,
    ]);
  }

  /** In the order of `setColumns`. */
  async #valuesOf(id: string, { name, kind, enabled, config, route, perHour, digestMinutes, secret }: ChannelRequest): Promise<unknown[]> {
    const box = secret === undefined ? null : await this.#secrets.close(secret, id);
    const { minSeverity, rules, captures, origins, sensors } = route;
    return [name, kind, enabled, JSON.stringify(config), box, minSeverity, rules, captures, origins, perHour, digestMinutes, sensors];
  }

  async #row(id: string): Promise<ChannelRow> {
    const { rows } = await this.#pool.query<ChannelRow>('SELECT * FROM channel WHERE id = $1', [id]);
    return rows[0] ?? notFound(id);
  }
}

function toChannel(row: ChannelRow): Channel {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    enabled: row.enabled,
    config: row.config,
    route: { minSeverity: row.min_severity, rules: row.rules, captures: row.captures, origins: row.origins, sensors: row.tells_of_sensors },
    perHour: row.per_hour,
    digestMinutes: row.digest_minutes,
    hasSecret: row.secret !== null,
    createdAt: wallTime(row.created_at),
    version: row.version,
    changedAt: row.changed_at && wallTime(row.changed_at),
    changedBy: row.changed_by,
  };
}

interface DeliveryRow {
  id: string;
  alert_id: string | null;
  notice: SensorNotice | null;
  state: Delivery['state'];
  attempts: number;
  created_at: Date;
  next_at: Date;
  sent_at: Date | null;
  error: string | null;
}

const toDelivery = (row: DeliveryRow): Delivery => ({
  id: row.id,
  alertId: row.alert_id,
  notice: row.notice,
  state: row.state,
  attempts: row.attempts,
  createdAt: wallTime(row.created_at),
  nextAt: wallTime(row.next_at),
  sentAt: row.sent_at && wallTime(row.sent_at),
  error: row.error,
});

function notFound(id: string): never {
  throw new WirecaseError('channel.not-found', `There is no channel ${id}.`);
}
