import { BullModule, InjectQueue } from '@nestjs/bullmq';
import {
  Inject,
  Injectable,
  Logger,
  Module,
  type BeforeApplicationShutdown,
  type DynamicModule,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { ingestJobOptions, ingestQueue } from '@wirecase/contract';
import { catalogue } from '@wirecase/engine';
import { CaptureRepository, createPool, EvidenceStore, StatusSign, type Config, type Received } from '@wirecase/store';
import type { Queue } from 'bullmq';
import { LoggerModule } from 'nestjs-pino';
import { Rotator } from './rotator.ts';

const CONFIG = Symbol('Config');
const TEND_MS = 1_000;
const REPEAT_MS = 60_000;

/** Runs the rotator when an interface is configured, tends it every second, and says how it is. */
@Injectable()
export class RotatorService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Rotator');
  private readonly lastSaid = new Map<string, number>();
  private readonly sign: StatusSign;
  private readonly rotator: Rotator | null;
  private tending: NodeJS.Timeout | null = null;

  constructor(
    @Inject(CONFIG) config: Config,
    @InjectQueue(ingestQueue) private readonly queue: Queue,
  ) {
    // Without a listener an error of the connection would end the process.
    queue.on('error', () => undefined);
    this.sign = new StatusSign(config.redisUrl);
    const pool = createPool(config.databaseUrl, { size: 3, name: 'wirecase rotator' });
    const evidence = new EvidenceStore(config.dataDir, new CaptureRepository(pool, catalogue));
    this.rotator = config.captureInterface === null ? null : new Rotator(config, config.captureInterface, pool, evidence, this);
  }

  async onApplicationBootstrap(): Promise<void> {
    if (this.rotator) await this.rotator.start();
    else this.logger.log('idle: WIRECASE_CAPTURE_INTERFACE names no interface to capture from');
    this.tendAgain();
  }

  async beforeApplicationShutdown(): Promise<void> {
    if (this.tending) clearTimeout(this.tending);
    await this.rotator?.stop();
    this.sign.close();
  }

  taken({ capture }: Received): void {
    this.logger.log(`${capture.name} is capture ${capture.id}`);
    // Only a hint, not waited for: Redis may be away, and the sweeper finds the capture.
    this.queue.add(ingestQueue, { captureId: capture.id }, ingestJobOptions(capture.id)).catch(() => undefined);
  }

  say(message: string, isRepeating: boolean): void {
    const now = performance.now();
    if (isRepeating && now - (this.lastSaid.get(message) ?? -REPEAT_MS) < REPEAT_MS) return;
    this.lastSaid.set(message, now);
    this.logger.warn(message);
  }

  private tendAgain(): void {
    this.tending = setTimeout(() => void this.tend().then(() => this.tendAgain()), TEND_MS);
  }

  private async tend(): Promise<void> {
    try {
      await this.rotator?.tend();
      const { isCapturing, detail } = this.rotator?.describe() ?? { isCapturing: true, detail: 'idle: no interface is configured' };
      await this.sign.say('rotator', { status: isCapturing ? 'ok' : 'degraded', detail });
    } catch (error) {
      // PostgreSQL or Redis is away. Capturing goes on; what was due is done when they are back.
      this.say((error as Error).message, true);
    }
  }
}

@Module({})
export class RotatorModule {
  static for(config: Config): DynamicModule {
    return {
      module: RotatorModule,
      imports: [
        LoggerModule.forRoot({ pinoHttp: { level: config.logLevel } }),
        BullModule.forRoot({ connection: { url: config.redisUrl, maxRetriesPerRequest: null } }),
        BullModule.registerQueue({ name: ingestQueue }),
      ],
      providers: [{ provide: CONFIG, useValue: config }, RotatorService],
    };
  }
}
