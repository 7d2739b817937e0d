/**
 * `node migrations/run.ts`                        bring the database of DATABASE_URL to this program's schema
 * `node migrations/run.ts --check`                fail when catalogue and migrations differ; makes and drops a database of its own
 * `node migrations/run.ts --generate "sentence"`  write the migration for what the catalogue has and the migrations have not
 */
import { catalogue } from '@wirecase/engine';
import { catalogueDiff, createPool, runMigrations, withScratchDatabase } from '@wirecase/store';
import { generateMigration } from './generate.ts';

const [command, sentence] = process.argv.slice(2);
const databaseUrl = process.env['DATABASE_URL'];

if (!databaseUrl) fail('DATABASE_URL is not set.');
else if (command === undefined) await run(databaseUrl);
else if (command === '--check') await withScratchDatabase(databaseUrl, check);
else if (command === '--generate' && sentence) await withScratchDatabase(databaseUrl, generate);
else fail('Usage: node migrations/run.ts [--check | --generate "sentence"]');

async function run(url: string): Promise<void> {
  const ran = await runMigrations(url);
  console.log(ran.length === 0 ? 'The database is up to date.' : `Ran ${ran.join(', ')}.`);
}

async function check(url: string): Promise<void> {
  await runMigrations(url);
  const pool = createPool(url);
  const differences = await catalogueDiff(pool, catalogue);
  await pool.end();
  if (differences.length > 0)
    fail(`The migrations do not make the catalogue:\n${differences.join('\n')}\nRun: node migrations/run.ts --generate "sentence"`);
  else console.log('The migrations make the catalogue.');
}

async function generate(url: string): Promise<void> {
  await runMigrations(url);
  const file = await generateMigration(url, catalogue, sentence!);
  console.log(file === null ? 'Nothing is missing.' : `Wrote migrations/${file}. Review it and commit it.`);
}

function fail(message: string): void {
  console.error(message);
  process.exitCode = 1;
}
