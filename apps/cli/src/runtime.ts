import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** Where a running Wirecase is reached, as the start script notes it in its data directory. */
export interface Runtime {
  url?: string;
  databaseUrl?: string;
  redisUrl?: string;
}

/** What `npm start` noted in `directory`; empty when it never ran there. */
export async function readRuntime(directory: string): Promise<Runtime> {
  try {
    return JSON.parse(await readFile(join(resolve(directory), 'runtime.json'), 'utf8')) as Runtime;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}
