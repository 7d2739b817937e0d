import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { IndicatorMatching } from '@wirecase/store';
import { Loop } from '../loop.ts';
import { OncePerMinute } from '../status/once-per-minute.ts';

const LOOK_MS = 1_000;

/** Compares lists of indicators with captures: PostgreSQL knows which pairs wait, and what a crash interrupts waits again. */
@Injectable()
export class MatchService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Match');
  private readonly log = new OncePerMinute();
  private readonly loop = new Loop();
  private isStopping = false;

  constructor(private readonly matching: IndicatorMatching) {}

  onApplicationBootstrap(): void {
    this.loop.start(() => this.work(), LOOK_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    await this.loop.stop();
  }

  private async work(): Promise<void> {
    try {
      while (!this.isStopping && (await this.matching.matchNext()));
    } catch (error) {
      // PostgreSQL is away, or the capture was deleted meanwhile: the next look goes on.
      if (this.log.isDue()) this.logger.warn(`match: ${(error as Error).message}`);
    }
  }
}
