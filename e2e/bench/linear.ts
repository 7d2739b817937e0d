/**
 * `npm run bench linear CAPTURE [MEGABYTES MEGABYTES]`: whether cost grows with size alone: CPU seconds per packet, everything on, of the
 * first 200 MB and of 4,000 MB made of CAPTURE (uncompressed pcap, Ethernet, microseconds, little-endian). It is read again and again,
 * each time later and between other hosts, so that every round has flows of its own. Nothing is written to disk; each size is a process
 * of its own, which has analysed 200 MB before it is measured, so that starting and compiling count in neither; three times in turn,
 * medians.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { measuredRun } from './measured-run.ts';
import { stagesOf } from './stages.ts';

const pieceBytes = 1 << 20;
const headerBytes = 24;
const recordBytes = 16;

/** Bytes of packets read at most, to be read again: what fits into memory without disturbing. */
const maxHeld = 256e6;

function readHead(path: string): Uint8Array {
  const file = openSync(path, 'r');
  const buffer = new Uint8Array(maxHeld);
  let length = 0;
  for (let got = 1; got > 0 && length < maxHeld; length += got) got = readSync(file, buffer, length, maxHeld - length, null);
  closeSync(file);
  return buffer.subarray(0, length);
}

/** Where records end after about `pieceBytes` each, from the header on. */
function piecesOf(bytes: Uint8Array, view: DataView): number[] {
  const ends = [headerBytes];
  for (let at = headerBytes; at + recordBytes <= bytes.length;) {
    const next = at + recordBytes + view.getUint32(at + 8, true);
    if (next > bytes.length) break;
    at = next;
    if (at - ends.at(-1)! >= pieceBytes) ends.push(at);
  }
  return ends;
}

/** Move the packets of `[from, to)` by `seconds` and their unicast IP addresses by `key`, which is what the same call takes back. */
function change(view: DataView, from: number, to: number, seconds: number, key: number): void {
  for (let at = from; at < to;) {
    const captured = view.getUint32(at + 8, true);
    view.setUint32(at, view.getUint32(at, true) + seconds, true);
    const frame = at + recordBytes;
    const type = captured >= 34 ? view.getUint16(frame + 12) : 0;
    if (type === 0x0800) for (const address of [26, 30]) flip(view, frame + address, 2, key, view.getUint8(frame + address) < 224);
    if (type === 0x86dd && captured >= 54)
      for (const address of [22, 38]) flip(view, frame + address, 6, key, view.getUint8(frame + address) < 255);
    at = frame + captured;
  }
}

function flip(view: DataView, address: number, word: number, key: number, isUnicast: boolean): void {
  if (isUnicast) view.setUint16(address + word, view.getUint16(address + word) ^ key);
}

/** Megabytes that are analysed before anything is measured. */
const warmUp = 200;

function measure(path: string, megabytes: number): void {
  analyze(readHead(path), warmUp);
  const bytes = readHead(path);
  const cpu = process.cpuUsage();
  const packets = analyze(bytes, megabytes);
  const used = process.cpuUsage(cpu);
  const maxRssMb = Math.round(process.resourceUsage().maxRSS / 1024);
  process.stdout.write(`${JSON.stringify({ packets, cpuSeconds: (used.user + used.system) / 1e6, maxRssMb })}\n`);
}

/** Changes `bytes`. Answers how many packets there were. */
function analyze(bytes: Uint8Array, megabytes: number): number {
  const view = new DataView(bytes.buffer);
  const pieces = piecesOf(bytes, view);
  const span = view.getUint32(pieces.at(-2)!, true) - view.getUint32(headerBytes, true) + 600;
  const feed = stagesOf['+detectors']!();
  feed.push(bytes.subarray(0, headerBytes));
  let fed = 0;
  let key = 0;
  for (let round = 0; fed < megabytes * 1e6; round++) {
    const nextKey = (round * 40_503) & 0xffff;
    for (let i = 1; i < pieces.length && fed < megabytes * 1e6; i++) {
      const [from, to] = [pieces[i - 1]!, pieces[i]!];
      if (round > 0) change(view, from, to, span, key ^ nextKey);
      feed.push(bytes.subarray(from, to));
      fed += to - from;
    }
    key = nextKey;
  }
  return feed.finish().packets;
}

async function compare(path: string, sizes: readonly number[]): Promise<void> {
  const perPacket = sizes.map(() => [] as number[]);
  for (let round = 0; round < 3; round++) {
    for (const [i, size] of sizes.entries()) {
      const args = ['--disable-warning=ExperimentalWarning', import.meta.filename, '--one', path, String(size)];
      const { stdout, stderr, exitCode } = await measuredRun(process.execPath, args);
      if (exitCode !== 0) throw new Error(stderr);
      const { packets, cpuSeconds, maxRssMb } = JSON.parse(stdout) as { packets: number; cpuSeconds: number; maxRssMb: number };
      perPacket[i]!.push((cpuSeconds * 1e9) / packets);
      console.log(`${size} MB: ${packets} packets, ${cpuSeconds.toFixed(1)} s CPU, RSS ${maxRssMb} MB`);
    }
  }
  const [small, large] = perPacket.map((values) => values.toSorted((a, b) => a - b)[1]!);
  console.log(
    `ns CPU a packet: ${small!.toFixed(0)} and ${large!.toFixed(0)}; packets a second ${(small! / large!).toFixed(2)} x (goal >= 0.9)`,
  );
}

const args = process.argv.slice(2);
if (args[0] === '--one') measure(args[1]!, Number(args[2]));
else if (args[0]) await compare(args[0], args.length > 1 ? args.slice(1, 3).map(Number) : [200, 4000]);
else throw new Error('Usage: npm run bench linear CAPTURE [MEGABYTES MEGABYTES]');
