/** Bringing a database to the schema of this program. TypeORM keeps the list of what has run; the statements are in /migrations. */
import { WirecaseError } from '@wirecase/contract';
import { DataSource } from 'typeorm';
import { migrations } from '../../../migrations/index.ts';
import { asStorageError, createClient, waitForDatabase } from './pool.ts';

/** Any number that is ours: two starts at once run the migrations one after the other. */
const migrationLock = 7_313_219_004;

/** Run the migrations that have not run yet, all in one transaction. Answers their names; empty when the database was up to date. */
export async function runMigrations(databaseUrl: string): Promise<string[]> {
  await waitForDatabase(databaseUrl);
  const lock = createClient(databaseUrl, 'wirecase migration lock');
  // If the server ends the connection, the migration's own connection reports it.
  lock.on('error', () => undefined);
  const source = new DataSource({
    type: 'postgres',
    url: databaseUrl,
    applicationName: 'wirecase migrations',
    poolSize: 2,
    entities: [],
    migrations: [...migrations],
    migrationsTableName: 'migration',
    migrationsTransactionMode: 'all',
  });
  try {
    await lock.connect();
    await lock.query('SELECT pg_advisory_lock($1)', [migrationLock]);
    await source.initialize();
    await refuseNewerSchema(source);
    return (await source.runMigrations()).map((migration) => migration.name);
  } catch (error) {
    throw asStorageError(error);
  } finally {
    if (source.isInitialized) await source.destroy();
    await lock.end().catch(() => undefined); // it may never have been connected; ending it gives up the lock
  }
}

/** A database that a newer program has changed is not touched by an older one. */
async function refuseNewerSchema(source: DataSource): Promise<void> {
  const known = new Set(migrations.map((migration) => migration.name));
  const [table] = await source.query(`SELECT to_regclass('migration') AS name`);
  if (table.name === null) return;
  const ran: { name: string }[] = await source.query('SELECT name FROM migration ORDER BY id');
  const unknown = ran.filter((row) => !known.has(row.name));
  if (unknown.length === 0) return;
  throw new WirecaseError(
    'config.invalid',
    `The database was made by a newer Wirecase (it has the migration ${unknown[0]!.name}). Start that version, or give another DATABASE_URL.`,
  );
}
