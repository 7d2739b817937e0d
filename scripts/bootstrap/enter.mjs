/**
 * The way into every command of this repository. Runs on the system's Node (20 or newer) with built-in modules only: installs the
 * Debian and npm packages that are missing, then goes on in lib/<command>.ts on Node 24, which runs TypeScript as it is.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, realpathSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { Failure, printFailure } from './failure.mjs';
import { takeLock } from './lock.mjs';
import { areModulesCurrent, ensureModules, node24, root } from './modules.mjs';
import { ensurePackages, programPath } from './packages.mjs';
import { endRunningTools } from './run.mjs';
import { step } from './steps.mjs';

/** @typedef {import('./packages.mjs').Program} Program */

/**
 * @template Options
 * @param {string} command
 * @param {object} [needs]
 * @param {(args: string[]) => Options} [needs.check] reads the arguments; wrong ones end it before anything is installed
 * @param {(options: Options) => { required: Program[], wanted: Program[] }} [needs.packages]
 */
export async function enter(command, needs = {}) {
  const args = process.argv.slice(2);
  endWithNpm();
  try {
    const options = /** @type {Options} */ (needs.check?.(args));
    await prepare(needs.packages?.(options) ?? { required: [], wanted: [] });
    if (realpathSync(process.execPath) === realpathSync(node24)) await import(join(root, 'scripts', 'lib', `${command}.ts`));
    else process.exitCode = await againOnNode24();
  } catch (error) {
    printFailure(error);
    process.exitCode = 1;
  }
}

/** npm passes a signal on to its shell only, and the shell does not pass it on to us: when it is gone, that was the wish to end. */
function endWithNpm() {
  const parent = process.ppid;
  if (!process.env.npm_lifecycle_event) return;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, 500).unref();
}

/** @param {{ required: Program[], wanted: Program[] }} packages */
async function prepare({ required, wanted }) {
  const stop = (/** @type {NodeJS.Signals} */ signal) => {
    endRunningTools();
    process.exit(signal === 'SIGINT' ? 130 : 143);
  };
  process.on('SIGINT', stop).on('SIGTERM', stop).on('SIGHUP', stop);
  const logs = join(root, 'dist', 'logs');
  mkdirSync(logs, { recursive: true });
  const isCold = !areModulesCurrent();
  if (isCold) console.log('Installing what is missing: a minute or two on the first run.');
  const lock = isCold ? await lockSetup() : null;
  const packages = step('Debian packages', () => ensurePackages(required, wanted, join(logs, 'apt.log')));
  const modules = step('npm packages', () => ensureModules(join(logs, 'npm.log')));
  // Who must fetch a package first need not wait for npm. The other way round apt goes on to its end: dpkg cut short leaves trouble.
  packages.catch(() => endRunningTools());
  const results = await Promise.allSettled([packages, modules]);
  lock?.release();
  process.off('SIGINT', stop).off('SIGTERM', stop).off('SIGHUP', stop);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

/** Two first starts in one folder would delete each other's node_modules. */
async function lockSetup() {
  const path = join(root, 'dist', 'setup.lock');
  const lock = takeLock(path);
  if ('holder' in lock)
    throw new Failure(`Process ${lock.holder} is installing packages in this folder. Wait for it, then run the same command again.`);
  return lock;
}

/** @returns {Promise<number>} exit status */
async function againOnNode24() {
  const command = [node24, ...process.argv.slice(1)];
  const setpriv = programPath('setpriv');
  // Should this process be killed, the kernel asks the child to end in order.
  const [program, ...args] = setpriv ? [setpriv, '--pdeathsig', 'TERM', ...command] : command;
  // Compiled modules are kept from one start to the next, for this process and those it starts.
  const env = { NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'node'), ...process.env };
  const child = spawn(/** @type {string} */ (program), args, { stdio: 'inherit', env });
  // SIGTERM, whatever came: a shell that starts us in the background has SIGINT ignored until someone listens to it.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
}
