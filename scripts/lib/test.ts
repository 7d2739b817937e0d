/** `npm test` on Node 24: servers and builds, then every group of tests, then `N passed, N failed` as the last line. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { step } from '../bootstrap/steps.mjs';
import { parseTestOptions, type TestGroup } from '../bootstrap/test-options.mjs';
import { buildIfChanged, builds } from './builds.ts';
import type { DataDirectory } from './data-directory.ts';
import type { PartList } from './parts/part-list.ts';
import { providePostgres, provideRedis } from './servers/index.ts';
import { ensureUser } from './servers/launcher.ts';
import { onTemporaryDirectory } from './temporary.ts';
import { hasOldPostgres, startOldPostgres } from './testing/old-postgres.ts';
import { add, nothing, type Tally } from './testing/tally.ts';
import { runAngularTests, runVitest } from './testing/vitest.ts';

const { only } = parseTestOptions(process.argv.slice(2));
/** Groups that drive the built processes. */
const builtGroups: readonly TestGroup[] = ['api', 'start', 'faults', 'web'];

await onTemporaryDirectory(async (directory, parts) => {
  const env = await prepare(directory, parts);
  const reports = join(directory.path, 'reports');
  mkdirSync(reports);
  let total = nothing;
  const count = (name: string, tally: Tally) => {
    total = add(total, tally);
    console.log(`\n${name}: ${tally.passed} passed, ${tally.failed} failed${tally.skipped > 0 ? `, ${tally.skipped} skipped` : ''}\n`);
  };
  for (const group of only) {
    const report = join(reports, `${group}.json`);
    count(group, group === 'ui' ? await runAngularTests(report, env) : await runVitest(group, report, env));
  }
  if (only.includes('unit')) await testOldPostgres();
  console.log(`${total.passed} passed, ${total.failed} failed`);
  return total.failed === 0;

  async function testOldPostgres(): Promise<void> {
    if (!hasOldPostgres()) return console.log('Storage on PostgreSQL 15: skipped, it is not installed.\n');
    const url = await startOldPostgres(directory, parts);
    count('storage on PostgreSQL 15', await runVitest('unit', join(reports, 'old.json'), { ...env, DATABASE_URL: url }, ['libs/store/']));
  }
});

async function prepare(directory: DataDirectory, parts: PartList): Promise<NodeJS.ProcessEnv> {
  if (process.getuid?.() === 0) ensureUser('wc-dissect');
  const needed = only.some((group) => builtGroups.includes(group)) ? builds : [];
  const [databaseUrl, redisUrl] = await Promise.all([
    step<string>('PostgreSQL', () => providePostgres(directory, parts, { isDurable: false })),
    step<string>('Redis', () => provideRedis(directory, parts)),
    ...needed.map((build) => step(build.name, async () => ((await buildIfChanged(build)) ? 'built' : 'unchanged'))),
  ]);
  return { ...process.env, DATABASE_URL: databaseUrl, REDIS_URL: redisUrl, NO_COLOR: '1' };
}
