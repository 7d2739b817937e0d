/**
 * `npm run bench engine CAPTURE [ROUNDS]`: our stages and what else reads captures on this machine, each a process of its own, one after
 * the other in every round (5), medians. What is not installed is named as skipped (Debian: tcpdump wireshark-common tshark softflowd
 * nfdump libndpi-bin python3-scapy). Tools that dissect each packet get the first packets only; rates are comparable, seconds are not.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle } from './bundle.ts';
import { measuredRun, type MeasuredRun } from './measured-run.ts';
import { stagesOf } from './stages.ts';
import { workerFlags } from './worker-flags.ts';

const [path, rounds = '5'] = process.argv.slice(2);
if (!path) throw new Error('Usage: npm run bench engine CAPTURE [ROUNDS]');
const directory = mkdtempSync(join(tmpdir(), 'bench-'));
const node = process.execPath;
/** As the worker gives it to its parser: modules are compiled in the first round only. */
const env = { NODE_COMPILE_CACHE: join(directory, 'compiled') };

interface Contestant {
  name: string;
  does: string;
  command: readonly string[];
  /** Packets it is given; all when absent. */
  packets?: number;
  /** Proves that it can run at all, where finding the program is not enough. */
  probe?: readonly string[];
}

const scapy = `import sys
from scapy.utils import PcapReader
import itertools
for packet in itertools.islice(PcapReader(sys.argv[1]), int(sys.argv[2])): packet.summary()`;
const npmParser = `import parser from 'npm-pcap-parser'; let n = 0; const p = parser.parse(process.argv[1]); p.on('packet', () => n++); p.on('end', () => console.log(n));`;

const script = await bundle(join(import.meta.dirname, 'stages.ts'), directory);
const ours = Object.keys(stagesOf).map((name): Contestant => {
  return { name: `wirecase ${name}`, does: 'ours', command: [node, ...workerFlags, script, name, path] };
});
const contestants: Contestant[] = [
  { name: 'dd', does: 'reads the bytes', command: ['dd', `if=${path}`, 'of=/dev/null', 'bs=4M', 'status=none'] },
  { name: 'capinfos', does: 'counts packets', command: ['capinfos', '-c', path] },
  { name: 'tcpdump', does: 'copies packets', command: ['tcpdump', '-r', path, '-w', '/dev/null'] },
  { name: 'npm pcap-parser', does: 'counts packets', command: [node, '--input-type=module', '-e', npmParser, path] },
  { name: 'softflowd', does: 'flows', command: ['softflowd', '-r', path, '-p', join(directory, 'pid'), '-c', 'none', '-m', '10000000'] },
  { name: 'nfpcapd', does: 'flows to files', command: ['nfpcapd', '-r', path, '-w', directory, '-l', directory] },
  { name: 'ndpiReader', does: 'flows, protocols', command: ['ndpiReader', '-i', path, '-q'] },
  ...ours,
  {
    name: 'tshark -T fields',
    does: 'dissects',
    packets: 100_000,
    command: ['tshark', '-n', '-r', path, '-c', '100000', '-T', 'fields', '-e', 'ip.src', '-e', '_ws.col.Info'],
  },
  {
    name: 'scapy PcapReader',
    does: 'dissects',
    packets: 20_000,
    command: ['/usr/bin/python3', '-c', scapy, path, '20000'],
    probe: ['/usr/bin/python3', '-c', 'import scapy'],
  },
];

function canRun({ command, probe }: Contestant): boolean {
  try {
    if (probe) execFileSync(probe[0]!, probe.slice(1), { stdio: 'ignore' });
    else execFileSync('sh', ['-c', 'command -v "$1"', 'sh', command[0]!], { stdio: 'ignore' });
    return true;
  } catch {
    // not installed
    return false;
  }
}

const present = contestants.filter(canRun);
for (const { name } of contestants.filter((each) => !present.includes(each))) console.log(`skipped, not installed: ${name}`);
const runs = new Map<string, MeasuredRun[]>(present.map(({ name }) => [name, []]));
await measuredRun('dd', [`if=${path}`, 'of=/dev/null', 'bs=4M']); // page cache
for (let round = 0; round < Number(rounds); round++) {
  for (const { name, command } of present) runs.get(name)!.push(await measuredRun(command[0]!, command.slice(1), env));
}
rmSync(directory, { recursive: true });

const total = (JSON.parse(runs.get('wirecase reader+decoder')![0]!.stdout) as { packets: number }).packets;
const megabytes = statSync(path).size / 1e6;
const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!;
const rates = new Map<string, { wall: number; cpu: number }>();
console.log(
  `\n${total} packets, ${megabytes.toFixed(0)} MB; ${cpus().length} cores, Node ${process.version}; median of ${rounds} interleaved rounds`,
);
console.log(`${'tool'.padEnd(26)}${'does'.padEnd(18)}  wall s   CPU s  Mpkt/s   MB/s  RSS MB`);
for (const { name, does, packets = total } of present) {
  const all = runs.get(name)!;
  const wall = median(all.map(({ wallSeconds }) => wallSeconds));
  const rate = packets / wall / 1e6;
  const cpu = median(all.map(({ cpuSeconds }) => cpuSeconds));
  rates.set(name, { wall: rate, cpu: packets / cpu / 1e6 });
  const rss = median(all.map(({ maxRssMb }) => maxRssMb));
  const figures = [wall.toFixed(2), cpu.toFixed(2), rate.toFixed(3), ((rate * megabytes * 1e6) / total).toFixed(0), String(rss)];
  const note = all.some(({ exitCode }) => exitCode !== 0) ? `  exit ${all.find(({ exitCode }) => exitCode !== 0)!.exitCode}` : '';
  console.log(`${name.padEnd(26)}${does.padEnd(18)}${figures.map((figure) => figure.padStart(8)).join('')}${note}`);
}
const goals: [string, string, string, number][] = [
  ['reader+decoder+flows against softflowd, where each packet is a flow', 'wirecase +flows', 'softflowd', 1.5],
  ['reader+decoder+flows+index against softflowd', 'wirecase +index', 'softflowd', 1],
  ['reader+decoder+flows+index against ndpiReader', 'wirecase +index', 'ndpiReader', 4],
  ['everything on against ndpiReader', 'wirecase +detectors', 'ndpiReader', 2],
  ['everything on against scapy', 'wirecase +detectors', 'scapy PcapReader', 1],
  ['everything on against tshark', 'wirecase +detectors', 'tshark -T fields', 1],
];
console.log('');
for (const [what, a, b, goal] of goals) {
  const [mine, other] = [rates.get(a), rates.get(b)];
  if (!mine || !other) continue;
  console.log(`${what}: ${(mine.wall / other.wall).toFixed(2)} x by wall, ${(mine.cpu / other.cpu).toFixed(2)} x by CPU (goal ${goal} x)`);
}
const costOf = (stage: string): number => 1000 / rates.get(`wirecase ${stage}`)!.cpu;
console.log(`detection: ${(costOf('+detectors') - costOf('+protocols')).toFixed(0)} ns CPU a packet (goal 150)`);
