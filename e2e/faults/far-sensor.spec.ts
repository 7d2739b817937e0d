/**
 * A sensor on another machine: a network and host name of its own, with nothing but PostgreSQL and Redis in common with the server. The
 * link between the two is cut and comes back.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Capture, Page, Sensor } from '@wirecase/contract';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { node24, root } from '../../scripts/bootstrap/modules.mjs';
import { ApiServer, problemOf, type Client } from '../api/api-server.ts';
import { removeLeftovers } from './leftovers.ts';
import { until } from './services.ts';

const run = promisify(execFile);

/** Seconds for which the link is cut. */
const cutSeconds = Number(process.env['WIRECASE_TEST_SECONDS'] ?? 15);
const id = process.pid;
const far = { namespace: `wcf${id}`, name: `far-${id}`, uplink: '10.79.0.2', tap: '10.80.0.1' };
const talker = `wct${id}`;
const here = '10.79.0.1';

// Only root may make namespaces and interfaces.
describe.skipIf(process.getuid?.() !== 0)('a sensor on another machine', () => {
  let server: ApiServer;
  let admin: Client;
  const forwards: Server[] = [];
  /** By the processes on the other machine. */
  let said = '';
  const parts: ChildProcess[] = [];

  beforeAll(async () => {
    server = await ApiServer.startSetUp();
    admin = await server.keyFor('all');
    await removeLeftovers();
    for (const namespace of [far.namespace, talker]) await run('ip', ['netns', 'add', namespace]);
    await run('ip', ['link', 'add', `wcu${id}`, 'type', 'veth', 'peer', 'name', 'link0', 'netns', far.namespace]);
    await run('ip', ['address', 'add', `${here}/24`, 'dev', `wcu${id}`]);
    await run('ip', ['link', 'set', `wcu${id}`, 'up']);
    await inside(far.namespace, 'link', 'add', 'tap', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', talker);
    await inside(far.namespace, 'address', 'add', `${far.uplink}/24`, 'dev', 'link0');
    await inside(far.namespace, 'address', 'add', `${far.tap}/24`, 'dev', 'tap');
    await inside(talker, 'address', 'add', '10.80.0.2/24', 'dev', 'eth0');
    for (const device of ['lo', 'link0', 'tap']) await inside(far.namespace, 'link', 'set', device, 'up');
    await inside(talker, 'link', 'set', 'eth0', 'up');
    const dataDir = join(server.services.dataDir, 'far');
    await mkdir(dataDir);
    const env = {
      ...process.env,
      DATABASE_URL: await reachable(server.services.database.url),
      REDIS_URL: await tunnelled(await reachable(server.services.redisUrl)),
      ...{ WIRECASE_DATA: dataDir, WIRECASE_SENSOR_ONLY: '1' },
    };
    for (const program of ['dist/apps/worker/main.js', 'dist/capture-rotator/main.js']) {
      const command = `hostname ${far.name}; exec ${node24} ${join(root, program)}`;
      const args = ['netns', 'exec', far.namespace, 'unshare', '--uts', 'sh', '-c', command];
      parts.push(spawn('ip', args, { cwd: dataDir, env, stdio: ['ignore', 'pipe', 'pipe'] }));
      const part = parts.at(-1)!;
      for (const stream of [part.stdout!, part.stderr!]) stream.on('data', (text: Buffer) => (said = (said + String(text)).slice(-4000)));
    }
  });
  afterEach(({ task }) => {
    if (task.result?.state !== 'pass') console.log(said);
  });
  afterAll(async () => {
    for (const part of parts) {
      const gone = once(part, 'exit');
      if (part.exitCode === null && part.kill('SIGTERM')) await gone;
    }
    for (const namespace of [far.namespace, talker]) await run('ip', ['netns', 'del', namespace]);
    for (const forward of forwards) forward.close();
    await server?.close();
  });

  const inside = (namespace: string, ...args: string[]) => run('ip', ['-n', namespace, ...args]);

  /** The same server, as the other machine reaches it. */
  async function reachable(address: string): Promise<string> {
    const url = new URL(address);
    const [host, port] = [url.hostname, Number(url.port)];
    const forward = createServer((near) => {
      const on = connect(port, host);
      for (const [one, other] of [
        [near, on],
        [on, near],
      ] as const)
        one.pipe(other).on('error', () => one.destroy());
    });
    forward.listen(0, here);
    await once(forward, 'listening');
    forwards.push(forward);
    url.hostname = here;
    url.port = String((forward.address() as { port: number }).port);
    return url.href;
  }

  /** Redis without a password is reached by loopback only: the other machine has a tunnel to it. */
  async function tunnelled(address: string): Promise<string> {
    const url = new URL(address);
    const text = `const { connect, createServer } = require('node:net');
      createServer((near) => {
        const on = connect(${url.port}, '${url.hostname}');
        for (const [one, other] of [[near, on], [on, near]]) one.pipe(other).on('error', () => one.destroy());
      }).listen(${url.port}, '127.0.0.1', () => console.log('tunnel'));`;
    const tunnel = spawn('ip', ['netns', 'exec', far.namespace, node24, '-e', text], { stdio: ['ignore', 'pipe', 'inherit'] });
    parts.push(tunnel);
    await once(tunnel.stdout, 'data');
    url.hostname = '127.0.0.1';
    return url.href;
  }

  const post = (path: string, body: unknown) =>
    admin.request(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
  const captures = async () => (await admin.json<Page<Capture>>('/captures?limit=1000')).items.filter(({ state }) => state === 'ready');
  const sha256 = async (response: Response) =>
    createHash('sha256')
      .update(new Uint8Array(await response.arrayBuffer()))
      .digest('hex');

  test(`keeps its files, gives them through the API, and loses nothing while the link is cut for ${cutSeconds} s`, async () => {
    const made = await post('/sensors', {
      name: 'far',
      interface: 'tap',
      filter: 'icmp',
      fileBytes: 1024 * 1024,
      fileSeconds: 1,
      host: far.name,
    });
    expect(made.status).toBe(201);
    const sensor = (await made.json()) as Sensor;
    const now = () => admin.json<Sensor>(`/sensors/${sensor.id}`);
    await until('it to capture', 90_000, async () => ((await now()).status?.isCapturing && (await now()).live ? true : null));

    const pinging = spawn('ip', ['netns', 'exec', talker, 'ping', '-q', '-i', '0.02', far.tap]);
    let counted = '';
    pinging.stdout.on('data', (text: Buffer) => (counted += String(text)));
    const [first] = await until('a first capture', 60_000, async () => ((await captures()).length > 0 ? captures() : null));
    expect(await sha256(await admin.request(`/captures/${first!.id}/download`))).toBe(first!.sha256);
    const viewer = await server.browserOf('viewer');
    expect((await viewer.request(`/captures/${first!.id}/download`)).status).toBe(403);

    const unread = (await until(
      'another capture',
      60_000,
      async () => (await captures()).find(({ id: other }) => other !== first!.id) ?? null,
    ))!;
    await inside(far.namespace, 'link', 'set', 'link0', 'down');
    const cutAt = performance.now();
    await until('it to be said', 20_000, async () => ((await now()).isAway ? true : null));
    const saidAfter = (performance.now() - cutAt) / 1000;
    expect((await problemOf(await admin.request(`/captures/${unread.id}/download`))).code).toBe('sensor.away');
    // What was got before is still there.
    expect(await sha256(await admin.request(`/captures/${first!.id}/download`))).toBe(first!.sha256);
    await sleep(Math.max(0, cutSeconds * 1000 - (performance.now() - cutAt)));
    await inside(far.namespace, 'link', 'set', 'link0', 'up');
    const backAt = performance.now();
    await until('it to be back', 120_000, async () => ((await now()).isAway ? null : true));
    const backAfter = (performance.now() - backAt) / 1000;
    expect(await sha256(await admin.request(`/captures/${unread.id}/download`))).toBe(unread.sha256);

    pinging.kill('SIGINT');
    await once(pinging, 'close');
    const counts = /(\d+) packets transmitted, (\d+) received/.exec(counted)!;
    const sent = Number(counts[1]) + Number(counts[2]);
    await sleep(1500);
    await post(`/sensors/${sensor.id}/stop`, {});
    const { pool } = server.services.database;
    const number = async (sql: string) => Number((await pool.query<{ n: unknown }>(sql)).rows[0]!.n);
    await until('the series to end', 120_000, async () =>
      (await number('SELECT count(*) AS n FROM sensor WHERE octet_length(open_flows) > 0')) === 0 &&
      (await number(`SELECT count(*) AS n FROM capture WHERE state <> 'ready'`)) === 0
        ? true
        : null,
    );
    const inFlows = await number('SELECT sum(network_packets) AS n FROM flow');
    console.log(
      `far sensor: ${inFlows} of ${sent} packets; cut ${cutSeconds} s, said after ${saidAfter.toFixed(1)} s, back after ${backAfter.toFixed(1)} s`,
    );
    expect(inFlows).toBe(sent);
    expect(await number('SELECT count(*) AS n FROM flow')).toBe(1);
    expect(await number('SELECT count(*) AS n FROM capture_gap')).toBe(0);
    const { rows } = await pool.query<{ id: string }>('SELECT flow_id AS id FROM flow');
    const packets = await admin.json<{ total: number }>(`/flows/${rows[0]!.id}/packets?limit=1`);
    expect(packets.total).toBe(sent);
  }, 400_000);
});
