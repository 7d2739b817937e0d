import { InjectQueue } from '@nestjs/bullmq';
import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { notifyQueue } from '@wirecase/contract';
import { Channels } from '@wirecase/store';
import type { Queue } from 'bullmq';
import { Loop } from '../loop.ts';
import { OncePerMinute } from '../status/once-per-minute.ts';

const LOOK_MS = 1_000;

/** Hints every channel for which something is due. PostgreSQL knows what and when: losing Redis costs one look. */
@Injectable()
export class NotifyService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Notify');
  private readonly log = new OncePerMinute();
  private readonly loop = new Loop();

  constructor(
    private readonly channels: Channels,
    @InjectQueue(notifyQueue) private readonly queue: Queue,
  ) {
    // Without a listener an error of the connection would end the process; the look that fails says it.
    this.queue.on('error', () => undefined);
  }

  onApplicationBootstrap(): void {
    this.loop.start(() => this.look(), LOOK_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.loop.stop();
  }

  private async look(): Promise<void> {
    try {
      for (const channelId of await this.channels.due()) {
        await this.queue.add(notifyQueue, { channelId }, { jobId: channelId, removeOnComplete: true, removeOnFail: true });
      }
    } catch (error) {
      // PostgreSQL or Redis is away: the next look finds what is due.
      if (this.log.isDue()) this.logger.warn(`notify: ${(error as Error).message}`);
    }
  }
}
