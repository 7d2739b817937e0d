/** What dumpcap and tcpdump are told on their command lines, as whom they run, and what they say of themselves. */
import type { Sensor } from '@wirecase/contract';

export type CaptureSettings = Pick<
  Sensor,
  'program' | 'interface' | 'filter' | 'snapLength' | 'bufferMebibytes' | 'fileBytes' | 'fileSeconds'
>;

/** An id that no account has: it lies in the range for dynamic service users (61184-65519), which account databases leave free. */
export const captureUid = 61_733;

/** All that capturing needs. */
export const captureCapabilities = ['net_raw', 'net_admin'] as const;

/**
 * The arguments. `prefix`: beginning of the files' names, which two runs must not share: the programs count from 1 and overwrite. Never a
 * limit of files: both programs delete or overwrite their oldest file unread.
 */
export function argumentsOf(settings: CaptureSettings, prefix: string): string[] {
  return settings.program === 'dumpcap' ? dumpcapArguments(settings, prefix) : tcpdumpArguments(settings, prefix);
}

/** At 1 million packets a second nothing was dropped with a buffer of 64 MiB, 1.3 % at 0.8 million with dumpcap's default of 2. */
function dumpcapArguments(settings: CaptureSettings, prefix: string): string[] {
  return [
    ...['-i', settings.interface, '-q', '-B', String(settings.bufferMebibytes)],
    ...(settings.snapLength === null ? [] : ['-s', String(settings.snapLength)]),
    ...['-b', `filesize:${Math.max(1, Math.floor(settings.fileBytes / 1000))}`, '-b', `duration:${settings.fileSeconds}`],
    ...['-w', `${prefix}.pcapng`],
    ...(settings.filter === null ? [] : ['-f', settings.filter]),
  ];
}

/** It closes a file by its age only when a packet comes. What it reads is in the file at once (`-U`). */
function tcpdumpArguments(settings: CaptureSettings, prefix: string): string[] {
  return [
    ...['-i', settings.interface, '-n', '-U', '-B', String(settings.bufferMebibytes * 1024)],
    ...['-s', String(settings.snapLength ?? 0), '--time-stamp-precision=nano'],
    ...['-C', String(Math.max(1, Math.floor(settings.fileBytes / 1_000_000))), '-G', String(settings.fileSeconds)],
    ...['-w', `${prefix}_%s.pcap`],
    ...(settings.filter === null ? [] : ['--', settings.filter]),
  ];
}

/**
 * Root gives itself up before the program starts, and keeps `capabilities` only. `group`: the only one whose members may run it, or null when
 * everybody may. The program outlives us, so that a rotator that is killed leaves no gap: the next one adopts it.
 */
export function unprivileged(
  ...[file, args, uid, group, capabilities]: [string, readonly string[], number, number | null, readonly string[]]
): [string, string[]] {
  if (uid !== 0) return [file, [...args]];
  const only = (kind: string) => `--${kind}=${['-all', ...capabilities.map((name) => `+${name}`)].join(',')}`;
  return [
    'setpriv',
    [
      ...[`--reuid=${captureUid}`, `--regid=${captureUid}`, group === null ? '--clear-groups' : `--groups=${group}`],
      ...['--no-new-privs', only('inh-caps'), only('ambient-caps'), only('bounding-set'), file, ...args],
    ],
  ];
}

/** Reads what either program says of itself on standard error. */
export class CaptureReport {
  /** Packets of the run so far that were not written: dumpcap says it at its end, tcpdump also when it is asked. */
  dropped = 0;
  /** What went wrong, in the program's words. */
  reason: string | null = null;
  isCapturing = false;

  read(text: string): void {
    // The counter of a terminal begins with a carriage return.
    const line = text.trim();
    // `Packets received/dropped on interface 'eth0': 10/3 (pcap:2/dumpcap:1/flushed:0/ps_ifdrop:0) (76.9%)`, `3 packets dropped by kernel`;
    // what the interface dropped is counted by itself.
    const drops = /^Packets received\/dropped on interface .*: \d+\/(\d+) \(|(?:^|, )(\d+) packets? dropped by kernel/.exec(line);
    if (drops) this.dropped = Number(drops[1] ?? drops[2]);
    else if (/^File: |(^|: )listening on /.test(line)) this.isCapturing = true;
    else if (!/^(Capturing on |Packets captured: |\d+ packets? (captured|received by filter|dropped by interface)|$)/.test(line))
      this.reason = joined(this.reason, line);
  }
}

/** An explanation may have several lines; the first ones say most. */
function joined(before: string | null, line: string): string {
  const text = line.replace(/^(dumpcap|tcpdump): /, '');
  return before === null ? text : `${before} ${text}`.slice(0, 500);
}
