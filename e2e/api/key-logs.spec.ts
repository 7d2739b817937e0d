/** Key logs over REST: what was encrypted is shown decrypted to who may see packets, and nowhere else; the secrets never come out. */
import type { Capture, JsonRow, KeyLog, PacketDetail, PacketPage, Page } from '@wirecase/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiServer, problemOf, type Client } from './api-server.ts';
import { encryptedTalk, request } from './encrypted-talk.ts';

let server: ApiServer;
let analyst: Client;
let capture: Capture;
let keyLog: string;
let flowId: string;
beforeAll(async () => {
  server = await ApiServer.startSetUp();
  await server.startWorker();
  analyst = await server.keyFor('all');
  const session = await encryptedTalk();
  keyLog = session.keyLog;
  capture = await analyst.ingest(session.capture, 'tls.pcap');
  const { items } = await analyst.json<Page<JsonRow>>(`/flows?q=wirecase.capture.id:${capture.id}`);
  flowId = (items[0]!['wirecase'] as { flow: { id: string } }).flow.id;
}, 120_000);
afterAll(() => server?.close());

function give(text: string, client = analyst): Promise<Response> {
  const form = new FormData();
  form.set('file', new Blob([text]), 'keys.log');
  return client.request(`/captures/${capture.id}/key-log`, { method: 'PUT', body: form });
}
const forget = () => analyst.request(`/captures/${capture.id}/key-log`, { method: 'DELETE' });
const known = () => analyst.json<KeyLog>(`/captures/${capture.id}/key-log`);
const infos = async () => (await analyst.json<PacketPage>(`/flows/${flowId}/packets`)).items.map(({ info }) => info);

describe('a key log', () => {
  it('is not there before it is given', async () => {
    expect(await known()).toEqual({ sessions: 0, createdAt: null, createdBy: null });
    expect((await infos()).join()).not.toContain('GET /secret');
  });

  it('shows in packet list and tree what was encrypted, with the bytes it is in, until it is forgotten', async () => {
    const answer = await give(keyLog);
    expect([answer.status, ((await answer.json()) as KeyLog).sessions]).toEqual([200, 1]);
    const told = await infos();
    const number = 1 + told.findIndex((info) => info?.includes('GET /secret'));
    const detail = await analyst.json<PacketDetail>(`/captures/${capture.id}/packets/${number}?flow=${flowId}`);
    expect(detail.sources.map(({ name, bytes }) => [name, Buffer.from(bytes, 'base64').toString()])).toEqual([['Decrypted TLS', request]]);
    expect(detail.tree!.find(({ name }) => name === 'http')).toMatchObject({ source: 1, offset: 0, length: request.length });

    expect((await forget()).status).toBe(204);
    expect(await known()).toMatchObject({ sessions: 0 });
    expect((await infos()).join()).not.toContain('GET /secret');
  });

  it('is in no download, and in the database only encrypted', async () => {
    await give(keyLog);
    const secret = keyLog.trim().split(' ').at(-1)!;
    const download = Buffer.from(await (await analyst.request(`/flows/${flowId}/pcapng`)).arrayBuffer());
    expect([download.includes('CLIENT_RANDOM'), download.includes(secret)]).toEqual([false, false]);
    const { rows } = await server.services.database.pool.query<{ box: Buffer }>('SELECT box FROM key_log');
    expect(rows.map(({ box }) => box.includes(secret))).toEqual([false]);
  });

  it('goes with its capture', async () => {
    const other = await analyst.ingest((await encryptedTalk()).capture, 'other.pcap');
    const form = new FormData();
    form.set('file', new Blob([keyLog]), 'keys.log');
    await analyst.request(`/captures/${other.id}/key-log`, { method: 'PUT', body: form });
    await analyst.request(`/captures/${other.id}`, { method: 'DELETE' });
    const { rows } = await server.services.database.pool.query('SELECT FROM key_log WHERE capture_id = $1', [other.id]);
    expect(rows).toEqual([]);
  });

  it('that is none is refused with the line that is wrong, and what was given stays', async () => {
    await give(keyLog);
    const problem = await problemOf(await give(`${keyLog}something else\n`));
    expect(problem).toMatchObject({ code: 'key-log.unreadable', status: 422, detail: expect.stringContaining('Line 2') });
    expect(await known()).toMatchObject({ sessions: 1 });
  });

  it('is of a capture that is there, and for who may change captures', async () => {
    const elsewhere = '/captures/0b5e4f0c-8f0e-4c57-9c0e-2d0f3c1a7b11/key-log';
    expect(await problemOf(await analyst.request(elsewhere))).toMatchObject({ code: 'capture.not-found' });
    const reader = await server.keyFor('read:captures', 'read:packets');
    expect((await give(keyLog, reader)).status).toBe(403);
  });
});
