import { execa } from 'execa';
import { seccompFilter } from './seccomp.ts';
import { threadsOf } from './threads.ts';
import { dissectionUser, type Tools } from './tools.ts';

/** What one run may use up. */
export interface Limits {
  wallSeconds: number;
  cpuSeconds: number;
  memoryBytes: number;
  /** Largest file it may write (in its own memory-backed /tmp). */
  fileBytes: number;
  /** Largest standard output we take from it. */
  outputBytes: number;
  /** Processes and threads beyond those that the user already has. */
  processes: number;
  openFiles: number;
}

export const defaultLimits: Readonly<Limits> = {
  wallSeconds: 30,
  cpuSeconds: 30,
  memoryBytes: 1024 ** 3,
  fileBytes: 256 * 1024 ** 2,
  outputBytes: 256 * 1024 ** 2,
  processes: 256,
  openFiles: 64,
};

export interface SandboxRun {
  /** Program inside the sandbox and its arguments. */
  command: readonly string[];
  /** Bytes that appear inside as the read-only file /in.pcap. They come by file descriptor: nothing of ours is mounted. */
  input: Uint8Array;
  limits?: Partial<Limits>;
  /** A folder that appears inside as /rules, read-only. */
  rules?: string;
  /** Further programs to show inside, for the proofs. */
  programs?: readonly string[];
}

export interface SandboxResult {
  stdout: Uint8Array;
  stderr: string;
  exitCode: number | null;
  signal: string | null;
  /** Why we ended it, if we did. */
  ended: 'time' | 'output' | null;
}

const INPUT_FD = 3;
const SECCOMP_FD = 4;
const TMP_BYTES = 64 * 1024 ** 2;

/**
 * Run a program with nothing but libraries, Wireshark's data and its input: no network, no other files, no privileges, bounded time,
 * memory and output (RELIABILITY 3.2). setpriv (as root) -> timeout -> prlimit -> bwrap -> program.
 */
export async function runInSandbox(tools: Tools, run: SandboxRun): Promise<SandboxResult> {
  const limits = { ...defaultLimits, ...run.limits };
  // RLIMIT_NPROC counts everything that the user runs, here and elsewhere.
  limits.processes += await threadsOf(tools.uid);
  const filter = seccompFilter();
  const [program, ...parameters] = sandboxCommand(tools, run, limits, filter !== null);
  const child = execa(program!, parameters, {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
    encoding: 'buffer',
    stripFinalNewline: false,
    reject: false,
    env: {},
    extendEnv: false,
    // A little more than `timeout` itself allows, should it be stopped; killing it ends bwrap through --die-with-parent.
    timeout: Math.ceil(limits.wallSeconds + 2) * 1000,
    killSignal: 'SIGKILL',
    maxBuffer: { stdout: limits.outputBytes, stderr: 65_536 },
  });
  feed(child.stdio[INPUT_FD], run.input);
  feed(child.stdio[SECCOMP_FD], filter ?? new Uint8Array(0));
  const result = await child;
  const killed = result.exitCode === 137 || result.signal === 'SIGKILL';
  return {
    stdout: result.stdout ?? new Uint8Array(0),
    stderr: Buffer.from(result.stderr ?? '').toString('utf8'),
    exitCode: result.exitCode ?? null,
    signal: result.signal ?? null,
    ended: result.isMaxBuffer ? 'output' : killed || result.timedOut ? 'time' : null,
  };
}

function feed(stream: unknown, bytes: Uint8Array): void {
  const pipe = stream as NodeJS.WritableStream;
  // A program that ends before it has read everything closes the pipe; its exit code tells the story.
  pipe.on('error', () => undefined);
  pipe.end(bytes);
}

function sandboxCommand(tools: Tools, run: SandboxRun, limits: Limits, seccomp: boolean): string[] {
  return [
    ...(tools.setpriv ? dropRoot(tools.setpriv) : []),
    ...[tools.timeout, '-s', 'KILL', String(limits.wallSeconds)],
    ...[tools.prlimit, `--as=${limits.memoryBytes}`, `--cpu=${limits.cpuSeconds}`, `--nofile=${limits.openFiles}`],
    ...[`--nproc=${limits.processes}`, '--core=0', `--fsize=${limits.fileBytes}`],
    ...[tools.bwrap, '--unshare-all', '--die-with-parent', '--new-session', '--cap-drop', 'ALL', '--clearenv'],
    ...['--setenv', 'PATH', '/usr/bin', '--setenv', 'HOME', '/nonexistent', '--setenv', 'LC_ALL', 'C.UTF-8', '--setenv', 'TZ', 'UTC'],
    ...visibleFiles(tools, run.programs ?? []),
    // Only /tmp can be written, and is bounded: any other tmpfs, /dev/shm too, would take half of the machine's memory.
    ...['--proc', '/proc', '--dev', '/dev', '--remount-ro', '/dev', '--size', String(TMP_BYTES), '--tmpfs', '/tmp'],
    ...(run.rules === undefined ? [] : ['--ro-bind', run.rules, '/rules']),
    ...['--perms', '0444', '--ro-bind-data', String(INPUT_FD), '/in.pcap', '--remount-ro', '/'],
    ...(seccomp ? ['--seccomp', String(SECCOMP_FD)] : []),
    '--',
    ...run.command,
  ];
}

function dropRoot(setpriv: string): string[] {
  return [setpriv, `--reuid=${dissectionUser}`, `--regid=${dissectionUser}`, '--clear-groups', '--inh-caps=-all', '--no-new-privs'];
}

function visibleFiles(tools: Tools, programs: readonly string[]): string[] {
  const readOnly = (path: string) => ['--ro-bind', path, path];
  return [
    ...readOnly(tools.tshark),
    ...programs.flatMap(readOnly),
    ...tools.sharedLibraryDirectories.flatMap(readOnly),
    // The helpers there start programs of their own; nothing that reads a file needs them.
    ...hiddenDirectories(tools).flatMap((path) => ['--tmpfs', path, '--remount-ro', path]),
    ...tools.dataDirectories.flatMap(readOnly),
    ...['--symlink', 'usr/lib', '/lib', '--symlink', 'usr/lib64', '/lib64', '--ro-bind-try', '/etc/ld.so.cache', '/etc/ld.so.cache'],
  ];
}

/** Folders of Wireshark's that are empty inside. */
export function hiddenDirectories({ sharedLibraryDirectories }: Pick<Tools, 'sharedLibraryDirectories'>): string[] {
  return sharedLibraryDirectories.filter((path) => path.endsWith('-linux-gnu')).map((path) => `${path}/wireshark/extcap`);
}
