/**
 * How the database servers are run. As a normal user: as they are. As root, which PostgreSQL refuses and Redis does not need: as the
 * system user `wirecase`. When that user cannot pass through the folders above (a clone below a folder of mode 0700), the server gets
 * a mount namespace of its own, in which the two folders it needs also appear below /mnt; nothing changes outside of it.
 */
import { spawnSync } from 'node:child_process';
import { chownSync, readdirSync, lstatSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../../bootstrap/failure.mjs';
import { programPath } from '../../bootstrap/packages.mjs';

/** A command as it must be spawned; the part of it that depends on who runs it is in front. */
export interface Command {
  command: string;
  args: string[];
}

export interface Launcher {
  /** Path of the program folder and the data folder, as the server sees them. */
  programs: string;
  data: string;
  /** Make everything in the data folder belong to the user of the server. */
  own(folder: string): void;
  /** The command that runs `program` and ends with `stopSignal` when we die without having ended it. */
  command(program: string, args: readonly string[], stopSignal: NodeJS.Signals): Command;
}

export const serviceUser = 'wirecase';

/** How to run programs of the folder `programs` on the folder `data`, both absolute and existing. */
export function launcherFor(programs: string, data: string): Launcher {
  if (process.getuid?.() !== 0) {
    return { programs, data, own: () => undefined, command: (program, args, signal) => dyingWithUs(signal, [program, ...args]) };
  }
  const user = ensureUser(serviceUser);
  const own = (folder: string) => giveTo(user, folder);
  own(data);
  if (canReach(user, programs, data)) {
    return { programs, data, own, command: (program, args, signal) => asCommand([...asUser(user, signal), program, ...args]) };
  }
  return {
    programs: '/mnt/programs',
    data: '/mnt/data',
    own,
    command: (program, args, signal) => asCommand([...inNamespace(programs, data), ...asUser(user, signal), program, ...args]),
  };
}

/** Run a program so that the kernel sends it `signal` when this process dies. */
export function dyingWithUs(signal: NodeJS.Signals, command: readonly string[]): Command {
  const setpriv = programPath('setpriv');
  return asCommand(setpriv ? [setpriv, '--pdeathsig', signal.replace(/^SIG/, ''), ...command] : [...command]);
}

function asCommand([command, ...args]: readonly string[]): Command {
  return { command: command!, args };
}

interface User {
  name: string;
  uid: number;
  gid: number;
}

/** The system user of that name, made when it is missing. */
export function ensureUser(name: string): User {
  const found = findUser(name);
  if (found) return found;
  const useradd = programPath('useradd');
  const made =
    useradd &&
    spawnSync(useradd, [
      '--system',
      '--user-group',
      '--no-create-home',
      '--home-dir',
      '/nonexistent',
      '--shell',
      '/usr/sbin/nologin',
      name,
    ]);
  const user = findUser(name);
  if (!user) throw new Failure(`The system user "${name}" is missing and could not be made. ${String(made && made.stderr).trim()}`);
  return user;
}

function findUser(name: string): User | null {
  const { status, stdout } = spawnSync('getent', ['passwd', name], { encoding: 'utf8' });
  if (status !== 0) return null;
  const [, , uid, gid] = stdout.split(':');
  return { name, uid: Number(uid), gid: Number(gid) };
}

function asUser(user: User, signal: NodeJS.Signals): string[] {
  const drop = [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups', '--inh-caps=-all', '--bounding-set=-all', '--no-new-privs'];
  return [program('setpriv'), ...drop, '--pdeathsig', signal.replace(/^SIG/, '')];
}

function canReach(user: User, programs: string, data: string): boolean {
  const [command, ...args] = [...asUser(user, 'SIGKILL'), program('test'), '-r', programs, '-a', '-w', data];
  return spawnSync(command!, args).status === 0;
}

const mountScript = `set -e
mount -t tmpfs -o size=64k,mode=755 tmpfs /mnt
mkdir /mnt/programs /mnt/data
mount --bind "$1" /mnt/programs
mount --bind "$2" /mnt/data
cd /mnt/data
shift 2
exec "$@"`;

function inNamespace(programs: string, data: string): string[] {
  const { status, stderr } = spawnSync(program('unshare'), ['--mount', '--propagation', 'private', 'true'], { encoding: 'utf8' });
  if (status !== 0) {
    throw new Failure(
      `The user "${serviceUser}", as whom the database runs, cannot reach ${data}, and this system does not let root make a mount ` +
        `namespace (${stderr.trim()}). Open the folders above it for passing (chmod o+x), or move repository and --data elsewhere.`,
    );
  }
  return [program('unshare'), '--mount', '--propagation', 'private', '/bin/sh', '-c', mountScript, 'sh', programs, data];
}

function program(name: string): string {
  const path = programPath(name);
  if (!path) throw new Failure(`The program ${name} is missing (Debian packages util-linux and coreutils).`);
  return path;
}

function giveTo(user: User, path: string): void {
  const entry = lstatSync(path);
  if (entry.uid !== user.uid) chownSync(path, user.uid, user.gid);
  if (entry.isDirectory()) for (const name of readdirSync(path)) giveTo(user, join(path, name));
}
