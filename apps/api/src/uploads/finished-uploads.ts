import { mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import type { ErrorCode } from '@wirecase/contract';
import { Settings } from '../settings.ts';

/** What became of a complete upload. */
export type Outcome = {
  /** Who may ask. */
  owner: string;
  /** Bytes of the file. */
  size: number;
} & (
  | { /** Of an archive with several captures more than one. */ captureIds: [string, ...string[]] }
  | { captureIds: null; code: ErrorCode; detail: string }
);

/** Outcomes by upload id, kept as small files for clients that lost the answer. */
@Injectable()
export class FinishedUploads {
  private readonly directory: string;

  constructor(settings: Settings) {
    this.directory = join(settings.config.dataDir, 'uploads', 'finished');
  }

  async find(id: string): Promise<Outcome | null> {
    if (!/^[0-9a-f]{32}$/.test(id)) return null;
    try {
      return JSON.parse(await readFile(join(this.directory, id), 'utf8')) as Outcome;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }

  async write(id: string, outcome: Outcome): Promise<void> {
    await mkdir(this.directory, { recursive: true, mode: 0o750 });
    await writeFile(join(this.directory, id), JSON.stringify(outcome));
  }

  async removeOlderThan(ageMs: number): Promise<void> {
    await mkdir(this.directory, { recursive: true, mode: 0o750 });
    for (const name of await readdir(this.directory)) {
      const path = join(this.directory, name);
      if (Date.now() - (await stat(path)).mtimeMs > ageMs) await rm(path, { force: true });
    }
  }
}
