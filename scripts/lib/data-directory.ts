import { randomBytes, randomUUID } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Failure } from '../bootstrap/failure.mjs';
import { takeLock } from '../bootstrap/lock.mjs';

/** What a data directory keeps to itself, made at its first start. Hexadecimal, so that it needs no quoting anywhere. */
export interface Secrets {
  /** Marks every process that works on this directory. */
  instance: string;
  postgresPassword: string;
  redisPassword: string;
}

/** What the command line and scripts may want to know of a running server; mode 0600, gone when it is stopped. */
export interface Runtime {
  url: string;
  databaseUrl: string;
  redisUrl: string;
}

export interface DataDirectory {
  path: string;
  secrets: Secrets;
  logOf(part: string): string;
  release(): void;
}

/** Make the directory ready and take it for this process. A second start on the same directory is a Failure. */
export function openDataDirectory(path: string): DataDirectory {
  const directory = resolve(path);
  const lock = lockFolder(directory);
  if ('holder' in lock) {
    throw new Failure(`Wirecase already runs on ${directory} (process ${lock.holder}). Stop it, or give another folder by --data.`);
  }
  mkdirSync(join(directory, 'logs'), { recursive: true, mode: 0o700 });
  return {
    path: directory,
    secrets: secretsOf(join(directory, 'secrets.json')),
    logOf: (part) => join(directory, 'logs', `${part}.log`),
    release: lock.release,
  };
}

function lockFolder(directory: string): ReturnType<typeof takeLock> {
  try {
    makeFolder(directory);
    return takeLock(join(directory, 'lock'));
  } catch (error) {
    const reason = unusable[(error as NodeJS.ErrnoException).code ?? ''];
    if (!reason) throw error;
    throw new Failure(`The data directory ${directory} cannot be used: ${reason}. Give another folder by --data.`, { cause: error });
  }
}

/** What the system says of a folder that cannot be made or written. */
const unusable: Record<string, string> = {
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'it is on a read-only file system',
  ENOTDIR: 'it is not a folder',
  EEXIST: 'it is not a folder',
  ENOENT: 'no folder can be made there',
};

/** As root, the database runs as another user, who must be able to pass through (but not list) the folder. */
function makeFolder(directory: string): void {
  if (existsSync(directory)) return;
  makeWithParents(directory);
  chmodSync(directory, process.getuid?.() === 0 ? 0o711 : 0o700);
}

/** Node's own recursive mkdir never ends below a folder in which nothing can be made, as /proc is. */
function makeWithParents(directory: string): void {
  const parent = dirname(directory);
  if (!existsSync(parent)) makeWithParents(parent);
  try {
    mkdirSync(directory);
  } catch (error) {
    // Another start made it just now.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !statSync(directory).isDirectory()) throw error;
  }
}

function secretsOf(file: string): Secrets {
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Secrets;
  const secret = () => randomBytes(24).toString('hex');
  const secrets: Secrets = { instance: randomUUID(), postgresPassword: secret(), redisPassword: secret() };
  writePrivate(file, secrets);
  return secrets;
}

/** Write a file that only its owner reads, whole or not at all. */
export function writePrivate(file: string, content: object): void {
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  renameSync(unfinished, file);
}
