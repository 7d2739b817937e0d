import { createHash } from 'node:crypto';
import { chmod, readdir, stat, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { apiBase, type Capture, type Page, type ReceivedCaptures } from '@wirecase/contract';
import { PacketScript } from '@wirecase/testkit/packets';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiServer, problemOf, zipOf, type Client } from './api-server.ts';

let server: ApiServer;
let analyst: Client;

beforeAll(async () => {
  server = await ApiServer.startSetUp();
  analyst = await server.keyFor('ingest', 'read:captures', 'read:packets', 'write:captures');
});
afterAll(() => server?.close());

/** A capture of one packet that no other test has. */
let made = 0;
function oneCapture(): Uint8Array {
  const script = new PacketScript().at(++made);
  script.tcp('10.0.0.1', '10.0.0.2', 80).syn();
  return script.capture();
}
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const uploadsLeft = async () => (await readdir(join(server.services.dataDir, 'uploads'))).filter((name) => name.startsWith('receiving'));

describe('an upload', () => {
  it('answers 201 with the id, the state and the SHA-256 of the bytes as they came', async () => {
    const bytes = oneCapture();
    const response = await analyst.upload(bytes, 'first.pcap');
    expect(response.status).toBe(201);
    const { captures, ...capture } = (await response.json()) as ReceivedCaptures;
    expect(captures).toEqual([capture]);
    expect(capture).toMatchObject({
      name: 'first.pcap',
      state: 'stored',
      sha256: sha256(bytes),
      size: bytes.length,
      origin: 'upload',
      format: 'pcap-ns',
    });
    const original = join(server.services.dataDir, 'evidence', capture.id, 'original');
    expect((await stat(original)).mode & 0o777).toBe(0o440);
  });

  it('of an archive answers with each capture in it, and the same again when it comes again', async () => {
    const archive = await zipOf({ 'a.pcap': oneCapture(), 'notes.txt': Buffer.from('no capture'), 'b.pcap': oneCapture() });
    const response = await analyst.upload(archive, 'two.zip');
    expect(response.status).toBe(201);
    const { captures, ...first } = (await response.json()) as ReceivedCaptures;
    expect(captures.map(({ name, entry }) => [name, entry])).toEqual([
      ['two.zip/a.pcap', 'a.pcap'],
      ['two.zip/b.pcap', 'b.pcap'],
    ]);
    expect(captures[0]).toEqual(first);
    const again = await analyst.upload(archive, 'two.zip');
    expect(again.status).toBe(200);
    expect(((await again.json()) as ReceivedCaptures).captures.map(({ id }) => id)).toEqual(captures.map(({ id }) => id));
  });

  it('without a form is told how to make one, and not what is in it', async () => {
    const body = 'secret=1';
    for (const headers of [{ 'Content-Type': 'application/x-www-form-urlencoded' }, { 'Content-Type': 'application/octet-stream' }]) {
      const { detail } = await problemOf(await analyst.request('/captures', { method: 'POST', headers, body }));
      expect(detail).toBe(`Send the file as multipart/form-data: curl -F file=@FILE (here is ${headers['Content-Type']}).`);
    }
  });

  it('that nobody has parsed yet has no rows, and a search in it says why', async () => {
    const { id } = (await (await analyst.upload(oneCapture(), 'unread.pcap')).json()) as Capture;
    const reader = await server.keyFor('read:flows');
    expect(await reader.json(`/flows?capture=${id}`)).toMatchObject({
      items: [],
      warnings: ['unread.pcap is stored: what it holds is found when it is ready.'],
    });
  });

  it('of bytes that are there already answers 200 with the capture that holds them, also 20 at once', async () => {
    const bytes = oneCapture();
    const responses = await Promise.all(Array.from({ length: 20 }, (_, i) => analyst.upload(bytes, `copy-${i}.pcap`)));
    const captures = (await Promise.all(responses.map((response) => response.json()))) as Capture[];
    expect(new Set(captures.map((capture) => capture.id)).size).toBe(1);
    expect(responses.map((response) => response.status).sort()).toEqual([...Array<number>(19).fill(200), 201]);
    expect(await readdir(join(server.services.dataDir, 'evidence'))).toHaveLength(
      (await analyst.json<Page<Capture>>('/captures')).total.value,
    );
    expect(await uploadsLeft()).toEqual([]);
  });

  it.each([
    ['text', new TextEncoder().encode('root:x:0:0:root:/root:/bin/bash\n'.repeat(200)), 'capture.unreadable', 'text'],
    ['nothing', new Uint8Array(), 'capture.empty', 'no bytes'],
    ['a zip file', Uint8Array.of(0x50, 0x4b, 3, 4, ...Array<number>(5000).fill(1)), 'capture.unreadable', 'ZIP'],
    ['packed text', gzipSync('no packets here'.repeat(500)), 'capture.unreadable', 'gzip'],
    ['a gzip in a gzip', gzipSync(gzipSync(new PacketScript().capture())), 'capture.unreadable', 'gzip'],
  ])('of %s is refused with what it looks like, and leaves nothing behind', async (_, bytes, code, words) => {
    const before = await readdir(join(server.services.dataDir, 'evidence'));
    const problem = await problemOf(await analyst.upload(bytes, 'x.pcap'));
    expect(problem).toMatchObject({ status: 415, code });
    expect(problem.detail.toLowerCase()).toContain(words.toLowerCase());
    expect(await readdir(join(server.services.dataDir, 'evidence'))).toEqual(before);
    expect(await uploadsLeft()).toEqual([]);
  });

  it('keeps the last part of the name, with what cannot be seen made visible', async () => {
    const response = await analyst.upload(oneCapture(), '../../etc/\u202egnp.pcap');
    expect(((await response.json()) as Capture).name).toBe('\\u202egnp.pcap');
  });

  it.each([
    ['without a form', (client: Client) => client.send('POST', '/captures', {})],
    ['without a file', (client: Client) => client.request('/captures', { method: 'POST', body: formOf([]) })],
    ['with two files', (client: Client) => client.request('/captures', { method: 'POST', body: formOf(['file', 'file']) })],
    ['with a file of another name', (client: Client) => client.request('/captures', { method: 'POST', body: formOf(['capture']) })],
  ])('%s is a bad request that shows how', async (_, send) => {
    const before = (await analyst.json<Page<Capture>>('/captures')).total.value;
    const problem = await problemOf(await send(analyst));
    expect(problem).toMatchObject({ status: 400, code: 'request.invalid' });
    expect(problem.detail).toMatch(/file/);
    expect((await analyst.json<Page<Capture>>('/captures')).total.value).toBe(before);
  });

  it('is refused at the head of a second file, whose bytes are still on their way', async () => {
    const { hostname, port } = new URL(server.url);
    const headers = { ...analyst.headers, 'Content-Type': 'multipart/form-data; boundary=b', 'Content-Length': '1000000' };
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const sent = httpRequest({ hostname, port, path: `${apiBase}/captures`, method: 'POST', headers });
      sent.on('response', (response) => {
        resolve(response.statusCode);
        sent.destroy();
      });
      sent.on('error', reject);
      const part = '--b\r\nContent-Disposition: form-data; name="file"; filename="x.pcap"\r\n\r\n';
      sent.write(`${part}a file\r\n${part}half of`);
    });
    expect(status).toBe(400);
    await expect.poll(uploadsLeft).toEqual([]);
  });

  it('that is cut off leaves nothing behind', async () => {
    const before = (await analyst.json<Page<Capture>>('/captures')).total.value;
    await new Promise<void>((resolve) => {
      const { hostname, port } = new URL(server.url);
      const headers = { ...analyst.headers, 'Content-Type': 'multipart/form-data; boundary=b', 'Content-Length': '1000000' };
      const cut = httpRequest({ hostname, port, path: `${apiBase}/captures`, method: 'POST', headers });
      cut.on('error', () => resolve());
      cut.write('--b\r\nContent-Disposition: form-data; name="file"; filename="x.pcap"\r\n\r\n');
      cut.write(Buffer.from(oneCapture()));
      setTimeout(() => cut.destroy(), 300);
    });
    await expect.poll(uploadsLeft).toEqual([]);
    expect((await analyst.json<Page<Capture>>('/captures')).total.value).toBe(before);
  });
});

