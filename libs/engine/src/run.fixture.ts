/** Runs the engine over a capture in memory: the rows by record type, the summary and a reader of its index. */
import { type CaptureSummary, type JsonRow, rowToJson } from '@wirecase/contract';
import { testPlatform } from '@wirecase/testkit';
import { Analyzer } from './analyze.ts';
import type { AnalyzeOptions } from './options.ts';
import { PacketIndexReader } from './packet-index-reader.ts';

export interface EngineRun {
  rows: Record<string, Record<string, unknown>[]>;
  json: Record<string, JsonRow[]>;
  summary: CaptureSummary;
  index: PacketIndexReader;
  indexBytes: Uint8Array;
}

export async function runEngine(capture: Uint8Array, options: Partial<AnalyzeOptions> = {}, chunkBytes = 4096): Promise<EngineRun> {
  const rows: EngineRun['rows'] = {};
  const json: EngineRun['json'] = {};
  const analyzer = new Analyzer({
    platform: testPlatform,
    captureSha256: testPlatform.digest('sha256', capture),
    options: { alerts: false, ...options },
    sink: {
      record(type, row) {
        (rows[type.name] ??= []).push(row);
        (json[type.name] ??= []).push(rowToJson(type, row));
      },
    },
  });
  for (let at = 0; at < capture.length; at += chunkBytes) analyzer.push(capture.subarray(at, at + chunkBytes));
  const summary = analyzer.finish();
  const indexBytes = analyzer.packetIndex();
  const index = await openIndex(indexBytes);
  requireConservation(rows, summary);
  return { rows, json, summary, index, indexBytes };
}

export function openIndex(bytes: Uint8Array): Promise<PacketIndexReader> {
  return PacketIndexReader.open(async (offset, length) => bytes.slice(offset, offset + length), bytes.length);
}

/** The law of conservation: every packet and byte is in one flow or bucket. Checked in every run. */
function requireConservation(rows: EngineRun['rows'], summary: CaptureSummary): void {
  const flows = rows['flow'] ?? [];
  const inFlows = flows.reduce((sum, flow) => sum + (flow['sourcePackets'] as number) + (flow['destinationPackets'] as number), 0);
  const outside = Object.values(summary.nonFlow).reduce((sum, count) => sum + count, 0);
  if (inFlows + outside !== summary.packets) throw new Error(`${summary.packets} packets, ${inFlows} in flows, ${outside} in buckets`);
  if (flows.length !== summary.flows) throw new Error(`${summary.flows} flows, ${flows.length} rows`);
}
