import { randomBytes, timingSafeEqual } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { Settings } from '../settings.ts';

/**
 * The one-time token that makes the first administrator: a file that only who can read the data directory sees. The start script prints
 * it as a link; it is never logged.
 */
@Injectable()
export class SetupToken {
  private readonly path: string;

  constructor(settings: Settings) {
    this.path = join(settings.config.dataDir, 'setup-token');
  }

  /** Make the file if there is none; a token that was printed already stays valid over restarts. */
  async offer(): Promise<void> {
    if ((await this.read()) !== null) return;
    await writeFile(this.path, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600 });
  }

  async isRight(token: string): Promise<boolean> {
    const expected = await this.read();
    if (expected === null) return false;
    const [given, wanted] = [Buffer.from(token), Buffer.from(expected)];
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  }

  async remove(): Promise<void> {
    await rm(this.path, { force: true });
  }

  private async read(): Promise<string | null> {
    try {
      return (await readFile(this.path, 'utf8')).trim() || null;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }
}