function formOf(fields: string[]): FormData {
  const form = new FormData();
  for (const field of fields) form.append(field, new Blob([oneCapture() as Uint8Array<ArrayBuffer>]), 'x.pcap');
  return form;
}

describe('the list', () => {
  it('is read page by page, newest first, each capture once', async () => {
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Page<Capture> = await analyst.json(`/captures?limit=2${cursor ? `&cursor=${cursor}` : ''}`);
      seen.push(...page.items.map((capture) => capture.id));
      cursor = page.nextCursor;
    } while (cursor);
    const all = await analyst.json<Page<Capture>>('/captures?limit=1000');
    expect(seen).toEqual(all.items.map((capture) => capture.id));
    expect(all.total).toEqual({ value: seen.length, relation: 'eq' });
    const times = all.items.map((capture) => capture.createdAt);
    expect(times).toEqual([...times].sort().reverse());
  });

  it('can be of one origin, one state, or of names that hold some characters', async () => {
    await analyst.upload(oneCapture(), 'Gateway 100%_A.pcap');
    const names = async (filter: string) => {
      const { items, total } = await analyst.json<Page<Capture>>(`/captures?${filter}`);
      expect(total.value).toBe(items.length);
      return items.map(({ name }) => name);
    };
    expect(await names('name=gateWAY')).toEqual(['Gateway 100%_A.pcap']);
    expect(await names('name=0%25_a&origin=upload')).toEqual(['Gateway 100%_A.pcap']);
    expect(await names('name=gateway&origin=ring')).toEqual([]);
    expect(await names('name=gateway&state=failed')).toEqual([]);
  });

  it.each([
    ['limit=x', 'must be a whole number from 1 to 1000'],
    ['limit=0', 'must be a whole number from 1 to 1000'],
    ['origin=mail', 'upload'],
  ])('asked for with %s says what is allowed', async (query, rule) => {
    const problem = await problemOf(await analyst.request(`/captures?${query}`));
    expect(problem).toMatchObject({ status: 400, code: 'request.invalid' });
    expect(problem.detail).toContain(rule);
  });
});

