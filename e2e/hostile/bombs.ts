/**
 * T22: files of some KiB that unpack to gigabytes of valid capture. `node e2e/hostile/bombs.ts [MEGABYTES]` makes them, reads each as
 * ingest does and prints one JSON line: how it ended, how long it took, how much came out, the memory.
 */
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WirecaseError } from '@wirecase/contract';
import { Analyzer } from '@wirecase/engine';
import { openCapture } from '@wirecase/store/capture-source';
import { concatenate, ethernet, ipv4, pcapHeader, pcapRecord, udp } from '@wirecase/testkit/packets';
import { nodePlatform } from '@wirecase/store/platform';
import { CountingSink } from './counting-sink.ts';

export interface BombReport {
  name: string;
  packedBytes: number;
  /** `capture.bomb` when it was refused; `read` when it was read to its end. */
  state: string;
  seconds: number;
  plainBytes: number;
  packets: number;
  maxRssMb: number;
}

/** By the name of the file: what packs it. */
const packers: Readonly<Record<string, readonly string[]>> = {
  'bomb.pcap.zst': ['zstd', '-q', '-19', '--long=27', '-o'],
  'bomb.pcap.gz': ['gzip'],
  'bomb.pcap.xz': ['xz'],
  'bomb.pcap.lz4': ['lz4', '-q'],
  'bomb.zip': ['zip', '-q'],
};

/** A capture of the same packet over and over, written to `path`. */
function writeCapture(path: string, bytes: number): void {
  const record = pcapRecord({ seconds: 1_700_000_000, data: ethernet({}, ipv4({}, udp({}, new Uint8Array(32)))) });
  const chunk = concatenate(...Array.from({ length: 50_000 }, () => record));
  const file = openSync(path, 'w');
  writeSync(file, pcapHeader());
  for (let written = 0; written < bytes; written += chunk.length) writeSync(file, chunk);
  closeSync(file);
}

function pack(directory: string, name: string, plain: string): string {
  const path = join(directory, name);
  const [tool, ...options] = packers[name]!;
  if (tool === 'zip') execFileSync('zip', [...options, path, plain]);
  else if (tool === 'zstd') execFileSync('zstd', [...options, path, plain]);
  else execFileSync('sh', ['-c', `${[tool, ...options].join(' ')} -c < "$1" > "$2"`, 'sh', plain, path]);
  return path;
}

async function read(path: string, name: string): Promise<BombReport> {
  const begin = performance.now();
  const analyzer = new Analyzer({ platform: nodePlatform, sink: new CountingSink(), captureSha256: new Uint8Array(32) });
  let state = 'read';
  let plainBytes = 0;
  try {
    const source = await openCapture(path, { plainPath: `${path}.plain` });
    for await (const chunk of source.chunks()) {
      plainBytes += chunk.length;
      analyzer.push(chunk);
    }
    analyzer.finish();
  } catch (error) {
    // Refused by name; anything else is a fault.
    if (!(error instanceof WirecaseError)) throw error;
    state = error.code;
  }
  return {
    name,
    packedBytes: statSync(path).size,
    state,
    seconds: Math.round(performance.now() - begin) / 1000,
    plainBytes,
    packets: analyzer.packets,
    maxRssMb: Math.round(process.resourceUsage().maxRSS / 1024),
  };
}

/** Make and read every bomb. A nested one is a gz of the zst. */
export async function readBombs(megabytes: number): Promise<BombReport[]> {
  const directory = mkdtempSync(join(tmpdir(), 'bombs-'));
  try {
    const plain = join(directory, 'plain.pcap');
    writeCapture(plain, megabytes * 1_000_000);
    const reports: BombReport[] = [];
    for (const name of Object.keys(packers)) reports.push(await read(pack(directory, name, plain), name));
    const nested = join(directory, 'nested.pcap.zst.gz');
    execFileSync('sh', ['-c', 'gzip -c < "$1" > "$2"', 'sh', join(directory, 'bomb.pcap.zst'), nested]);
    reports.push(await read(nested, 'nested.pcap.zst.gz'));
    return reports;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

if (import.meta.main) {
  for (const report of await readBombs(Number(process.argv[2] ?? 2000))) process.stdout.write(`${JSON.stringify(report)}\n`);
}
