import { hostname } from 'node:os';
import { join } from 'node:path';
import { Injectable, type OnApplicationShutdown, type Provider } from '@nestjs/common';
import { catalogue } from '@wirecase/engine';
import {
  AlertSights,
  ApiKeys,
  AuditRepository,
  CaptureRepository,
  CarvedFiles,
  ChangeListener,
  Channels,
  DetectionRepository,
  EvidenceStore,
  FlowCounts,
  HostReader,
  Holds,
  IndicatorLists,
  KeyLogs,
  QualityReader,
  RecordReader,
  RemoteEvidence,
  SecretBox,
  Sensors,
  Sessions,
  Triage,
  Users,
  ZoneRepository,
  connectAccounts,
  createPool,
  type Pool,
} from '@wirecase/store';
import { Dissector, YaraScanner } from '@wirecase/tshark';
import { Settings } from './settings.ts';

/** Searches by users end after this (RELIABILITY 7.8). */
const SEARCH_TIMEOUT_MS = 15_000;

type Accounts = Awaited<ReturnType<typeof connectAccounts>>;

/** Connections to PostgreSQL. Searches have their own, so that they never keep a login or an upload waiting. */
@Injectable()
export class Database implements OnApplicationShutdown {
  readonly pool: Pool;
  readonly searchPool: Pool;
  readonly accounts: Accounts;
  readonly changes: ChangeListener;

  constructor(pool: Pool, searchPool: Pool, accounts: Accounts, changes: ChangeListener) {
    this.pool = pool;
    this.searchPool = searchPool;
    this.accounts = accounts;
    this.changes = changes;
  }

  static async connect(databaseUrl: string): Promise<Database> {
    const changes = new ChangeListener(databaseUrl);
    const accounts = await connectAccounts(databaseUrl);
    await changes.open();
    return new Database(
      createPool(databaseUrl, { name: 'wirecase api' }),
      createPool(databaseUrl, { name: 'wirecase search', statementTimeoutMs: SEARCH_TIMEOUT_MS }),
      accounts,
      changes,
    );
  }

  async onApplicationShutdown(): Promise<void> {
    await this.changes.close();
    await this.accounts.destroy();
    await Promise.all([this.pool.end(), this.searchPool.end()]);
  }
}

/** The store's classes, each made of the connection that it needs. */
export const storeProviders: Provider[] = [
  { provide: Database, useFactory: (settings: Settings) => Database.connect(settings.config.databaseUrl), inject: [Settings] },
  { provide: Users, useFactory: ({ accounts }: Database) => new Users(accounts), inject: [Database] },
  { provide: Sessions, useFactory: ({ accounts }: Database) => new Sessions(accounts), inject: [Database] },
  { provide: ApiKeys, useFactory: ({ accounts }: Database) => new ApiKeys(accounts), inject: [Database] },
  { provide: AuditRepository, useFactory: ({ accounts }: Database) => new AuditRepository(accounts), inject: [Database] },
  { provide: ChangeListener, useFactory: ({ changes }: Database) => changes, inject: [Database] },
  { provide: CaptureRepository, useFactory: ({ pool }: Database) => new CaptureRepository(pool, catalogue), inject: [Database] },
  { provide: Holds, useFactory: ({ pool }: Database) => new Holds(pool), inject: [Database] },
  {
    provide: KeyLogs,
    useFactory: ({ pool }: Database, { config }: Settings) => new KeyLogs(pool, new SecretBox(config.dataDir)),
    inject: [Database, Settings],
  },
  { provide: IndicatorLists, useFactory: ({ pool }: Database) => new IndicatorLists(pool), inject: [Database] },
  { provide: Sensors, useFactory: ({ pool }: Database) => new Sensors(pool), inject: [Database] },
  { provide: RecordReader, useFactory: ({ searchPool }: Database) => new RecordReader(searchPool), inject: [Database] },
  { provide: AlertSights, useFactory: ({ searchPool }: Database) => new AlertSights(searchPool), inject: [Database] },
  { provide: FlowCounts, useFactory: ({ searchPool }: Database) => new FlowCounts(searchPool), inject: [Database] },
  { provide: QualityReader, useFactory: ({ searchPool }: Database) => new QualityReader(searchPool), inject: [Database] },
  { provide: HostReader, useFactory: ({ searchPool }: Database) => new HostReader(searchPool), inject: [Database] },
  {
    provide: Channels,
    useFactory: ({ pool }: Database, { config }: Settings) => new Channels(pool, new SecretBox(config.dataDir)),
    inject: [Database, Settings],
  },
  { provide: DetectionRepository, useFactory: ({ pool }: Database) => new DetectionRepository(pool), inject: [Database] },
  { provide: ZoneRepository, useFactory: ({ pool }: Database) => new ZoneRepository(pool), inject: [Database] },
  { provide: Triage, useFactory: ({ pool }: Database) => new Triage(pool), inject: [Database] },
  {
    provide: EvidenceStore,
    useFactory: async ({ config }: Settings, captures: CaptureRepository, { pool }: Database) => {
      const remote = new RemoteEvidence(pool, config.redisUrl, hostname(), join(config.dataDir, 'fetched'));
      const evidence = new EvidenceStore(config.dataDir, captures, { maxBytes: config.maxUploadBytes, remote });
      await evidence.prepare();
      return evidence;
    },
    inject: [Settings, CaptureRepository, Database],
  },
  {
    provide: CarvedFiles,
    useFactory: async ({ config }: Settings) => {
      const files = new CarvedFiles(config.dataDir, config.files);
      await files.prepare();
      return files;
    },
    inject: [Settings],
  },
  { provide: YaraScanner, useFactory: ({ config }: Settings) => new YaraScanner(config.yaraRules), inject: [Settings] },
  { provide: Dissector, useFactory: () => new Dissector() },
];
