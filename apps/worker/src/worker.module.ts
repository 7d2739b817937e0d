import { join } from 'node:path';
import { BullModule } from '@nestjs/bullmq';
import { Module, type DynamicModule } from '@nestjs/common';
import { ingestQueue } from '@wirecase/contract';
import { catalogue } from '@wirecase/engine';
import { CaptureRepository, createPool, EvidenceStore, Sensors, type Config, type Pool } from '@wirecase/store';
import { LoggerModule } from 'nestjs-pino';
import { CaptureIngest } from './ingest/capture-ingest.ts';
import { IngestProcessor } from './ingest/ingest.processor.ts';
import { Parser } from './ingest/parser-process.ts';
import { LiveService } from './live/live.service.ts';
import { CONFIG, POOL } from './tokens.ts';
import { SweeperService } from './sweep/sweeper.service.ts';
import { StatusService } from './status/status.service.ts';
import { InboxService } from './watch/inbox.service.ts';

@Module({})
export class WorkerModule {
  static for(config: Config): DynamicModule {
    return {
      module: WorkerModule,
      imports: [
        LoggerModule.forRoot({ pinoHttp: { level: config.logLevel } }),
        // Without a limit of retries a Redis that is away is waited for, not died of.
        BullModule.forRoot({ connection: { url: config.redisUrl, maxRetriesPerRequest: null } }),
        BullModule.registerQueue({ name: ingestQueue }),
      ],
      providers: [
        { provide: CONFIG, useValue: config },
        { provide: POOL, useFactory: () => createPool(config.databaseUrl, { size: 6, name: 'wirecase worker' }) },
        { provide: CaptureRepository, useFactory: (pool: Pool) => new CaptureRepository(pool, catalogue), inject: [POOL] },
        {
          provide: EvidenceStore,
          useFactory: (captures: CaptureRepository) => new EvidenceStore(config.dataDir, captures),
          inject: [CaptureRepository],
        },
        { provide: Parser, useValue: new Parser({ limits: config.parser, cacheDir: join(config.dataDir, 'cache') }) },
        {
          provide: CaptureIngest,
          useFactory: (captures: CaptureRepository, parser: Parser) => new CaptureIngest(captures, config, parser),
          inject: [CaptureRepository, Parser],
        },
        { provide: Sensors, useFactory: (pool: Pool) => new Sensors(pool), inject: [POOL] },
        IngestProcessor,
        LiveService,
        SweeperService,
        InboxService,
        StatusService,
      ],
    };
  }
}
