/**
 * `npm run bench steady [PACKETS]`: bytes of JavaScript heap that a packet costs once everything is warm: eight TCP flows, segments of 1,448
 * bytes in order, every other packet an acknowledgment. Each stage in this one process; the collector must not run while it is measured,
 * which is seen and measured again. Beside it what typed arrays grow by: the packet index.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { concatenate, ethernet, ipv4, pcapHeader, pcapRecord, tcp } from '@wirecase/testkit/packets';
import { type Feed, stagesOf } from './stages.ts';

const measured = Number(process.argv[2] ?? 3_000_000);
const warm = 500_000;
const flows = 8;
const segmentBytes = 1448;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** One round of all flows: a segment and its acknowledgment each. */
const data = (flow: number) => tcp({ sourcePort: 40_000 + flow, destinationPort: 9, flags: 'A' }, new Uint8Array(segmentBytes).fill(flow));
const answer = (flow: number) => tcp({ sourcePort: 9, destinationPort: 40_000 + flow, flags: 'A' });
const [a, b] = ['10.0.0.1', '10.0.0.2'];
const records = Array.from({ length: flows }, (_, flow) => [
  pcapRecord({ data: ethernet({}, ipv4({ source: a, destination: b }, data(flow))) }),
  pcapRecord({ data: ethernet({}, ipv4({ source: b, destination: a }, answer(flow))) }),
]).flat();
const round = concatenate(...records);
const chunk = concatenate(...Array.from({ length: 64 }, () => round));
const view = new DataView(chunk.buffer);
const perChunk = 64 * records.length;
const at = { seconds: 0, micros: 4, seq: 16 + 38, ack: 16 + 42 } as const;

/** Give sequence numbers and times to the packets of a chunk that begins with packet `first`. */
function number(first: number): void {
  let position = 0;
  for (let i = 0; i < perChunk; i++) {
    const sent = 1 + segmentBytes * Math.floor((first + i) / records.length);
    view.setUint32(position + at.seconds, 1_700_000_000 + Math.floor((first + i) / 100_000), true);
    view.setUint32(position + at.micros, ((first + i) % 100_000) * 10, true);
    view.setUint32(position + at.seq, i % 2 === 0 ? sent : 1);
    view.setUint32(position + at.ack, i % 2 === 0 ? 1 : sent + segmentBytes);
    position += records[i % records.length]!.length;
  }
}

/** Heap and typed array bytes a packet; null when the collector ran meanwhile. */
function run(feed: Feed): { heap: number; arrays: number } | null {
  let packets = 0;
  const until = (count: number) => {
    for (; packets < count; packets += perChunk) {
      number(packets);
      feed.push(chunk);
    }
  };
  feed.push(pcapHeader());
  until(warm);
  collect();
  const before = process.memoryUsage();
  const from = packets;
  until(warm + measured);
  const after = process.memoryUsage();
  feed.finish();
  const heap = (after.heapUsed - before.heapUsed) / (packets - from);
  return heap < 0 ? null : { heap, arrays: (after.arrayBuffers - before.arrayBuffers) / (packets - from) };
}

for (const [name, open] of Object.entries(stagesOf)) {
  let result = run(open());
  // Once more: what was compiled anew in the first run is no part of a steady state.
  for (let i = 0; i < 5 && (i === 0 || result === null); i++) result = run(open());
  const line = result
    ? `${result.heap.toFixed(2)} heap bytes, ${result.arrays.toFixed(2)} array bytes a packet`
    : 'the collector ran each time';
  console.log(`${name.padEnd(18)} ${line}`);
}
