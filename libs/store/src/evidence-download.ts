/** Reading evidence back with the proof that it is what arrived. */
import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { WirecaseError, type Capture } from '@wirecase/contract';
import type { CaptureRepository } from './capture-repository.ts';

export interface VerifiedFile {
  name: string;
  size: number;
  sha256: string;
  stream: Readable;
}

const readBytes = 1024 * 1024;

/** See `EvidenceStore.openVerified`. */
export async function openVerified(captures: CaptureRepository, capture: Capture, path: string): Promise<VerifiedFile> {
  if (capture.error?.code === 'capture.evidence-changed') throw new WirecaseError('capture.evidence-changed', capture.error.detail);
  const file = await openOriginal(captures, capture, path);
  const size = (await file.stat()).size;
  if (size !== capture.size) {
    await file.close();
    throw await changed(captures, capture, `The stored file has ${size} bytes; ${capture.size} arrived.`);
  }
  return {
    // Evidence is the archive, also of one capture in it.
    name: capture.entry === null ? capture.name : capture.name.split('/')[0]!,
    size,
    sha256: capture.sha256!,
    stream: Readable.from(verifiedPieces(captures, capture, file), { objectMode: false }),
  };
}

async function openOriginal(captures: CaptureRepository, capture: Capture, path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw await changed(captures, capture, 'The stored file is missing.');
    throw error;
  }
}

/** Gives each piece once the next is read, so that the last waits for the verdict. */
async function* verifiedPieces(captures: CaptureRepository, capture: Capture, file: FileHandle): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  let held: Buffer | null = null;
  try {
    for (;;) {
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(readBytes), 0, readBytes);
      if (bytesRead === 0) break;
      const piece = buffer.subarray(0, bytesRead);
      hash.update(piece);
      if (held) yield held;
      held = piece;
    }
  } finally {
    await file.close();
  }
  const sha256 = hash.digest('hex');
  if (sha256 !== capture.sha256)
    throw await changed(captures, capture, `The stored file has the SHA-256 ${sha256}; ${capture.sha256} arrived.`);
  if (held) yield held;
}

async function changed(captures: CaptureRepository, capture: Capture, detail: string): Promise<WirecaseError> {
  await captures.markEvidenceChanged(capture.id, detail);
  return new WirecaseError('capture.evidence-changed', `${detail} It is not served any more; restore it from a copy.`);
}
