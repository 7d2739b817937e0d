/** What the evidence store asks of the file system beyond Node's own calls. */
import { constants } from 'node:fs';
import { copyFile, link, open, stat, type FileHandle } from 'node:fs/promises';
import { WirecaseError } from '@wirecase/contract';

const readBytes = 1024 * 1024;

/** The same file at another place; a copy where the file system has no hard links. */
export async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (!['EPERM', 'ENOTSUP', 'EMLINK'].includes(errorCode(error))) throw error;
    await copyFile(from, to, constants.COPYFILE_EXCL);
  }
}

/** Open for reading without following a link and without waiting for a FIFO's writer. Throws `capture.unreadable` for what is no file. */
export async function openRegular(path: string): Promise<FileHandle> {
  const notRegular = () => new WirecaseError('capture.unreadable', 'This is not a regular file. Links, pipes and devices are not taken.');
  let file: FileHandle;
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (errorCode(error) === 'ELOOP' || errorCode(error) === 'ENXIO') throw notRegular();
    throw error;
  }
  if ((await file.stat()).isFile()) return file;
  await file.close();
  throw notRegular();
}

/** The file from its beginning, in pieces that are reused: each is valid until the next is asked for. */
export async function* piecesOf(file: FileHandle): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.allocUnsafe(readBytes);
  for (let position = 0; ;) {
    const { bytesRead } = await file.read(buffer, 0, readBytes, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/** Without fsync of the directory a crash of the machine may forget the name. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** Whether the file was written so long ago; false for one that is gone. */
export async function isOlder(path: string, ms: number): Promise<boolean> {
  try {
    return Date.now() - (await stat(path)).mtimeMs >= ms;
  } catch (error) {
    // Removed by somebody else in the meantime.
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

/** Whether the process runs, whoever it belongs to. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, as another user.
    return errorCode(error) === 'EPERM';
  }
}

/** As Node names it: `ENOENT`, `EXDEV` ... */
export const errorCode = (error: unknown) => String((error as { code?: unknown } | null)?.code);
