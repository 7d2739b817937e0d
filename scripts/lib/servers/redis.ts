import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { Failure, causeOf } from '../../bootstrap/failure.mjs';
import { programPath } from '../../bootstrap/packages.mjs';
import { Part } from '../parts/part.ts';
import type { PartList } from '../parts/part-list.ts';
import { launcherFor } from './launcher.ts';

export interface RedisOptions {
  data: string;
  port: number;
  password: string;
  logFile: string;
}

export function redisUrl({ port, password }: RedisOptions): string {
  return `redis://:${password}@127.0.0.1:${port}`;
}

/** Start a Redis of our own on a loopback port and wait until it answers. */
export async function startRedis(options: RedisOptions, parts: PartList): Promise<void> {
  const program = programPath('redis-server');
  if (!program) throw new Failure('redis-server is missing: install the Debian package redis-server, or give REDIS_URL.');
  mkdirSync(options.data, { recursive: true, mode: 0o700 });
  const launcher = launcherFor(dirname(program), options.data);
  const part = new Part(
    {
      name: 'redis',
      // The configuration comes on standard input: the password is neither in a file nor in the process list.
      ...launcher.command(program, ['-'], 'SIGTERM'),
      input: configuration(options, launcher.data),
      cwd: options.data,
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8' },
      logFile: options.logFile,
      stopSignal: 'SIGTERM',
      stopTimeoutMs: 10_000,
    },
    parts.events,
  );
  parts.start(part);
  await untilReady(options, part);
  part.supervise();
}

/** BullMQ needs `noeviction`; the append-only file keeps jobs over a kill (at most the last second is lost with the machine). */
function configuration({ port, password }: RedisOptions, data: string): string {
  return [
    'bind 127.0.0.1',
    `port ${port}`,
    'protected-mode yes',
    `requirepass ${password}`,
    `dir ${JSON.stringify(data)}`,
    'appendonly yes',
    'appendfsync everysec',
    'save ""',
    'maxmemory-policy noeviction',
    '',
  ].join('\n');
}

async function untilReady(options: RedisOptions, part: Part): Promise<void> {
  for (;;) {
    if (!part.isRunning) {
      const output = part.tail.join('\n');
      throw new Failure(`Redis did not start. ${causeOf(output) ?? ''}`.trim(), { log: part.logPath, tail: part.tail });
    }
    const answer = await ask(redisUrl(options));
    if (typeof answer !== 'string') {
      // The launcher becomes the server (exec), so that its process id is the part's.
      if (answer.processId !== part.pid) throw new Failure(`Another Redis server answers on port ${options.port}. Start again.`);
      return;
    }
    await delay(30);
  }
}

interface RedisFacts {
  version: string;
  processId: number;
  evictionPolicy: string;
}

/** What the server says of itself, or why it does not. */
async function ask(url: string): Promise<RedisFacts | string> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null, connectTimeout: 10_000, maxRetriesPerRequest: 0 });
  let reason = '';
  client.on('error', (error: Error) => (reason = error.message));
  try {
    await client.connect();
    const info = await client.info();
    const value = (name: string) => new RegExp(`^${name}:(.*)$`, 'm').exec(info)?.[1]?.trim() ?? '';
    return { version: value('redis_version'), processId: Number(value('process_id')), evictionPolicy: value('maxmemory_policy') };
  } catch (error) {
    return reason || (error as Error).message;
  } finally {
    client.disconnect();
  }
}

/** Check a server that the operator gave: reachable, new enough for BullMQ, and not throwing jobs away. */
export async function checkGivenRedis(url: string): Promise<string> {
  const facts = await ask(url);
  if (typeof facts === 'string') {
    throw new Failure(`REDIS_URL cannot be used: ${facts}. Check that the server runs and that address and password are right.`);
  }
  const [major = 0, minor = 0] = facts.version.split('.').map(Number);
  if (major < 6 || (major === 6 && minor < 2)) throw new Failure(`REDIS_URL is Redis ${facts.version}; Wirecase needs 6.2 or newer.`);
  if (facts.evictionPolicy !== 'noeviction') {
    throw new Failure(`The Redis of REDIS_URL has maxmemory-policy ${facts.evictionPolicy} and would drop jobs: set it to noeviction.`);
  }
  return facts.version;
}
