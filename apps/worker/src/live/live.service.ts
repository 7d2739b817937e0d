import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { Inject, Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Sensors, type Config } from '@wirecase/store';
import { Loop } from '../loop.ts';
import { program } from '../program.ts';
import { OncePerMinute } from '../status/once-per-minute.ts';
import { CONFIG } from '../tokens.ts';
import { exitAgain } from './exit-code.ts';

const LOOK_MS = 500;
const childEntry = program('live/live-child');

/** Keeps one engine for each sensor of this machine, whether it captures now or left files that wait. */
@Injectable()
export class LiveService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Live');
  private readonly log = new OncePerMinute();
  private readonly loop = new Loop();
  private readonly engines = new Map<string, ChildProcess>();

  constructor(
    private readonly sensors: Sensors,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onApplicationBootstrap(): void {
    this.loop.start(() => this.look(), LOOK_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.loop.stop();
    await Promise.all([...this.engines.values()].map((engine) => this.end(engine)));
  }

  private async look(): Promise<void> {
    try {
      const wanted = new Set((await this.sensors.list(hostname())).map(({ id }) => id));
      for (const id of wanted) if (!this.engines.has(id)) this.start(id);
      for (const [id, engine] of this.engines) if (!wanted.has(id)) void this.end(engine);
    } catch (error) {
      // The database is away; the engines notice by themselves.
      if (this.log.isDue()) this.logger.warn((error as Error).message);
    }
  }

  private start(id: string): void {
    const heapMebibytes = Math.floor((this.config.parser.memoryBytes * 0.75) / (1024 * 1024));
    const engine = fork(childEntry, [id], {
      execArgv: [`--max-old-space-size=${heapMebibytes}`, '--enable-source-maps', '--disable-warning=ExperimentalWarning'],
      stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
    });
    this.engines.set(id, engine);
    let said = '';
    engine.stderr!.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-4000);
      this.logger.log(text.trim());
    });
    engine.once('close', (code, signal) => {
      this.engines.delete(id);
      if (code !== 0 && code !== exitAgain) void this.noteDeath(id, signal ?? `code ${code}`, said);
    });
    // Failing to start is told by `close`, too.
    engine.on('error', () => undefined);
  }

  private async end(engine: ChildProcess): Promise<void> {
    if (engine.exitCode !== null || engine.signalCode !== null) return;
    const gone = once(engine, 'exit');
    engine.kill('SIGTERM');
    await gone;
  }

  private async noteDeath(id: string, how: string, said: string): Promise<void> {
    this.logger.error(`the engine of sensor ${id} ended by ${how}`, said);
    // The database may be what it died of.
    await this.sensors.noteEngineDeath(id, `the engine ended by ${how}`).catch(() => undefined);
  }
}
