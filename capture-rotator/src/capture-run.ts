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
import { argumentsOf, CaptureReport, unprivileged, type CaptureSettings } from './capture-program.ts';

export interface CaptureRunEvents {
  /** Packets are being written from now on. */
  capturing(): void;
  /** A file is complete. `name`: in the directory. */
  closed(name: string): void;
}

/** How a run ended. `dropped`: packets that the kernel or the program could not take. */
export interface CaptureEnd {
  reason: string;
  dropped: number;
  /** It ended by itself, and gave no reason. */
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
}

const lookMs = 100;
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
  /** How the process ended, as far as we are its parent. */
  private readonly end: { how: string | null };
  private stoppedAt: number | null = null;

  private constructor(directory: string, kept: KeptRun, end: { how: string | null }, events: CaptureRunEvents) {
    this.directory = directory;
    this.kept = kept;
    this.end = end;
    this.events = events;
    this.ended = this.watch();
  }

  /** Start the program. Throws what the file system throws, with nothing left running. */
  static async start(directory: string, settings: CaptureSettings, prefix: string, events: CaptureRunEvents): Promise<CaptureRun> {
    const group = await groupThatMayRun(settings.program);
    const [file, args] = unprivileged(settings.program, argumentsOf(settings, prefix), process.getuid!(), group);
    const said = openSync(saidPath(directory), 'w', 0o640);
    const env = { PATH: process.env['PATH'], LC_ALL: 'C' };
    const child = spawn(file, args, { cwd: directory, stdio: ['ignore', 'ignore', said], detached: true, env });
    const end: { how: string | null } = { how: null };
    child.once('error', (error) => (end.how = error.message));
    child.once('exit', (code, signal) => (end.how = signal === null ? `it ended with code ${code}` : `it was ended by ${signal}`));
    child.unref();
    closeSync(said);
    try {
      const pid = child.pid ?? 0;
      const startedTicks = (await startOf(pid)) ?? '';
      const kept = { pid, startedTicks, bootId: await bootId(), prefix, settings: JSON.stringify(settings) };
      await writeFile(`${keptPath(directory)}.part`, JSON.stringify(kept));
      await rename(`${keptPath(directory)}.part`, keptPath(directory));
      return new CaptureRun(directory, kept, end, events);
    } catch (error) {
      child.kill('SIGTERM');
      throw error;
    }
  }

  /** The run that an earlier rotator started in the directory, if it still lives. */
  static async adopt(directory: string, events: CaptureRunEvents): Promise<CaptureRun | null> {
    const kept = await readKept(directory);
    return kept !== null && (await isAlive(kept)) ? new CaptureRun(directory, kept, { how: null }, events) : null;
  }

  /** How the run ended that an earlier rotator started, when no rotator saw its end; null: there is none. */
  static async unseenEnd(directory: string): Promise<CaptureEnd | null> {
    if ((await readKept(directory)) === null) return null;
    const { reason, dropped } = await reportOf(directory);
    return { reason: reason ?? 'the capture program ended while no rotator ran', dropped, isSilent: reason === null };
  }

  /** Its end is dealt with: nobody needs to know of it any more. */
  static async forget(directory: string): Promise<void> {
    await rm(keptPath(directory), { force: true });
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
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') this.end.how = `it cannot be ended: ${(error as Error).message}`;
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
      if (this.stoppedAt !== null && performance.now() - this.stoppedAt > killAfterMs) await this.signal('SIGKILL');
      await sleep(lookMs);
    }
    const { reason, dropped } = await reportOf(this.directory);
    const how = this.stoppedAt === null ? (this.end.how ?? 'it ended') : 'it was told to end';
    return { dropped, reason: reason ?? how, isSilent: reason === null && this.stoppedAt === null };
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
