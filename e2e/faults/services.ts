/** What a fault test runs on: a database and a Redis number of its own, a data directory, and worker processes that it may kill. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, existsSync, readFileSync } from 'node:fs';
import { copyFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Capture } from '@wirecase/contract';
import { catalogue } from '@wirecase/engine';
import { CaptureAttempts, CaptureRepository, EvidenceStore } from '@wirecase/store';
import { temporaryDatabase, type TemporaryDatabase } from '@wirecase/testkit';
import { Redis } from 'ioredis';
import { node24, root } from '../../scripts/bootstrap/modules.mjs';

const redisNumbers = 16;
const leaseSeconds = 1800;

export class Services {
  readonly database: TemporaryDatabase;
  readonly redis: Redis;
  readonly redisUrl: string;
  readonly dataDir: string;
  readonly captures: CaptureRepository;
  readonly attempts: CaptureAttempts;
  readonly evidence: EvidenceStore;
  private readonly processes = new Set<ChildProcess>();
  private readonly lease: RedisLease;

  private constructor(database: TemporaryDatabase, lease: RedisLease, dataDir: string) {
    this.database = database;
    this.lease = lease;
    this.redisUrl = lease.url;
    this.redis = new Redis(lease.url);
    this.dataDir = dataDir;
    this.captures = new CaptureRepository(database.pool, catalogue);
    this.attempts = new CaptureAttempts(database.pool);
    this.evidence = new EvidenceStore(dataDir, this.captures);
  }

  static async start(): Promise<Services> {
    const dataDir = await mkdtemp(join(tmpdir(), 'wirecase-faults-'));
    const services = new Services(await temporaryDatabase(), await leaseRedis(), dataDir);
    await services.redis.flushdb();
    await services.evidence.prepare();
    return services;
  }

  /** Start a worker; it has taken over the queue when `until` says so. Its log goes to the data directory. */
  startWorker(env: Record<string, string> = {}): ChildProcess {
    return this.startProcess('dist/apps/worker/main.js', 'worker', env);
  }

  startProcess(program: string, name: string, env: Record<string, string>): ChildProcess {
    const child = spawn(node24, [join(root, program)], {
      cwd: this.dataDir,
      env: { ...process.env, DATABASE_URL: this.database.url, REDIS_URL: this.redisUrl, WIRECASE_DATA: this.dataDir, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const log = createWriteStream(join(this.dataDir, `${name}.log`), { flags: 'a' });
    child.stdout.pipe(log);
    child.stderr.pipe(log);
    this.processes.add(child);
    return child;
  }

  /** What a process logged. */
  log(name: string): Promise<string> {
    return readFile(join(this.dataDir, `${name}.log`), 'utf8').catch(() => ''); // it was never started
  }

  /** The capture programs that were started and did not end with their rotator. */
  async captureRuns(): Promise<{ pid: number }[]> {
    const names = await readdir(join(this.dataDir, 'ring')).catch(() => []); // no rotator ran
    const kept = await Promise.all(
      names.filter((name) => name.endsWith('.run.json')).map((name) => readFile(join(this.dataDir, 'ring', name), 'utf8')),
    );
    const runs = kept.map((text) => JSON.parse(text) as { pid: number; startedTicks: string });
    return runs.filter(({ pid, startedTicks }) => {
      const file = `/proc/${pid}/stat`;
      return existsSync(file) && readFileSync(file, 'utf8').split(' ')[21] === startedTicks;
    });
  }

  /** Put a copy of the file into the evidence, as an upload does. */
  async store(path: string): Promise<Capture> {
    const copy = join(this.dataDir, 'uploads', basename(path));
    await copyFile(path, copy);
    const { capture } = await this.evidence.adoptFile(copy, { name: basename(path), origin: 'upload', createdBy: null });
    return capture;
  }

  /** Ends what was started. */
  async end(): Promise<void> {
    for (const child of this.processes) await kill(child);
    // A killed rotator's capture program goes on for the next rotator.
    for (const { pid } of await this.captureRuns()) process.kill(pid, 'SIGKILL');
  }

  /** Ends what was started and removes every trace. */
  async close(): Promise<void> {
    await this.end();
    this.redis.disconnect();
    await this.lease.release();
    await this.database.close();
    // The parsers of a killed worker end by themselves, and write what they compiled on the way out.
    await rm(this.dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
}

/** kill -9, and wait until the process is gone. */
export async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

/** Ask every 100 ms until the answer is not null; throws with `what` after `timeoutMs`. */
export async function until<T>(what: string, timeoutMs: number, ask: () => Promise<T | null>): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    if (performance.now() > deadline) throw new Error(`not within ${timeoutMs / 1000} s: ${what}`);
    await sleep(100);
  }
}

interface RedisLease {
  url: string;
  release(): Promise<void>;
}

/** One of the server's numbered databases that nobody else tests on: FLUSHDB there is to the product what FLUSHALL is. */
async function leaseRedis(): Promise<RedisLease> {
  const base = process.env['REDIS_URL'];
  if (!base) throw new Error('REDIS_URL is not set: this test needs Redis (npm test starts one)');
  const board = new Redis(base);
  for (let number = redisNumbers - 1; number > 0; number--) {
    const key = `wirecase:test-lease:${number}`;
    if ((await board.set(key, process.pid, 'EX', leaseSeconds, 'NX')) !== 'OK') continue;
    const url = new URL(base);
    url.pathname = `/${number}`;
    return {
      url: url.href,
      release: async () => {
        await board.del(key);
        board.disconnect();
      },
    };
  }
  board.disconnect();
  throw new Error('every numbered database of the Redis server is in use by a test');
}
