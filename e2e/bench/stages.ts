/** The engine in growing parts, to see what each costs. `node e2e/bench/stages.ts NAME CAPTURE` runs one in a process of its own. */
import { closeSync, openSync, readSync } from 'node:fs';
import type { RecordSink } from '@wirecase/contract';
import { decode, Packet } from '@wirecase/decode';
import { Analyzer, PacketIndexWriter } from '@wirecase/engine';
import { FlowTable, noFlow, Slot, slotWords } from '@wirecase/flow';
import { CaptureReader, readBytes } from '@wirecase/pcap-parser';
import { nodePlatform } from '@wirecase/store/platform';

const ignored = { flowEnded: () => {}, flowWeird: () => {}, tableFull: () => {} };

export interface StageResult {
  packets: number;
  rows: number;
}

/** A stage that takes the bytes of a capture. */
export interface Feed {
  /** The next bytes; they are not kept. */
  push(chunk: Uint8Array): void;
  finish(): StageResult;
}

/** Reader and decoder, and what `track` does with each packet. */
function decoding(track: (reader: CaptureReader, packet: Packet) => void, finish: () => void): Feed {
  const reader = new CaptureReader();
  const packet = new Packet();
  const drain = () => {
    while (reader.next()) {
      decode(packet, reader.view, reader.dataOffset, reader.capturedLength, reader.originalLength, reader.linkType);
      track(reader, packet);
    }
  };
  return {
    push: (chunk) => {
      reader.push(chunk);
      drain();
    },
    finish: () => {
      reader.finish();
      drain();
      finish();
      return { packets: reader.number, rows: 0 };
    },
  };
}

function flowTable(): Feed {
  const table = new FlowTable(ignored);
  return decoding(
    (reader, packet) => {
      if (packet.bucket === 0) table.track(packet, reader.view, reader.seconds, reader.nanos, reader.number);
    },
    () => table.finish(),
  );
}

/** The index as the engine fills it (libs/engine/src/analyze.ts). */
function flowTableAndIndex(): Feed {
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
  return decoding(
    (reader, packet) => {
      const slot = packet.bucket === 0 ? table.track(packet, reader.view, reader.seconds, reader.nanos, reader.number) : noFlow;
      index.add(slot === noFlow ? noFlow : ordinalOf(slot), reader.fileOffset, reader.interfaceId);
    },
    () => {
      table.finish();
      index.finish([]);
    },
  );
}

function analyzing(alerts: boolean): Feed {
  let rows = 0;
  const sink: RecordSink = { record: () => void rows++ };
  const analyzer = new Analyzer({ platform: nodePlatform, sink, captureSha256: new Uint8Array(32), options: { alerts } });
  return {
    push: (chunk) => analyzer.push(chunk),
    finish: () => ({ packets: analyzer.finish().packets, rows }),
  };
}

/** By name, each with everything of the one before it. */
export const stagesOf: Readonly<Record<string, () => Feed>> = {
  'reader+decoder': () =>
    decoding(
      () => {},
      () => {},
    ),
  '+flows': flowTable,
  '+index': flowTableAndIndex,
  '+protocols': () => analyzing(false),
  '+detectors': () => analyzing(true),
};

/** Run a stage over a capture file. */
export function runStage(name: string, path: string): StageResult {
  const feed = stagesOf[name]!();
  const file = openSync(path, 'r');
  const buffer = new Uint8Array(readBytes);
  for (let length = readSync(file, buffer); length > 0; length = readSync(file, buffer)) feed.push(buffer.subarray(0, length));
  closeSync(file);
  return feed.finish();
}

if (import.meta.main) {
  const [name = '', path = ''] = process.argv.slice(2);
  process.stdout.write(`${JSON.stringify(runStage(name, path))}\n`);
}
