/** Processes of an earlier start on the same data directory that was killed before it could end them. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** Environment variable that every process of a data directory carries. */
export const instanceVariable = 'WIRECASE_INSTANCE';
const servers = ['postgres', 'initdb', 'redis-server'];

/**
 * End what still works for this instance or in these folders (PostgreSQL and Redis carry no such variable but sit in their data folder).
 * They are asked first and killed after `patienceMs`. Answers how many there were.
 */
export async function endLeftovers(instance: string, folders: readonly string[], patienceMs = 10_000): Promise<number> {
  const found = leftovers(instance, folders);
  for (const pid of found) signal(pid, 'SIGINT');
  const deadline = performance.now() + patienceMs;
  let left = found;
  while (left.length > 0) {
    await delay(50);
    left = leftovers(instance, folders);
    if (performance.now() > deadline) for (const pid of left) signal(pid, 'SIGKILL');
  }
  return found.length;
}

export function leftovers(instance: string, folders: readonly string[]): number[] {
  const places = folders.map(placeOf).filter((place) => place !== null);
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid)
    .filter((pid) => isServerIn(pid, places) || isMarked(pid, instance))
    .filter((pid) => !isZombie(pid));
}

/** Device and inode: the same for a folder whichever mount namespace it is seen from. */
function placeOf(path: string): string | null {
  try {
    const { dev, ino } = statSync(path);
    return `${dev}:${ino}`;
  } catch {
    // No such folder or process, or not ours to look into.
    return null;
  }
}

/** A shell that someone left in the folder is not one of ours. */
function isServerIn(pid: number, places: readonly string[]): boolean {
  return servers.includes(read(`/proc/${pid}/comm`).trim()) && places.includes(placeOf(`/proc/${pid}/cwd`) ?? '');
}

function isMarked(pid: number, instance: string): boolean {
  return read(`/proc/${pid}/environ`).split('\0').includes(`${instanceVariable}=${instance}`);
}

/** Ended, and only waiting for its parent to take note. */
function isZombie(pid: number): boolean {
  return /^State:\s+Z/m.test(read(`/proc/${pid}/status`));
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // The process is gone, or not ours to look into.
    return '';
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
