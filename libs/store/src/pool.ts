/** Connections to PostgreSQL and what their errors mean. */
import { setTimeout as sleep } from 'node:timers/promises';
import { WirecaseError } from '@wirecase/contract';
import pg from 'pg';

export type Pool = pg.Pool;
export type PoolClient = pg.PoolClient;

/** PostgreSQL numbers its versions `major * 10000 + minor`. */
const oldestServer = 150_000;

/** int8 becomes bigint: packet times and counters are exact beyond 2^53. Everything else stays as node-postgres has it. */
const types = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === pg.types.builtins.INT8 && format !== 'binary' ? BigInt : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
};

export interface PoolOptions {
  /** Connections at most. */
  size?: number;
  /** Ends a statement after this time; for searches by users 15,000. Without it a statement may run as long as it needs. */
  statementTimeoutMs?: number;
  /** Gives up a statement whose server does not answer at all: the way to it may be cut without an end of the connection. */
  answerTimeoutMs?: number;
  /** Shown in pg_stat_activity. */
  name?: string;
}

/** A pool whose idle connections may break without ending the process: the next query opens another. */
export function createPool(databaseUrl: string, options: PoolOptions = {}): Pool {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: options.size ?? 10,
    connectionTimeoutMillis: 10_000,
    application_name: options.name ?? 'wirecase',
    statement_timeout: options.statementTimeoutMs ?? 0,
    ...(options.answerTimeoutMs === undefined ? {} : { query_timeout: options.answerTimeoutMs }),
    keepAlive: true,
    types,
  });
  // An idle connection that the server ended (restart, failover) is reported here and already removed from the pool.
  pool.on('error', () => undefined);
  // While a connection is taken and no statement runs, its end would be an unhandled event; the next statement on it fails and tells.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** A single connection of the same make, for LISTEN and for what must not wait for the pool. */
export function createClient(databaseUrl: string, name: string): pg.Client {
  return new pg.Client({ connectionString: databaseUrl, application_name: name, connectionTimeoutMillis: 10_000, keepAlive: true, types });
}

/**
 * Wait until the database answers. Throws `storage.unavailable` after `timeoutMs`, and `config.invalid` at once when the server is too
 * old, the password is wrong or the database does not exist: waiting would not help.
 */
export async function waitForDatabase(databaseUrl: string, timeoutMs = 30_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await probe(databaseUrl);
    } catch (error) {
      if (error instanceof WirecaseError) throw error;
      // Refused while PostgreSQL starts, stops or recovers.
      if (performance.now() > deadline) throw asStorageError(error);
      await sleep(250);
    }
  }
}

async function probe(databaseUrl: string): Promise<void> {
  const client = createClient(databaseUrl, 'wirecase start');
  // A connection that breaks later is seen by the query that uses it.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const answer = await client.query<{ number: string; name: string }>(
      "SELECT current_setting('server_version_num') AS number, current_setting('server_version') AS name",
    );
    const { number, name } = answer.rows[0]!;
    if (Number(number) < oldestServer)
      throw new WirecaseError('config.invalid', `DATABASE_URL leads to PostgreSQL ${name}; Wirecase needs 15 or newer`);
  } catch (error) {
    const code = sqlState(error);
    if (code === '28P01' || code === '28000' || code === '3D000')
      throw new WirecaseError('config.invalid', `DATABASE_URL: PostgreSQL refuses: ${(error as Error).message}`, { cause: error });
    throw error;
  } finally {
    await client.end().catch(() => undefined); // it may never have been connected
  }
}

/** The five-character SQLSTATE of a PostgreSQL error, or null for anything else. */
export function sqlState(error: unknown): string | null {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : null;
}

/** Whether the database could not be reached or ended the connection, so that the same statement may work later. */
export function isConnectionError(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  const state = sqlState(error);
  if (state !== null && (state.startsWith('08') || state.startsWith('57P') || state === '53300')) return true;
  if (
    typeof code === 'string' &&
    ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOENT', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH'].includes(code)
  )
    return true;
  return (
    error instanceof Error &&
    /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/.test(error.message)
  );
}

/**
 * What a failed statement means to a user: `storage.unavailable`, `storage.full`, `query.timeout`, `query.bad-value` for a regular
 * expression that PostgreSQL refuses; anything else is a bug and comes back as it is.
 */
export function asStorageError(error: unknown): unknown {
  const state = sqlState(error);
  if (state === '57014')
    return new WirecaseError('query.timeout', 'The search was ended after its time limit. Narrow the time range or name a field.', {
      cause: error,
    });
  if (state === '53100')
    return new WirecaseError('storage.full', 'The disk of the database is full. Free some space; work goes on by itself.', {
      cause: error,
    });
  if (state === '2201B')
    return new WirecaseError('query.bad-value', `The regular expression is not valid: ${(error as Error).message}`, { cause: error });
  if (isConnectionError(error)) {
    return new WirecaseError(
      'storage.unavailable',
      `PostgreSQL does not answer (${(error as Error).message}). Check that it runs; requests work again by themselves.`,
      {
        cause: error,
      },
    );
  }
  return error;
}

/** Do `work` in one transaction; what it throws undoes everything. */
export async function inTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    client.release();
    return result;
  } catch (error) {
    // A connection on which even ROLLBACK fails is broken and leaves the pool.
    await client.query('ROLLBACK').then(
      () => client.release(),
      () => client.release(true),
    );
    throw error;
  }
}
