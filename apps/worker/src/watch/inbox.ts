/**
 * The watched folder: what is put there becomes a capture and leaves it; what is no capture is moved to `rejected/` with the reason beside
 * it. It is part of the worker, not of the rotator, so that files of strangers never meet the process that may capture. Folders and
 * names that begin with a dot or end in .part or .tmp are left alone. The folder itself is the state: a restart forgets nothing.
 */
import { lstat, mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WirecaseError } from '@wirecase/contract';
import type { Arrival, Received } from '@wirecase/store';
import { fileKey, openForWriting } from './open-files.ts';
import { isWatchedName, WatchList, type Sighting } from './watch-list.ts';

/** Who takes files in: the evidence store. */
export interface Evidence {
  adoptFile(path: string, arrival: Arrival): Promise<Received>;
}

export interface InboxEvents {
  taken(name: string, received: Received): void;
  rejected(name: string, reason: string): void;
  /** The file stays and is tried again: the disk is full, the database is away. */
  postponed(name: string, error: unknown): void;
}

export class Inbox {
  private readonly directory: string;
  private readonly evidence: Evidence;
  private readonly events: InboxEvents;
  private readonly list = new WatchList();

  constructor(directory: string, evidence: Evidence, events: InboxEvents) {
    this.directory = directory;
    this.evidence = evidence;
    this.events = events;
  }

  /** Look once, and take what is complete. Calls must not overlap. `at`: milliseconds since 1970. */
  async look(at: number): Promise<void> {
    await mkdir(this.directory, { recursive: true, mode: 0o750 });
    const sightings = await this.sightings();
    const due = this.list.observe(
      sightings.map(({ sighting }) => sighting),
      at,
    );
    if (due.length === 0) return;
    const candidates = sightings.filter(({ sighting }) => due.includes(sighting.name));
    const writing = await openForWriting(new Set(candidates.map(({ key }) => key)));
    for (const { sighting, key } of candidates) {
      if (sighting.isFile && writing.has(key)) this.list.postpone(sighting.name);
      else await this.take(sighting.name);
    }
  }

  private async sightings(): Promise<{ sighting: Sighting; key: string }[]> {
    const found: { sighting: Sighting; key: string }[] = [];
    for (const name of (await readdir(this.directory)).filter(isWatchedName)) {
      // Gone between the two looks: nothing to see.
      const stat = await lstat(join(this.directory, name)).catch(() => null);
      if (stat === null || stat.isDirectory()) continue;
      const sighting = { name, isFile: stat.isFile(), inode: stat.ino, size: stat.size, mtimeMs: stat.mtimeMs };
      found.push({ sighting, key: fileKey(stat) });
    }
    return found;
  }

  private async take(name: string): Promise<void> {
    try {
      const received = await this.evidence.adoptFile(join(this.directory, name), { name, origin: 'watch', createdBy: null });
      this.events.taken(name, received);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return; // another worker took it, or its owner took it back
      if (error instanceof WirecaseError && isFinal(error)) await this.reject(name, error);
      else {
        this.list.postpone(name);
        this.events.postponed(name, error);
      }
    }
  }

  private async reject(name: string, error: WirecaseError): Promise<void> {
    const directory = join(this.directory, 'rejected');
    await mkdir(directory, { recursive: true, mode: 0o750 });
    const target = await freeName(directory, name);
    await rename(join(this.directory, name), join(directory, target));
    await writeFile(join(directory, `${target}.reason.txt`), `${error.title}: ${error.message}\n`);
    this.events.rejected(name, error.message);
  }
}

/** Whether the same file will be refused again tomorrow. */
function isFinal(error: WirecaseError): boolean {
  return ['capture.unreadable', 'capture.empty', 'request.too-large'].includes(error.code);
}

/** `name`, or `name-2` ... when there is one already. */
async function freeName(directory: string, name: string): Promise<string> {
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? name : `${name}-${number}`;
    const exists = await lstat(join(directory, candidate)).catch(() => null);
    if (exists === null) return candidate;
  }
}
