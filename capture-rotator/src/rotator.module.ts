import { hostname } from 'node:os';
import {
  Inject,
  Injectable,
  Logger,
  Module,
  type BeforeApplicationShutdown,
  type DynamicModule,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { sensorDefaults, type Sensor, type SensorSettings } from '@wirecase/contract';
import { catalogue } from '@wirecase/engine';
import { CaptureRepository, createPool, EvidenceStore, Sensors, StatusSign, type Config, type Pool, type Received } from '@wirecase/store';
import { LoggerModule } from 'nestjs-pino';
import { Rotator } from './rotator.ts';

const CONFIG = Symbol('Config');
const TEND_MS = 1_000;
const REPEAT_MS = 60_000;
/** The disk is watched also while the database does not answer. */
const ANSWER_MS = 10_000;

/** Runs a rotator for each sensor of this machine that is switched on, tends it every second, and says how it is. */
@Injectable()
export class RotatorService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Rotator');
  private readonly lastSaid = new Map<string, number>();
  private readonly sign: StatusSign;
  private readonly pool: Pool;
  private readonly sensors: Sensors;
  private readonly evidence: EvidenceStore;
  private readonly running = new Map<string, { rotator: Rotator; settings: string }>();
  private tending: NodeJS.Timeout | null = null;
  private round: Promise<void> = Promise.resolve();
  private isStopping = false;

  constructor(@Inject(CONFIG) private readonly config: Config) {
    this.sign = new StatusSign(config.redisUrl);
    this.pool = createPool(config.databaseUrl, { size: 3, name: 'wirecase rotator', answerTimeoutMs: ANSWER_MS });
    this.sensors = new Sensors(this.pool);
    this.evidence = new EvidenceStore(config.dataDir, new CaptureRepository(this.pool, catalogue));
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.sensors.configure(configuredSensor(this.config), hostname());
    this.tendAgain(0);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    if (this.tending) clearTimeout(this.tending);
    // First, as there is not much time: the round may wait for a slow database.
    for (const { rotator } of this.running.values()) rotator.end();
    await this.round;
    await Promise.all([...this.running.values()].map(({ rotator }) => rotator.stop()));
    this.sign.close();
  }

  taken({ capture }: Received): void {
    this.logger.log(`${capture.name} is capture ${capture.id}`);
  }

  say(message: string, isRepeating: boolean): void {
    const now = performance.now();
    if (isRepeating && now - (this.lastSaid.get(message) ?? -REPEAT_MS) < REPEAT_MS) return;
    this.lastSaid.set(message, now);
    this.logger.warn(message);
  }

  private tendAgain(afterMs = TEND_MS): void {
    if (this.isStopping) return;
    this.tending = setTimeout(() => {
      this.round = this.tend();
      void this.round.then(() => this.tendAgain());
    }, afterMs);
  }

  private async tend(): Promise<void> {
    await this.tried(() => this.followSettings());
    for (const { rotator } of this.running.values()) await this.tried(() => rotator.tend());
    await this.tried(() => this.sayStatus());
  }

  /** PostgreSQL or Redis may be away. Capturing goes on; what was due is done when they are back. */
  private async tried(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.say((error as Error).message, true);
    }
  }

  /** Start, stop and change rotators until they are as the sensors say. */
  private async followSettings(): Promise<void> {
    for (const name of await this.sensors.startDue(hostname())) this.say(`${name}: its schedule begins`, false);
    for (const name of await this.sensors.stopDue(hostname())) this.say(`${name}: its time is up`, false);
    const wanted = new Map((await this.sensors.list(hostname())).filter((sensor) => sensor.isEnabled).map((sensor) => [sensor.id, sensor]));
    for (const [id, { rotator, settings }] of this.running) {
      const sensor = wanted.get(id);
      if (sensor && settingsOf(sensor) === settings) continue;
      this.running.delete(id);
      await rotator.stop();
      await this.sensors.say(id, { isCapturing: false, detail: 'stopped' });
      await this.sensors.note(id, 'stopped', sensor ? 'its settings changed' : 'it was switched off');
    }
    for (const [id, sensor] of wanted) {
      if (this.running.has(id)) continue;
      const rotator = new Rotator(this.config.dataDir, sensor, this.pool, this.sensors, this.evidence, this);
      await rotator.start();
      this.running.set(id, { rotator, settings: settingsOf(sensor) });
    }
  }

  private async sayStatus(): Promise<void> {
    const all = [...this.running].map(([id, { rotator }]) => ({ id, ...rotator.describe() }));
    const isCapturing = all.every((each) => each.isCapturing);
    const detail = all.map((each) => each.detail).join('; ') || 'idle: no sensor is switched on';
    // The health check asks for the rotator of the API's machine.
    if (!this.config.isSensorOnly) await this.sign.say('rotator', { status: isCapturing ? 'ok' : 'degraded', detail });
    await this.sensors.sayIdle(hostname());
    for (const each of all) await this.sensors.say(each.id, { isCapturing: each.isCapturing, detail: each.detail });
  }
}

/** The sensor of WIRECASE_CAPTURE_INTERFACE. */
function configuredSensor({ captureInterface, captureFilter, ring, isSensorOnly }: Config): SensorSettings | null {
  if (captureInterface === null) return null;
  return {
    // Names are those of the whole installation.
    ...{
      name: isSensorOnly ? `${hostname()} ${captureInterface}` : captureInterface,
      interface: captureInterface,
      filter: captureFilter,
      snapLength: null,
      ...ring,
    },
    ...{ watermarkBytes: null, bufferMebibytes: 64, program: 'dumpcap' },
    ...sensorDefaults,
  };
}

/** What a change of which needs a new start. */
function settingsOf(sensor: Sensor): string {
  const { name, filter, snapLength, fileBytes, fileSeconds, budgetBytes, watermarkBytes, bufferMebibytes, program } = sensor;
  return JSON.stringify([
    ...[name, sensor.interface, filter, snapLength, fileBytes, fileSeconds, budgetBytes, watermarkBytes],
    ...[bufferMebibytes, program],
  ]);
}

@Module({})
export class RotatorModule {
  static for(config: Config): DynamicModule {
    return {
      module: RotatorModule,
      imports: [LoggerModule.forRoot({ pinoHttp: { level: config.logLevel } })],
      providers: [{ provide: CONFIG, useValue: config }, RotatorService],
    };
  }
}
