import { join } from 'node:path';
import { BullModule } from '@nestjs/bullmq';
import { Module, type DynamicModule } from '@nestjs/common';
import { ingestQueue, notifyQueue } from '@wirecase/contract';
import { catalogue } from '@wirecase/engine';
import {
  AlertSights,
  CaptureAttempts,
  CaptureRepository,
  Channels,
  createPool,
  DetectionRepository,
  EvidenceStore,
  Holds,
  IndicatorMatching,
  RecordReader,
  SecretBox,
  Sensors,
  SensorTroubles,
  type Config,
  type Pool,
} from '@wirecase/store';
import { LoggerModule } from 'nestjs-pino';
import { CaptureIngest } from './ingest/capture-ingest.ts';
import { IngestProcessor } from './ingest/ingest.processor.ts';
import { Parser } from './ingest/parser-process.ts';
import { EvidenceService } from './live/evidence.service.ts';
import { LiveService } from './live/live.service.ts';
import { MatchService } from './match/match.service.ts';
import { Notifier } from './notify/notifier.ts';
import { NotifyProcessor } from './notify/notify.processor.ts';
import { NotifyService } from './notify/notify.service.ts';
import { CONFIG, POOL } from './tokens.ts';
import { GarbageService } from './sweep/garbage.service.ts';
import { SweeperService } from './sweep/sweeper.service.ts';
import { WatchService } from './sweep/watch.service.ts';
import { StatusService } from './status/status.service.ts';
import { InboxService } from './watch/inbox.service.ts';

@Module({})
export class WorkerModule {
  /** On a machine of sensors only nothing is done that the machine with the uploads does. */
  static for(config: Config): DynamicModule {
    return {
      module: WorkerModule,
      imports: [
        LoggerModule.forRoot({ pinoHttp: { level: config.logLevel } }),
        // Without a limit of retries a Redis that is away is waited for, not died of.
        BullModule.forRoot({ connection: { url: config.redisUrl, maxRetriesPerRequest: null } }),
        BullModule.registerQueue({ name: ingestQueue }, { name: notifyQueue }),
      ],
      providers: [
        { provide: CONFIG, useValue: config },
        { provide: POOL, useFactory: () => createPool(config.databaseUrl, { size: 6, name: 'wirecase worker' }) },
        { provide: CaptureAttempts, useFactory: (pool: Pool) => new CaptureAttempts(pool), inject: [POOL] },
        { provide: CaptureRepository, useFactory: (pool: Pool) => new CaptureRepository(pool, catalogue), inject: [POOL] },
        {
          provide: EvidenceStore,
          useFactory: (captures: CaptureRepository) => new EvidenceStore(config.dataDir, captures),
          inject: [CaptureRepository],
        },
        { provide: Channels, useFactory: (pool: Pool) => new Channels(pool, new SecretBox(config.dataDir)), inject: [POOL] },
        {
          provide: Notifier,
          useFactory: (channels: Channels, pool: Pool) => new Notifier(channels, new RecordReader(pool), new AlertSights(pool), config),
          inject: [Channels, POOL],
        },
        { provide: Parser, useValue: new Parser({ limits: config.parser, cacheDir: join(config.dataDir, 'cache') }) },
        {
          provide: CaptureIngest,
          useFactory: (attempts: CaptureAttempts, pool: Pool, parser: Parser) =>
            new CaptureIngest(attempts, new DetectionRepository(pool), config, parser),
          inject: [CaptureAttempts, POOL, Parser],
        },
        { provide: IndicatorMatching, useFactory: (pool: Pool) => new IndicatorMatching(pool), inject: [POOL] },
        { provide: Sensors, useFactory: (pool: Pool) => new Sensors(pool), inject: [POOL] },
        { provide: SensorTroubles, useFactory: (pool: Pool) => new SensorTroubles(pool), inject: [POOL] },
        { provide: Holds, useFactory: (pool: Pool) => new Holds(pool), inject: [POOL] },
        EvidenceService,
        GarbageService,
        LiveService,
        ...(config.isSensorOnly
          ? []
          : [IngestProcessor, MatchService, NotifyProcessor, NotifyService, SweeperService, InboxService, StatusService, WatchService]),
      ],
    };
  }
}
