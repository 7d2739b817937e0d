/** Captures that are broken or lie, at the size that every change can afford; `npm run bench` has the large ones (docs/benchmarks.md). */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { registry } from '@wirecase/protocols';
import { beforeAll, describe, expect, it } from 'vitest';
import { type BombReport, readBombs } from './bombs.ts';
import { damageCaptures } from './damage.ts';
import type { FloodReport } from './floods.ts';
import { soundCaptures } from './frames.ts';
import type { FuzzReport } from './fuzz.ts';
import type { KeptReport } from './kept.ts';
import type { ParserReport } from './parsers.ts';
import { truncateCaptures } from './truncation.ts';

const traces = join(import.meta.dirname, '../traces');

/** Runs one of the commands here in a process of its own, whose memory is measured. */
function run<T>(script: string, ...args: string[]): T {
  const output = execFileSync(process.execPath, [join(import.meta.dirname, script), ...args], { encoding: 'utf8', timeout: 500_000 });
  return JSON.parse(output) as T;
}

/** The same, of a command that prints one JSON line after another. */
function runAll<T>(script: string, ...args: string[]): T[] {
  const output = execFileSync(process.execPath, [join(import.meta.dirname, script), ...args], { encoding: 'utf8', timeout: 500_000 });
  return output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as T);
}

describe('T21: damage', () => {
  const captures = soundCaptures(traces, { minFrames: 5 });

  it('one damaged record in each of 300 captures costs at most 0.5 % of the others, and nothing is made up', () => {
    const report = damageCaptures(captures, 300, 1);
    expect(report.intact).toBeGreaterThan(10_000);
    expect(report.recovered / report.intact).toBeGreaterThanOrEqual(0.995);
    expect(report.invented).toBe(0);
    expect(report.slowestMs).toBeLessThan(2000);
  });

  it('a capture cut at any byte gives the packets before the cut, and no other', () => {
    const small = soundCaptures(traces, { maxBytes: 10_000 });
    const formats = new Set(small.map(({ bytes }) => Buffer.from(bytes.subarray(0, 4)).toString('hex')));
    expect([...formats].sort()).toEqual(['0a0d0d0a', '34cdb2a1', '4d3cb2a1', '736e6f6f', 'a1b2c3d4', 'd4c3b2a1'].sort());
    const report = truncateCaptures(small);
    expect(report.faults).toEqual([]);
    expect(report.read).toBe(report.expected);
    expect(report.cuts).toBeGreaterThan(50_000);
  });
});

describe('T22: bombs', () => {
  let reports: BombReport[];
  beforeAll(async () => {
    reports = await readBombs(200);
  });

  it.each(['bomb.pcap.zst', 'bomb.pcap.gz', 'bomb.pcap.lz4', 'bomb.pcap.xz', 'bomb.zip'])('%s is refused by its ratio', (name) => {
    const report = reports.find((each) => each.name === name)!;
    expect(report).toMatchObject({ state: 'capture.bomb' });
    expect(report.seconds).toBeLessThan(10);
    expect(report.plainBytes).toBeLessThan(70_000_000);
  });

  it('a nested one is refused before anything is read', () => {
    expect(reports.at(-1)).toMatchObject({ name: 'nested.pcap.zst.gz', state: 'capture.unreadable', packets: 0 });
  });
});

describe('T23: floods', () => {
  it.each([
    ['one-packet-flows', 20_000],
    ['fragments', 100_000],
    ['half-open', 20_000],
  ])('%s end, and every packet is accounted for', (kind, count) => {
    const report = run<FloodReport>('floods.ts', kind, String(count));
    expect(report).toMatchObject({ packets: count, missing: 0 });
    expect(report.maxRssMb).toBeLessThan(1024);
  });
});

it('a conversation that does not end keeps less than 2 MB, whatever was sent: cookies, heads, chunks, names', () => {
  const reports = runAll<KeptReport>('kept.ts');
  expect(reports.length).toBeGreaterThan(7);
  for (const { name, sentBytes, keptBytes } of reports) {
    expect(sentBytes, name).toBeGreaterThan(5_000_000);
    expect(keptBytes, name).toBeLessThan(2_000_000);
  }
});

describe('T26: mutants', () => {
  it('10,000 mutants of the traces: none crashes, none takes 2 s, every packet is accounted for', () => {
    const report = run<FuzzReport>('fuzz.ts', '10000');
    expect(report).toMatchObject({ mutants: 10_000, crashes: [], slow: [], unaccounted: [], parserErrors: [] });
    expect(report.analysed).toBeGreaterThan(8000);
    expect(report.maxRssMb).toBeLessThan(512);
  });

  it('400 mutants of conversations for each parser: none crashes, none takes 2 s, and no parser is without a conversation', () => {
    const reports = runAll<ParserReport>('parsers.ts', '400');
    expect(reports.map(({ parser }) => parser)).toEqual(expect.arrayContaining(registry.map(({ name }) => name)));
    for (const report of reports) expect(report).toMatchObject({ mutants: 400, crashes: [], slow: [] });
    // Mutants get far enough to be read: all but the data of FTP, which is a file, give rows or oddities.
    const silent = reports.filter(({ rows, weirds }) => rows + weirds === 0).map(({ parser }) => parser);
    expect(silent).toEqual(['ftp-data']);
  });
});
