/**
 * `npm run bench streams [CLIENTS] [SECONDS] [ROUNDS]`: what event streams cost the API, in CPU of its process, with so many clients and with
 * none, in turn. What the API hears is what a busy sensor says: its rates every second, a ring file that is begun, closed and ready every
 * ten, an alert that goes on every second. Each client is logged in by itself. Takes DATABASE_URL and REDIS_URL.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { apiBase, type Sensor } from '@wirecase/contract';
import { notifyChange, sayLive, type Change } from '@wirecase/store';
import { PacketScript } from '@wirecase/testkit/packets';
import { ApiServer } from '../api/api-server.ts';

/** Linux' clock ticks a second, which /proc counts CPU time in (sysconf _SC_CLK_TCK). */
const ticksPerSecond = 100;
/** After clients came or went: connecting is not what is measured. */
const settleMs = 3_000;
const [clients = 50, seconds = 30, rounds = 3] = process.argv.slice(2).map(Number);

class Watcher {
  events = 0;
  private readonly response: IncomingMessage;

  private constructor(response: IncomingMessage) {
    this.response = response;
    response
      .setEncoding('utf8')
      .on('data', (text: string) => (this.events += text.split('\nevent: ').length - 1 + +text.startsWith('event: ')));
  }

  static async open(server: ApiServer): Promise<Watcher> {
    const { headers } = await server.browserOf('analyst');
    const request = get(`${server.url}${apiBase}/events/stream`, { headers, agent: false });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    if (response.statusCode !== 200) throw new Error(`the stream is answered with ${response.statusCode}`);
    return new Watcher(response);
  }

  close(): void {
    this.response.on('error', () => undefined).destroy();
  }
}

function cpuSeconds(pid: number): number {
  // Field 2 is the name in brackets and may hold spaces; 14 and 15 are user and system time.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

async function shareOfCore(pid: number): Promise<number> {
  const [begin, used] = [performance.now(), cpuSeconds(pid)];
  await sleep(seconds * 1000);
  return ((cpuSeconds(pid) - used) * 100_000) / (performance.now() - begin);
}

const server = await ApiServer.startSetUp();
const talking = new AbortController();
try {
  await server.startWorker();
  const admin = await server.keyFor('all');
  const script = new PacketScript();
  for (let port = 1; port <= 200; port++) script.tcp('10.9.9.9', '10.0.0.2', port, 50_000).syn().rst('b');
  const capture = await admin.ingest(script.capture(), 'scan.pcap');
  const { pool } = server.services.database;
  const alert = (await pool.query<{ id: string }>('SELECT alert_id AS id FROM alert LIMIT 1')).rows[0]!.id;
  const made = await admin.send('POST', '/sensors', { name: 'bench', interface: 'lo' });
  const { id: sensor } = (await made.json()) as Sensor;
  await admin.send('POST', `/sensors/${sensor}/stop`, {});
  const talk = async () => {
    for (let second = 0; !talking.signal.aborted; second++) {
      const sample = {
        packets: 90_000 + second,
        bits: 7e8,
        flows: 900,
        openFlows: 20_000,
        waitingBytes: 0,
        waitingFiles: 0,
        lagSeconds: 0,
      };
      await sayLive(pool, { sensor, at: new Date().toISOString(), ...sample }, []);
      const changes: Change[] = [{ alert, isNew: false }];
      if (second % 10 < 3) changes.push({ capture: capture.id });
      for (const change of changes) await notifyChange(pool, change);
      await sleep(1000, undefined, { signal: talking.signal }).catch(() => undefined); // told to end
    }
  };
  const said = talk();
  console.log(`CPU of the API, in % of a core; ${seconds} s each`);
  const differences: number[] = [];
  for (let round = 0; round < rounds; round++) {
    await sleep(settleMs);
    const alone = await shareOfCore(server.pid);
    const watchers: Watcher[] = [];
    while (watchers.length < clients) watchers.push(await Watcher.open(server));
    await sleep(settleMs);
    const watched = await shareOfCore(server.pid);
    const events = watchers.map((watcher) => watcher.events);
    for (const watcher of watchers) watcher.close();
    differences.push(watched - alone);
    console.log(
      `no client ${alone.toFixed(2)}   ${clients} clients ${watched.toFixed(2)}   ${Math.min(...events)} to ${Math.max(...events)} events each`,
    );
  }
  const median = differences.toSorted((a, b) => a - b)[Math.floor(differences.length / 2)]!;
  console.log(`${clients} clients cost ${median.toFixed(2)} % of a core (median of ${rounds} pairs; goal < 5)`);
  talking.abort();
  await said;
} finally {
  talking.abort();
  await server.close();
}
