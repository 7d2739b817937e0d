import { setTimeout as sleep } from 'node:timers/promises';
import { InjectQueue } from '@nestjs/bullmq';
import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { ingestQueue } from '@wirecase/contract';
import { CaptureAttempts } from '@wirecase/store';
import type { Queue } from 'bullmq';
import { STALE_MS } from '../ingest/capture-ingest.ts';
import { Loop } from '../loop.ts';
import { OncePerMinute } from '../status/once-per-minute.ts';
import { sweep } from './sweeper.ts';

const SWEEP_MS = 1_000;

@Injectable()
export class SweeperService implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Sweeper');
  private readonly log = new OncePerMinute();
  private readonly loop = new Loop();

  constructor(
    private readonly attempts: CaptureAttempts,
    @InjectQueue(ingestQueue) private readonly queue: Queue,
  ) {}

  /** Before this worker takes its first hint, so that what a dead one left goes first. A Redis that is away holds up nothing. */
  async onModuleInit(): Promise<void> {
    // Without a listener an error of the connection would end the process; the sweep that fails says it.
    this.queue.on('error', () => undefined);
    await Promise.race([this.sweepOnce(), sleep(SWEEP_MS)]);
  }

  onApplicationBootstrap(): void {
    this.loop.start(() => this.sweepOnce(), SWEEP_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.loop.stop();
  }

  private async sweepOnce(): Promise<void> {
    try {
      await sweep(this.attempts, this.queue, STALE_MS);
    } catch (error) {
      // PostgreSQL or Redis is away: the next sweep does what this one could not.
      if (this.log.isDue()) this.logger.warn(`sweep: ${(error as Error).message}`);
    }
  }
}
