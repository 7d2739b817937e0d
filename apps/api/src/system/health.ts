import { access, constants, statfs } from 'node:fs/promises';
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { aliveKey, type Health as HealthReport, type ProcessStatus } from '@wirecase/contract';
import { EnrichmentSources, Sensors, sourcePaths } from '@wirecase/store';
import { Dissector } from '@wirecase/tshark';
import { Redis } from 'ioredis';
import { Database } from '../store.providers.ts';
import { Settings } from '../settings.ts';

type Check = HealthReport['checks'][string];

/** Below this much free disk captures may soon be refused. */
const LOW_DISK_BYTES = 1024 ** 3;
const CHECK_MS = 2_000;
/** Of a process that says every few seconds that it lives. */
const SILENT = 'has not said for 15 seconds that it lives';

/** Whether what the API stands on is there. Only the database and the disk are needed to answer; the rest degrades. */
@Injectable()
export class Health implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly redis: Redis;
  private connecting: Promise<void> = Promise.resolve();

  constructor(
    private readonly settings: Settings,
    private readonly database: Database,
    private readonly dissector: Dissector,
    private readonly sensors: Sensors,
  ) {
    this.redis = new Redis(settings.config.redisUrl, {
      lazyConnect: true,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 1,
      connectTimeout: CHECK_MS,
    });
    // Each check asks anew; a broken connection in between is nobody's.
    this.redis.on('error', () => undefined);
  }

  onApplicationBootstrap(): void {
    // The proofs of the sandbox take seconds, once; nobody should wait for them.
    void this.dissector.status();
  }

  async report(): Promise<HealthReport> {
    const [database, redis, disk, tshark, worker, rotator] = await Promise.all([
      checked('down', () => this.checkDatabase()),
      checked('degraded', () => this.checkRedis()),
      checked('down', () => this.checkDisk()),
      checked('degraded', () => this.checkTshark()),
      checked('degraded', () => this.checkWorker()),
      checked('degraded', () => this.checkRotators()),
    ]);
    const checks = { database, redis, disk, tshark, worker, rotator, enrichment: this.describeEnrichment() };
    return { status: worst(Object.values(checks)), version: this.settings.version, checks };
  }

  onApplicationShutdown(): void {
    this.redis.disconnect();
  }

  private async checkDatabase(): Promise<Check> {
    await this.database.pool.query('SELECT 1');
    return ok('answers');
  }

  private async checkRedis(): Promise<Check> {
    await this.connectRedis();
    await this.redis.ping();
    return ok('answers');
  }

  private async checkDisk(): Promise<Check> {
    const { dataDir } = this.settings.config;
    const { bavail, bsize } = await statfs(dataDir);
    // Searches go on.
    if (!(await isWritable(dataDir))) return { status: 'degraded', detail: 'takes no writes: is it mounted read-only?' };
    const free = bavail * bsize;
    const detail = `${(free / 1024 ** 3).toFixed(1)} GiB free`;
    return free < LOW_DISK_BYTES ? { status: 'degraded', detail } : ok(detail);
  }

  private async checkTshark(): Promise<Check> {
    const { available, tsharkVersion, reason } = await this.dissector.status();
    return available ? ok(`tshark ${tsharkVersion}, sandbox proved`) : { status: 'degraded', detail: reason! };
  }

  /** What is missing there is missing in columns only. */
  private describeEnrichment(): Check {
    return ok(new EnrichmentSources(sourcePaths(this.settings.config.dataDir)).describe().join('; '));
  }

  private async checkWorker(): Promise<Check> {
    const { status, detail } = (await this.saidBy('worker')) ?? { status: 'degraded', detail: SILENT };
    return { status, detail };
  }

  /** The rotator of this machine, and the sensors of all, which are counted and not named: who asks may be nobody. */
  private async checkRotators(): Promise<Check> {
    const [here, sensors, silent] = await Promise.all([this.saidBy('rotator'), this.sensors.list(), this.sensors.silent()]);
    const on = sensors.filter(({ isEnabled }) => isEnabled);
    const capturing = on.filter(({ isAway, status }) => !isAway && status?.isCapturing);
    const details = [
      ...(here ? [] : [SILENT]),
      on.length === 0 ? 'no sensor is switched on' : `${capturing.length} of ${on.length} sensors capture (Settings, Sensors)`,
    ];
    if (silent.length > 0) {
      const longest = new Date(Math.min(...silent.map(({ since }) => since.getTime())));
      details.push(`nothing is heard of ${silent.length}, the longest since ${longest.toISOString()}`);
    }
    return { status: here && silent.length === 0 ? here.status : 'degraded', detail: details.join('; ') };
  }

  private async saidBy(name: 'worker' | 'rotator'): Promise<ProcessStatus | null> {
    await this.connectRedis();
    const text = await this.redis.get(aliveKey(name));
    return text === null ? null : (JSON.parse(text) as ProcessStatus);
  }

  /** One attempt to connect serves all checks that ask meanwhile; once connected, ioredis connects again by itself. */
  private async connectRedis(): Promise<void> {
    if (this.redis.status === 'wait' || this.redis.status === 'end') this.connecting = this.redis.connect();
    await this.connecting;
    // ioredis would speak of its queue of commands.
    if (this.redis.status !== 'ready') throw new Error('Redis does not answer');
  }
}

async function isWritable(path: string): Promise<boolean> {
  try {
    await access(path, constants.W_OK);
    return true;
  } catch {
    return false; // whatever keeps us from it
  }
}

const ok = (detail: string): Check => ({ status: 'ok', detail });

/** The check's answer; when it fails or takes too long, `status` with the reason. */
async function checked(status: 'degraded' | 'down', check: () => Promise<Check>): Promise<Check> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${CHECK_MS / 1000} s`)), CHECK_MS);
  });
  try {
    return await Promise.race([check(), late]);
  } catch (error) {
    // Whatever is wrong with it is what the report is for.
    return { status, detail: (error as Error).message || String((error as NodeJS.ErrnoException).code) };
  } finally {
    clearTimeout(timer);
  }
}

function worst(checks: readonly Check[]): Check['status'] {
  const statuses = checks.map((check) => check.status);
  return statuses.includes('down') ? 'down' : statuses.includes('degraded') ? 'degraded' : 'ok';
}
