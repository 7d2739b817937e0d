/**
 * `npm run bench live [SECONDS] [RATE ...]`: drops of dumpcap at rates of packets a second, alone and with the engine reading the ring at
 * lower priority, paired in one run. As root, with tcpreplay; traffic stays in namespaces of its own.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from '../../scripts/bootstrap/modules.mjs';
import { Link } from '../faults/link.ts';

const trace = join(root, 'e2e/traces/busy.pcap');
const [seconds = 5, ...given] = process.argv.slice(2).map(Number);
const rates = given.length > 0 ? given : [100_000, 200_000, 400_000, 600_000, 800_000, 1_000_000];

interface Round {
  sent: number;
  received: number;
  dropped: number;
  /** Packets that the reader had seen when the sending ended, and seconds until it had seen all; null without one. */
  readAtEnd: number | null;
  behindSeconds: number | null;
}

/** Reads a ring directory as the worker's engine does, in a process of its own. */
const readerText = `
import { GrowingFile } from '${join(root, 'apps/worker/src/live/ring-file.ts')}';
import { compareRingFiles } from '${join(root, 'libs/store/src/ring-order.ts')}';
import { Analyzer } from '${join(root, 'libs/engine/src/index.ts')}';
import { hash } from 'node:crypto';
import { readdirSync } from 'node:fs';
const directory = process.argv[1];
const analyzer = new Analyzer({ platform: { digest: (a, b) => hash(a, b, 'buffer') }, sink: { record() {} }, captureSha256: new Uint8Array(32), series: { atPacket: 0, atRecord: 0 } });
const buffer = new Uint8Array(1 << 20);
let last = null;
let done = 0;
process.on('message', () => process.send(done + analyzer.packets));
for (;;) {
  const name = readdirSync(directory).filter((n) => last === null || compareRingFiles(n, last) > 0).sort(compareRingFiles)[0];
  if (!name) { await new Promise((r) => setTimeout(r, 50)); continue; }
  const file = await GrowingFile.open(directory + '/' + name, '/nonexistent');
  for (;;) {
    const bytes = await file.read(buffer);
    if (bytes.length > 0) { analyzer.push(bytes); await new Promise((r) => setImmediate(r)); analyzer.openAlerts(0); continue; }
    if (readdirSync(directory).some((n) => compareRingFiles(n, name) > 0) && (await file.waitingBytes()) === 0) break;
    await new Promise((r) => setTimeout(r, 20));
  }
  await file.close();
  done += analyzer.packets;
  analyzer.nextFile();
  last = name;
}`;

async function round(link: Link, rate: number, isRead: boolean): Promise<Round> {
  const directory = await mkdtemp(join(tmpdir(), 'wirecase-bench-'));
  try {
    const args = ['-i', link.near, '-q', '-B', '64', '-b', 'filesize:100000', '-b', 'printname:stdout', '-w', join(directory, '1.pcapng')];
    const dumpcap = spawn('dumpcap', args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    dumpcap.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    const reader = isRead
      ? spawn(
          'nice',
          ['-n', '10', process.execPath, '--disable-warning=ExperimentalWarning', '--input-type=module', '-e', readerText, directory],
          {
            stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
          },
        )
      : null;
    await sleep(1500);
    const sent = await link.send(trace, rate * seconds, rate);
    const ask = async (): Promise<number> => {
      const answer = once(reader!, 'message') as Promise<[number]>;
      reader!.send('how many');
      return (await answer)[0];
    };
    const readAtEnd = reader ? await ask() : null;
    const endedAt = performance.now();
    await sleep(1000);
    dumpcap.kill('SIGTERM');
    await once(dumpcap, 'exit');
    const counts = /received\/dropped on interface .*: (\d+)\/(\d+) /.exec(said);
    if (!counts) throw new Error(`dumpcap said nothing of its packets: ${said}`);
    const received = Number(counts[1]);
    const deadline = performance.now() + 60_000;
    while (reader && (await ask()) < received && performance.now() < deadline) await sleep(50);
    const behindSeconds = reader ? (performance.now() - endedAt) / 1000 : null;
    reader?.kill('SIGKILL');
    if ((await readdir(directory)).length === 0) throw new Error('dumpcap wrote nothing');
    return { sent, received, dropped: Number(counts[2]), readAtEnd, behindSeconds };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const link = await Link.lay();
try {
  console.log(`${seconds} s each; packets of ${trace}`);
  console.log('asked/s   sent/s    dropped alone   dropped read   read when sent   all read after');
  for (const rate of rates) {
    const alone = await round(link, rate, false);
    const read = await round(link, rate, true);
    const share = ({ dropped, received }: Round) => `${((100 * dropped) / Math.max(1, dropped + received)).toFixed(3)} %`.padStart(12);
    const readShare = `${((100 * read.readAtEnd!) / read.received).toFixed(1)} %`.padStart(14);
    console.log(
      `${String(rate).padEnd(9)} ${String(Math.round(read.sent / seconds)).padEnd(9)} ${share(alone)}   ${share(read)}   ${readShare}   ${read.behindSeconds!.toFixed(1).padStart(12)} s`,
    );
  }
} finally {
  await link.remove();
}
