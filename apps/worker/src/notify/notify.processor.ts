import { OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import { Injectable, Logger } from '@nestjs/common';
import { notifyQueue, type NotifyJob } from '@wirecase/contract';
import type { Job } from 'bullmq';
import { OncePerMinute } from '../status/once-per-minute.ts';
import { Notifier } from './notifier.ts';

/** Channels at once: one that does not answer holds up no other. */
const CONCURRENCY = 8;

/** Takes hints that something is due. Failures and pauses are PostgreSQL's: hints do not retry. */
@Injectable()
@Processor(notifyQueue, { concurrency: CONCURRENCY, lockDuration: 30_000, maxStalledCount: 1_000_000 })
export class NotifyProcessor extends WorkerHost {
  private readonly logger = new Logger('Notify');
  private readonly log = new OncePerMinute();

  constructor(private readonly notifier: Notifier) {
    super();
  }

  async process(job: Job<NotifyJob>): Promise<void> {
    await this.notifier.notify(job.data.channelId);
  }

  @OnWorkerEvent('failed')
  failed(_job: Job | undefined, error: Error): void {
    if (this.log.isDue()) this.logger.warn(`notify: ${error.message}`);
  }

  @OnWorkerEvent('error')
  error(error: Error): void {
    if (this.log.isDue()) this.logger.warn(`Redis: ${error.message}`);
  }
}
