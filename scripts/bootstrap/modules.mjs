/** npm packages: `npm ci` when what is installed differs from the lock. */
import { spawnSync } from 'node:child_process';
import { readFileSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from './failure.mjs';
import { run } from './run.mjs';

export const root = join(import.meta.dirname, '..', '..');
/** Node 24 of the npm package `node`. */
export const node24 = join(root, 'node_modules', 'node', 'bin', 'node');
const neededMajor = 24;

/**
 * @param {string} log
 * @returns {Promise<string>} what was done, empty when nothing was to do
 */
export async function ensureModules(log) {
  let done = '';
  if (!areModulesCurrent()) {
    requireDisk(root, 2000);
    const env = { ...process.env, NG_CLI_ANALYTICS: 'false' };
    // npm ci asks for hundreds of packages, each with patience: minutes until it says that the server is out of reach. One is enough.
    const impatient = ['--fetch-retries=1', '--fetch-retry-mintimeout=1000', '--loglevel=error'];
    await run('npm', ['view', `node@${neededMajor}`, 'version', ...impatient], { what: 'Asking the npm server', log, cwd: root, env });
    await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { what: 'npm ci', log, cwd: root, env });
    done = 'npm packages installed';
  }
  if (!doesNodeRun()) await run('npm', ['rebuild', 'node'], { what: 'npm rebuild node', log, cwd: root });
  if (!doesNodeRun())
    throw new Failure(`Node ${neededMajor} is missing: npm did not run the install script of its package "node".`, { log });
  return done;
}

/** Whether node_modules holds what package-lock.json says: npm writes the list of what it installed when it is done. */
export function areModulesCurrent() {
  const wanted = lockedPackages('package-lock.json');
  const installed = lockedPackages('node_modules/.package-lock.json');
  if (!wanted || !installed) return false;
  return Object.entries(wanted).every(
    ([path, entry]) => path === '' || entry.optional || entry.peer || entry.devOptional || sameVersion(entry, installed[path]),
  );
}

/** @typedef {{ version?: string, link?: boolean, resolved?: string, optional?: boolean, peer?: boolean, devOptional?: boolean }} Locked */
/**
 * @param {Locked} wanted
 * @param {Locked | undefined} installed
 */
function sameVersion(wanted, installed) {
  return installed !== undefined && installed.version === wanted.version && installed.link === wanted.link;
}

/**
 * @param {string} path
 * @returns {Record<string, Locked> | null}
 */
function lockedPackages(path) {
  try {
    return JSON.parse(readFileSync(join(root, path), 'utf8')).packages;
  } catch (error) {
    // Nothing installed yet, or an installation that was cut.
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT' || error instanceof SyntaxError) return null;
    throw error;
  }
}

function doesNodeRun() {
  if (process.execPath === node24) return true;
  const { stdout } = spawnSync(node24, ['--version'], { encoding: 'utf8' });
  return stdout?.startsWith(`v${neededMajor}.`) ?? false;
}

/**
 * @param {string} folder
 * @param {number} megabytes
 */
export function requireDisk(folder, megabytes) {
  const { bavail, bsize } = statfsSync(folder);
  const free = Math.floor((bavail * bsize) / 1e6);
  if (free < megabytes) throw new Failure(`The disk is full: ${folder} has ${free} MB free, ${megabytes} MB are needed.`);
}
