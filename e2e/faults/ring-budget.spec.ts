/** The ring of a busy link over many files: what it takes on the disk stays within its budget and one file. */
import { readdir, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sensorDefaults } from '@wirecase/contract';
import { Sensors } from '@wirecase/store';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Lan } from './lan.ts';
import { Services, until } from './services.ts';

/** Files that are captured. The bar is a day of one a minute (WIRECASE_TEST_FILES=1440). */
const files = Number(process.env['WIRECASE_TEST_FILES'] ?? 15);
/** Small files: a day of them passes in minutes. */
const fileBytes = 100_000;
const budgetBytes = 6 * fileBytes;
/** Echo requests, each with its answer, of half a file. */
const packets = 17;
/** With what analysis takes, about a file a second. Faster it may lag, and what is not analysed stays, whatever the budget (WIRECASE_TEST_HALF_FILE_MS=0). */
const halfFileMs = Number(process.env['WIRECASE_TEST_HALF_FILE_MS'] ?? 500);

// Only root may make namespaces and interfaces.
describe.skipIf(process.getuid?.() !== 0)('a ring', () => {
  let services: Services;
  let lan: Lan;
  beforeEach(async () => {
    services = await Services.start();
    lan = await Lan.lay();
  });
  afterEach(async () => {
    await services.close();
    await lan.remove();
  });

  const bytesOf = (path: string) =>
    stat(path).then(
      ({ size }) => size,
      () => 0,
    ); // deleted meanwhile
  const ringFiles = async () => {
    const ring = join(services.dataDir, 'ring', lan.port);
    return (await readdir(ring).catch(() => [])).map((name) => join(ring, name)); // not made yet
  };
  async function bytesOnDisk(): Promise<number> {
    const evidence = join(services.dataDir, 'evidence');
    const paths = [...(await ringFiles()), ...(await readdir(evidence)).map((id) => join(evidence, id, 'original'))];
    // A file on its way from the ring to the evidence is one file with two names.
    const seen = new Map<number, number>();
    for (const path of paths) {
      const inode = await stat(path).then(
        ({ ino }) => ino,
        () => 0,
      );
      if (inode !== 0) seen.set(inode, await bytesOf(path));
    }
    return [...seen.values()].reduce((sum, bytes) => sum + bytes, 0);
  }

  test(`of ${files} files never takes more than its budget and one file`, { timeout: 240_000 + files * 4000 }, async () => {
    const { pool } = services.database;
    const number = async (sql: string) => Number((await pool.query<{ n: unknown }>(sql)).rows[0]!.n);
    services.startWorker();
    services.startProcess('dist/capture-rotator/main.js', 'rotator', {});
    const settings = { name: lan.port, interface: lan.port, filter: null, snapLength: null, fileBytes, fileSeconds: 3600 };
    await new Sensors(pool).create(
      { ...sensorDefaults, ...settings, budgetBytes, watermarkBytes: null, bufferMebibytes: 64, program: 'dumpcap' },
      ...([hostname(), null] as const),
    );
    await until('the sensor to capture', 90_000, async () =>
      (await number(`SELECT count(*) AS n FROM sensor WHERE (status->>'isCapturing')::boolean`)) === 1 ? true : null,
    );
    let most = 0;
    let isTalking = true;
    const watching = (async () => {
      while (isTalking) {
        most = Math.max(most, await bytesOnDisk());
        await sleep(20);
      }
    })();
    const deleted = () => number(`SELECT count(*) AS n FROM sensor_event WHERE kind = 'deleted'`);
    const began = performance.now();
    while ((await deleted()) < files) {
      // Half of a file, as fast as it goes. In a day of files analysis has time, so it has some here: what is not analysed must stay.
      const lasts = sleep(halfFileMs);
      await lan.on(lan.attacker, 'ping', '-q', '-f', '-c', String(packets), '-s', '1400', lan.victim.ip);
      await until('what was captured to be analysed', 120_000, async () =>
        (await ringFiles()).length <= 1 && (await number(`SELECT count(*) AS n FROM capture WHERE state = 'stored'`)) === 0 ? true : null,
      );
      await lasts;
    }
    isTalking = false;
    await watching;
    const seconds = (performance.now() - began) / 1000;
    const inFiles = (bytes: number) => (bytes / fileBytes).toFixed(2);
    console.log(
      `ring budget: ${files} files came and went in ${seconds.toFixed(0)} s; at most ${inFiles(most)} files' bytes with a budget of ${inFiles(budgetBytes)}`,
    );
    expect((await pool.query(`SELECT at, detail FROM sensor_event WHERE kind = 'no-room'`)).rows).toEqual([]);
    expect(most).toBeGreaterThan(budgetBytes / 2);
    expect(most).toBeLessThanOrEqual(budgetBytes + fileBytes);
  });
});
