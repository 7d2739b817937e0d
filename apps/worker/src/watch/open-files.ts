import { readdir, readFile, stat } from 'node:fs/promises';

/** The access mode bits of open(2)'s flags; anything but O_RDONLY (0) may write. */
const O_ACCMODE = 0o3;

/**
 * Which of the files (`device:inode`, see `fileKey`) a process has open for writing, by Linux' /proc. Processes that we may not look into
 * are left out, and so is everything where there is no /proc.
 */
export async function openForWriting(files: ReadonlySet<string>): Promise<Set<string>> {
  const found = new Set<string>();
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  await Promise.all(pids.map((pid) => searchProcess(pid, files, found)));
  return found;
}

export function fileKey(file: { dev: number; ino: number }): string {
  return `${file.dev}:${file.ino}`;
}

async function searchProcess(pid: string, files: ReadonlySet<string>, found: Set<string>): Promise<void> {
  const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
  for (const descriptor of descriptors) {
    // A descriptor may be closed, and its process gone, between two looks.
    const file = await stat(`/proc/${pid}/fd/${descriptor}`).catch(() => null);
    if (file === null || !files.has(fileKey(file))) continue;
    const info = await readFile(`/proc/${pid}/fdinfo/${descriptor}`, 'utf8').catch(() => '');
    const flags = parseInt(/^flags:\s+([0-7]+)$/m.exec(info)?.[1] ?? '0', 8);
    if ((flags & O_ACCMODE) !== 0) found.add(fileKey(file));
  }
}
