import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { ErrorSummary } from './error-summary.ts';
import { LogFile } from './log-file.ts';

export interface PartOptions {
  name: string;
  command: string;
  args: readonly string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
  logFile: string;
  /** Given to it on standard input, for secrets that must not be seen in the process list. */
  input?: string;
  /** Signal that asks it to end in order, and how long that may take before it is killed. */
  stopSignal: NodeJS.Signals;
  stopTimeoutMs: number;
}

export interface PartEvents {
  /** One line for the console. */
  say(text: string): void;
  /** It crashes again and again; its last log lines tell why. */
  gaveUp(part: Part): void;
}

const restartDelaysMs = [200, 500, 1000, 2000, 5000];
/** More crashes than there are delays within this time, and restarting is no use. */
const crashWindowMs = 60_000;
const keptLines = 12;

/** One process of ours: started, watched, restarted when it crashes, ended in order. */
export class Part {
  readonly name: string;
  readonly logPath: string;
  /** Its last lines, newest last. */
  readonly tail: string[] = [];
  private readonly options: PartOptions;
  private readonly events: PartEvents;
  private readonly log: LogFile;
  private readonly errors: ErrorSummary;
  private child: ChildProcess | null = null;
  private ended: Promise<unknown> = Promise.resolve();
  private crashes: number[] = [];
  private isStopping = false;
  private isSupervised = false;

  constructor(options: PartOptions, events: PartEvents) {
    this.name = options.name;
    this.logPath = options.logFile;
    this.options = options;
    this.events = events;
    this.log = new LogFile(options.logFile);
    this.errors = new ErrorSummary((text) => events.say(`${options.name}: ${text}`));
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  get isRunning(): boolean {
    return this.child !== null;
  }

  start(): void {
    const { command, args, cwd, env, input } = this.options;
    // A session of its own: Ctrl-C in the terminal reaches only us, and we end the parts in their order.
    const child = spawn(command, args, { cwd, env, detached: true, stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] });
    this.child = child;
    // It may have ended before it read what we give it; its exit tells.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
    this.read(child.stdout!);
    this.read(child.stderr!);
    child.once('error', (error) => this.note(error.message));
    this.ended = once(child, 'close').catch(() => undefined);
    void this.ended.then(() => this.onEnd(child));
  }

  /** From now on a crash means a restart; before, whoever waits for it to become ready decides. */
  supervise(): void {
    this.isSupervised = true;
  }

  /** Ask it to end, and kill it with everything it started when it does not. */
  async stop(): Promise<void> {
    this.isStopping = true;
    const child = this.child;
    if (child?.pid) {
      child.kill(this.options.stopSignal);
      const late = new AbortController();
      const inTime = await Promise.race([
        this.ended.then(() => true),
        delay(this.options.stopTimeoutMs, false, { signal: late.signal }).catch(() => true),
      ]);
      late.abort();
      if (!inTime) {
        this.events.say(`${this.name} did not end within ${this.options.stopTimeoutMs / 1000} s and is killed`);
        this.kill();
      }
      await this.ended;
    }
    this.log.end();
  }

  /** End it and its process group at once. */
  kill(): void {
    this.isStopping = true;
    if (this.child?.pid) endGroup(this.child.pid);
  }

  private onEnd(child: ChildProcess): void {
    this.child = null;
    // What it started and left behind.
    if (child.pid) endGroup(child.pid);
    if (this.isStopping || !this.isSupervised) return;
    const why = child.exitCode !== null ? `exit code ${child.exitCode}` : (child.signalCode ?? 'it could not be started');
    const now = Date.now();
    this.crashes = [...this.crashes.filter((time) => now - time < crashWindowMs), now];
    const wait = restartDelaysMs[this.crashes.length - 1];
    if (wait === undefined) {
      this.events.say(`${this.name} ended again (${why})`);
      this.events.gaveUp(this);
      return;
    }
    this.events.say(`${this.name} ended unexpectedly (${why}); it is started again`);
    setTimeout(() => !this.isStopping && this.start(), wait);
  }

  private read(stream: Readable): void {
    createInterface({ input: stream, crlfDelay: Infinity }).on('line', (line) => this.note(line));
  }

  private note(line: string): void {
    this.log.write(line);
    this.tail.push(line);
    if (this.tail.length > keptLines) this.tail.shift();
    this.errors.see(line);
  }
}

/** Kill a process group; one that is gone already is what we want. */
function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
