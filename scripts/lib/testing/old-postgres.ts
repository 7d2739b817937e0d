import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DataDirectory } from '../data-directory.ts';
import { freePort } from '../free-port.ts';
import type { PartList } from '../parts/part-list.ts';
import { postgresUrl, startPostgres } from '../servers/postgres.ts';

/** Debian's PostgreSQL 15, the oldest that Wirecase runs on: the storage tests run on it too, where it is installed. */
export const oldPostgres = '/usr/lib/postgresql/15';

export function hasOldPostgres(): boolean {
  return existsSync(join(oldPostgres, 'bin', 'postgres'));
}

export async function startOldPostgres(directory: DataDirectory, parts: PartList): Promise<string> {
  const folder = join(directory.path, 'old');
  mkdirSync(folder, { mode: 0o711 });
  const options = {
    programs: oldPostgres,
    data: join(folder, 'postgres'),
    port: await freePort(),
    password: directory.secrets.postgresPassword,
    instance: `${directory.secrets.instance}-old`,
    logFile: directory.logOf('postgres-15'),
    isDurable: false,
  };
  await startPostgres(options, parts);
  return postgresUrl(options);
}
