/**
 * Runs a tool with its output in a log file. Each runs in a process group of its own, so that ending this process ends all of it.
 */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Failure, causeOf } from './failure.mjs';

/** @type {Map<number, NodeJS.Signals>} process groups that are running, and what ends each */
const groups = new Map();

/**
 * Run to the end; a Failure when it does not end with 0.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ what: string, log: string, cwd?: string, env?: NodeJS.ProcessEnv, endSignal?: NodeJS.Signals }} options `what` it is, for
 * the message; `endSignal` for a tool that has to tidy up (npm takes a SIGTERM for nothing and goes on)
 */
export async function run(command, args, { what, log, cwd, env, endSignal = 'SIGKILL' }) {
  mkdirSync(dirname(log), { recursive: true });
  const file = openSync(log, 'w');
  const child = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', file, file] });
  closeSync(file);
  const status = await new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(code ?? signal));
    if (child.pid) groups.set(child.pid, endSignal);
  });
  if (child.pid) groups.delete(child.pid);
  if (status === 0) return;
  const output = readFileSync(log, 'utf8');
  throw new Failure(`${what} failed (${status}). ${causeOf(output) ?? ''}`.trim(), { log, tail: lastLines(output, 8) });
}

/** End every tool that is running, with everything it started. */
export function endRunningTools() {
  for (const [group, signal] of groups) {
    try {
      process.kill(-group, signal);
    } catch {
      // It has just ended by itself.
    }
  }
}

/**
 * @param {string} text
 * @param {number} count
 */
export function lastLines(text, count) {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-count);
}
