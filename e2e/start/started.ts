/** `npm start` as a user runs it: through npm, in a process group of its own as a terminal gives it, on a data directory of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { root } from '../../scripts/bootstrap/modules.mjs';
import { until } from '../faults/services.ts';

/** A first start makes a database; on a busy machine that takes its time. */
const readyTimeoutMs = 90_000;
const endTimeoutMs = 30_000;

export interface StartOptions {
  data: string;
  port?: number;
  args?: readonly string[];
  /** Added to the environment, which has no server's address and no setting of Wirecase. */
  env?: Record<string, string>;
}

export class Started {
  /** Everything printed so far. */
  output = '';
  private readonly child: ChildProcess;
  private readonly ended: Promise<number>;

  constructor({ data, port = 0, args = [], env = {} }: StartOptions) {
    const all = ['run', '--silent', 'start', '--', '--data', data, '--port', String(port), ...args];
    this.child = spawn('npm', all, { cwd: root, env: { ...userEnvironment(), ...env }, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const add = (bytes: Buffer) => (this.output += stripVTControlCharacters(bytes.toString()));
    this.child.stdout!.on('data', add);
    this.child.stderr!.on('data', add);
    this.ended = once(this.child, 'close').then(([code, signal]) => (code as number | null) ?? signalStatus[signal as string] ?? -1);
  }

  /** Wait until the start says that it is done; answers the address that it prints. */
  async ready(): Promise<string> {
    const [, url] = await this.says(/Wirecase is ready after [\d.]+ s: {2}(\S+)/, readyTimeoutMs);
    await this.says(/Ctrl-C ends everything\./, 60_000);
    return url!;
  }

  /** Wait until the pattern is printed; an end before that is an error that shows what was. */
  says(pattern: RegExp, timeoutMs: number): Promise<RegExpExecArray> {
    return until(`the start says ${pattern}; it said:\n${this.output}`, timeoutMs, async () => {
      const match = pattern.exec(this.output);
      if (!match && this.child.exitCode !== null) throw new Error(`the start ended with ${this.child.exitCode}:\n${this.output}`);
      return match;
    });
  }

  /** A signal to the whole process group, as Ctrl-C in a terminal sends it. */
  signalGroup(signal: NodeJS.Signals): Promise<number> {
    process.kill(-this.child.pid!, signal);
    return this.end();
  }

  /** A signal to npm alone, as a supervisor sends it. */
  signalNpm(signal: NodeJS.Signals): Promise<number> {
    this.child.kill(signal);
    return this.end();
  }

  /** Exit status, 128 + number for a signal, once all that holds its output is gone. */
  async end(): Promise<number> {
    const inTime = new AbortController();
    const late = delay(endTimeoutMs, null, { signal: inTime.signal }).catch(() => null);
    const status = await Promise.race([this.ended, late]);
    inTime.abort();
    if (status !== null) return status;
    process.kill(-this.child.pid!, 'SIGKILL');
    throw new Error(`the start did not end:\n${this.output}`);
  }
}

const signalStatus: Record<string, number> = { SIGINT: 130, SIGKILL: 137, SIGTERM: 143 };

/** What a shell has before npm changes it: no server given, no Wirecase variable, the system's programs only. */
function userEnvironment(): NodeJS.ProcessEnv {
  const isOurs = (name: string) =>
    /^(npm_|WIRECASE_|VITEST|NODE_|DATABASE_URL$|REDIS_URL$|CI$)/.test(name) && name !== 'NODE_EXTRA_CA_CERTS';
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !isOurs(name)));
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'));
  return { ...env, PATH: folders.join(delimiter) };
}

/** A folder for data directories, which the users of the servers may pass through. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'wirecase-start-'));
  chmodSync(folder, 0o711);
  return folder;
}

/** Delete the folder, after ending what a failed test left running on it. */
export function removeFolder(folder: string): void {
  for (const { pid } of processesOn(folder)) kill(pid);
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended with the one before.
  }
}

export interface Running {
  pid: number;
  command: string;
}

/** Every process that names the folder in its command line or environment, or sits in it. */
export function processesOn(folder: string): Running[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid)
    .filter((pid) => [read(pid, 'cmdline'), read(pid, 'environ'), currentFolder(pid)].some((text) => text.includes(folder)))
    .map((pid) => ({ pid, command: read(pid, 'cmdline').replaceAll('\0', ' ').trim() }))
    .filter(({ command }) => command !== '');
}

/** Every process of the folder is gone, at the latest after the time that the kernel's messages and npm's watch need. */
export async function nothingRunsOn(folder: string): Promise<void> {
  await until(`nothing runs on ${folder}; there is ${JSON.stringify(processesOn(folder))}`, endTimeoutMs, async () =>
    processesOn(folder).length === 0 ? true : null,
  );
}

function read(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    // It is gone, or another user's.
    return '';
  }
}

function currentFolder(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    // It is gone, or another user's.
    return '';
  }
}

/** When each build last ran: a start that builds writes the stamp anew. */
export function buildTimes(): Record<string, number> {
  const folder = join(root, 'dist', 'stamps');
  if (!existsSync(folder)) return {};
  return Object.fromEntries(readdirSync(folder).map((name) => [name, statSync(join(folder, name)).mtimeMs]));
}
