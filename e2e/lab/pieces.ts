/** Whether the lab's captures give the same alerts when they arrive cut into pieces of 64 KB to 1 MB, as a sensor's ring files do. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { type AlertRow, formatTime, type RecordSink, rowToJson } from '@wirecase/contract';
import { Analyzer, type Series } from '@wirecase/engine';
import { nodePlatform } from '@wirecase/store';
import { capturesIn } from './labels.ts';
import { Random } from './random.ts';

const HEADER_BYTES = 24;
const RECORD_BYTES = 16;
const [LEAST_BYTES, MOST_BYTES] = [64 * 1024, 1024 * 1024];

/** Print each capture of `directory` whose alerts differ, with the alerts, and the sums. Where it is cut is drawn from `seed`. */
export function comparePieces(directory: string, seed: number): void {
  const random = new Random(seed);
  let [captures, pieces, alerts, differing] = [0, 0, 0, 0];
  for (const path of capturesIn(directory)) {
    const capture = readFileSync(path);
    const files = cut(capture, random);
    const whole = alertsOf([capture]);
    const cutUp = alertsOf(files);
    captures++;
    pieces += files.length;
    alerts += whole.length;
    const [missing, added] = [whole.filter((each) => !cutUp.includes(each)), cutUp.filter((each) => !whole.includes(each))];
    differing += Math.max(missing.length, added.length);
    for (const each of missing) console.log(`${basename(path)}: only as one file: ${each}`);
    for (const each of added) console.log(`${basename(path)}: only in ${files.length} pieces: ${each}`);
  }
  console.log(`${captures} captures in ${pieces} pieces, ${alerts} alerts: ${differing} differ.`);
}

/** A little-endian pcap as such captures, cut between records. */
function cut(capture: Uint8Array, random: Random): Uint8Array[] {
  const view = new DataView(capture.buffer, capture.byteOffset, capture.length);
  const header = capture.subarray(0, HEADER_BYTES);
  const files: Uint8Array[] = [];
  let from = HEADER_BYTES;
  let most = random.logUniform(LEAST_BYTES, MOST_BYTES);
  for (let at = HEADER_BYTES; at + RECORD_BYTES <= capture.length;) {
    const next = at + RECORD_BYTES + view.getUint32(at + 8, true);
    if (next - from > most && at > from) {
      files.push(Buffer.concat([header, capture.subarray(from, at)]));
      from = at;
      most = random.logUniform(LEAST_BYTES, MOST_BYTES);
    }
    at = next;
  }
  files.push(Buffer.concat([header, capture.subarray(from)]));
  return files;
}

/** The alerts of one file or of files that follow one another, as text in order of their crossing: what is compared. */
function alertsOf(files: readonly Uint8Array[]): string[] {
  const found: string[] = [];
  const sink: RecordSink = {
    record: (type, row) => {
      if (type.name === 'alert') found.push(textOf(row as unknown as AlertRow, rowToJson(type, row)));
    },
  };
  const series: Series = { atPacket: 0, atRecord: 0 };
  const analyzer = new Analyzer({
    platform: nodePlatform,
    captureSha256: new Uint8Array(32),
    sink,
    ...(files.length > 1 ? { series } : {}),
  });
  for (const [i, file] of files.entries()) {
    analyzer.push(file);
    if (i < files.length - 1) analyzer.nextFile();
    else analyzer.finish();
  }
  return found.toSorted();
}

/** Without ids, which are of the capture. */
function textOf({ detectedAt }: AlertRow, json: object): string {
  return `${formatTime(detectedAt)} ${JSON.stringify(json, (name, value: unknown) => (name === 'id' ? undefined : value))}`;
}
