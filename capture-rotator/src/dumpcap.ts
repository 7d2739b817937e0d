/** Runs dumpcap: as a user of its own with only the two capabilities that capturing needs, writing into one directory, until told to end. */
import { once } from 'node:events';
import { constants } from 'node:fs';
import { stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { execa } from 'execa';

export interface DumpcapOptions {
  interface: string;
  /** BPF filter, as one argument; null: everything. */
  filter: string | null;
  /** Bytes kept of each packet; null: all. */
  snapLength: number | null;
  /** Kernel buffer. At 1 million packets a second nothing was dropped with 64, 1.3 % at 0.8 million with dumpcap's default of 2. */
  bufferMebibytes: number;
  /** A file is closed at this size or age, whichever comes first; a quiet link closes files too. */
  fileBytes: number;
  fileSeconds: number;
  /** Where the files go; dumpcap is started in it, so that the folders above may be closed to its user. */
  directory: string;
  /** Beginning of the files' names. Two runs must not share it: dumpcap counts from 1 and overwrites. */
  prefix: string;
}

/** How a run ended. `dropped`: packets that the kernel or dumpcap could not take. */
export interface DumpcapEnd {
  reason: string;
  dropped: number;
}

export interface DumpcapEvents {
  /** Packets are being written from now on. */
  capturing(): void;
  /** A file is complete. `name`: in the directory. */
  closed(name: string): void;
}

/** An id that no account has: it lies in the range for dynamic service users (61184-65519), which account databases leave free. */
export const captureUid = 61_733;
const KILL_AFTER_MS = 5_000;

/** The command line. Never dumpcap's own limit of files: it deletes its oldest file unread. */
export function dumpcapArguments(options: DumpcapOptions): string[] {
  return [
    ...['-i', options.interface, '-q', '-B', String(options.bufferMebibytes)],
    ...(options.snapLength === null ? [] : ['-s', String(options.snapLength)]),
    ...['-b', `filesize:${Math.max(1, Math.floor(options.fileBytes / 1000))}`, '-b', `duration:${options.fileSeconds}`],
    ...['-b', 'printname:stdout', '-w', `${options.prefix}.pcapng`],
    ...(options.filter === null ? [] : ['-f', options.filter]),
  ];
}

/**
 * Root gives itself up before dumpcap starts; a kernel that ends us ends dumpcap as well, cleanly. `group`: the only one whose members
 * may run dumpcap, or null when everybody may.
 */
export function unprivileged(file: string, args: readonly string[], uid: number, group: number | null): [string, string[]] {
  if (uid !== 0) return [file, [...args]];
  const only = (kind: string) => `--${kind}=-all,+net_raw,+net_admin`;
  return [
    'setpriv',
    [
      ...[`--reuid=${captureUid}`, `--regid=${captureUid}`, group === null ? '--clear-groups' : `--groups=${group}`],
      ...['--no-new-privs', '--pdeathsig=TERM', only('inh-caps'), only('ambient-caps'), only('bounding-set'), file, ...args],
    ],
  ];
}

/** Debian may be told to let only the group `wireshark` run dumpcap. */
async function groupThatMayRun(program: string): Promise<number | null> {
  for (const directory of (process.env['PATH'] ?? '').split(delimiter)) {
    const found = await stat(join(directory, program)).catch(() => null); // not in this directory
    if (found?.isFile()) return (found.mode & constants.S_IXOTH) === 0 ? found.gid : null;
  }
  return null;
}

export class Dumpcap {
  /** Never rejects: that it could not be started is a way to end. */
  readonly ended: Promise<DumpcapEnd>;
  private readonly stopping = new AbortController();

  constructor(options: DumpcapOptions, events: DumpcapEvents) {
    this.ended = this.run(options, events);
  }

  /** Ask it to close its file and end. */
  stop(): void {
    this.stopping.abort();
  }

  private async run(options: DumpcapOptions, events: DumpcapEvents): Promise<DumpcapEnd> {
    const group = await groupThatMayRun('dumpcap');
    const [file, args] = unprivileged('dumpcap', dumpcapArguments(options), process.getuid!(), group);
    const report = new DumpcapReport();
    const child = execa(file, args, {
      cwd: options.directory,
      stdin: 'ignore',
      buffer: false,
      reject: false,
      cancelSignal: this.stopping.signal,
      forceKillAfterDelay: KILL_AFTER_MS,
    });
    const closing = readLines(child.stdout, (name) => events.closed(name.replace(/^\.\//, '')));
    const reporting = readLines(child.stderr, (line) => {
      if (report.read(line)) events.capturing();
    });
    const result = await child;
    await Promise.all([closing, reporting]);
    const how = result.isCanceled ? 'it was told to end' : result.shortMessage;
    return { dropped: report.dropped, reason: report.reason ?? how ?? `dumpcap ended with code ${result.exitCode}` };
  }
}

/** Reads what dumpcap says of itself on standard error. */
export class DumpcapReport {
  /** Packets of the whole run that were not written; known at its end. */
  dropped = 0;
  /** What went wrong, in dumpcap's words. */
  reason: string | null = null;
  private isCapturing = false;

  /** Take one line; answers whether it says that capturing has begun. */
  read(line: string): boolean {
    // `Packets received/dropped on interface 'eth0': 10/3 (pcap:2/dumpcap:1/flushed:0/ps_ifdrop:0) (76.9%)`
    const drops = /^Packets received\/dropped on interface .*: \d+\/(\d+) \(/.exec(line);
    if (drops) this.dropped += Number(drops[1]);
    else if (/^File: /.test(line)) return !this.isCapturing && (this.isCapturing = true);
    else if (!/^(Capturing on |Packets captured: |\s*$)/.test(line)) this.reason = joined(this.reason, line);
    return false;
  }
}

/** An explanation may have several lines; the first ones say most. */
function joined(before: string | null, line: string): string {
  const text = line.trim().replace(/^dumpcap: /, '');
  return before === null ? text : `${before} ${text}`.slice(0, 500);
}

async function readLines(stream: Readable, take: (line: string) => void): Promise<void> {
  const lines = createInterface({ input: stream });
  lines.on('line', take);
  await once(lines, 'close');
}