describe('waiting', () => {
  it('answers when the state changes, and at once in a final state', async () => {
    const { id } = (await (await analyst.upload(oneCapture(), 'wait.pcap')).json()) as Capture;
    const waiting = analyst.json<Capture>(`/captures/${id}?wait=30`);
    const { attempts } = server.services;
    const claim = await attempts.claim(id, 'test');
    expect((await waiting).state).toBe('parsing');
    await attempts.fail(claim!.attempt, 'capture.damaged', 'because of the test');
    const started = performance.now();
    const failed = await analyst.json<Capture>(`/captures/${id}?wait=30`);
    expect(failed.error).toEqual({ code: 'capture.damaged', title: 'The capture is damaged', detail: 'because of the test' });
    expect(performance.now() - started).toBeLessThan(1000);
  });

  it('ends after the seconds asked for', async () => {
    const { id } = (await (await analyst.upload(oneCapture(), 'slow.pcap')).json()) as Capture;
    const started = performance.now();
    expect((await analyst.json<Capture>(`/captures/${id}?wait=1`)).state).toBe('stored');
    expect(performance.now() - started).toBeGreaterThan(900);
  });

  it('is about captures that exist', async () => {
    const response = await analyst.request('/captures/00000000-0000-4000-8000-000000000000?wait=30');
    expect(await problemOf(response)).toMatchObject({ status: 404, code: 'capture.not-found' });
  });

  it('for a retried capture starts anew', async () => {
    const { id } = (await (await analyst.upload(oneCapture(), 'retry.pcap')).json()) as Capture;
    const claim = await server.services.attempts.claim(id, 'test');
    await server.services.attempts.fail(claim!.attempt, 'capture.damaged', 'once');
    const retried = (await (await analyst.send('POST', `/captures/${id}/retry`)).json()) as Capture;
    expect(retried).toMatchObject({ state: 'stored', error: null });
  });
});

describe('a download', () => {
  it('gives the bytes as they came, as an attachment with the name it had', async () => {
    const bytes = oneCapture();
    const { id } = (await (await analyst.upload(bytes, 'für mich.pcap')).json()) as Capture;
    const response = await analyst.request(`/captures/${id}/download`);
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
    expect(response.headers.get('content-disposition')).toBe(`attachment; filename="f_r mich.pcap"; filename*=UTF-8''f%C3%BCr%20mich.pcap`);
    expect(response.headers.get('content-type')).toBe('application/octet-stream');
    expect(response.headers.get('x-capture-sha256')).toBe(sha256(bytes));
  });

  it('of evidence with one changed bit is cut off, and refused from then on', async () => {
    const bytes = oneCapture();
    const { id } = (await (await analyst.upload(bytes, 'changed.pcap')).json()) as Capture;
    const original = join(server.services.dataDir, 'evidence', id, 'original');
    const changed = Uint8Array.from(bytes);
    changed[changed.length - 1]! ^= 1;
    await chmod(original, 0o640);
    await writeFile(original, changed);
    const first = await analyst.request(`/captures/${id}/download`).then(
      async (response) =>
        response.ok
          ? response.arrayBuffer().then(
              () => 'complete',
              () => 'cut off',
            )
          : (await problemOf(response)).code,
      () => 'cut off',
    );
    expect(['cut off', 'capture.evidence-changed']).toContain(first);
    expect(await problemOf(await analyst.request(`/captures/${id}/download`))).toMatchObject({
      status: 500,
      code: 'capture.evidence-changed',
    });
    expect((await analyst.json<Capture>(`/captures/${id}`)).error?.code).toBe('capture.evidence-changed');
  });
});

describe('deleting', () => {
  it('removes the row and the files, and is written to the audit log with the hash', async () => {
    const bytes = oneCapture();
    const { id } = (await (await analyst.upload(bytes, 'gone.pcap')).json()) as Capture;
    expect((await analyst.send('DELETE', `/captures/${id}`)).status).toBe(204);
    expect((await analyst.request(`/captures/${id}`)).status).toBe(404);
    await expect(stat(join(server.services.dataDir, 'evidence', id))).rejects.toThrow('ENOENT');
    const { rows } = await server.services.database.pool.query(`SELECT object, result FROM audit WHERE action = 'capture.delete'`);
    expect(rows).toEqual([{ object: `${id} gone.pcap sha256=${sha256(bytes)}`, result: 'ok' }]);
    expect((await analyst.upload(bytes, 'again.pcap')).status).toBe(201);
  });
});
