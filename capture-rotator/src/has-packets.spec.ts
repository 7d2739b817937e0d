import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hasPackets } from './has-packets.ts';

const trace = (name: string) => join(import.meta.dirname, '../../e2e/traces', name);
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wirecase-ring-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function file(bytes: Uint8Array): Promise<string> {
  const path = join(directory, 'file');
  await writeFile(path, bytes);
  return path;
}

test('headers alone hold no packets', async () => {
  expect(await hasPackets(trace('empty.pcap'))).toBe(false);
});

test('a file with packets has some, however large it is', async () => {
  expect(await hasPackets(trace('ping.pcap'))).toBe(true);
  expect(await hasPackets(trace('busy.pcap'))).toBe(true);
});

test('what is cut off or no capture may hold some', async () => {
  expect(await hasPackets(await file((await readFile(trace('http-pcapng.pcapng'))).subarray(0, 100)))).toBe(true);
  expect(await hasPackets(await file(Buffer.from('no capture at all')))).toBe(true);
  expect(await hasPackets(await file(Buffer.alloc(0)))).toBe(true);
});

test('a file that is gone is an error', async () => {
  await expect(hasPackets(join(directory, 'gone'))).rejects.toMatchObject({ code: 'ENOENT' });
});
