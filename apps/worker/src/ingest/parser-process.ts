/** Runs parser children, one a capture, and watches each: its memory, its signs of life, its end. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { program } from '../program.ts';
import type { ChildMessage, ParseOutcome, ParseRequest } from './messages.ts';

/** How parsing ended, in the worker's eyes. `died`: the child did not say how; `stderr` is the end of what it wrote. `stopped`: it was told to end by `signal`. */
export type ParserEnd = ParseOutcome | { kind: 'died'; detail: string; stderr: string } | { kind: 'stopped' };

export interface ParserLimits {
  /** Memory of the child, heap and buffers together, after which it is ended. */
  memoryBytes: number;
  /** A child that is silent for this long hangs and is ended. */
  silenceMs: number;
}

export interface ParserOptions {
  limits: ParserLimits;
  /** Where compiled modules are kept between children. */
  cacheDir?: string;
  /** The file to run instead of the parser's; tests give one that misbehaves. */
  entry?: string;
}

const parserEntry = program('ingest/parse-child');
const WATCH_INTERVAL_MS = 500;
const STDERR_KEPT = 4000;
/** The heap gets what is left when buffers (reads, COPY, index) have had theirs. */
const HEAP_SHARE = 0.75;

/** Starts parser children, and keeps one started ahead: loading the engine takes longer than parsing a small capture. */
export class Parser {
  private readonly options: ParserOptions;
  private spare: ChildProcess | null = null;
  private isClosed = false;

  constructor(options: ParserOptions) {
    this.options = options;
  }

  /** Start the next child now. */
  warm(): void {
    if (this.isClosed || this.spare !== null) return;
    const spare = this.fork();
    this.spare = spare;
    // One that ends unused is replaced when it would have been needed, and tells why then.
    const forget = () => (this.spare = this.spare === spare ? null : this.spare);
    spare.once('exit', forget).once('error', forget);
  }

  /** Parse `request` in a child of its own. Never throws; when it answers the child has exited. */
  async run(request: ParseRequest, signal: AbortSignal): Promise<ParserEnd> {
    const child = this.spare ?? this.fork();
    this.spare = null;
    // `close` comes after the last byte of its standard error.
    const closed = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
    const watched = new WatchedChild(child, this.options.limits);
    const stop = () => watched.end('stopped');
    signal.addEventListener('abort', stop);
    try {
      if (signal.aborted) stop();
      // A failed send is a child that is already gone: its exit tells.
      child.send(request, () => undefined);
      this.warm();
      return watched.judge(...(await closed));
    } catch (error) {
      return { kind: 'died', detail: `the parser could not be started: ${(error as Error).message}`, stderr: '' };
    } finally {
      signal.removeEventListener('abort', stop);
      watched.close();
    }
  }

  close(): void {
    this.isClosed = true;
    this.spare?.kill('SIGKILL');
  }

  private fork(): ChildProcess {
    const heapMebibytes = Math.floor((this.options.limits.memoryBytes * HEAP_SHARE) / (1024 * 1024));
    return fork(this.options.entry ?? parserEntry, [], {
      // Four MiB of young objects, not sixteen: less garbage lies around, 80 MB on a capture of 1 GB, at 1 % more time.
      execArgv: [
        ...[`--max-old-space-size=${heapMebibytes}`, '--max-semi-space-size=4'],
        ...['--enable-source-maps', '--disable-warning=ExperimentalWarning'],
      ],
      // The children run the same modules: compiling them once halves the time each needs to start.
      env: { ...process.env, NODE_COMPILE_CACHE: this.options.cacheDir },
      stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
    });
  }
}

class WatchedChild {
  private readonly child: ChildProcess;
  private readonly limits: ParserLimits;
  private readonly timer: NodeJS.Timeout;
  private lastSign = performance.now();
  private outcome: ParseOutcome | null = null;
  private endedFor: string | null = null;
  private stderr = '';

  constructor(child: ChildProcess, limits: ParserLimits) {
    this.child = child;
    this.limits = limits;
    child.on('message', (message: ChildMessage) => this.hear(message));
    child.stderr!.setEncoding('utf8').on('data', (text: string) => (this.stderr = (this.stderr + text).slice(-STDERR_KEPT)));
    this.timer = setInterval(() => void this.watch(), WATCH_INTERVAL_MS);
  }

  end(reason: string): void {
    this.endedFor ??= reason;
    this.child.kill('SIGKILL');
  }

  close(): void {
    clearInterval(this.timer);
  }

  judge(code: number | null, signal: NodeJS.Signals | null): ParserEnd {
    if (this.outcome !== null) return this.outcome;
    if (this.endedFor === 'stopped') return { kind: 'stopped' };
    const how = this.endedFor ?? (signal ? `it was ended by ${signal}` : `it exited with code ${code}`);
    return { kind: 'died', detail: [how, lastWords(this.stderr)].filter((part) => part !== '').join(': '), stderr: this.stderr };
  }

  private hear(message: ChildMessage): void {
    this.lastSign = performance.now();
    if (message.kind === 'outcome') this.outcome = message.outcome;
  }

  private async watch(): Promise<void> {
    const silentMs = performance.now() - this.lastSign;
    if (silentMs > this.limits.silenceMs) return this.end(`it gave no sign of life for ${Math.round(silentMs / 1000)} s`);
    const bytes = await residentBytes(this.child.pid!);
    if (bytes > this.limits.memoryBytes)
      this.end(`it needed more than ${Math.round(this.limits.memoryBytes / (1024 * 1024))} MiB of memory`);
  }
}

/** Memory of a process by Linux' /proc; 0 where there is none or the process is gone. */
async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
}

/** The line of a crash that says what it was: the error's, not the stack's. */
function lastWords(stderr: string): string {
  const lines = stderr.split('\n').map((line) => line.trim());
  return lines.find((line) => /^(fatal )?\w*error\b[^:]*: /i.test(line)) ?? lines.findLast((line) => line !== '') ?? '';
}
