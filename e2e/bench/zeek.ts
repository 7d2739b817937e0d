/**
 * Our records beside Zeek's logs, row by row: `npm run bench zeek FOLDER EXPECTED [LOG]`. FOLDER holds captures, EXPECTED is an NDJSON
 * file with a line for each: `corpus` and `capture` (its path is FOLDER/corpus/capture), `mode` and `logs`, rows by log. Rows of one
 * connection are compared in order; ids and times are not. Prints for each log and field how many values
 * agree, how many differ by a known rule (docs/differences.md), how many otherwise, then those.
 */
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { formatIp } from '@wirecase/contract';
import { Analyzer } from '@wirecase/engine';
import { openCapture } from '@wirecase/store/capture-source';
import { nodePlatform } from '@wirecase/store/platform';
import { logFields, type LogRow, type Row } from './zeek-fields.ts';

interface Expected {
  corpus: string;
  capture: string;
  mode?: { pure?: boolean; multi_trace?: boolean };
  logs?: Record<string, LogRow[]>;
}

interface Count {
  agree: number;
  explained: number;
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
const reasons = new Map<string, number>();

for await (const json of createInterface({ input: createReadStream(expectedPath) })) {
  const expected = JSON.parse(json) as Expected;
  // Zeek run with scripts of its own or over several captures says what a plain run does not.
  if (!expected.logs || !expected.mode?.pure || expected.mode.multi_trace) continue;
  const logs = Object.entries(expected.logs).filter(([log]) => Object.hasOwn(logFields, log) && (!only || log === only));
  if (logs.length === 0) continue;
  const rows = await rowsOf(join(folder, expected.corpus, expected.capture));
  for (const [log, theirs] of logs) compare(log, theirs, rows, expected.capture);
}
report();

async function rowsOf(path: string): Promise<Map<string, Row[]>> {
  const rows = new Map<string, Row[]>();
  const analyzer = new Analyzer({
    platform: nodePlatform,
    captureSha256: new Uint8Array(32),
    options: { alerts: false, collapse: false },
    sink: {
      record(type, row) {
        const known = rows.get(type.name);
        if (known) known.push(row as Row);
        else rows.set(type.name, [row as Row]);
      },
    },
  });
  for await (const chunk of (await openCapture(path)).chunks()) analyzer.push(chunk);
  analyzer.finish();
  return rows;
}

function compare(log: string, theirs: readonly LogRow[], rows: ReadonlyMap<string, Row[]>, capture: string): void {
  const { record, has = () => true, split = (row) => [row], explain = () => null, fields } = logFields[log]!;
  const ours = Map.groupBy((rows.get(record) ?? []).filter(has).flatMap(split), connectionOf);
  for (const [connection, logRows] of Map.groupBy(theirs, (row) => logConnectionOf(row))) {
    const of = connection === '' ? [...ours.values()].flat() : (ours.get(connection) ?? []);
    logRows.forEach((logRow, i) => {
      for (const [name, ourValue] of Object.entries(fields)) {
        if (!(name in logRow)) continue;
        const row = of[i];
        const value = row && ourValue(row);
        if (row && value === undefined) continue;
        const reason = (): string | null => explain(name, logRow, row);
        note(`${log}.${name}`, text(logRow[name]), row ? text(value) : 'no row', capture, reason);
      }
    });
  }
}

function note(name: string, theirs: string, ours: string, capture: string, explain: () => string | null): void {
  let count = counts.get(name);
  if (!count) counts.set(name, (count = { agree: 0, explained: 0, differ: 0 }));
  if (theirs === ours) {
    count.agree++;
    return;
  }
  const reason = explain();
  if (reason !== null) {
    count.explained++;
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  } else {
    count.differ++;
    differences.push(`${name}  ${capture}  Zeek ${theirs}, here ${ours}`);
  }
}

function connectionOf(row: Row): string {
  return `${formatIp(row['sourceIp'] as Uint8Array)} ${String(row['sourcePort'] ?? 0)} ${formatIp(row['destinationIp'] as Uint8Array)} ${String(row['destinationPort'] ?? 0)}`;
}

/** Empty where a log has no connection (DHCP). */
function logConnectionOf(row: LogRow): string {
  if (!('id.orig_h' in row)) return '';
  return [row['id.orig_h'], row['id.orig_p'], row['id.resp_h'], row['id.resp_p']].map(String).join(' ');
}

/** Times and intervals of Zeek are decimals: 120.000000 is 120. */
function text(value: unknown): string {
  if (Array.isArray(value)) return value.map(text).join(' ');
  if (value === null || value === undefined) return '-';
  const written = String(value);
  return /^\d+\.0+$/.test(written) ? written.replace(/\.0+$/, '') : written.toLowerCase();
}

function report(): void {
  const total: Count = { agree: 0, explained: 0, differ: 0 };
  process.stdout.write(line('', 'agree', 'known', 'differ', 'of the rest'));
  for (const [name, { agree, explained, differ }] of [...counts].sort(([a], [b]) => a.localeCompare(b))) {
    total.agree += agree;
    total.explained += explained;
    total.differ += differ;
    process.stdout.write(line(name, agree, explained, differ, percent(agree, differ)));
  }
  process.stdout.write(line('all', total.agree, total.explained, total.differ, percent(total.agree, total.differ)));
  for (const [reason, values] of reasons) process.stdout.write(`  known: ${values} values: ${reason}\n`);
  for (const difference of differences) process.stdout.write(`  ${difference.slice(0, 240)}\n`);
}

function line(name: string, ...cells: (string | number)[]): string {
  return `${name.padEnd(28)} ${cells.map((cell) => String(cell).padStart(8)).join(' ')}\n`;
}

function percent(agree: number, differ: number): string {
  return `${((100 * agree) / Math.max(1, agree + differ)).toFixed(1)} %`;
}
