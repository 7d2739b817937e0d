/** One file of the ring that is read while it grows: from the ring, or, once it was taken in, from the evidence. */
import { open, stat, type FileHandle } from 'node:fs/promises';

export class GrowingFile {
  position = 0;
  private readonly handle: FileHandle;
  private readonly path: string;
  /** Whether it was taken in before it was opened: then it is whole. */
  private readonly isWhole: boolean;

  private constructor(handle: FileHandle, path: string, isWhole: boolean) {
    this.handle = handle;
    this.path = path;
    this.isWhole = isWhole;
  }

  /** From the ring, or from the evidence (`ring`: null for a file that is committed); null when it is in neither. */
  static async open(ring: string | null, evidence: string): Promise<GrowingFile | null> {
    for (const path of ring === null ? [evidence] : [ring, evidence]) {
      try {
        return new GrowingFile(await open(path, 'r'), path, path === evidence);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      }
    }
    return null;
  }

  /** Bytes that follow, none at the end for now. `buffer` is filled. */
  async read(buffer: Uint8Array): Promise<Uint8Array> {
    const { bytesRead } = await this.handle.read(buffer, 0, buffer.length, this.position);
    this.position += bytesRead;
    return buffer.subarray(0, bytesRead);
  }

  async waitingBytes(): Promise<number> {
    return (await this.handle.stat()).size - this.position;
  }

  /** Whether nothing is written to it any more: the rotator removes a closed file from the ring when its capture has a row. */
  async isClosed(): Promise<boolean> {
    if (this.isWhole) return true;
    try {
      return (await stat(this.path)).ino !== (await this.handle.stat()).ino;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true;
      throw error;
    }
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}
