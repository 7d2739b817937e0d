import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { ingestJobOptions, ingestQueue, type IngestJob } from '@wirecase/contract';
import { Queue } from 'bullmq';
import { Settings } from '../settings.ts';

/** How long an upload waits for Redis; the worker's sweeper finds the capture anyway. */
const PATIENCE_MS = 1_000;

/** Tells the worker by BullMQ that a capture waits. Only a hint: PostgreSQL has the truth, and Redis may be away. */
@Injectable()
export class IngestHints implements OnApplicationShutdown {
  private readonly logger = new Logger('IngestHints');
  private readonly queue: Queue<IngestJob>;

  constructor(settings: Settings) {
    this.queue = new Queue(ingestQueue, {
      connection: { url: settings.config.redisUrl, enableOfflineQueue: false, maxRetriesPerRequest: 1, connectTimeout: PATIENCE_MS },
    });
    // Every failed reconnect says so; once a minute is enough for the log.
    let lastLogMs = -Infinity;
    this.queue.on('error', (error) => {
      if (performance.now() - lastLogMs < 60_000) return;
      lastLogMs = performance.now();
      this.logger.warn(`Redis: ${error.message}`);
    });
  }

  async add(captureId: string): Promise<void> {
    const patience = new Promise<never>((_, reject) => {
      setTimeout(() => reject(new Error(`no answer within ${PATIENCE_MS} ms`)), PATIENCE_MS).unref();
    });
    try {
      await Promise.race([this.queue.add('ingest', { captureId }, ingestJobOptions(captureId)), patience]);
    } catch (error) {
      // Redis is away. The sweeper of the worker hints again.
      this.logger.warn(`No hint for capture ${captureId}: ${(error as Error).message}`);
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.queue.close().catch(() => undefined); // Redis may be away
  }
}
