import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Capture, Health, Page, ReceivedCaptures } from '@wirecase/contract';
import { PacketScript, udp } from '@wirecase/testkit/packets';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ApiServer, problemOf, zipOf, type Client } from './api-server.ts';

let server: ApiServer;
let analyst: Client;

beforeAll(async () => {
  server = await ApiServer.startSetUp();
  analyst = await tusClient('ingest', 'read:captures');
});
afterAll(() => server?.close());

const tusClient = async (...scopes: string[]) => (await server.keyFor(...scopes)).with({ 'Tus-Resumable': '1.0.0' });

let made = 0;
/** A capture of about `bytes` bytes that no other test has. */
function captureOf(bytes: number): Uint8Array {
  const script = new PacketScript().at(++made);
  while (script.frames.length * 1042 < bytes) script.ip('10.0.0.1', '10.0.0.2', udp({}, randomBytes(1000)));
  return script.capture();
}

const base64 = (text: string) => Buffer.from(text).toString('base64');

/** Begin an upload; answers its path below the API's base. */
async function begin(client: Client, length: number, name = 'x.pcap'): Promise<string> {
  const headers = { 'Upload-Length': String(length), 'Upload-Metadata': `filename ${base64(name)},owner ${base64('somebody else')}` };
  const response = await client.request('/uploads', { method: 'POST', headers });
  expect(response.status).toBe(201);
  return response.headers.get('location')!.replace('/api/v1', '');
}

function send(client: Client, path: string, offset: number, bytes: Uint8Array): Promise<Response> {
  const headers = { 'Upload-Offset': String(offset), 'Content-Type': 'application/offset+octet-stream' };
  return client.request(path, { method: 'PATCH', headers, body: bytes as Uint8Array<ArrayBuffer> });
}

const offsetOf = async (client: Client, path: string) =>
  Number((await client.request(path, { method: 'HEAD' })).headers.get('upload-offset'));
const partsLeft = () => readdir(join(server.services.dataDir, 'uploads', 'tus'));

it('an upload in pieces becomes the capture that the last answer names', async () => {
  const bytes = captureOf(100_000);
  const path = await begin(analyst, bytes.length, 'in pieces.pcap');
  expect((await send(analyst, path, 0, bytes.subarray(0, 40_000))).headers.get('upload-offset')).toBe('40000');
  expect(await problemOf(await analyst.request(`${path}/capture`))).toMatchObject({ status: 404, code: 'upload.not-found' });
  const last = await send(analyst, path, 40_000, bytes.subarray(40_000));
  expect(last.status).toBe(204);
  const capture = await analyst.json<Capture>(`/captures/${last.headers.get('upload-capture-id')}`);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  expect(capture).toMatchObject({ name: 'in pieces.pcap', sha256, size: bytes.length, origin: 'upload' });
  expect(await analyst.json<ReceivedCaptures>(`${path}/capture`)).toEqual({ ...capture, captures: [capture] });
  expect(await partsLeft()).toEqual([]);
});

it('an archive becomes each capture in it', async () => {
  const archive = await zipOf({ 'a.pcap': captureOf(1_000), 'b.pcap': captureOf(2_000) });
  const path = await begin(analyst, archive.length, 'two.zip');
  const last = await send(analyst, path, 0, archive);
  const ids = last.headers.get('upload-capture-ids')!.split(', ');
  expect(ids[0]).toBe(last.headers.get('upload-capture-id'));
  const { captures } = await analyst.json<ReceivedCaptures>(`${path}/capture`);
  expect(captures.map(({ id, entry }) => [id, entry])).toEqual([
    [ids[0], 'a.pcap'],
    [ids[1], 'b.pcap'],
  ]);
});

it('a server that was killed goes on at the last byte it had', async () => {
  const bytes = captureOf(200_000);
  const path = await begin(analyst, bytes.length);
  await send(analyst, path, 0, bytes.subarray(0, 123_457));
  await server.kill();
  await server.run();
  const offset = await offsetOf(analyst, path);
  expect(offset).toBe(123_457);
  const last = await send(analyst, path, offset, bytes.subarray(offset));
  expect((await analyst.json<Capture>(`/captures/${last.headers.get('upload-capture-id')}`)).sha256).toBe(
    createHash('sha256').update(bytes).digest('hex'),
  );
});

