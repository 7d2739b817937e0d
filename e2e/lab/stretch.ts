/** The same packets further apart: long captures, and slow attacks, without the wait. What was stretched says so in its labels. */
import { readFileSync, writeFileSync } from 'node:fs';
import { readLabels } from './labels.ts';

const HEADER_BYTES = 24;
const RECORD_BYTES = 16;

/** Write `NAME-xFACTOR.pcap` and its labels beside `NAME.pcap`, a little-endian microsecond capture as the lab makes them. */
export function stretch(factor: number, path: string): void {
  const bytes = readFileSync(path);
  if (bytes.readUInt32LE(0) !== 0xa1b2c3d4) throw new Error(`${path} is no little-endian pcap with microseconds.`);
  const first = bytes.readUInt32LE(HEADER_BYTES) * 1e6 + bytes.readUInt32LE(HEADER_BYTES + 4);
  for (let at = HEADER_BYTES; at + RECORD_BYTES <= bytes.length; at += RECORD_BYTES + bytes.readUInt32LE(at + 8)) {
    const micros = bytes.readUInt32LE(at) * 1e6 + bytes.readUInt32LE(at + 4);
    const moved = Math.round(first + (micros - first) * factor);
    bytes.writeUInt32LE(Math.floor(moved / 1e6), at);
    bytes.writeUInt32LE(moved % 1e6, at + 4);
  }
  const name = path.replace(/\.pcap$/, `-x${factor}`);
  writeFileSync(`${name}.pcap`, bytes);
  const move = (seconds: number): number => first / 1e6 + (seconds - first / 1e6) * factor;
  const labels = readLabels(path.replace(/\.pcap$/, '.labels.jsonl')).map((label) => ({
    ...label,
    rate: label.rate / factor,
    start: move(label.start),
    end: move(label.end),
    stretched: label.stretched * factor,
  }));
  writeFileSync(`${name}.labels.jsonl`, labels.map((label) => `${JSON.stringify(label)}\n`).join(''));
}
