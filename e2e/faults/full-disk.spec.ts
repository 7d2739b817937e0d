/** A ring on a disk of 16 MB that fills up again and again: nothing goes that is not analysed or is held, and capturing goes on or says why. */
import { execFile, type ChildProcess } from 'node:child_process';
import { mkdir, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Lan } from './lan.ts';
import { kill, Services, until } from './services.ts';

const run = promisify(execFile);

/** Times that the disk is filled. The bar is 100 (WIRECASE_TEST_RUNS=100). */
const runs = Number(process.env['WIRECASE_TEST_RUNS'] ?? 2);
const mebibyte = 1024 * 1024;
const diskMebibytes = 16;

// Only root may make namespaces, interfaces and file systems.
describe.skipIf(process.getuid?.() !== 0)('a ring on a full disk', () => {
  let services: Services;
  let lan: Lan;
  let disk: string;
  let talking: ChildProcess;
  beforeEach(async () => {
    services = await Services.start();
    lan = await Lan.lay();
    disk = join(services.dataDir, 'disk');
    const image = join(services.dataDir, 'image');
    await mkdir(disk);
    await run('truncate', ['-s', `${diskMebibytes}M`, image]);
    await run('mkfs.ext4', ['-q', '-m', '0', image]);
    await run('mount', ['-o', 'loop', image, disk]);
  });
  afterEach(async ({ task }) => {
    if (task.result?.state !== 'pass') await tellState();
    await lan.remove();
    await services.end();
    await run('umount', ['-l', disk]);
    await services.close();
  });

  const rows = async <R extends object>(sql: string) => (await services.database.pool.query<R>(sql)).rows;
  const number = async (sql: string) => Number((await rows<{ n: unknown }>(sql))[0]!.n);
  const free = async () => {
    const { bavail, bsize } = await statfs(disk);
    return bavail * bsize;
  };
  /** What a failure is understood by. */
  async function tellState(): Promise<void> {
    const { stdout } = await run('find', [disk, '-type', 'f', '-printf', '%s %TT %P\n']);
    const captures = await rows(
      'SELECT id, state, size::int, ring_file, in_series, first_packet::int, packets::int, error_code FROM capture ORDER BY created_at',
    );
    const events = await rows('SELECT at, kind, detail FROM sensor_event ORDER BY id DESC LIMIT 40');
    const sensor = await rows('SELECT status, live, replay_from::text FROM sensor');
    console.log([await free(), JSON.stringify(sensor), ...captures.map((c) => JSON.stringify(c)), stdout].join('\n'));
    console.log(events.map((event) => JSON.stringify(event)).join('\n'));
    for (const name of ['worker', 'rotator']) console.log((await services.log(name)).split('\n').slice(-30).join('\n'));
  }
  const status = async () =>
    (await rows<{ status: { isCapturing: boolean; detail: string } | null }>('SELECT status FROM sensor'))[0]?.status;

  test(`loses nothing when it is filled ${runs} times`, { timeout: 120_000 + runs * 60_000 }, async () => {
    // What is deleted is written down by the database itself.
    await rows(`CREATE TABLE deleted (id uuid, state text, held boolean);
      CREATE FUNCTION keep_deleted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO deleted SELECT OLD.id, OLD.state, EXISTS (SELECT FROM hold WHERE capture_id = OLD.id); RETURN OLD; END $$;
      CREATE TRIGGER keep_deleted BEFORE DELETE ON capture FOR EACH ROW EXECUTE FUNCTION keep_deleted()`);
    let worker = services.startWorker({ WIRECASE_DATA: disk });
    services.startProcess('dist/capture-rotator/main.js', 'rotator', {
      ...{ WIRECASE_DATA: disk, WIRECASE_CAPTURE_INTERFACE: lan.port, WIRECASE_RING_BUDGET_MB: '1000' },
      ...{ WIRECASE_RING_FILE_SIZE_MB: '1', WIRECASE_RING_FILE_SECONDS: '1' },
    });
    talking = lan.startOn(lan.attacker, 'ping', '-q', '-i', '0.002', '-s', '1000', lan.victim.ip);
    const held = await until('a first capture', 90_000, async () => {
      const ready = await rows<{ id: string; sha256: string }>(`SELECT id, sha256 FROM capture WHERE state = 'ready' LIMIT 1`);
      return ready[0] ?? null;
    });
    await rows(`INSERT INTO hold (capture_id, reason, created_by) VALUES ('${held.id}', 'a test', 'nobody')`);
    const mayGo = `SELECT count(*) AS n FROM capture WHERE state = 'ready' AND id <> '${held.id}'`;
    const said: number[] = [];
    for (let i = 0; i < runs; i++) {
      // Every fourth time with nobody who analyses: nothing but the held file is ready then, and nothing may go.
      const isAlone = i % 4 === 3 || i === runs - 1;
      if (isAlone) await kill(worker);
      const ballast = join(disk, 'ballast');
      const before = await number('SELECT count(*) AS n FROM deleted');
      await writeFile(ballast, Buffer.alloc(Math.max(0, (await free()) - mebibyte / 4))).catch(() => undefined); // filled meanwhile
      // While there was room, or something may go, there is nothing to say.
      let fullSince = performance.now();
      const how = await until('it to be said, or room to be made', 60_000, async () => {
        if (/no space/i.test((await status())?.detail ?? '')) return 'said';
        if ((await free()) > mebibyte / 2 || (await number(mayGo)) > 0) fullSince = performance.now();
        return !isAlone && (await number('SELECT count(*) AS n FROM deleted')) > before ? 'went on' : null;
      });
      if (how === 'said') said.push((performance.now() - fullSince) / 1000);
      await sleep(500);
      await rm(ballast);
      if (isAlone) worker = services.startWorker({ WIRECASE_DATA: disk });
      await until('capturing to go on', 90_000, async () => ((await status())?.isCapturing ? true : null));
    }
    talking.kill();
    const deleted = await rows<{ state: string; held: boolean; n: number }>(
      'SELECT state, held, count(*)::int AS n FROM deleted GROUP BY state, held',
    );
    const gaps = await rows<{ reason: string }>('SELECT reason FROM capture_gap');
    const loudest = Math.max(...said);
    const deaths = said.length;
    console.log(
      `full disk: filled ${runs} times, ended ${deaths} times and said after ${loudest.toFixed(1)} s at most, ${gaps.length} gaps, deleted ${JSON.stringify(deleted)}`,
    );
    expect(deleted.filter(({ state, held: wasHeld }) => wasHeld || !['ready', 'failed', 'quarantined'].includes(state))).toEqual([]);
    expect(gaps.length).toBeGreaterThanOrEqual(deaths);
    // What the capture program had read and could not write is counted by it.
    expect(gaps.filter(({ reason }) => !/no space|packets were dropped/i.test(reason))).toEqual([]);
    expect(loudest).toBeLessThan(5);
    const bytes = await readFile(join(disk, 'evidence', held.id, 'original'));
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(held.sha256);
    expect(await number(`SELECT count(*) AS n FROM capture WHERE id = '${held.id}'`)).toBe(1);
  });
});
