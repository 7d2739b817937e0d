/**
 * Throughput of the engine on one capture: reader + decoder, + flow table and packet index, and everything (protocols, detectors).
 * `node e2e/bench/engine.ts FILE [rounds]`; stages interleaved, median of the rounds, CPU seconds beside wall, peak RSS.
 */
import { hash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import type { Platform, RecordSink } from '@wirecase/contract';
import { decode, Packet } from '@wirecase/decode';
import { Analyzer } from '@wirecase/engine';
import { FlowTable } from '@wirecase/flow';
import { CaptureReader } from '@wirecase/pcap-parser';

const [path, rounds = '5'] = process.argv.slice(2);
if (!path) throw new Error('Usage: node e2e/bench/engine.ts FILE [rounds]');

const platform: Platform = { digest: (algorithm, bytes) => hash(algorithm, bytes, 'buffer') };
let rows = 0;
const sink: RecordSink = { record: () => void rows++ };

function readAll(take: (chunk: Uint8Array) => void): void {
  const file = openSync(path!, 'r');
  const buffer = new Uint8Array(4 * 1024 * 1024);
  for (let length = readSync(file, buffer); length > 0; length = readSync(file, buffer)) take(buffer.subarray(0, length));
  closeSync(file);
}

function readAndDecode(track: (reader: CaptureReader, packet: Packet) => void): number {
  const reader = new CaptureReader();
  const packet = new Packet();
  const drain = () => {
    while (reader.next()) {
      decode(packet, reader.view, reader.dataOffset, reader.capturedLength, reader.originalLength, reader.linkType);
      track(reader, packet);
    }
  };
  readAll((chunk) => {
    reader.push(chunk);
    drain();
  });
  reader.finish();
  drain();
  return reader.number;
}

function analyze(alerts: boolean): number {
  const analyzer = new Analyzer({ platform, sink, captureSha256: new Uint8Array(32), options: { alerts } });
  readAll((chunk) => analyzer.push(chunk));
  return analyzer.finish().packets;
}

const stages: Record<string, () => number> = {
  'reader + decoder': () => readAndDecode(() => {}),
  '+ flow table': () => {
    const ignored = { flowEnded: () => {}, flowWeird: () => {}, tableFull: () => {} };
    const table = new FlowTable(ignored);
    const packets = readAndDecode((reader, packet) => {
      if (packet.bucket === 0) table.track(packet, reader.view, reader.seconds, reader.nanos, reader.number);
    });
    table.finish();
    return packets;
  },
  '+ protocols, rows, packet index': () => analyze(false),
  '+ detectors': () => analyze(true),
};

const results: Record<string, { wall: number; cpu: number; packets: number }[]> = {};
for (let round = 0; round < Number(rounds); round++) {
  for (const [name, stage] of Object.entries(stages)) {
    const cpu = process.cpuUsage();
    const start = process.hrtime.bigint();
    const packets = stage();
    const wall = Number(process.hrtime.bigint() - start) / 1e9;
    const used = process.cpuUsage(cpu);
    (results[name] ??= []).push({ wall, cpu: (used.user + used.system) / 1e6, packets });
  }
}
for (const [name, runs] of Object.entries(results)) {
  const { wall, cpu, packets } = runs.sort((a, b) => a.wall - b.wall)[runs.length >> 1]!;
  const rate = (packets / wall / 1e6).toFixed(2);
  console.log(`${name.padEnd(34)} ${wall.toFixed(3)} s  ${cpu.toFixed(3)} s CPU  ${rate} M packets/s  ${packets} packets`);
}
console.log(`peak RSS ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB, ${rows} rows, Node ${process.version}`);
