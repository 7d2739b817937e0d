/**
 * The engine of a sensor in a process of its own, started by the worker with Node on this very file: `live-child.ts SENSOR`. Hostile traffic,
 * or a database that goes away, ends this process only; the worker starts the next one. Without its parent it ends itself.
 */
import { join } from 'node:path';
import { catalogue } from '@wirecase/engine';
import {
  CaptureRepository,
  createPool,
  Enricher,
  EnrichmentSources,
  EvidenceStore,
  isConnectionError,
  loadConfig,
  nodePlatform,
  ringDirectory,
  SensorEngineSession,
  Sensors,
  sourcePaths,
  ZoneRepository,
} from '@wirecase/store';
import { setTimeout as sleep } from 'node:timers/promises';
import { exitAgain } from './exit-code.ts';
import { SensorEngine } from './sensor-engine.ts';

/** Another worker's engine lives: look again when it may have ended. */
const retryMs = 1000;

const stopping = new AbortController();
process.on('disconnect', () => process.exit(0));
process.on('SIGINT', () => undefined);
process.once('SIGTERM', () => stopping.abort());

const config = loadConfig(process.env);
const pool = createPool(config.databaseUrl, { size: 2, name: 'wirecase live' });
const sensors = new Sensors(pool);
const sensor = await sensors.get(process.argv[2]!);
const evidence = new EvidenceStore(config.dataDir, new CaptureRepository(pool, catalogue));

let session = await SensorEngineSession.open(config.databaseUrl, sensor.id);
for (; session === null && !stopping.signal.aborted; session = await SensorEngineSession.open(config.databaseUrl, sensor.id))
  await sleep(retryMs);
if (session !== null) {
  const sources = new EnrichmentSources(sourcePaths(config.dataDir));
  const zones = new ZoneRepository(pool);
  const engine = new SensorEngine({
    enricher: async () => new Enricher(sources, (await zones.settings()).zones),
    ...{ session, pool, evidence, sensor, platform: nodePlatform, signal: stopping.signal },
    directory: join(config.dataDir, ringDirectory(sensor.name)),
    say: (kind, detail) => {
      process.stderr.write(`${sensor.name}: ${kind}: ${detail}\n`);
      // Courtesy: a database that is away is met by the next commit.
      sensors.note(sensor.id, kind, detail).catch(() => undefined);
    },
  });
  try {
    await engine.run();
  } catch (error) {
    // What went away comes back: the next engine waits for it. Anything else is a bug, and says so.
    if (!isConnectionError(error) && !isDiskError(error)) throw error;
    process.stderr.write(`${sensor.name}: ${(error as Error).message}\n`);
    process.exit(exitAgain);
  }
  await session.close();
}
await pool.end();
process.exit(0);

function isDiskError(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT', '53100'].includes(String((error as { code?: unknown }).code));
}
