/** A lock file that names its holder, and is void when that process is gone. */
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

/**
 * Take the lock or answer who holds it. It is given back when the process ends in any orderly way.
 * @param {string} path
 * @returns {{ release: () => void } | { holder: number }}
 */
export function takeLock(path) {
  const own = `${path}.${process.pid}`;
  writeFileSync(own, `${process.pid} ${startTimeOf(process.pid)}\n`);
  try {
    for (;;) {
      try {
        linkSync(own, path);
        break;
      } catch (error) {
        if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
      }
      const holder = holderOf(path);
      if (holder !== null) return { holder };
      rmSync(path, { force: true });
    }
  } finally {
    rmSync(own, { force: true });
  }
  const release = () => rmSync(path, { force: true });
  process.once('exit', release);
  return {
    release() {
      process.removeListener('exit', release);
      release();
    },
  };
}

/** @param {string} path */
function holderOf(path) {
  const [pid, started] = read(path).split(' ');
  return pid && started && startTimeOf(Number(pid)) === started.trim() ? Number(pid) : null;
}

/**
 * Start time of a process in clock ticks since boot (proc(5), stat field 22): tells a process from a later one with the same id. Empty for
 * one that is gone, also when its parent has not noticed yet (a zombie: state Z or X in field 3).
 * @param {number} pid
 */
export function startTimeOf(pid) {
  const stat = read(`/proc/${pid}/stat`);
  // The command, field 2, is in parentheses and may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? '' : (fields[19] ?? '');
}

/** @param {string} path */
function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // No such process or file: the same as an empty one here.
    return '';
  }
}
