/** The files that `wirecase analyze` reads. */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { capturesInArchive, type CaptureSource, foreignFormat, openCapture } from '@wirecase/store/capture-source';

/** A file that is being read; `close` it when all its captures were. */
export interface Input {
  /** The file on disk. */
  path: string;
  /** One, or each of those in a ZIP archive. */
  captures: readonly InputCapture[];
  close(): Promise<void>;
}

export interface InputCapture {
  /** Its name in an archive that holds several; null for a file that is one capture. */
  entry: string | null;
  open(): Promise<CaptureSource>;
}

/**
 * Look at `path`; `-` is standard input, kept in a temporary file because it is read twice (once for its SHA-256). A capture of a format
 * that is not read here is converted into a temporary file when editcap and the sandbox are there; else `capture.unreadable` is thrown.
 */
export async function openInput(path: string, maxBytes: number): Promise<Input> {
  const directory = await mkdtemp(join(tmpdir(), 'wirecase-'));
  const close = () => rm(directory, { recursive: true, force: true });
  try {
    const file = path === '-' ? await keepStandardInput(directory) : await realpath(path);
    return { path: file, captures: await capturesOf(file, directory, maxBytes), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function keepStandardInput(directory: string): Promise<string> {
  const copy = join(directory, 'stdin');
  await pipeline(process.stdin, createWriteStream(copy));
  return copy;
}

async function capturesOf(path: string, directory: string, maxBytes: number): Promise<InputCapture[]> {
  const limits = { maxBytes };
  const entries = await capturesInArchive(path);
  if (entries !== null && entries.length > 1) {
    return entries.map(({ name: entry }) => ({ entry, open: () => openCapture(path, { limits, entry }) }));
  }
  const foreign = await foreignFormat(path);
  if (foreign === null) return [{ entry: null, open: () => openCapture(path, { limits }) }];
  const converted = join(directory, 'converted.pcapng');
  // Loaded only here: it doubles the time that the program takes to start.
  const { convertCapture } = await import('@wirecase/tshark');
  await convertCapture(path, foreign, converted);
  return [{ entry: null, open: () => openCapture(converted, { limits }) }];
}

/** SHA-256 of a file's bytes as they are stored. */
export async function sha256Of(path: string): Promise<Uint8Array> {
  const digest = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), digest);
  return digest.digest();
}
