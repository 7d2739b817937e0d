/** Databases that live for one task: the migration check, and every test that needs PostgreSQL. */
import { randomBytes } from 'node:crypto';
import { createClient } from './pool.ts';

/** Make an empty database beside the one of `adminUrl` (its role may CREATE DATABASE), give its address to `task`, and drop it afterwards. */
export async function withScratchDatabase<T>(adminUrl: string, task: (databaseUrl: string) => Promise<T>): Promise<T> {
  const scratch = await createScratchDatabase(adminUrl);
  try {
    return await task(scratch.url);
  } finally {
    await scratch.drop();
  }
}

/** The same for callers with a life cycle of their own. `drop` ends every connection that is still open. */
export async function createScratchDatabase(adminUrl: string): Promise<{ url: string; drop: () => Promise<void> }> {
  const name = `wirecase_scratch_${process.pid}_${randomBytes(5).toString('hex')}`;
  await administer(adminUrl, `CREATE DATABASE ${name}`);
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => administer(adminUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

async function administer(adminUrl: string, statement: string): Promise<void> {
  const client = createClient(adminUrl, 'wirecase scratch database');
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
