/** How the processes tell the health check that they live: a key in Redis that expires when it is not said again. */
import { aliveKey, aliveSeconds, type ProcessStatus } from '@wirecase/contract';
import { Redis } from 'ioredis';

export type ReportingProcess = Parameters<typeof aliveKey>[0];

/** Saying does not wait for a Redis that is away: it fails at once, and the connection is made again behind. */
export class StatusSign {
  readonly #redis: Redis;

  constructor(redisUrl: string) {
    this.#redis = new Redis(redisUrl, { enableOfflineQueue: false, maxRetriesPerRequest: 1, connectionName: 'wirecase status' });
    // Every failed connection says so here; who says something meanwhile gets the error.
    this.#redis.on('error', () => undefined);
  }

  /** Good for `aliveSeconds`; say it every few seconds. */
  async say(process: ReportingProcess, status: Pick<ProcessStatus, 'status' | 'detail'>): Promise<void> {
    const said: ProcessStatus = { ...status, at: new Date().toISOString() };
    await this.#redis.set(aliveKey(process), JSON.stringify(said), 'EX', aliveSeconds);
  }

  close(): void {
    this.#redis.disconnect();
  }
}
