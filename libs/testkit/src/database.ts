/** Real PostgreSQL for tests: each caller gets a migrated database of its own. */
import { createPool, createScratchDatabase, runMigrations, type Pool } from '@wirecase/store';

export interface TemporaryDatabase {
  url: string;
  pool: Pool;
  /** End the pool and drop the database. */
  close(): Promise<void>;
}

/** A new database on the server of DATABASE_URL (a role that may CREATE DATABASE) with every migration run. Fails when it is not set. */
export async function temporaryDatabase(): Promise<TemporaryDatabase> {
  const adminUrl = process.env['DATABASE_URL'];
  if (!adminUrl) throw new Error('DATABASE_URL is not set: this test needs PostgreSQL (npm test starts one)');
  const scratch = await createScratchDatabase(adminUrl);
  try {
    await runMigrations(scratch.url);
  } catch (error) {
    await scratch.drop();
    throw error;
  }
  const pool = createPool(scratch.url, { name: 'wirecase test' });
  return {
    url: scratch.url,
    pool,
    async close() {
      await pool.end();
      await scratch.drop();
    },
  };
}
