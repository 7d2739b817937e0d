import { readdir, readFile } from 'node:fs/promises';

/** How many threads a user has now, as RLIMIT_NPROC counts them. */
export async function threadsOf(uid: number): Promise<number> {
  let threads = 0;
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const status = await readFile(`/proc/${name}/status`, 'utf8');
      if (Number(/^Uid:\s+(\d+)/m.exec(status)?.[1]) === uid) threads += Number(/^Threads:\s+(\d+)/m.exec(status)?.[1] ?? 1);
    } catch {
      // the process ended meanwhile
    }
  }
  return threads;
}

/** Numeric id of a user of this machine, or null when there is none of that name (passwd(5)). */
export async function userId(name: string): Promise<number | null> {
  const line = (await readFile('/etc/passwd', 'utf8')).split('\n').find((entry) => entry.startsWith(`${name}:`));
  return line === undefined ? null : Number(line.split(':')[2]);
}
