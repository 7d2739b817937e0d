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

  /** Null of one that is not known, or was half written when the machine went down: then the upload is still there, and is finished again. */
  async find(id: string): Promise<Outcome | null> {
    if (!/^[0-9a-f]{32}$/.test(id)) return null;
    try {
      return outcomeOf(await readFile(join(this.directory, id), 'utf8'));
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

/** As files of earlier versions say it, for which an archive was one capture. */
type OldOutcome = { owner: string; size: number } & ({ captureId: string } | { captureId: null; code: ErrorCode; detail: string });

function outcomeOf(text: string): Outcome | null {
  let outcome: Outcome | OldOutcome;
  try {
    outcome = JSON.parse(text) as Outcome | OldOutcome;
  } catch {
    return null; // it ends too early
  }
  if (!('captureId' in outcome)) return outcome;
  const { owner, size } = outcome;
  if (outcome.captureId !== null) return { owner, size, captureIds: [outcome.captureId] };
  return { owner, size, captureIds: null, code: outcome.code, detail: outcome.detail };
}
