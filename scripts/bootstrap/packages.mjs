/** Debian packages: installed by apt when root, named in one message when not. */
import { accessSync, constants, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { Failure } from './failure.mjs';
import { run } from './run.mjs';
import { warn } from './steps.mjs';

/** Package that brings a program. */
const packageOf = {
  'redis-server': 'redis-server',
  tshark: 'tshark',
  dumpcap: 'wireshark-common',
  bwrap: 'bubblewrap',
  ip: 'iproute2',
  tcpreplay: 'tcpreplay',
  tcpdump: 'tcpdump',
  ssh: 'openssh-client',
  sshd: 'openssh-server',
  socat: 'socat',
  nc: 'netcat-openbsd',
  chromium: 'chromium',
  aiosmtpd: 'python3-aiosmtpd',
  rsyslogd: 'rsyslog',
  yara: 'yara',
};
/** @typedef {keyof typeof packageOf} Program */

/**
 * Make the programs available.
 * @param {readonly Program[]} required without them the command cannot go on
 * @param {readonly Program[]} wanted without them something is missing, said in a warning
 * @param {string} log
 * @returns {Promise<string>} what was done, empty when nothing was to do
 */
export async function ensurePackages(required, wanted, log) {
  removePolicy();
  const missing = [...required, ...wanted].filter((program) => !hasProgram(program));
  if (missing.length === 0) return '';
  const packages = [...new Set(missing.map((program) => packageOf[program]))];
  const byHand = `apt-get update && apt-get install --no-install-recommends ${packages.join(' ')}`;
  const isRequired = missing.some((program) => required.includes(program));
  try {
    if (process.getuid?.() !== 0)
      throw new Failure(`These Debian packages are missing: ${packages.join(', ')}. Install them as root: ${byHand}`);
    if (!hasProgram('apt-get'))
      throw new Failure(`These programs are missing and there is no apt-get to install them: ${missing.join(', ')}`);
    await install(packages, log);
  } catch (error) {
    if (isRequired || !(error instanceof Failure)) throw error;
    warn(`${error.message} Going on without.`);
    return '';
  }
  return packages.join(', ');
}

/** @param {string} name */
export function hasProgram(name) {
  return programPath(name) !== null;
}

/**
 * Where a program is, in PATH or where Debian puts those of the administrator.
 * @param {string} name
 */
export function programPath(name) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/bin', '/sbin', '/bin'];
  return folders.map((folder) => join(folder, name)).find(isExecutable) ?? null;
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // Not there or not for us.
    return false;
  }
}

/**
 * @param {readonly string[]} packages
 * @param {string} log
 */
async function install(packages, log) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' };
  /** @type {NodeJS.Signals} */
  const endSignal = 'SIGTERM';
  const wait = ['-o', 'DPkg::Lock::Timeout=300'];
  const installing = () =>
    run('apt-get', ['install', '--yes', '--no-install-recommends', ...wait, ...packages], {
      what: `Installing the Debian packages ${packages.join(', ')}`,
      log,
      env,
      endSignal,
    });
  // Finishes what an interrupted installation left behind.
  await run('dpkg', ['--configure', '-a'], { what: 'dpkg --configure -a', log, env, endSignal });
  writePolicy();
  try {
    await installing().catch(async (error) => {
      const isListOld = /Unable to locate package|has no installation candidate|404|Unable to fetch/.test(readFileSync(log, 'utf8'));
      if (!isListOld) throw error;
      await run('apt-get', ['update', ...wait, '-o', 'APT::Update::Error-Mode=any'], { what: 'apt-get update', log, env, endSignal });
      await installing();
    });
  } finally {
    removePolicy();
  }
}

/**
 * Debian starts a service when its package is installed, unless this file says no. We want the program, not the service.
 * (invoke-rc.d, policy 101 = action forbidden)
 */
const policyPath = '/usr/sbin/policy-rc.d';
const policy = '#!/bin/sh\n# Written by wirecase while it installs packages; may be deleted.\nexit 101\n';

function writePolicy() {
  try {
    writeFileSync(policyPath, policy, { mode: 0o755, flag: 'wx' });
  } catch (error) {
    // One of the administrator's is there: it decides.
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
  }
}

/** Ours only, also one that an interrupted run left. */
function removePolicy() {
  try {
    if (readFileSync(policyPath, 'utf8') === policy) rmSync(policyPath);
  } catch (error) {
    if (!['ENOENT', 'EACCES'].includes(/** @type {NodeJS.ErrnoException} */ (error).code ?? '')) throw error;
  }
}
