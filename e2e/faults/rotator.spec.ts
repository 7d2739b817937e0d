/** The rotator on a busy link: what is sent is captured, becomes captures by itself, and every packet is in a flow or a named bucket. */
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { root } from '../../scripts/bootstrap/modules.mjs';
import { Link } from './link.ts';
import { Services, until } from './services.ts';

/** The bar is 20,000 packets a second for 30 s (WIRECASE_TEST_SECONDS=30); a few seconds show the same. */
const seconds = Number(process.env['WIRECASE_TEST_SECONDS'] ?? 4);
const perSecond = 20_000;

// Only root may make namespaces and interfaces.
describe.skipIf(process.getuid?.() !== 0)('the rotator', () => {
  let services: Services;
  let link: Link;
  beforeEach(async () => {
    services = await Services.start();
    link = await Link.lay();
  });
  afterEach(async () => {
    await services.close();
    await link.remove();
  });

  const number = async (sql: string) => Number((await services.database.pool.query<{ n: string }>(sql)).rows[0]!.n);

  test(`loses nothing of ${perSecond} packets a second for ${seconds} s`, { timeout: 240_000 }, async () => {
    services.startWorker();
    const rotator = services.startProcess('dist/capture-rotator/main.js', 'rotator', {
      WIRECASE_CAPTURE_INTERFACE: link.near,
      WIRECASE_RING_FILE_SIZE_MB: '4',
      WIRECASE_RING_FILE_SECONDS: '5',
    });
    await until('dumpcap to capture', 30_000, async () => {
      const status = await services.redis.get('wirecase:alive:rotator');
      return status?.includes('capturing since') ? true : null;
    });

    const sent = await link.send(join(root, 'e2e/traces/busy.pcap'), perSecond * seconds, perSecond);
    // The kernel hands packets over in blocks: those of the last moment before an end are on their way.
    await sleep(1000);
    rotator.kill('SIGTERM');
    await once(rotator, 'exit');
    await until('every capture to be ready', 120_000, async () =>
      (await number(`SELECT count(*) AS n FROM capture WHERE state <> 'ready'`)) === 0 ? true : null,
    );

    // What is open when the capture ends goes to the last file.
    await until('the series to end', 60_000, async () =>
      (await number('SELECT octet_length(open_flows) AS n FROM sensor')) === 0 ? true : null,
    );

    expect(sent).toBe(perSecond * seconds);
    expect(await number('SELECT sum(packets) AS n FROM capture')).toBe(sent);
    expect(await number('SELECT coalesce(sum(dropped), 0) AS n FROM capture_gap')).toBe(0);
    expect(await number('SELECT count(*) AS n FROM capture')).toBeGreaterThan(1);
    const inFlows = await number('SELECT coalesce(sum(source_packets + destination_packets), 0) AS n FROM flow');
    const inBuckets = await number('SELECT coalesce(sum(value::bigint), 0) AS n FROM capture, jsonb_each_text(non_flow)');
    console.log(`rotator: ${sent} packets sent, ${inFlows} in flows, ${inBuckets} in buckets`);
    expect(inFlows + inBuckets).toBe(sent);
  });

  test('that is told to end ends dumpcap at once, also when the database does not answer', { timeout: 240_000 }, async () => {
    const rotator = services.startProcess('dist/capture-rotator/main.js', 'rotator', { WIRECASE_CAPTURE_INTERFACE: link.near });
    await until('dumpcap to capture', 90_000, async () => ((await services.captureRuns()).length === 1 ? true : null));
    const blocking = await services.database.pool.connect();
    try {
      await blocking.query('BEGIN; LOCK TABLE sensor IN ACCESS EXCLUSIVE MODE');
      // Its next round has begun, and waits.
      await until('the rotator to wait for the database', 30_000, async () =>
        (await number(`SELECT count(*) AS n FROM pg_locks WHERE relation = 'sensor'::regclass AND NOT granted`)) > 0 ? true : null,
      );
      rotator.kill('SIGTERM');
      await until('dumpcap to end', 8_000, async () => ((await services.captureRuns()).length === 0 ? true : null));
    } finally {
      await blocking.query('ROLLBACK');
      blocking.release();
    }
  });
});
