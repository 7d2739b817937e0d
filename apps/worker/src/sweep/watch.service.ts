import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Holds, SensorTroubles } from '@wirecase/store';
import { Loop } from '../loop.ts';
import { OncePerMinute } from '../status/once-per-minute.ts';

const LOOK_MS = 1_000;

/** What is due although nobody asks: sensors that lag or have caught up are told of, holds whose time is up are released. */
@Injectable()
export class WatchService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Watch');
  private readonly log = new OncePerMinute();
  private readonly loop = new Loop();

  constructor(
    private readonly troubles: SensorTroubles,
    private readonly holds: Holds,
  ) {}

  onApplicationBootstrap(): void {
    this.loop.start(() => this.look(), LOOK_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.loop.stop();
  }

  private async look(): Promise<void> {
    try {
      await this.troubles.watch();
      for (const reason of await this.holds.releaseExpired()) this.logger.log(`a hold is released, its time is up: ${reason}`);
    } catch (error) {
      // PostgreSQL is away: the next look finds what is due.
      if (this.log.isDue()) this.logger.warn((error as Error).message);
    }
  }
}
