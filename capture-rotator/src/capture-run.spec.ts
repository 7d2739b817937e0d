import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { captureUid } from './capture-program.ts';
import { CaptureRun, type CaptureEnd } from './capture-run.ts';

const settings = {
  ...({ program: 'dumpcap', interface: 'eth0', filter: null, snapLength: null } as const),
  ...{ bufferMebibytes: 1, fileBytes: 100_000, fileSeconds: 60 },
};
const bounds = { budgetBytes: 1_000_000, leastFreeBytes: 0 };

describe('a run', () => {
  let folder: string;
  let directory: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wirecase-run-'));
    // The capture user must reach it.
    await chmod(folder, 0o755);
    directory = join(folder, 'ring');
    await mkdir(directory);
    if (process.getuid!() === 0) await chown(directory, captureUid, captureUid);
    vi.stubEnv('PATH', `${folder}:${process.env['PATH']}`);
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  });

  /** What dumpcap says when it captures. */
  const begin = `echo 'File: x' >&2`;

  /** Start a capture program that is these shell commands; answers how it ended. */
  async function endOf(
    ...[commands, onCapturing = () => undefined, program = 'dumpcap']: [string, ((run: CaptureRun) => void)?, ('dumpcap' | 'tcpdump')?]
  ): Promise<CaptureEnd> {
    await writeFile(join(folder, program), `#!/bin/sh\n${commands}\n`, { mode: 0o755 });
    let capturing = (): void => undefined;
    const captures = new Promise<void>((resolve) => (capturing = resolve));
    const run = await CaptureRun.start(directory, { ...settings, program }, '1', bounds, {
      capturing,
      closed: () => undefined,
      unguarded: () => undefined,
    });
    void captures.then(() => onCapturing(run));
    return run.ended;
  }

  test('that ends without a word may have had no room for its next file', async () => {
    expect(await endOf(`${begin}; exit 0`)).toEqual({ reason: 'it ended with code 0', dropped: 0, isSilent: true });
  });

  test('that is ended by a signal from outside has that for a reason, however full the disk is', async () => {
    const end = await endOf(`${begin}; exec sleep 60`, ({ kept }) => process.kill(kept.pid, 'SIGKILL'));
    expect(end).toEqual({ reason: 'it was ended by SIGKILL', dropped: 0, isSilent: false });
  });

  test('that was told to end has that for a reason', async () => {
    const end = await endOf(`${begin}; exec sleep 60`, (run) => run.stop());
    expect(end).toEqual({ reason: 'it was told to end', dropped: 0, isSilent: false });
  });

  test('that says why it ends is believed', async () => {
    expect(await endOf(`${begin}; echo 'dumpcap: eth0 is gone' >&2; exit 1`)).toEqual({
      reason: 'eth0 is gone',
      dropped: 0,
      isSilent: false,
    });
  });

  test('of tcpdump is asked for its drops while it captures; each is told once', async () => {
    const says = 'tcpdump: 1 packet captured, 9 packets received by filter, 7 packets dropped by kernel';
    const told: number[] = [];
    const asked = async (run: CaptureRun) => {
      for (let i = 0; i < 3; i++) told.push(await run.moreDropped());
      run.stop();
    };
    const commands = `trap 'echo "${says}" >&2' USR1\ntrap 'echo "9 packets dropped by kernel" >&2; exit' TERM
      echo 'tcpdump: listening on eth0' >&2\nwhile :; do sleep 0.02; done`;
    const end = await endOf(commands, (run) => void asked(run), 'tcpdump');
    expect(told.reduce((sum, count) => sum + count, 0)).toBe(7);
    expect(end.dropped).toBe(2);
  });

  test('has a guard beside it, who ends with it', async () => {
    const guards = async () => {
      const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
      const commands = await Promise.all(pids.map((each) => readFile(`/proc/${each}/cmdline`, 'utf8').catch(() => ''))); // ended meanwhile
      return commands.filter((command) => command.startsWith('sh\0-c\0') && command.includes(`\0guard\0${pid}\0`)).length;
    };
    let pid = 0;
    const ended = endOf(`${begin}; exec sleep 60`, (run) => (pid = run.kept.pid));
    await expect.poll(guards, { timeout: 10_000 }).toBe(1);
    process.kill(pid, 'SIGKILL');
    await ended;
    await expect.poll(guards, { timeout: 5_000 }).toBe(0);
    expect(await readFile(`${directory}.said`, 'utf8')).toBe('File: x\n');
  });
});
