import { WirecaseError } from '@wirecase/contract';
import { runMigrations } from '@wirecase/store';
import { Failure } from '../bootstrap/failure.mjs';

/** Bring a database to this version's schema; says how many migrations that took. */
export async function migrate(url: string): Promise<string> {
  try {
    const done = await runMigrations(url);
    return done.length === 0 ? 'the database is up to date' : `${done.length} migrations run`;
  } catch (error) {
    if (error instanceof WirecaseError) throw new Failure(error.message, { cause: error });
    throw error;
  }
}
