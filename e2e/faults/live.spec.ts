/** A sensor on a LAN of our own: what is seen while the ring file grows, and what is committed when files close, whoever is killed. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { SeriesSlices, seriesOf } from '@wirecase/store';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Lan } from './lan.ts';
import { kill, Services, until } from './services.ts';

const execFileAsync = promisify(execFile);

/** Runs of what is repeated. The bars are 30 scans and 50 kills (WIRECASE_TEST_RUNS=30); a few show the same. */
const runs = Number(process.env['WIRECASE_TEST_RUNS'] ?? 3);

// Only root may make namespaces and interfaces.
describe.skipIf(process.getuid?.() !== 0)('a sensor', () => {
  let services: Services;
  let lan: Lan;
  let rotator: ChildProcess;
  let worker: ChildProcess;
  beforeEach(async () => {
    services = await Services.start();
    lan = await Lan.lay();
  });
  afterEach(async ({ task }) => {
    if (task.result?.state !== 'pass') {
      const said = (await services.log('worker')).split('\n').filter((line) => line.includes('"Live"'));
      console.log(
        said.slice(-12).join('\n'),
        JSON.stringify(await rows('SELECT kind, detail FROM sensor_event ORDER BY id DESC LIMIT 20')),
      );
    }
    await services.close();
    await lan.remove();
  });

  const rows = async <R extends object>(sql: string) => (await services.database.pool.query<R>(sql)).rows;
  const number = async (sql: string) => Number((await rows<{ n: unknown }>(sql))[0]!.n);

  function startRotator(megabytes: number, seconds = 3600): ChildProcess {
    return services.startProcess('dist/capture-rotator/main.js', 'rotator', {
      WIRECASE_CAPTURE_INTERFACE: lan.port,
      WIRECASE_RING_FILE_SIZE_MB: String(megabytes),
      WIRECASE_RING_FILE_SECONDS: String(seconds),
      WIRECASE_RING_BUDGET_MB: '10000',
    });
  }

  async function start(megabytes: number, seconds?: number): Promise<void> {
    worker = services.startWorker();
    rotator = startRotator(megabytes, seconds);
    await until('the engine to read', 90_000, async () => ((await number('SELECT count(live) AS n FROM sensor')) === 1 ? true : null));
  }

  /** End the capture and wait until every file of it is committed. */
  async function finish(): Promise<void> {
    await sleep(1000);
    // A rotator that is told to end leaves to the next one what it cannot take in at once.
    await rows('UPDATE sensor SET is_enabled = false');
    await until('the ring to be taken in', 240_000, async () =>
      (await number(`SELECT count(*) AS n FROM sensor WHERE status->>'detail' <> 'stopped'`)) === 0 ? true : null,
    );
    rotator.kill('SIGTERM');
    await once(rotator, 'exit');
    await committed();
    await until('the series to end', 30_000, async () =>
      (await number('SELECT sum(octet_length(open_flows)) AS n FROM sensor')) === 0 ? true : null,
    );
  }

  const committed = () =>
    until('every file to be committed', 240_000, async () =>
      (await number(`SELECT count(*) AS n FROM capture WHERE state <> 'ready'`)) === 0 ? true : null,
    );

  const scan = (ports: string, source: string) =>
    lan.on(lan.attacker, 'nmap', '-n', '-Pn', '-sS', '-T4', '-e', 'eth0', '-S', source, `-p${ports}`, lan.victim.ip);

  /** The law for a series: per file what came in and what is carried over, and over all of them every packet in a flow or bucket. */
  async function requireConservation(): Promise<void> {
    const off = await rows(
      `SELECT c.ring_file, c.packets, c.carried_in, c.carried_out FROM capture c
        WHERE c.packets + c.carried_in <> c.carried_out
          + (SELECT coalesce(sum(network_packets), 0) FROM flow f WHERE f.capture_id = c.id)
          + (SELECT coalesce(sum(value::bigint), 0) FROM jsonb_each_text(c.non_flow))`,
    );
    expect(off).toEqual([]);
    const broken = await rows(
      `SELECT ring_file FROM (SELECT ring_file, carried_in, first_packet, lag(carried_out) OVER w AS before,
                lag(first_packet + packets) OVER w AS end_before FROM capture WINDOW w AS (ORDER BY first_packet)) AS c
        WHERE before IS NOT NULL AND (carried_in <> before OR first_packet <> end_before)`,
    );
    expect(broken).toEqual([]);
    expect(await number('SELECT sum(packets) AS n FROM sensor_minute')).toBe(await number('SELECT sum(packets) AS n FROM capture'));
    expect(await number('SELECT sum(bytes) AS n FROM sensor_minute')).toBe(await number('SELECT sum(bytes) AS n FROM capture'));
  }

  test(
    `finds a scan within a second of the crossing probe, while the file is open (${runs} runs)`,
    { timeout: 300_000 + runs * 20_000 },
    async () => {
      await start(1000);
      const delays: number[] = [];
      for (let run = 0; run < runs; run++) {
        const source = await lan.address(lan.attacker, `10.77.0.${100 + run}`);
        const scanning = scan('1-1000', source);
        const alert = await until(
          'the alert',
          20_000,
          async () =>
            (
              await rows<{ told: string; crossed: bigint }>(
                `SELECT extract(epoch FROM clock_timestamp())::text AS told, alert_detected_at AS crossed FROM alert WHERE source_ip = '${source}'`,
              )
            )[0] ?? null,
        );
        delays.push(Number(alert.told) - Number(alert.crossed) / 1e9);
        await scanning;
      }
      console.log(`live: alerts after ${delays.map((delay) => delay.toFixed(3)).join(' ')} s`);
      expect(Math.max(...delays)).toBeLessThan(1);
      expect(await number(`SELECT count(*) AS n FROM capture WHERE state <> 'receiving'`)).toBe(0);
      await finish();
      expect(await number('SELECT count(*) AS n FROM alert')).toBe(runs);
      await requireConservation();
    },
  );

  test('tells a scan over many files once, and one flow over many files is one row', { timeout: 240_000 }, async () => {
    await start(1, 1);
    const server = lan.startOn(
      lan.victim,
      process.execPath,
      '-e',
      "require('net').createServer((s) => s.on('data', () => {}).on('error', () => {})).listen(8000)",
    );
    await sleep(500);
    const client = `const s = require('net').connect(8000, '${lan.victim.ip}'); let n = 0;
      const t = setInterval(() => { s.write(Buffer.alloc(20000)); if (++n === 70) { clearInterval(t); s.end(() => process.exit(0)); } }, 100);`;
    await Promise.all([lan.on(lan.attacker, process.execPath, '-e', client), scan('1-1000', lan.attacker.ip), slowScan()]);
    server.kill();
    await finish();
    const files = await number('SELECT count(*) AS n FROM capture');
    expect(files).toBeGreaterThanOrEqual(5);
    const flows = await rows<{ source_payload: bigint; state: string }>(
      `SELECT flow_payload_bytes_source AS source_payload, flow_state AS state FROM flow WHERE destination_port = 8000 AND flow_payload_bytes_source > 0`,
    );
    expect(flows).toEqual([{ source_payload: BigInt(await payloadTo(8000)), state: 'SF' }]);
    expect(await rows('SELECT alert_class, host(source_ip) AS source FROM alert')).toEqual([
      { alert_class: 'scan.vertical', source: lan.attacker.ip },
    ]);
    await requireConservation();
    await requirePackets();
  });

  /** Every row leads to all of its packets, in whatever files they are. */
  async function requirePackets(): Promise<void> {
    const flows = await rows<{ id: string; capture: string; packets: bigint }>(
      `SELECT flow_id AS id, capture_id AS capture, network_packets AS packets FROM flow
        ORDER BY flow_aggregate DESC, network_packets DESC LIMIT 20`,
    );
    for (const { id, capture, packets } of flows) {
      const slices = new SeriesSlices((await seriesOf(services.database.pool, capture))!, services.evidence);
      try {
        const refs = await slices.flowPackets(Number(BigInt(`0x${id.replaceAll('-', '').slice(16)}`)));
        expect(refs.length).toBe(Number(packets));
        let records = 0;
        for await (const record of slices.records(refs)) records += record.capturedLength > 0 ? 1 : 0;
        expect(records).toBe(Number(packets));
        let bytes = 0;
        for await (const piece of slices.pcapng(refs)) bytes += piece.length;
        expect(bytes).toBeGreaterThan(Number(packets) * 54);
      } finally {
        await slices.close();
      }
    }
  }

  /** TCP payload to the port in all files, by tshark. */
  async function payloadTo(port: number): Promise<number> {
    let total = 0;
    for (const { id } of await rows<{ id: string }>('SELECT id FROM capture')) {
      const fields = ['-Y', `tcp.dstport==${port}`, '-T', 'fields', '-e', 'tcp.len'];
      const { stdout } = await execFileAsync('tshark', ['-n', '-r', services.evidence.paths(id).original, ...fields]);
      for (const length of stdout.split('\n')) total += Number(length);
    }
    return total;
  }

  /** Ports of which each is tried in another file. */
  async function slowScan(): Promise<void> {
    await lan.on(lan.attacker, 'nmap', '-n', '-Pn', '-sS', '--scan-delay', '300ms', '-p2001-2020', lan.victim.ip);
  }

  test(
    `loses and doubles nothing when the worker is killed ${runs} times in the middle`,
    { timeout: 300_000 + runs * 20_000 },
    async () => {
      await start(1, 1);
      const server = lan.startOn(
        lan.victim,
        process.execPath,
        '-e',
        "require('net').createServer((s) => s.on('data', () => {}).on('error', () => {})).listen(8000)",
      );
      await sleep(500);
      const client = `const s = require('net').connect(8000, '${lan.victim.ip}'); s.on('error', () => {});
      setInterval(() => s.write(Buffer.alloc(2000)), 20); process.on('SIGTERM', () => s.end(() => process.exit(0)));`;
      const talking = lan.startOn(lan.attacker, process.execPath, '-e', client);
      for (let run = 0; run < runs; run++) {
        await sleep(1500 + Math.random() * 2000);
        const source = await lan.address(lan.attacker, `10.77.0.${100 + run}`);
        await scan('1-100', source);
        await kill(worker);
        worker = services.startWorker();
        // Sometimes the next one is killed while it starts, sometimes at its work.
        const restartedAt = new Date().toISOString();
        if (run % 3 > 0)
          await until('the next engine to read', 90_000, async () =>
            (await number(`SELECT count(*) AS n FROM sensor WHERE live->'sample'->>'at' > '${restartedAt}'`)) === 1 ? true : null,
          );
      }
      await sleep(1000);
      talking.kill('SIGTERM');
      await finish();
      server.kill();
      expect(await number(`SELECT count(*) AS n FROM flow WHERE destination_port = 8000 AND flow_payload_bytes_source > 0`)).toBe(1);
      expect(
        await number(`SELECT flow_payload_bytes_source AS n FROM flow WHERE destination_port = 8000 AND flow_payload_bytes_source > 0`),
      ).toBe(await payloadTo(8000));
      expect(await number('SELECT count(DISTINCT source_ip) AS n FROM alert')).toBe(runs);
      expect(await number('SELECT count(*) AS n FROM alert')).toBe(runs);
      await requireConservation();
    },
  );

  /** Echo requests and answers that are in flows. */
  const pinged = () => number(`SELECT coalesce(sum(network_packets), 0) AS n FROM flow WHERE network_transport = 'icmp'`);

  /** A ping that says at its end how many packets it sent and got. */
  function ping(): { stop(): Promise<number> } {
    const talking = spawn('ip', ['netns', 'exec', lan.attacker.namespace, 'ping', '-q', '-i', '0.02', lan.victim.ip]);
    let said = '';
    talking.stdout.on('data', (text: Buffer) => (said += String(text)));
    return {
      stop: async () => {
        talking.kill('SIGINT');
        await once(talking, 'close');
        const counts = /(\d+) packets transmitted, (\d+) received/.exec(said);
        return Number(counts![1]) + Number(counts![2]);
      },
    };
  }

  test(
    `misses nothing when the rotator is killed ${runs} times: the next one takes dumpcap over`,
    { timeout: 300_000 + runs * 20_000 },
    async () => {
      await start(1, 1);
      const pinging = ping();
      const [{ pid }] = (await services.captureRuns()) as [{ pid: number }];
      for (let run = 0; run < runs; run++) {
        await sleep(1500 + Math.random() * 1500);
        await kill(rotator);
        rotator = startRotator(1, 1);
        await until('the rotator to take over', 30_000, async () =>
          (await number(`SELECT count(*) AS n FROM sensor_event WHERE kind = 'adopted'`)) > run ? true : null,
        );
        expect(await services.captureRuns()).toMatchObject([{ pid }]);
      }
      await sleep(500);
      const sent = await pinging.stop();
      await finish();
      console.log(`live: ${runs} kills of the rotator, ${sent} packets sent, ${await pinged()} in flows`);
      expect(await pinged()).toBe(sent);
      expect(await rows('SELECT reason FROM capture_gap')).toEqual([]);
      expect(await number(`SELECT count(*) AS n FROM flow WHERE network_transport = 'icmp'`)).toBe(1);
      // What is left of the ring is nothing: every closed file is a capture.
      expect(await readdir(join(services.dataDir, 'ring', lan.port))).toEqual([]);
      await requireConservation();
    },
  );

  test(
    `captures again within two seconds when dumpcap is killed ${runs} times, with a gap for each`,
    { timeout: 300_000 + runs * 20_000 },
    async () => {
      await start(1, 1);
      const pinging = ping();
      for (let run = 0; run < runs; run++) {
        await sleep(1500 + Math.random() * 1500);
        const [{ pid }] = (await services.captureRuns()) as [{ pid: number }];
        process.kill(pid, 'SIGKILL');
        await until('the gap to be written', 30_000, async () =>
          (await number('SELECT count(*) AS n FROM capture_gap')) > run ? true : null,
        );
      }
      await sleep(500);
      const sent = await pinging.stop();
      await finish();
      const gaps = await rows<{ reason: string; seconds: number }>(
        'SELECT reason, extract(epoch FROM to_time - from_time)::float AS seconds FROM capture_gap ORDER BY from_time',
      );
      const longest = Math.max(...gaps.map(({ seconds }) => seconds));
      console.log(`live: ${runs} kills of dumpcap, longest gap ${longest.toFixed(2)} s, ${await pinged()} of ${sent} packets in flows`);
      expect(gaps.map(({ reason }) => reason)).toEqual(Array.from({ length: runs }, () => 'it was ended by SIGKILL'));
      expect(longest).toBeLessThan(2);
      await requireConservation();
    },
  );

  test('captures with tcpdump as it does with dumpcap', { timeout: 240_000 }, async () => {
    await start(1, 1);
    await rows(`UPDATE sensor SET is_enabled = false`);
    const { name: _name, id: _id, ...like } = (await rows<Record<string, unknown>>('SELECT * FROM sensor'))[0]!;
    const copied = ['host', 'interface', 'file_bytes', 'file_seconds', 'budget_bytes', 'buffer_mebibytes'];
    await services.database.pool.query(
      `INSERT INTO sensor (name, program, ${copied.join(', ')}) VALUES ('by tcpdump', 'tcpdump', ${copied.map((_, i) => `$${i + 1}`).join(', ')})`,
      copied.map((column) => like[column]),
    );
    await until('tcpdump to capture', 30_000, async () =>
      (await number(`SELECT count(*) AS n FROM sensor_event WHERE kind = 'started' AND detail LIKE 'tcpdump captures%'`)) > 0 ? true : null,
    );
    const pinging = ping();
    await scan('1-1000', lan.attacker.ip);
    await sleep(3000);
    const sent = await pinging.stop();
    await finish();
    expect(await pinged()).toBe(sent);
    expect(await number(`SELECT count(*) AS n FROM capture WHERE format = 'pcap-ns'`)).toBeGreaterThan(2);
    expect(await number('SELECT count(*) AS n FROM alert')).toBe(1);
  });
});
