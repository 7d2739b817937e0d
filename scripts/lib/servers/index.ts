/** PostgreSQL and Redis: the operator's when DATABASE_URL and REDIS_URL are given, else our own in the data directory. */
import { join } from 'node:path';
import type { DataDirectory } from '../data-directory.ts';
import { freePort } from '../free-port.ts';
import type { PartList } from '../parts/part-list.ts';
import { bundledPostgres, checkGivenPostgres, postgresUrl, startPostgres } from './postgres.ts';
import { checkGivenRedis, redisUrl, startRedis } from './redis.ts';

/** What to say of the server, and its address. */
export interface Server {
  said: string;
  value: string;
}

/** Folders in which servers of ours may run. */
export function serverFolders(directory: DataDirectory): string[] {
  return ['postgres', 'postgres.new', 'redis'].map((name) => join(directory.path, name));
}

export async function providePostgres(directory: DataDirectory, parts: PartList, { isDurable } = { isDurable: true }): Promise<Server> {
  const given = process.env['DATABASE_URL'];
  if (given) return { said: `${await checkGivenPostgres(given)} of DATABASE_URL`, value: given };
  const options = {
    programs: bundledPostgres,
    data: join(directory.path, 'postgres'),
    port: await freePort(),
    password: directory.secrets.postgresPassword,
    instance: directory.secrets.instance,
    logFile: directory.logOf('postgres'),
    isDurable,
  };
  await startPostgres(options, parts);
  return { said: `own server on port ${options.port}`, value: postgresUrl(options) };
}

export async function provideRedis(directory: DataDirectory, parts: PartList): Promise<Server> {
  const given = process.env['REDIS_URL'];
  if (given) return { said: `${await checkGivenRedis(given)} of REDIS_URL`, value: given };
  const options = {
    data: join(directory.path, 'redis'),
    port: await freePort(),
    password: directory.secrets.redisPassword,
    logFile: directory.logOf('redis'),
  };
  await startRedis(options, parts);
  return { said: `own server on port ${options.port}`, value: redisUrl(options) };
}
