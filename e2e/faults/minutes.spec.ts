/** The minutes of a sensor over the API: those that are closed are what PostgreSQL sums up, and what another tool counts in the files. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Sensor, SensorTraffic, TrafficMinute } from '@wirecase/contract';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ApiServer, type Client } from '../api/api-server.ts';
import { Lan } from './lan.ts';
import { until } from './services.ts';

const execFileAsync = promisify(execFile);

/** Minutes that are compared while it captures; the first has traffic in its last part only. */
const minutes = Number(process.env['WIRECASE_TEST_RUNS'] ?? 1);
/** Of the first minute, at least. */
const trafficMs = 15_000;

type Counts = Pick<TrafficMinute, 'packets' | 'bytes'>;

// Only root may make namespaces and interfaces.
describe.skipIf(process.getuid?.() !== 0)('the minutes of a sensor', () => {
  let server: ApiServer;
  let admin: Client;
  let lan: Lan;
  beforeEach(async () => {
    lan = await Lan.lay();
    server = await ApiServer.startSetUp();
    admin = await server.keyFor('all');
    await server.startWorker();
    server.services.startProcess('dist/capture-rotator/main.js', 'rotator', {
      ...{ WIRECASE_CAPTURE_INTERFACE: lan.port, WIRECASE_RING_FILE_SIZE_MB: '1', WIRECASE_RING_FILE_SECONDS: '2' },
    });
  });
  afterEach(async () => {
    await server.close();
    await lan.remove();
  });

  const rows = async <R extends object>(sql: string) => (await server.services.database.pool.query<R>(sql)).rows;

  /** Flows by the minute of their first packet, of all files. */
  async function flowsByMinute(): Promise<Map<string, number>> {
    const found = await rows<{ minute: Date; n: string }>(
      `SELECT to_timestamp(event_start / 60000000000 * 60) AS minute, sum(flow_aggregate)::text AS n FROM flow GROUP BY 1`,
    );
    return new Map(found.map(({ minute, n }) => [minute.toISOString(), Number(n)]));
  }

  /** What tshark counts in the files, by minute. */
  async function countsOfFiles(): Promise<Map<string, Counts>> {
    const counts = new Map<string, Counts>();
    const captures = await rows<{ id: string }>('SELECT id FROM capture');
    const whole = join(server.services.dataDir, 'whole.pcapng');
    // One tshark for all: it takes a second to start.
    await execFileAsync('mergecap', ['-w', whole, ...captures.map(({ id }) => server.services.evidence.paths(id).original)]);
    const fields = ['-T', 'fields', '-e', 'frame.time_epoch', '-e', 'frame.len'];
    const { stdout } = await execFileAsync('tshark', ['-n', '-r', whole, ...fields], { maxBuffer: 64 * 1024 * 1024 });
    for (const line of stdout.trim().split('\n')) {
      const [seconds = '', bytes] = line.split('\t');
      const minute = new Date(Math.floor(Number(seconds.split('.')[0]) / 60) * 60_000).toISOString();
      const { packets, bytes: before } = counts.get(minute) ?? { packets: 0, bytes: 0 };
      counts.set(minute, { packets: packets + 1, bytes: before + Number(bytes) });
    }
    return counts;
  }

  test(
    `are equal to the sums in PostgreSQL while it captures, and to what tshark counts (${minutes} of them)`,
    { timeout: 420_000 + minutes * 60_000 },
    async () => {
      // A connection that was kept open may have been ended by the server just now.
      const ask = <T>(path: string) => until(path, 30_000, () => admin.json<T>(path).catch(() => null));
      const sensor = await until('the sensor to be read', 90_000, async () => {
        const [found] = await ask<Sensor[]>('/sensors');
        return found?.live ? found.id : null;
      });
      const traffic = () => ask<SensorTraffic>(`/sensors/${sensor}/traffic?minutes=60`);
      const pinging = lan.startOn(lan.attacker, 'ping', '-q', '-i', '0.01', '-s', '200', lan.victim.ip);
      const first = Math.floor((Date.now() + trafficMs) / 60_000) * 60_000;
      const closed: TrafficMinute[] = [];
      for (let minute = first; minute < first + minutes * 60_000; minute += 60_000) {
        const name = new Date(minute).toISOString();
        await until('the minute to be over', 150_000, async () => {
          // A new flow every now and then, for the count of flows.
          await lan.on(lan.attacker, 'nmap', '-n', '-Pn', '-sS', '-p', String(1 + Math.floor(Math.random() * 60_000)), lan.victim.ip);
          return Date.now() > minute + 60_000 ? true : null;
        });
        const told = await until('the minute to be closed', 60_000, async () => {
          const found = (await traffic()).minutes.find((each) => each.minute === name);
          return found && !found.isOpen ? found : null;
        });
        const [sum] = await rows<{ packets: bigint; bytes: bigint; flows: bigint }>(
          `SELECT sum(packets)::bigint AS packets, sum(bytes)::bigint AS bytes, sum(flows)::bigint AS flows
             FROM sensor_minute WHERE minute = '${name}'`,
        );
        expect(told).toMatchObject({ packets: Number(sum!.packets), bytes: Number(sum!.bytes), flows: Number(sum!.flows) });
        expect(told.packets).toBeGreaterThan(100);
        closed.push(told);
      }
      pinging.kill();
      await until('the sensor to be stopped', 30_000, () => admin.send('POST', `/sensors/${sensor}/stop`, {}).catch(() => null));
      await until('every file to be committed, and what was open', 90_000, async () => {
        const [left] = await rows<{ n: number }>(
          `SELECT (SELECT count(*) FROM capture WHERE state <> 'ready')::int + octet_length(open_flows) AS n FROM sensor`,
        );
        return left!.n === 0 ? true : null;
      });
      const all = (await traffic()).minutes;
      // What is closed grows no more.
      expect(all).toEqual(expect.arrayContaining(closed));
      const counted = await countsOfFiles();
      const flows = await flowsByMinute();
      expect(all.map(({ minute, packets, bytes }) => [minute, { packets, bytes }])).toEqual(
        [...counted].sort(([a], [b]) => a.localeCompare(b)),
      );
      expect(all.filter((each) => each.flows > 0).map((each) => [each.minute, each.flows])).toEqual(
        [...flows].sort(([a], [b]) => a.localeCompare(b)),
      );
      console.log(`minutes: ${closed.length} closed while it captured, ${all.length} in all, packets, bytes and flows equal`);
    },
  );
});
