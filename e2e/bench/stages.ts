/** The engine in growing parts, to see what each costs. `node e2e/bench/stages.ts NAME CAPTURE` runs one in a process of its own. */
import { closeSync, openSync, readSync } from 'node:fs';
import type { RecordSink } from '@wirecase/contract';
import { decode, Packet } from '@wirecase/decode';
import { Analyzer, PacketIndexWriter } from '@wirecase/engine';
import { FlowTable, noFlow, Slot, slotWords } from '@wirecase/flow';
import { CaptureReader } from '@wirecase/pcap-parser';
import { nodePlatform } from '@wirecase/store/platform';

const ignored = { flowEnded: () => {}, flowWeird: () => {}, tableFull: () => {} };

export interface StageResult {
  packets: number;
  rows: number;
}

function readAll(path: string, take: (chunk: Uint8Array) => void): void {
  const file = openSync(path, 'r');
  const buffer = new Uint8Array(128 * 1024);
  for (let length = readSync(file, buffer); length > 0; length = readSync(file, buffer)) take(buffer.subarray(0, length));
  closeSync(file);
}

function readAndDecode(path: string, track: (reader: CaptureReader, packet: Packet) => void): StageResult {
  const reader = new CaptureReader();
  const packet = new Packet();
  const drain = () => {
    while (reader.next()) {
      decode(packet, reader.view, reader.dataOffset, reader.capturedLength, reader.originalLength, reader.linkType);
      track(reader, packet);
    }
  };
  readAll(path, (chunk) => {
    reader.push(chunk);
    drain();
  });
  reader.finish();
  drain();
  return { packets: reader.number, rows: 0 };
}

function flowTable(path: string): StageResult {
  const table = new FlowTable(ignored);
  const result = readAndDecode(path, (reader, packet) => {
    if (packet.bucket === 0) table.track(packet, reader.view, reader.seconds, reader.nanos, reader.number);
  });
  table.finish();
  return result;
}

/** The index as the engine fills it (libs/engine/src/analyze.ts). */
function flowTableAndIndex(path: string): StageResult {
  const table = new FlowTable(ignored);
  const index = new PacketIndexWriter();
  const ordinalOf = (slot: number) => {
    const { words, doubles } = table; // others when the table has grown
    const base = slot * slotWords;
    if (words[base + Slot.IndexSegment] !== index.segment) {
      words[base + Slot.IndexSegment] = index.segment;
      words[base + Slot.IndexOrdinal] = index.addFlow(doubles[base / 2 + Slot.FirstPacketF64]!);
    }
    return words[base + Slot.IndexOrdinal]!;
  };
  const result = readAndDecode(path, (reader, packet) => {
    const slot = packet.bucket === 0 ? table.track(packet, reader.view, reader.seconds, reader.nanos, reader.number) : noFlow;
    index.add(slot === noFlow ? noFlow : ordinalOf(slot), reader.fileOffset, reader.interfaceId);
  });
  table.finish();
  index.finish([]);
  return result;
}

function analyze(path: string, alerts: boolean): StageResult {
  let rows = 0;
  const sink: RecordSink = { record: () => void rows++ };
  const analyzer = new Analyzer({ platform: nodePlatform, sink, captureSha256: new Uint8Array(32), options: { alerts } });
  readAll(path, (chunk) => analyzer.push(chunk));
  return { packets: analyzer.finish().packets, rows };
}

/** By name, each with everything of the one before it. */
export const stages: Readonly<Record<string, (path: string) => StageResult>> = {
  'reader+decoder': (path) => readAndDecode(path, () => {}),
  '+flows': flowTable,
  '+index': flowTableAndIndex,
  '+protocols': (path) => analyze(path, false),
  '+detectors': (path) => analyze(path, true),
};

if (import.meta.main) {
  const [name = '', path = ''] = process.argv.slice(2);
  process.stdout.write(`${JSON.stringify(stages[name]!(path))}\n`);
}
