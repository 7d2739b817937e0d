/**
 * `npm run bench rows CAPTURE [ROUNDS]`: from a stored capture to committed, indexed, searchable rows, as the worker does it (its parser
 * child as built by `npm run build`, PostgreSQL of DATABASE_URL), in turn with ndpiReader, which stores nothing. Each round stores
 * and parses the capture anew, into tables that are empty again.
 */
import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { catalogue } from '@wirecase/engine';
import { CaptureAttempts, CaptureRepository, EvidenceStore, sourcePaths } from '@wirecase/store';
import { temporaryDatabase } from '@wirecase/testkit';
import { root } from '../../scripts/bootstrap/modules.mjs';
import { measuredRun } from './measured-run.ts';
import { workerFlags } from './worker-flags.ts';

const [path, rounds = '3'] = process.argv.slice(2);
if (!path) throw new Error('Usage: npm run bench rows CAPTURE [ROUNDS]');

const database = await temporaryDatabase();
const folder = await mkdtemp(join(tmpdir(), 'wirecase-rows-'));
process.env['DATABASE_URL'] = database.url;
process.env['WIRECASE_DATA'] = folder;
const startParser = () =>
  fork(join(root, 'dist/apps/worker/ingest/parse-child.js'), [], {
    execArgv: [...workerFlags],
    env: { ...process.env, NODE_COMPILE_CACHE: join(folder, 'compiled') },
  });
const rival = 'ndpiReader';
const hasRival = (() => {
  try {
    execFileSync('sh', ['-c', 'command -v "$1"', 'sh', rival], { stdio: 'ignore' });
    return true;
  } catch {
    // not installed
    return false;
  }
})();

const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!;
const ours: number[] = [];
const theirs: number[] = [];
let rowsBefore = 0;
let rows = 0;
try {
  const captures = new CaptureRepository(database.pool, catalogue);
  const evidence = new EvidenceStore(folder, captures);
  await evidence.prepare();
  const countRows = async () => {
    let sum = 0;
    for (const { name } of catalogue) sum += Number((await database.pool.query(`SELECT count(*) AS n FROM "${name}"`)).rows[0]!.n);
    return sum;
  };
  let parser = startParser();
  for (let round = 1; round <= Number(rounds); round++) {
    const { capture } = await evidence.receive(createReadStream(path), { name: `round ${round}`, origin: 'upload', createdBy: null });
    const begin = performance.now();
    const { attempt } = (await new CaptureAttempts(database.pool).claim(capture.id, 'bench'))!;
    parser.send({
      ...{ attempt, sha256: capture.sha256!, entry: null, communityIdSeed: 0, enrichment: sourcePaths(folder) },
      limits: { maxPlainBytes: 1e12, maxPackets: 1e9 },
      policy: { settings: { version: 0, options: {}, allow: {}, assets: [] }, suppressions: [] },
    });
    let last: unknown = null;
    parser.on('message', (message) => (last = message));
    await once(parser, 'close');
    ours.push((performance.now() - begin) / 1000);
    if (!isDeepStrictEqual(last, { kind: 'outcome', outcome: { kind: 'ready' } })) throw new Error(JSON.stringify(last));
    // The next is started ahead, as the worker does.
    if (round < Number(rounds)) parser = startParser();
    const count = await countRows();
    rows = count - rowsBefore;
    rowsBefore = count;
    if (hasRival) theirs.push((await measuredRun(rival, ['-i', path, '-q'])).wallSeconds);
    console.log(
      `round ${round}: ${rows} rows in ${ours.at(-1)!.toFixed(1)} s${hasRival ? `, ndpiReader ${theirs.at(-1)!.toFixed(1)} s` : ''}`,
    );
    // The next round receives the same bytes: they are a capture that is there already, unless it is gone.
    await evidence.delete(capture.id);
    rowsBefore = await countRows();
  }
} finally {
  await database.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
}
console.log(`${(rows / median(ours)).toFixed(0)} rows/s (goal 120000)`);
if (hasRival) console.log(`ndpiReader takes ${(median(theirs) / median(ours)).toFixed(2)} x our time (goal >= 1)`);
