/** The ring of a busy link over many files: what it takes on the disk stays within its budget and one file. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Lan } from './lan.ts';
import { Services } from './services.ts';

/** Files that are captured. The bar is a day of one a minute (WIRECASE_TEST_FILES=1440). */
const files = Number(process.env['WIRECASE_TEST_FILES'] ?? 15);
const mebibyte = 1024 * 1024;
const budget = 6 * mebibyte;

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
  async function bytesOnDisk(): Promise<number> {
    const ring = join(services.dataDir, 'ring', lan.port);
    const evidence = join(services.dataDir, 'evidence');
    const paths = [
      ...(await readdir(ring).catch(() => [])).map((name) => join(ring, name)),
      ...(await readdir(evidence)).map((id) => join(evidence, id, 'original')),
    ];
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

  test(`of ${files} files never takes more than its budget and one file`, { timeout: 120_000 + files * 4000 }, async () => {
    services.startWorker();
    services.startProcess('dist/capture-rotator/main.js', 'rotator', {
      ...{ WIRECASE_CAPTURE_INTERFACE: lan.port, WIRECASE_RING_BUDGET_MB: String(budget / mebibyte) },
      ...{ WIRECASE_RING_FILE_SIZE_MB: '1', WIRECASE_RING_FILE_SECONDS: '1' },
    });
    const talking = lan.startOn(lan.attacker, 'ping', '-q', '-i', '0.004', '-s', '1000', lan.victim.ip);
    const { pool } = services.database;
    const captured = async () =>
      Number((await pool.query<{ n: unknown }>(`SELECT count(*) AS n FROM sensor_event WHERE kind = 'deleted'`)).rows[0]!.n);
    let most = 0;
    while ((await captured()) < files) {
      most = Math.max(most, await bytesOnDisk());
      await sleep(100);
    }
    talking.kill();
    console.log(`ring budget: ${files} files came and went; at most ${(most / mebibyte).toFixed(2)} MiB of ${budget / mebibyte} MiB`);
    expect(most).toBeGreaterThan(budget / 2);
    expect(most).toBeLessThanOrEqual(budget + mebibyte);
  });
});
