/**
 * `npm run bench NAME [...]`: measurements, each in a process of its own. What the figures mean and what they were is in
 * docs/benchmarks.md.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { workerFlags } from './worker-flags.ts';

const benches: Readonly<Record<string, { script: string; args: string; says: string }>> = {
  engine: {
    script: 'peers.ts',
    args: 'CAPTURE [ROUNDS]',
    says: 'our stages and what else reads captures here, interleaved, medians and ratios',
  },
  worst: { script: 'worst.ts', args: '[PACKETS] [ROUNDS]', says: 'the same on a capture it makes: SYNs, one flow a packet' },
  rows: { script: 'rows.ts', args: 'CAPTURE [ROUNDS]', says: 'from a stored capture to committed rows in PostgreSQL (DATABASE_URL)' },
  stages: { script: 'engine.ts', args: 'CAPTURE [ROUNDS]', says: 'our stages alone, in one process' },
  reader: { script: 'reader.ts', args: 'CAPTURE [ROUNDS]', says: 'reader and decoder, heap bytes per packet' },
  steady: { script: 'steady.ts', args: '[PACKETS]', says: 'heap bytes per packet in a few fat flows' },
  linear: { script: 'linear.ts', args: 'CAPTURE [MEGABYTES MEGABYTES]', says: 'CPU per packet of a small and a large capture' },
  classifier: { script: 'classifier.ts', args: 'CAPTURE [ROUNDS]', says: 'user CPU that the traffic classifier costs a packet, paired' },
  detection: {
    script: 'detection.ts',
    args: 'CAPTURE',
    says: 'CPU that each detector and the inventory of hosts cost a packet, by profile',
  },
  live: {
    script: 'live.ts',
    args: '[SECONDS] [RATE ...]',
    says: 'drops of dumpcap alone and with the ring being read, paired, at rates of packets a second',
  },
  streams: {
    script: 'streams.ts',
    args: '[CLIENTS] [SECONDS] [ROUNDS]',
    says: 'CPU of the API with so many dashboards open and with none, paired',
  },
  damage: { script: 'damage.ts', args: 'FOLDER [CAPTURES] [SEED]', says: 'T21: one damaged record in each capture' },
  truncation: { script: 'truncation.ts', args: 'FOLDER [CAPTURES]', says: 'captures cut at every byte' },
  fuzz: {
    script: '../hostile/fuzz.ts',
    args: '[COUNT] [--captures FOLDER] [--from NUMBER]',
    says: 'T26: mutants through the whole engine',
  },
  parsers: {
    script: '../hostile/parsers.ts',
    args: '[COUNT] [--only NAME,...] [--from NUMBER]',
    says: 'mutants of conversations, each through its parser alone',
  },
  files: { script: 'files.ts', args: 'FOLDER', says: 'our files beside the objects that tshark exports, by SHA-256' },
  fields: { script: 'fields.ts', args: 'FOLDER [PART]', says: 'our records beside what tshark reads, value by value' },
  zeek: { script: 'zeek.ts', args: 'FOLDER EXPECTED [LOG]', says: "our records beside Zeek's logs, value by value" },
  bombs: { script: '../hostile/bombs.ts', args: '[MEGABYTES]', says: 'T22: small files that unpack to gigabytes' },
  floods: { script: '../hostile/floods.ts', args: 'KIND COUNT', says: 'T23: one-packet-flows, fragments or half-open' },
};

const [name = '', ...args] = process.argv.slice(2);
const bench = Object.hasOwn(benches, name) ? benches[name] : undefined;
if (!bench) {
  const lines = Object.entries(benches).map(([known, { args: usage, says }]) => `  npm run bench ${known} ${usage}\n      ${says}\n`);
  process.stderr.write(`There is no bench ${name || 'without a name'}. Those there are:\n${lines.join('')}`);
  process.exit(2);
}
process.exitCode =
  spawnSync(process.execPath, [...workerFlags, join(import.meta.dirname, bench.script), ...args], { stdio: 'inherit' }).status ?? 1;
