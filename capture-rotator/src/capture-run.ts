/**
 * A run of dumpcap or tcpdump, as a user of its own with only the two capabilities that capturing needs, writing into one directory until
 * told to end. It outlives the rotator that started it; the next one takes it over, told from every other process by the id of the boot,
 * its process id and the moment it was started. What it says goes to a file, so that nothing it says is lost with its reader.
 */
import { spawn } from 'node:child_process';
import { constants, closeSync, openSync } from 'node:fs';
import { open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { compareRingFiles, isRingFile } from '@wirecase/store';
import { dismissGuard, reassureGuard, type GuardBounds, type GuardedRun } from './capture-guard.ts';
import { argumentsOf, captureCapabilities, CaptureReport, unprivileged, type CaptureSettings } from './capture-program.ts';

export interface CaptureRunEvents {
  /** Packets are being written from now on. */
  capturing(): void;
  /** A file is complete. `name`: in the directory. */
  closed(name: string): void;
  /** Nothing will bound the ring if the rotator is killed now. */
  unguarded(error: Error): void;
}

/** How a run ended. `dropped`: packets that the kernel or the program could not take, beside those that were told of before. */
export interface CaptureEnd {
  reason: string;
  dropped: number;
  /** It ended by itself, not by a signal, and gave no reason. */
  isSilent: boolean;
}

/** What the next rotator must know to take a run over; kept in a file. */
export interface KeptRun {
  pid: number;
  /** Clock ticks after boot at which the process was started. */
  startedTicks: string;
  bootId: string;
  prefix: string;
  /** With which it was started; when they are others by now it is replaced. */
  settings: string;
  /** Packets that are told to be dropped. */
  droppedTold: number;
}

interface ProcessExit {
  how: string;
  isBySignal: boolean;
}

const lookMs = 100;
const reassureMs = 2_000;
const killAfterMs = 5_000;
/** Of what a program said, the end is read: its first lines are about files. */
const saidBytes = 64 * 1024;

export class CaptureRun {
  readonly kept: KeptRun;
  /** Never rejects: that it could not be started is a way to end. */
  readonly ended: Promise<CaptureEnd>;
  private readonly directory: string;
  private readonly events: CaptureRunEvents;
  private readonly closed = new Set<string>();
  private readonly guarded: GuardedRun;
  private readonly bounds: GuardBounds;
  /** How the process ended; null: we are not its parent, and do not know. */
  private readonly exit: Promise<ProcessExit | null>;
  private cannotEnd: string | null = null;
  private reassuredAt = -Infinity;
  private stoppedAt: number | null = null;

  private constructor(
    ...[directory, kept, exit, bounds, events]: [string, KeptRun, Promise<ProcessExit | null>, GuardBounds, CaptureRunEvents]
  ) {
    this.directory = directory;
    this.kept = kept;
    this.guarded = { pid: kept.pid, startedTicks: kept.startedTicks, directory, said: saidPath(directory) };
    this.bounds = bounds;
    this.exit = exit;
    this.events = events;
    this.ended = this.watch();
  }

  /** Start the program. Throws what the file system throws, with nothing left running. */
  static async start(
    ...[directory, settings, prefix, bounds, events]: [string, CaptureSettings, string, GuardBounds, CaptureRunEvents]
  ): Promise<CaptureRun> {
    const group = await groupThatMayRun(settings.program);
    const [file, args] = unprivileged(settings.program, argumentsOf(settings, prefix), process.getuid!(), group, captureCapabilities);
    await rm(saidPath(directory), { force: true });
    // Its guard writes there too.
    const said = openSync(saidPath(directory), 'a', 0o640);
    const env = { PATH: process.env['PATH'], LC_ALL: 'C' };
    const child = spawn(file, args, { cwd: directory, stdio: ['ignore', 'ignore', said], detached: true, env });
    const exit = new Promise<ProcessExit>((resolve) => {
      child.once('error', ({ message }) => resolve({ how: message, isBySignal: false }));
      child.once('exit', (code, signal) =>
        resolve({ how: signal === null ? `it ended with code ${code}` : `it was ended by ${signal}`, isBySignal: signal !== null }),
      );
    });
    child.unref();
    closeSync(said);
    try {
      const pid = child.pid ?? 0;
      const startedTicks = (await startOf(pid)) ?? '';
      const kept = { pid, startedTicks, bootId: await bootId(), prefix, settings: JSON.stringify(settings), droppedTold: 0 };
      await writeKept(directory, kept);
      return new CaptureRun(directory, kept, exit, bounds, events);
    } catch (error) {
      child.kill('SIGTERM');
      throw error;
    }
  }

  /** The run that an earlier rotator started in the directory, if it still lives. */
  static async adopt(directory: string, bounds: GuardBounds, events: CaptureRunEvents): Promise<CaptureRun | null> {
    const kept = await readKept(directory);
    return kept !== null && (await isAlive(kept)) ? new CaptureRun(directory, kept, Promise.resolve(null), bounds, events) : null;
  }

  /** How the run ended that an earlier rotator started, when no rotator saw its end; null: there is none. */
  static async unseenEnd(directory: string): Promise<CaptureEnd | null> {
    const kept = await readKept(directory);
    if (kept === null) return null;
    const { reason, dropped } = await reportOf(directory);
    return {
      reason: reason ?? 'the capture program ended while no rotator ran',
      dropped: dropped - kept.droppedTold,
      isSilent: reason === null,
    };
  }

  /** Its end is dealt with: nobody needs to know of it any more. */
  static async forget(directory: string): Promise<void> {
    await rm(keptPath(directory), { force: true });
  }

  /** Packets that it dropped beside those that were told of; tcpdump says so while it runs, dumpcap does not. Throws what the file system throws. */
  async moreDropped(): Promise<number> {
    if ((JSON.parse(this.kept.settings) as CaptureSettings).program === 'tcpdump') {
      await this.signal('SIGUSR1');
      await sleep(lookMs);
    }
    const { dropped } = await reportOf(this.directory);
    const more = dropped - this.kept.droppedTold;
    if (more === 0) return 0;
    // What cannot be written down is told the next time.
    await writeKept(this.directory, { ...this.kept, droppedTold: dropped });
    this.kept.droppedTold = dropped;
    return more;
  }

  /** Ask it to close its file and end. */
  stop(): void {
    if (this.stoppedAt !== null) return;
    this.stoppedAt = performance.now();
    void this.signal('SIGTERM');
  }

  /** Only ever the process that was started, whoever has its number by now. */
  private async signal(signal: NodeJS.Signals): Promise<void> {
    if (!(await isAlive(this.kept))) return;
    try {
      process.kill(this.kept.pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') this.cannotEnd = `it cannot be ended: ${(error as Error).message}`;
    }
  }

  private async watch(): Promise<CaptureEnd> {
    let isCapturing = false;
    while (await isAlive(this.kept)) {
      if (!isCapturing && (await reportOf(this.directory)).isCapturing) {
        isCapturing = true;
        this.events.capturing();
      }
      await this.lookForClosed();
      // Not before: what it takes would make the gap longer.
      if (isCapturing) await this.reassure();
      if (this.stoppedAt !== null && performance.now() - this.stoppedAt > killAfterMs) await this.signal('SIGKILL');
      await sleep(lookMs);
    }
    await dismissGuard(this.guarded).catch(() => undefined); // it looks by itself a little later
    const { reason, dropped: droppedAtAll } = await reportOf(this.directory);
    const dropped = droppedAtAll - this.kept.droppedTold;
    if (this.stoppedAt !== null) return { dropped, reason: reason ?? this.cannotEnd ?? 'it was told to end', isSilent: false };
    const exit = await this.exit;
    return { dropped, reason: reason ?? exit?.how ?? 'it ended', isSilent: reason === null && exit?.isBySignal !== true };
  }

  private async reassure(): Promise<void> {
    if (performance.now() - this.reassuredAt < reassureMs) return;
    this.reassuredAt = performance.now();
    await reassureGuard(this.guarded, this.bounds).catch((error: Error) => this.events.unguarded(error));
  }

  /** Every file but the newest; those that left the directory are forgotten. */
  private async lookForClosed(): Promise<void> {
    const names = (await readdir(this.directory)).filter((name) => name.startsWith(`${this.kept.prefix}_`) && isRingFile(name));
    const complete = names.sort(compareRingFiles).slice(0, -1);
    for (const name of complete) {
      if (this.closed.has(name)) continue;
      this.closed.add(name);
      this.events.closed(name);
    }
    for (const name of this.closed) if (!complete.includes(name)) this.closed.delete(name);
  }
}

// Both lie beside the directory, not in it: that one belongs to the capture user.
const keptPath = (directory: string) => `${directory}.run.json`;
const saidPath = (directory: string) => `${directory}.said`;

async function writeKept(directory: string, kept: KeptRun): Promise<void> {
  await writeFile(`${keptPath(directory)}.part`, JSON.stringify(kept));
  await rename(`${keptPath(directory)}.part`, keptPath(directory));
}

async function readKept(directory: string): Promise<KeptRun | null> {
  const text = await readFile(keptPath(directory), 'utf8').catch(() => null); // the first start has none
  if (text === null) return null;
  try {
    return JSON.parse(text) as KeptRun;
  } catch {
    // Cut off by a crash of the machine, and with it the run.
    return null;
  }
}

async function isAlive({ pid, startedTicks, bootId: boot }: KeptRun): Promise<boolean> {
  return startedTicks !== '' && (await startOf(pid)) === startedTicks && (await bootId()) === boot;
}

/** Clock ticks after boot at which the process was started; null when there is none, or only what is left of one (proc_pid_stat(5)). */
async function startOf(pid: number): Promise<string | null> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null); // no such process
  // Its name is in parentheses and may hold anything.
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
  return fields === undefined || fields[0] === 'Z' || fields[0] === 'X' ? null : fields[19]!;
}

function bootId(): Promise<string> {
  return readFile('/proc/sys/kernel/random/boot_id', 'utf8');
}

async function reportOf(directory: string): Promise<CaptureReport> {
  const report = new CaptureReport();
  const file = await open(saidPath(directory), 'r').catch(() => null); // somebody removed it
  if (file === null) return report;
  try {
    const { size } = await file.stat();
    const position = Math.max(0, size - saidBytes);
    const { bytesRead, buffer } = await file.read(Buffer.alloc(saidBytes), 0, saidBytes, position);
    const lines = buffer.toString('utf8', 0, bytesRead).split('\n');
    // The first line may be cut, the last may be on its way.
    for (const line of lines.slice(position > 0 ? 1 : 0, -1)) report.read(line);
  } finally {
    await file.close();
  }
  return report;
}

/** Debian may be told to let only the group `wireshark` run dumpcap. */
async function groupThatMayRun(program: string): Promise<number | null> {
  for (const directory of (process.env['PATH'] ?? '').split(delimiter)) {
    const found = await stat(join(directory, program)).catch(() => null); // not in this directory
    if (found?.isFile()) return (found.mode & constants.S_IXOTH) === 0 ? found.gid : null;
  }
  return null;
}
