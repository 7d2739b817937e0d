import { OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import { Inject, Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { ingestQueue, type IngestJob } from '@wirecase/contract';
import type { Config } from '@wirecase/store';
import type { Job } from 'bullmq';
import { OncePerMinute } from '../status/once-per-minute.ts';
import { CONFIG } from '../tokens.ts';
import { CaptureIngest, type IngestEnd } from './capture-ingest.ts';
import { Parser } from './parser-process.ts';

/**
 * Takes hints from the queue. What a killed worker had is hinted anew by the sweeper, before all others, as soon as it is stale; the hint
 * that the dead one held comes back when its lock has run out and finds nothing to do. Hints do not retry and do not count failures:
 * PostgreSQL does.
 */
@Injectable()
@Processor(ingestQueue, {
  lockDuration: 5_000,
  lockRenewTime: 1_000,
  stalledInterval: 2_000,
  // A worker that is killed is no fault of the capture, however often it happens.
  maxStalledCount: 1_000_000,
  autorun: false,
})
export class IngestProcessor extends WorkerHost implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Ingest');
  private readonly redisLog = new OncePerMinute();
  private readonly stopping = new AbortController();
  /** Names of the captures being parsed, for the status. */
  readonly running = new Set<string>();

  constructor(
    private readonly captures: CaptureIngest,
    private readonly parser: Parser,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    super();
  }

  onApplicationBootstrap(): void {
    this.parser.warm();
    this.worker.concurrency = this.config.ingestConcurrency;
    // It runs until it is closed; what it meets on the way comes as events.
    void this.worker.run();
  }

  /** Parsers end and their captures go back before BullMQ waits for the jobs. */
  beforeApplicationShutdown(): void {
    this.stopping.abort();
    this.parser.close();
  }

  async process(job: Job<IngestJob>): Promise<void> {
    if (this.stopping.signal.aborted) return;
    const { captureId } = job.data;
    this.running.add(captureId);
    try {
      this.say(captureId, await this.captures.ingest(captureId, this.stopping.signal));
    } finally {
      this.running.delete(captureId);
    }
  }

  private say(captureId: string, end: IngestEnd): void {
    if (end.kind === 'ready') this.logger.log(`capture ${captureId} is ready`);
    else if (end.kind === 'failed') this.logger.warn(`capture ${captureId} cannot be parsed: ${end.code}: ${end.detail}`);
    else if (end.kind === 'died') this.logger.error(`the parser died on capture ${captureId}: ${end.detail}`, end.stderr);
    else if (end.kind === 'again') this.logger.warn(`capture ${captureId} is tried again: ${end.detail}`);
    else this.logger.debug(`capture ${captureId}: ${end.kind}`);
  }

  /** The capture waits in PostgreSQL and the sweeper hints it again. */
  @OnWorkerEvent('failed')
  noteFailure(job: Job<IngestJob> | undefined, error: Error): void {
    this.logger.warn(`capture ${job?.data.captureId ?? '?'}: ${error.message}`);
  }

  /** Redis is away, or a job vanished with it. BullMQ goes on by itself. */
  @OnWorkerEvent('error')
  noteError(error: Error): void {
    if (this.redisLog.isDue()) this.logger.warn(`queue: ${error.message}`);
  }
}
