import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { StatusSign, type Config } from '@wirecase/store';
import { IngestProcessor } from '../ingest/ingest.processor.ts';
import { Loop } from '../loop.ts';
import { CONFIG } from '../tokens.ts';

const SAY_MS = 4_000;

/** Says in Redis that a worker lives, for /health/ready. */
@Injectable()
export class StatusService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly loop = new Loop();
  private readonly sign: StatusSign;

  constructor(
    private readonly processor: IngestProcessor,
    @Inject(CONFIG) config: Config,
  ) {
    this.sign = new StatusSign(config.redisUrl);
  }

  onApplicationBootstrap(): void {
    this.loop.start(() => this.say(), SAY_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.loop.stop();
    this.sign.close();
  }

  private async say(): Promise<void> {
    const running = this.processor.running.size;
    try {
      await this.sign.say('worker', { status: 'ok', detail: running === 0 ? 'idle' : `parsing ${running}` });
    } catch {
      // Redis is away, which the health check sees by itself.
    }
  }
}
