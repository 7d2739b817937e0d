/** `npm start` on Node 24: the servers, the build, the migrations, then the three processes, until someone ends it. */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { printFailure } from '../bootstrap/failure.mjs';
import { requireDisk } from '../bootstrap/modules.mjs';
import { endRunningTools } from '../bootstrap/run.mjs';
import { parseStartOptions } from '../bootstrap/start-options.mjs';
import { step, warn } from '../bootstrap/steps.mjs';
import { buildIfChanged, builds } from './builds.ts';
import { openDataDirectory, writePrivate, type Runtime } from './data-directory.ts';
import { claimPort } from './free-port.ts';
import { endLeftovers } from './leftovers.ts';
import { migrate } from './migrations.ts';
import { PartList } from './parts/part-list.ts';
import { checkSettings, setupLink, startProduct, urlOf } from './product.ts';
import { providePostgres, provideRedis, serverFolders } from './servers/index.ts';
import { ensureUser } from './servers/launcher.ts';
import { StopRequest } from './stop-request.ts';

const begin = performance.now();
const options = parseStartOptions(process.argv.slice(2));
const stop = new StopRequest(['SIGINT', 'SIGTERM', 'SIGHUP']);
const directory = openDataDirectory(options.data);
const runtimeFile = join(directory.path, 'runtime.json');
const parts = new PartList(stop);
/** The user that libs/tshark becomes before it runs anything. */
const dissectionUser = 'wc-dissect';

process.on('uncaughtException', (error) => fail(error));
try {
  await stop.orWhen(start());
  await stop.requested;
} catch (error) {
  if (!stop.isRequested) fail(error);
} finally {
  await end();
}

async function start(): Promise<void> {
  requireDisk(directory.path, 300);
  checkSettings({ ...options, captureInterface: options.interface });
  const port = await claimPort(options.port, options.host);
  const leftovers = await endLeftovers(directory.secrets.instance, serverFolders(directory));
  if (leftovers > 0) warn(`${leftovers} processes of a start that was killed have been ended`);
  if (process.getuid?.() === 0) ensureUser(dissectionUser);
  const [databaseUrl, redisUrl] = await Promise.all([
    step<string>('PostgreSQL', () => providePostgres(directory, parts)),
    step<string>('Redis', () => provideRedis(directory, parts)),
    ...builds.map((build) => step(build.name, async () => ((await buildIfChanged(build)) ? 'built' : ''))),
  ]);
  await step('database', () => migrate(databaseUrl));
  const addresses = { host: options.host, port, databaseUrl, redisUrl, captureInterface: options.interface };
  await step('Wirecase', async () => {
    await startProduct(directory, addresses, parts);
    return 'API, worker and capture-rotator are running';
  });
  const runtime: Runtime = { url: urlOf(addresses), databaseUrl, redisUrl };
  writePrivate(runtimeFile, runtime);
  sayReady(runtime.url, setupLink(directory, addresses));
}

function sayReady(url: string, link: string | null): void {
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);
  console.log(`\nWirecase is ready after ${seconds} s:  ${url}`);
  if (link) console.log(`\nMake the first administrator with this link; it works once:\n  ${link}\n`);
  console.log(`Data and logs are in ${directory.path}. Ctrl-C ends everything.`);
}

function fail(error: unknown): void {
  printFailure(error);
  process.exitCode = 1;
  stop.request();
}

/** In order: what uses a thing ends before the thing. */
async function end(): Promise<void> {
  stop.request();
  const wasReady = existsSync(runtimeFile);
  if (wasReady) console.log('Ending ...');
  endRunningTools();
  rmSync(runtimeFile, { force: true });
  await parts.stopAll();
  await endLeftovers(directory.secrets.instance, serverFolders(directory), 2000);
  directory.release();
  if (wasReady) console.log('Ended.');
  // Whatever a cut step still waits for is of no use any more.
  process.exit();
}
