/**
 * `npm run bench worst [PACKETS] [ROUNDS]`: the worst case for who keeps flows, SYNs of as many sources as there are packets. Makes that
 * capture and measures all that `npm run bench engine` does on it.
 */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { floodChunks } from '../hostile/floods.ts';

const [packets = '500000', rounds = '5'] = process.argv.slice(2);
const directory = mkdtempSync(join(tmpdir(), 'worst-'));
try {
  const path = join(directory, 'worst.pcap');
  const file = openSync(path, 'w');
  for (const chunk of floodChunks('half-open', Number(packets))) writeSync(file, chunk);
  closeSync(file);
  const { status } = spawnSync(process.execPath, [join(import.meta.dirname, 'peers.ts'), path, rounds], { stdio: 'inherit' });
  process.exitCode = status ?? 1;
} finally {
  rmSync(directory, { recursive: true });
}
