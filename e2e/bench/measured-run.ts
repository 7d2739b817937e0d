import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface MeasuredRun {
  wallSeconds: number;
  cpuSeconds: number;
  maxRssMb: number;
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

/** Linux' clock ticks a second, which /proc counts CPU time in (sysconf _SC_CLK_TCK). */
const ticksPerSecond = 100;
const pollMs = 5;
const keptOutput = 100_000;

/** Run a program and look at its own /proc entry until it ends: CPU and memory are those of the last look, at most 5 ms before. */
export async function measuredRun(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<MeasuredRun> {
  const begin = performance.now();
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  const run: MeasuredRun = { wallSeconds: 0, cpuSeconds: 0, maxRssMb: 0, exitCode: null, stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (run.stdout = (run.stdout + text).slice(-keptOutput)));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (run.stderr = (run.stderr + text).slice(-keptOutput)));
  const polling = setInterval(() => look(child.pid!, run), pollMs);
  return new Promise((resolve, reject) => {
    child.once('error', (error) => {
      clearInterval(polling);
      reject(error);
    });
    child.once('close', (exitCode) => {
      clearInterval(polling);
      resolve({ ...run, wallSeconds: (performance.now() - begin) / 1000, exitCode });
    });
  });
}

function look(pid: number, run: MeasuredRun): void {
  try {
    // Field 2 is the name in brackets and may hold spaces; 14 and 15 are user and system time.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
    run.cpuSeconds = (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
    const peak = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    if (peak) run.maxRssMb = Math.round(Number(peak) / 1024);
  } catch {
    // it has just ended
  }
}
