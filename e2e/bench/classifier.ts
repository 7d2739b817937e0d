/**
 * `node e2e/bench/classifier.ts CAPTURE [ROUNDS]`: what the traffic classifier costs a packet, as user CPU of one process that analyses the
 * capture with and without it in turn. The first pair warms up.
 */
import { readFileSync } from 'node:fs';
import { classifier, type DetectorModule, registry } from '@wirecase/detect';
import { Analyzer } from '@wirecase/engine';
import { nodePlatform } from '@wirecase/store';

const CHUNK_BYTES = 4 << 20;
const [path, rounds = '7'] = process.argv.slice(2);
if (path === undefined) throw new Error('Usage: node e2e/bench/classifier.ts CAPTURE [ROUNDS]');
const capture = readFileSync(path);
const others = registry.filter((module) => module !== classifier);
let packets = 0;

/** User CPU in nanoseconds a packet. */
function cost(detectors: readonly DetectorModule[]): number {
  const analyzer = new Analyzer({ platform: nodePlatform, sink: { record() {} }, captureSha256: new Uint8Array(32), detectors });
  const before = process.cpuUsage();
  for (let at = 0; at < capture.length; at += CHUNK_BYTES) analyzer.push(capture.subarray(at, at + CHUNK_BYTES));
  packets = analyzer.finish().packets;
  return (1000 * process.cpuUsage(before).user) / packets;
}

const differences: number[] = [];
const wholes: number[] = [];
for (let round = 0; round <= Number(rounds); round++) {
  // Either goes first as often as the other.
  const isFirst = round % 2 === 0;
  const first = cost(isFirst ? others : registry);
  const second = cost(isFirst ? registry : others);
  if (round === 0) continue;
  differences.push(isFirst ? second - first : first - second);
  wholes.push(isFirst ? first : second);
}
const median = (values: readonly number[]): string => values.toSorted((a, b) => a - b)[values.length >> 1]!.toFixed(0);
console.log(`${packets} packets: ${median(differences)} ns a packet for the classifier, beside ${median(wholes)} ns for everything else`);
