/** The inventory over HTTP: captures go in, each address comes out once. */
import { finalStates, hostRecord, type Capture, type HostDetail, type HostOverview, type JsonRow, type Page } from '@wirecase/contract';
import { PacketScript } from '@wirecase/testkit/packets';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiServer, problemOf, type Client } from './api-server.ts';

let server: ApiServer;
let analyst: Client;
let monday: Capture;
let tuesday: Capture;

function webCapture(server: string, agent: string): Uint8Array {
  const script = new PacketScript();
  const talk = script.tcp('10.0.0.1', server, 80).handshake();
  talk.send('a', `GET / HTTP/1.1\r\nHost: www.example.test\r\nUser-Agent: ${agent}\r\n\r\n`);
  talk.send('b', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n').ack('a').fin('a').fin('b').ack('a');
  return script.capture();
}

beforeAll(async () => {
  server = await ApiServer.startSetUp();
  await server.startWorker();
  analyst = await server.keyFor('all');
  monday = await analyst.ingest(webCapture('10.0.0.2', 'Mozilla/5.0 (Windows NT 10.0)'), 'monday.pcap');
  tuesday = await analyst.ingest(webCapture('10.0.0.3', 'curl/8'), 'tuesday.pcap');
}, 120_000);
afterAll(() => server?.close());

const hosts = (parameters: Record<string, string> = {}) => analyst.json<Page<HostOverview>>(`/hosts?${new URLSearchParams(parameters)}`);
const ipsOf = ({ items }: Page<HostOverview>) => items.map(({ ip }) => ip).sort();

describe('hosts', () => {
  it('are there once, whatever the number of captures', async () => {
    const page = await hosts();
    expect(ipsOf(page)).toEqual(['10.0.0.1', '10.0.0.2', '10.0.0.3']);
    expect(page.total).toEqual({ value: 3, relation: 'eq' });
    const client = page.items.find(({ ip }) => ip === '10.0.0.1')!;
    expect(client).toMatchObject({ captures: 2, uses: [{ protocol: 'http', flows: 2 }], os: { name: 'Windows' } });
  });

  it.each([
    ['host.os.name:Windows', ['10.0.0.1']],
    ['host.name:www.example.test', ['10.0.0.2', '10.0.0.3']],
    ['role:web-server and host.ip == 10.0.0.3', ['10.0.0.3']],
    ['host.ip == 10.0.0.2/31', ['10.0.0.2', '10.0.0.3']],
  ])('are found by %s', async (q, expected) => expect(ipsOf(await hosts({ q }))).toEqual(expected));

  it('are those of the captures asked for', async () => {
    expect(ipsOf(await hosts({ capture: monday.id }))).toEqual(['10.0.0.1', '10.0.0.2']);
    expect(ipsOf(await hosts({ capture: `${monday.id},${tuesday.id}` }))).toHaveLength(3);
  });

  it('come in pages and in an order', async () => {
    const first = await hosts({ limit: '2', sort: 'host.ip' });
    expect(first.items.map(({ ip }) => ip)).toEqual(['10.0.0.1', '10.0.0.2']);
    expect(ipsOf(await hosts({ limit: '2', sort: 'host.ip', cursor: first.nextCursor! }))).toEqual(['10.0.0.3']);
  });

  it('have a page each', async () => {
    const host = await analyst.json<HostDetail>('/hosts/10.0.0.1');
    expect(host.seenIn.map(({ captureName }) => captureName).sort()).toEqual(['monday.pcap', 'tuesday.pcap']);
    expect(host.topPeers.map(({ ip }) => ip).sort()).toEqual(['10.0.0.2', '10.0.0.3']);
    expect((await analyst.json<HostDetail>(`/hosts/10.0.0.1?capture=${monday.id}`)).captures).toBe(1);
  });

  it('by capture are records like any other', async () => {
    const page = await analyst.json<Page<JsonRow>>(`/records/host?${new URLSearchParams({ q: 'ip:10.0.0.1' })}`);
    expect(page.items).toHaveLength(2);
    const csv = await (await analyst.request('/records/host', { headers: { Accept: 'text/csv' } })).text();
    expect(csv.split('\r\n')[0]).toContain(hostRecord.fields.ip.name);
  });

  it.each([
    ['/hosts/10.0.0.99', 404, 'host.not-found'],
    ['/hosts/nobody', 400, 'request.invalid'],
    ['/hosts?sort=host.name', 400, 'request.invalid'],
    ['/hosts?q=nofield:1', 400, 'query.unknown-field'],
    ['/hosts?capture=x', 400, 'request.invalid'],
  ])('%s is answered %i', async (path, status, code) => {
    expect(await problemOf(await analyst.request(path))).toMatchObject({ status, code });
  });

  it('need the permission to read flows', async () => {
    expect((await server.anonymous().request('/hosts')).status).toBe(401);
    expect((await (await server.keyFor('read:alerts')).request('/hosts')).status).toBe(403);
  });

  it('are the same after the capture is analysed again, and go with it', async () => {
    const before = await analyst.json<HostDetail>('/hosts/10.0.0.1');
    const answer = (await (await analyst.send('POST', `/captures/${monday.id}/reanalyze`)).json()) as Capture;
    let { state } = answer;
    while (!finalStates.includes(state)) ({ state } = await analyst.json<Capture>(`/captures/${monday.id}?wait=30`));
    expect(await analyst.json<HostDetail>('/hosts/10.0.0.1')).toEqual(before);
    await analyst.send('DELETE', `/captures/${monday.id}`);
    expect(ipsOf(await hosts())).toEqual(['10.0.0.1', '10.0.0.3']);
  });
});
