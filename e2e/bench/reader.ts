/**
 * Packets a second through the reader alone and through reader and decoder, one thread, page cache warm:
 *
 *   node e2e/bench/reader.ts CAPTURE [ROUNDS]
 *
 * CAPTURE is uncompressed. Prints the median of ROUNDS (5) interleaved rounds, wall and CPU, and the bytes of JavaScript heap that a
 * packet costs in steady state (negative when the collector ran meanwhile: measure again).
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { decode, Packet } from '@wirecase/decode';
import { CaptureReader, readBytes } from '@wirecase/pcap-parser';

const chunk = new Uint8Array(readBytes);

interface Round {
  packets: number;
  /** Sum over decoded fields, so that the work cannot be left out. */
  checksum: number;
  wallMs: number;
  cpuMs: number;
  heapBytes: number;
}

type Take = (reader: CaptureReader) => number;

function run(path: string, take: Take): Round {
  const file = openSync(path, 'r');
  const reader = new CaptureReader();
  let checksum = 0;
  let packets = 0;
  const heapBefore = process.memoryUsage().heapUsed;
  const cpuBefore = process.cpuUsage();
  const begin = performance.now();
  for (;;) {
    const length = readSync(file, chunk);
    if (length === 0) reader.finish();
    else reader.push(chunk.subarray(0, length));
    while (reader.next()) {
      packets++;
      checksum = (checksum + take(reader)) | 0;
    }
    if (length === 0) break;
  }
  const wallMs = performance.now() - begin;
  const cpu = process.cpuUsage(cpuBefore);
  const heapBytes = process.memoryUsage().heapUsed - heapBefore;
  closeSync(file);
  return { packets, checksum, wallMs, cpuMs: (cpu.user + cpu.system) / 1000, heapBytes };
}

const packet = new Packet();
const ways: [string, Take][] = [
  ['reader', (reader) => reader.capturedLength],
  [
    'reader + decode',
    (reader) => {
      decode(packet, reader.view, reader.dataOffset, reader.capturedLength, reader.originalLength, reader.linkType);
      return packet.sourcePort + packet.payloadBytes + packet.bucket;
    },
  ],
];

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

const [path, rounds = '5'] = process.argv.slice(2);
if (!path) {
  console.error('usage: node e2e/bench/reader.ts CAPTURE [ROUNDS]');
  process.exit(2);
}
const file = openSync(path, 'r');
const megabytes = fstatSync(file).size / 1e6;
closeSync(file);
for (const [, take] of ways) run(path, take); // warm: page cache and compiler
const results = ways.map(() => [] as Round[]);
for (let i = 0; i < Number(rounds); i++) ways.forEach(([, take], way) => results[way]!.push(run(path, take)));
ways.forEach(([name], way) => {
  const all = results[way]!;
  const wallMs = median(all.map((round) => round.wallMs));
  const cpuMs = median(all.map((round) => round.cpuMs));
  const { packets, checksum } = all[0]!;
  const heap = median(all.map((round) => round.heapBytes / packets));
  console.log(
    `${name}: ${packets} packets, ${wallMs.toFixed(0)} ms wall, ${cpuMs.toFixed(0)} ms CPU, ` +
      `${(packets / wallMs / 1000).toFixed(2)} Mpackets/s, ${((megabytes / wallMs) * 1000).toFixed(0)} MB/s, ` +
      `${((cpuMs * 1e6) / packets).toFixed(0)} ns CPU/packet, ${heap.toFixed(2)} heap bytes/packet (checksum ${checksum})`,
  );
});
