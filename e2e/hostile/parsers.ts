/**
 * Mutants of conversations, each through its parser alone: `node e2e/hostile/parsers.ts [COUNT] [--only NAME,...] [--from NUMBER]`. The
 * conversations are those of the traces (and of the parts that flows announce), so every protocol of the registry must have one. Prints one
 * JSON line a parser; exit code 1 when something was found, or a parser has no seed.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import type { FileTarget, FlowContext, OwnRow, RecordType } from '@wirecase/contract';
import { registry } from '@wirecase/protocols';
import { nodePlatform } from '@wirecase/store/platform';
import { damaged } from './mutant.ts';
import { Random } from './random.ts';
import { type Delivery, type Seed, seedsOf } from './seeds.ts';
import { runWatched, type Watched } from './watched.ts';

/** Protocols of which no trace has a conversation take those of one whose messages are the same. */
const alike: Readonly<Record<string, string>> = { mdns: 'dns', llmnr: 'dns' };
/** Longest that a mutant may take; beyond ten times that the run is given up. */
const slowMs = 2000;

interface Job {
  from: number;
  count: number;
  /** Names; empty for all. */
  only: string[];
}

export interface ParserReport {
  parser: string;
  seeds: number;
  mutants: number;
  /** Rows, oddities and logins that the mutants gave: a parser that gives up at once would give none. */
  rows: number;
  weirds: number;
  crashes: string[];
  slow: string[];
  slowestMs: number;
  seconds: number;
}

/** Counts what a parser says, and holds it to its record types. */
class FuzzContext implements FlowContext {
  readonly platform = nodePlatform;
  readonly transport: 'tcp' | 'udp';
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly flowId = '00000000-0000-0000-0000-000000000001';
  readonly sourceIp = Uint8Array.of(10, 0, 0, 1);
  readonly destinationIp = Uint8Array.of(10, 0, 0, 2);
  packet = 0;
  rows = 0;
  weirds = 0;
  isHandedOver = false;

  constructor({ transport, sourcePort, destinationPort }: Seed) {
    this.transport = transport;
    this.sourcePort = sourcePort;
    this.destinationPort = destinationPort;
  }

  get seconds(): number {
    return 1_700_000_000 + this.packet;
  }

  get nanos(): number {
    return 0;
  }

  get timeNs(): bigint {
    return BigInt(this.seconds) * 1_000_000_000n;
  }

  emit<T extends RecordType>(type: T, own: OwnRow<T>): void {
    for (const key of Object.keys(own)) if (!(key in type.fields)) throw new Error(`${type.name} has no field ${key}`);
    this.rows++;
  }

  login(): void {
    this.rows++;
  }

  credential(): void {
    this.rows++;
  }

  weird(): void {
    this.weirds++;
  }

  requested(): void {}

  handOver(): void {
    this.isHandedOver = true;
  }

  file(): FileTarget {
    let isOver = false;
    const end = () => {
      if (isOver) throw new Error('a file was ended twice');
      isOver = true;
    };
    return { data() {}, dataAt() {}, gap() {}, end };
  }

  isWhole(): boolean {
    return false;
  }

  expect(): void {}
}

/** A conversation with one to eight things wrong: in bytes, mostly, or in what comes, when, and from whom. */
function mutantOf({ deliveries }: Seed, random: Random, corpus: readonly Uint8Array<ArrayBuffer>[]): Delivery[] {
  const mutant = deliveries.slice();
  for (let left = 1 + random.below(8); left > 0 && mutant.length > 0; left--) {
    const at = random.below(mutant.length);
    const [direction, what] = mutant[at]!;
    const kind = random.below(16);
    if (kind === 0) mutant.splice(at, 1);
    else if (kind === 1) mutant.splice(at, 0, mutant[random.below(mutant.length)]!);
    else if (typeof what === 'number') continue;
    else if (kind === 2) mutant[at] = [direction, what.length];
    else if (kind === 3) mutant[at] = [direction === 0 ? 1 : 0, what];
    else if (kind <= 5) {
      const cut = random.below(what.length);
      mutant.splice(at, 1, [direction, what.slice(0, cut)], [direction, what.slice(cut)]);
    } else mutant[at] = [direction, damaged(what.slice(), random, corpus)];
  }
  return mutant;
}

