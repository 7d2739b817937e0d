import { open, rename, rm } from 'node:fs/promises';

/** The file appears complete or not at all; `unique` keeps a stopped attempt from writing into this one's. */
export async function writeWhole(path: string, parts: readonly Uint8Array[], unique: string): Promise<void> {
  const partPath = `${path}.${unique}`;
  try {
    const file = await open(partPath, 'wx', 0o640);
    try {
      for (const part of parts) await file.writeFile(part);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(partPath, path);
  } catch (error) {
    await rm(partPath, { force: true });
    throw error;
  }
}
