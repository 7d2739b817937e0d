/**
 * Our records beside Zeek's logs, row by row: `npm run bench zeek FOLDER EXPECTED [LOG]`. FOLDER holds captures, EXPECTED is an NDJSON
 * file with a line for each: `corpus` and `capture` (its path is FOLDER/corpus/capture), `mode` and `logs`, rows by log. Rows of one
 * connection are compared in order; ids and times are not. Prints for each log and field how many values
 * agree, differ by a known rule (docs/differences.md) or otherwise, the share that agrees of the values that both have, and how many are in
 * rows that only Zeek has, by a known rule; then examples of each rule, and what no rule explains.
 */
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { formatIp } from '@wirecase/contract';
import { captureRows } from './capture-rows.ts';
import { logFields } from './zeek-fields.ts';
import type { LogRow, Row } from './zeek-values.ts';

interface Expected {
  corpus: string;
  capture: string;
  mode?: { multi_trace?: boolean; filter?: boolean; cmd?: string };
  logs?: Record<string, LogRow[]>;
}

/** Values shown of those that differ by one rule. */
const EXAMPLES = 3;

interface Count {
  agree: number;
  /** Differ by a known rule. */
  known: number;
  /** Values of a row that only Zeek has, by a known rule. */
  theirs: number;
  differ: number;
}

const [folder, expectedPath, only] = process.argv.slice(2);
if (!folder || !expectedPath) {
  process.stderr.write('Usage: npm run bench zeek FOLDER EXPECTED [LOG]\n');
  process.exit(2);
}

const counts = new Map<string, Count>();
const differences: string[] = [];
/** Values that differ by a known rule, by its words. */
const reasons = new Map<string, string[]>();

for await (const json of createInterface({ input: createReadStream(expectedPath) })) {
  const expected = JSON.parse(json) as Expected;
  if (!expected.logs || !isComparable(expected)) continue;
  const logs = Object.entries(expected.logs).filter(([log]) => Object.hasOwn(logFields, log) && (!only || log === only));
  if (logs.length === 0) continue;
  const rows = await captureRows(join(folder, expected.corpus, expected.capture), (_type, row) => row as Row);
  for (const [log, theirs] of logs) compare(log, theirs, rows, expected.capture);
}
report();

/** Of a run over several captures, or with a filter, it is not known which packets a log is of; with options of its own it says less. */
function isComparable({ mode = {} }: Expected): boolean {
  return !mode.multi_trace && !mode.filter && !/\w::\w+=/.test(mode.cmd ?? '');
}

function compare(log: string, theirs: readonly LogRow[], rows: ReadonlyMap<string, Row[]>, capture: string): void {
  const { record, has = () => true, split = (row) => [row], lacks = () => null, explain = () => null, fields } = logFields[log]!;
  const seen = new Set((rows.get('flow') ?? []).map(connectionOf));
  const wanted = (rows.get(record) ?? []).filter((row) => has(row, theirs)).flatMap(split);
  const ours = Map.groupBy(wanted, connectionOf);
  for (const [connection, logRows] of Map.groupBy(theirs, logConnectionOf)) {
    const of = (connection === '' ? wanted : (ours.get(connection) ?? [])).values();
    for (const logRow of logRows) {
      const missing =
        connection !== '' && !seen.has(connection) && !ours.has(connection) ? 'addresses that a script of the run changed' : lacks(logRow);
      const row = missing === null ? of.next().value : undefined;
      for (const [name, ourValue] of Object.entries(fields)) {
        if (!(name in logRow)) continue;
        const value = row && ourValue(row);
        if (row && value === undefined) continue;
        const reason = (): string | null => missing ?? explain(name, logRow, row);
        note(`${log}.${name}`, text(logRow[name]), row ? text(value) : null, capture, reason);
      }
    }
  }
}

/** `ours`: null where there is no row. */
function note(name: string, theirs: string, ours: string | null, capture: string, explain: () => string | null): void {
  let count = counts.get(name);
  if (!count) counts.set(name, (count = { agree: 0, known: 0, theirs: 0, differ: 0 }));
  // What Zeek writes is rounded to the microsecond, once more where it reckons in floating point.
  if (theirs === ours || (theirs.includes('.') && Math.abs(Number(theirs) - Number(ours ?? Number.NaN)) <= 2e-6)) {
    count.agree++;
    return;
  }
  const reason = explain();
  const difference = `${name}  ${capture}  Zeek ${theirs}, here ${ours ?? 'no row'}`;
  if (reason === null) {
    count.differ++;
    differences.push(difference);
    return;
  }
  if (ours === null) count.theirs++;
  else count.known++;
  const known = reasons.get(reason);
  if (known) known.push(difference);
  else reasons.set(reason, [difference]);
}

function connectionOf(row: Row): string {
  return ends(
    [formatIp(row['sourceIp'] as Uint8Array), Number(row['sourcePort'] ?? 0)],
    [formatIp(row['destinationIp'] as Uint8Array), Number(row['destinationPort'] ?? 0)],
  );
}

/** Empty where a log has no connection (DHCP). */
function logConnectionOf(row: LogRow): string {
  if (!('id.orig_h' in row)) return '';
  return ends([row['id.orig_h'], row['id.orig_p']], [row['id.resp_h'], row['id.resp_p']]);
}

/** In one order: where no SYN was seen, who began is a guess of either side. */
function ends(...both: readonly (readonly unknown[])[]): string {
  return both
    .map((end) => end.map(String).join(' '))
    .sort()
    .join(' ');
}

/** As Zeek writes: times and intervals to the microsecond, whole seconds without zeros; truth as T and F in one of its formats. */
function text(value: unknown): string {
  if (Array.isArray(value)) return value.map(text).join(' ');
  if (value === null || value === undefined) return '-';
  if (typeof value === 'number' && !Number.isInteger(value)) return String(Number(value.toFixed(6)));
  if (typeof value === 'boolean') return value ? 't' : 'f';
  const written = String(value);
  return /^\d+\.0+$/.test(written) ? written.replace(/\.0+$/, '') : written.toLowerCase();
}

function report(): void {
  const total: Count = { agree: 0, known: 0, theirs: 0, differ: 0 };
  process.stdout.write(line('', 'agree', 'known', 'differ', 'agree', 'Zeek only'));
  for (const [name, count] of [...counts].sort(([a], [b]) => a.localeCompare(b))) {
    for (const each of ['agree', 'known', 'theirs', 'differ'] as const) total[each] += count[each];
    process.stdout.write(countLine(name, count));
  }
  process.stdout.write(countLine('all', total));
  for (const [reason, values] of reasons) {
    process.stdout.write(`  known: ${values.length} values: ${reason}\n`);
    for (const difference of values.slice(0, EXAMPLES)) process.stdout.write(`    as ${difference.slice(0, 240)}\n`);
  }
  for (const difference of differences) process.stdout.write(`  ${difference.slice(0, 240)}\n`);
}

function countLine(name: string, { agree, known, differ, theirs }: Count): string {
  return line(name, agree, known, differ, percent(agree, known + differ), theirs);
}

function line(name: string, ...cells: (string | number)[]): string {
  return `${name.padEnd(32)} ${cells.map((cell) => String(cell).padStart(9)).join(' ')}\n`;
}

function percent(agree: number, others: number): string {
  return `${((100 * agree) / Math.max(1, agree + others)).toFixed(1)} %`;
}