/** As the engine would: nothing more to a side that has enough, and the end. */
function listen(seed: Seed, mutant: readonly Delivery[], context: FuzzContext): void {
  const first = mutant.find(([, what]) => typeof what !== 'number') as [0 | 1, Uint8Array] | undefined;
  const { module, transport, sourcePort, destinationPort } = seed;
  if (first && first[1].length > 0) module.probe(transport, first[0], first[1], 0, first[1].length, sourcePort, destinationPort);
  const parser = module.create(context);
  const isWanted = [true, true];
  for (const [direction, what] of mutant) {
    if (context.isHandedOver) break;
    context.packet++;
    if (!isWanted[direction]) continue;
    if (typeof what !== 'number') isWanted[direction] = what.length === 0 || parser.data(direction, what, 0, what.length);
    else if (transport === 'tcp') isWanted[direction] = parser.gap(direction, what);
  }
  parser.end();
}

function fuzz(parser: string, seeds: readonly Seed[], { from, count }: Job, progress: Int32Array): ParserReport {
  const corpus = seeds.flatMap(({ deliveries }) => deliveries.flatMap(([, what]) => (typeof what === 'number' ? [] : [what])));
  const report: ParserReport = {
    parser,
    seeds: seeds.length,
    mutants: 0,
    rows: 0,
    weirds: 0,
    crashes: [],
    slow: [],
    slowestMs: 0,
    seconds: 0,
  };
  const begin = performance.now();
  for (let number = from; seeds.length > 0 && number < from + count; number++) {
    Atomics.add(progress, 0, 1);
    const random = new Random(Math.imul(number + 1, 0x9e3779b1));
    const seed = random.pick(seeds);
    const context = new FuzzContext(seed);
    const mutant = mutantOf(seed, random, corpus);
    const start = performance.now();
    try {
      listen(seed, mutant, context);
    } catch (error) {
      // A parser never throws.
      report.crashes.push(`mutant ${number} of ${seed.trace}: ${error instanceof Error ? error.stack : String(error)}`);
    }
    const ms = performance.now() - start;
    report.mutants++;
    report.rows += context.rows;
    report.weirds += context.weirds;
    report.slowestMs = Math.max(report.slowestMs, Math.round(ms));
    if (ms > slowMs) report.slow.push(`mutant ${number} of ${seed.trace}: ${Math.round(ms)} ms`);
  }
  report.seconds = Math.round((performance.now() - begin) / 100) / 10;
  return report;
}

async function work({ job, progress }: Watched<Job>): Promise<void> {
  const all = await seedsOf(join(import.meta.dirname, '../traces'));
  for (const [parser, own] of all) {
    if (job.only.length > 0 && !job.only.includes(parser)) continue;
    const module = registry.find(({ name }) => name === parser);
    const seeds = own.length === 0 && module ? (all.get(alike[parser] ?? '') ?? []).map((seed) => ({ ...seed, module })) : own;
    const usable = seeds.filter(({ deliveries, transport }) => deliveries.length > 0 && (module?.transports.includes(transport) ?? true));
    parentPort!.postMessage(fuzz(parser, usable, job, progress));
  }
}

function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { only: { type: 'string', default: '' }, from: { type: 'string', default: '0' } },
  });
  const only = values.only.split(',').filter((name) => name !== '');
  const job: Job = { from: Number(values.from), count: Number(positionals[0] ?? 10_000), only };
  runWatched<Job, ParserReport>(import.meta.filename, job, 60 * slowMs, (report) => {
    const found = report.seeds === 0 || report.crashes.length > 0 || report.slow.length > 0;
    process.stdout.write(`${JSON.stringify(report)}\n`);
    if (found) process.exitCode = 1;
  });
}

if (!isMainThread) await work(workerData as Watched<Job>);
else if (import.meta.main) main();
