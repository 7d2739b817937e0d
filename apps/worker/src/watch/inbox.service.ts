import { InjectQueue } from '@nestjs/bullmq';
import { Inject, Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { ingestJobOptions, ingestQueue } from '@wirecase/contract';
import { EvidenceStore, type Config, type Received } from '@wirecase/store';
import type { Queue } from 'bullmq';
import { Loop } from '../loop.ts';
import { OncePerMinute } from '../status/once-per-minute.ts';
import { CONFIG } from '../tokens.ts';
import { Inbox, type InboxEvents } from './inbox.ts';

const LOOK_MS = 1_000;

@Injectable()
export class InboxService implements OnApplicationBootstrap, BeforeApplicationShutdown, InboxEvents {
  private readonly logger = new Logger('Watch');
  private readonly log = new OncePerMinute();
  private readonly loop = new Loop();
  private readonly inbox: Inbox;

  constructor(
    @Inject(CONFIG) config: Config,
    evidence: EvidenceStore,
    @InjectQueue(ingestQueue) private readonly queue: Queue,
  ) {
    this.inbox = new Inbox(config.watchDir, evidence, this);
  }

  onApplicationBootstrap(): void {
    this.loop.start(() => this.look(), LOOK_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.loop.stop();
  }

  taken(name: string, { capture, duplicate, others }: Received): void {
    this.logger.log(`took ${JSON.stringify(name)} as capture ${capture.id}${duplicate ? ', which was there already' : ''}`);
    for (const { id } of [capture, ...others]) {
      // Only a hint, not waited for: Redis may be away, and the sweeper finds the capture.
      this.queue.add(ingestQueue, { captureId: id }, ingestJobOptions(id)).catch(() => undefined);
    }
  }

  rejected(name: string, reason: string): void {
    this.logger.warn(`rejected ${JSON.stringify(name)}: ${reason}`);
  }

  postponed(name: string, error: unknown): void {
    if (this.log.isDue()) this.logger.warn(`${JSON.stringify(name)} is not taken yet: ${(error as Error).message}`);
  }

  private async look(): Promise<void> {
    try {
      await this.inbox.look(Date.now());
    } catch (error) {
      // The folder cannot be read (removed, or not ours): it is looked for again.
      if (this.log.isDue()) this.logger.warn(`watched folder: ${(error as Error).message}`);
    }
  }
}
