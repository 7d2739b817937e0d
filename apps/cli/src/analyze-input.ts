/** The files that `wirecase analyze` reads. */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type CaptureSource, openCapture } from '@wirecase/store/capture-source';

export interface Input {
  /** The file on disk. */
  path: string;
  source: CaptureSource;
  close(): Promise<void>;
}

/** Open `path`; `-` is standard input, kept in a temporary file because it is read twice (once for its SHA-256). */
export async function openInput(path: string, maxBytes: number): Promise<Input> {
  if (path !== '-') return inputOf(await realpath(path), maxBytes, async () => {});
  const directory = await mkdtemp(join(tmpdir(), 'wirecase-'));
  const remove = () => rm(directory, { recursive: true, force: true });
  try {
    const copy = join(directory, 'stdin');
    await pipeline(process.stdin, createWriteStream(copy));
    return await inputOf(copy, maxBytes, remove);
  } catch (error) {
    await remove();
    throw error;
  }
}

async function inputOf(path: string, maxBytes: number, close: () => Promise<void>): Promise<Input> {
  return { path, source: await openCapture(path, { limits: { maxBytes } }), close };
}

/** SHA-256 of a file's bytes as they are stored. */
export async function sha256Of(path: string): Promise<Uint8Array> {
  const digest = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), digest);
  return digest.digest();
}
