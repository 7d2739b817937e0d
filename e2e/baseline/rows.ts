/** Rows of the traces in e2e/traces, as their baselines hold them: one NDJSON file per record type. */
import { hash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CaptureSummary, formatTime, rowToLine } from '@wirecase/contract';
import { Analyzer } from '@wirecase/engine';
import { openCapture } from '@wirecase/store/capture-source';
import { nodePlatform } from '@wirecase/store/platform';

export const tracesDirectory = fileURLToPath(new URL('../traces/', import.meta.url));
export const baselineDirectory = fileURLToPath(new URL('./', import.meta.url));

const extension = /\.(pcap|pcapng|cap)(\.gz|\.zst)?$/;

/** File names of all traces, in order. */
export async function traceNames(): Promise<string[]> {
  return (await readdir(tracesDirectory)).filter((name) => extension.test(name)).sort();
}

/** Name of a trace's folder in the baseline. */
export function baselineName(trace: string): string {
  return trace.replace(extension, '');
}

export interface TraceRows {
  /** Text of each NDJSON file, by record name. */
  files: Map<string, string>;
  summary: CaptureSummary;
}

/** Analyse a trace. Throws when packets are not conserved. */
export async function traceRows(trace: string): Promise<TraceRows> {
  const path = join(tracesDirectory, trace);
  const captureSha256 = hash('sha256', await readFile(path), 'buffer');
  const lines = new Map<string, string[]>();
  const add = (record: string, line: string) => {
    const known = lines.get(record);
    if (known) known.push(line);
    else lines.set(record, [line]);
  };
  let packetsInFlows = 0;
  const analyzer = new Analyzer({
    platform: nodePlatform,
    captureSha256,
    sink: {
      record(type, row) {
        if (type.name === 'flow') packetsInFlows += (row as { packets: number }).packets;
        add(type.name, rowToLine(type, row));
      },
    },
  });
  for await (const chunk of (await openCapture(path)).chunks()) analyzer.push(chunk);
  const summary = analyzer.finish();
  const outside = Object.values(summary.nonFlow).reduce((sum, count) => sum + count, 0);
  if (packetsInFlows + outside !== summary.packets) {
    throw new Error(`${trace}: ${summary.packets} packets, but ${packetsInFlows} in flows and ${outside} in buckets`);
  }
  add(
    'capture',
    JSON.stringify(summary, (_, value: unknown) => (typeof value === 'bigint' ? formatTime(value) : value)),
  );
  return { files: new Map([...lines].map(([record, all]) => [record, all.join('\n') + '\n'])), summary };
}