it('a cut at any of 40 places is resumed to the same bytes', async () => {
  const bytes = captureOf(65_536);
  for (let i = 0; i < 40; i++) {
    const cut = Math.floor((bytes.length * i) / 40);
    const path = await begin(analyst, bytes.length);
    if (cut > 0) await send(analyst, path, 0, bytes.subarray(0, cut));
    expect(await offsetOf(analyst, path)).toBe(cut);
    const last = await send(analyst, path, cut, bytes.subarray(cut));
    const { sha256 } = await analyst.json<Capture>(`/captures/${last.headers.get('upload-capture-id')}`);
    expect(sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
  }
});

it('a wrong offset is a conflict and changes nothing', async () => {
  const bytes = captureOf(10_000);
  const path = await begin(analyst, bytes.length);
  await send(analyst, path, 0, bytes.subarray(0, 5000));
  for (const offset of [0, 4999, 5001, bytes.length]) expect((await send(analyst, path, offset, bytes.subarray(5000))).status).toBe(409);
  expect(await offsetOf(analyst, path)).toBe(5000);
});

it('a file that is no capture is refused with what it looks like, again when asked later', async () => {
  const path = await begin(analyst, 10_000);
  const problem = await problemOf(await send(analyst, path, 0, new Uint8Array(10_000).fill(65)));
  expect(problem).toMatchObject({ status: 415, code: 'capture.unreadable' });
  expect(await problemOf(await analyst.request(`${path}/capture`))).toMatchObject({ code: 'capture.unreadable', detail: problem.detail });
  expect(await partsLeft()).not.toContain(path.split('/').at(-1));
});

it('a client whose last answer was lost is told that it is done', async () => {
  const bytes = captureOf(5000);
  const path = await begin(analyst, bytes.length);
  const last = await send(analyst, path, 0, bytes);
  const head = await analyst.request(path, { method: 'HEAD' });
  expect(head.status).toBe(200);
  expect(head.headers.get('upload-offset')).toBe(String(bytes.length));
  expect(head.headers.get('upload-capture-id')).toBe(last.headers.get('upload-capture-id'));
});

it('a part that was complete when the server died becomes a capture at the next start', async () => {
  const bytes = captureOf(5000);
  const path = await begin(analyst, bytes.length);
  const part = join(server.services.dataDir, 'uploads', 'tus', path.split('/').at(-1)!);
  await server.kill();
  await writeFile(part, bytes);
  await server.run();
  await expect
    .poll(async () => (await analyst.json<Page<Capture>>('/captures?limit=1')).items[0]?.sha256)
    .toBe(createHash('sha256').update(bytes).digest('hex'));
  expect(await offsetOf(analyst, path)).toBe(bytes.length);
});

it('the same bytes again are the same capture', async () => {
  const bytes = captureOf(5000);
  const ids = [];
  for (let i = 0; i < 2; i++) {
    const path = await begin(analyst, bytes.length);
    ids.push((await send(analyst, path, 0, bytes)).headers.get('upload-capture-id'));
  }
  expect(ids[0]).toBe(ids[1]);
});

it('only who began an upload may go on with it, whatever its metadata says', async () => {
  const stranger = await tusClient('ingest', 'write:captures');
  const bytes = captureOf(5000);
  const path = await begin(analyst, bytes.length);
  for (const response of [
    await stranger.request(path, { method: 'HEAD' }),
    await send(stranger, path, 0, bytes),
    await stranger.request(path, { method: 'DELETE' }),
    await stranger.request(`${path}/capture`),
    // tus reads the id from the end of an address; ours is asked of its owner.
    await stranger.request(`/uploads?of=${path}`, { method: 'HEAD' }),
    await send(stranger, `/uploads?of=${path}`, 0, bytes),
    await stranger.request(`/uploads?of=${path}`, { method: 'DELETE' }),
  ])
    expect(response.status).toBe(404);
  expect(await offsetOf(analyst, path)).toBe(0);
  expect((await send(analyst, path, 0, bytes)).status).toBe(204);
});

it('needs the permission to ingest, and the token of the page when a browser sends it', async () => {
  const reader = await tusClient('read:captures');
  expect((await reader.request('/uploads', { method: 'POST', headers: { 'Upload-Length': '1' } })).status).toBe(403);
  const browser = (await server.browserOf('analyst')).with({ 'Tus-Resumable': '1.0.0' });
  await begin(browser, 10);
  const forged = await browser.with({ 'X-Wirecase-CSRF': '' }).request('/uploads', { method: 'POST', headers: { 'Upload-Length': '1' } });
  expect(await problemOf(forged)).toMatchObject({ code: 'auth.csrf' });
});

it.skipIf(process.getuid?.() !== 0)('a disk that is full on the way says so, and the upload goes on when there is room', async () => {
  const parts = join(server.services.dataDir, 'uploads', 'tus');
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', parts]);
  try {
    const bytes = captureOf(800_000);
    const path = await begin(analyst, bytes.length);
    await writeFile(join(parts, '.filler'), new Uint8Array(600_000));
    const full = await send(analyst, path, 0, bytes);
    expect([full.status, await full.text()]).toEqual([507, expect.stringContaining('disk')]);
    await rm(join(parts, '.filler'));
    const offset = await offsetOf(analyst, path);
    expect((await send(analyst, path, offset, bytes.subarray(offset))).status).toBe(204);
  } finally {
    execFileSync('umount', ['-l', parts]);
  }
});

it.skipIf(process.getuid?.() !== 0)('a disk that takes no writes is said to be read-only, and what is there can be read', async () => {
  const { dataDir } = server.services;
  execFileSync('mount', ['--bind', dataDir, dataDir]);
  try {
    execFileSync('mount', ['-o', 'remount,bind,ro', dataDir]);
    const problem = await problemOf(await analyst.upload(captureOf(1000), 'x.pcap'));
    expect(problem).toMatchObject({ status: 503, code: 'storage.read-only' });
    const begun = await analyst.request('/uploads', { method: 'POST', headers: { 'Upload-Length': '10' } });
    expect([begun.status, await begun.text()]).toEqual([503, expect.stringContaining('read-only')]);
    expect((await analyst.json<Health>('/health/ready')).checks['disk']).toMatchObject({ status: 'degraded' });
    expect((await analyst.request('/captures')).status).toBe(200);
  } finally {
    execFileSync('umount', ['-l', dataDir]);
  }
});

it('a part can be given up', async () => {
  const path = await begin(analyst, 10_000);
  await send(analyst, path, 0, new Uint8Array(100));
  expect((await analyst.request(path, { method: 'DELETE' })).status).toBe(204);
  expect((await analyst.request(path, { method: 'HEAD' })).status).toBe(404);
});
