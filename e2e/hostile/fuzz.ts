/**
 * T26: mutants of the traces (or of a folder of captures) through the whole engine.
 * `node e2e/hostile/fuzz.ts [COUNT] [--captures FOLDER] [--from NUMBER]`; prints one JSON line, exit code 1 when something was found.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { WirecaseError } from '@wirecase/contract';
import { Analyzer } from '@wirecase/engine';
import { nodePlatform } from '@wirecase/store/platform';
import { CountingSink } from './counting-sink.ts';
import { mutant } from './mutant.ts';
import { runWatched, type Watched } from './watched.ts';

/** Longest that a mutant may take; beyond ten times that the run is given up. */
const slowMs = 2000;
const maxCorpusBytes = 100_000;

interface Job {
  folder: string;
  from: number;
  count: number;
}

export interface FuzzReport {
  mutants: number;
  /** Mutants that were analysed; the others were refused with a named error. */
  analysed: number;
  packets: number;
  crashes: string[];
  slow: string[];
  /** Packets that did not end in exactly one flow or bucket. */
  unaccounted: string[];
  parserErrors: string[];
  slowestMs: number;
  maxRssMb: number;
}

function corpusOf(folder: string): Uint8Array<ArrayBuffer>[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(pcap|pcapng|cap|snoop)$/.test(name))
    .toSorted()
    .map((name) => new Uint8Array(readFileSync(join(folder, name))))
    .filter(({ length }) => length > 0 && length <= maxCorpusBytes);
}

function fuzz({ job: { folder, from, count }, progress }: Watched<Job>): FuzzReport {
  const corpus = corpusOf(folder);
  const report: FuzzReport = {
    mutants: count,
    analysed: 0,
    packets: 0,
    crashes: [],
    slow: [],
    unaccounted: [],
    parserErrors: [],
    slowestMs: 0,
    maxRssMb: 0,
  };
  for (let number = from; number < from + count; number++) {
    Atomics.store(progress, 0, number);
    const bytes = mutant(corpus, number);
    const begin = performance.now();
    try {
      analyse(bytes, number, report);
    } catch (error) {
      // What is no capture any more is refused by name; all else is a crash.
      if (!(error instanceof WirecaseError))
        report.crashes.push(`mutant ${number}: ${error instanceof Error ? error.stack : String(error)}`);
    }
    const ms = performance.now() - begin;
    report.slowestMs = Math.max(report.slowestMs, Math.round(ms));
    if (ms > slowMs) report.slow.push(`mutant ${number}: ${Math.round(ms)} ms`);
  }
  report.maxRssMb = Math.round(process.resourceUsage().maxRSS / 1024);
  return report;
}

function analyse(bytes: Uint8Array, number: number, report: FuzzReport): void {
  const sink = new CountingSink();
  const onParserError = (protocol: string, packet: number, error: unknown) =>
    void report.parserErrors.push(
      `mutant ${number}, packet ${packet}: ${protocol}: ${error instanceof Error ? error.stack : String(error)}`,
    );
  const analyzer = new Analyzer({ platform: nodePlatform, sink, captureSha256: new Uint8Array(32), onParserError });
  analyzer.push(bytes);
  const summary = analyzer.finish();
  report.analysed++;
  report.packets += summary.packets;
  const missing = sink.missing(summary);
  if (missing !== 0) report.unaccounted.push(`mutant ${number}: ${missing} of ${summary.packets} packets`);
}

function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      captures: { type: 'string', default: join(import.meta.dirname, '../traces') },
      from: { type: 'string', default: '0' },
    },
  });
  const job: Job = { folder: values.captures, from: Number(values.from), count: Number(positionals[0] ?? 10_000) };
  runWatched<Job, FuzzReport>(import.meta.filename, job, 10 * slowMs, (report) => {
    process.stdout.write(`${JSON.stringify(report)}\n`);
    const found = [report.crashes, report.slow, report.unaccounted, report.parserErrors].some((list) => list.length > 0);
    process.exitCode = found ? 1 : 0;
  });
}

if (!isMainThread) parentPort!.postMessage(fuzz(workerData as Watched<Job>));
else if (import.meta.main) main();
