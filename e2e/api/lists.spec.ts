/** Lists of indicators over HTTP: imported, compared with what is stored and with what comes, and taken away. */
import type { Capture, IndicatorList, IndicatorMatch, JsonRow, Page } from '@wirecase/contract';
import { PacketScript } from '@wirecase/testkit/packets';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiServer, problemOf, type Client } from './api-server.ts';

let server: ApiServer;
let analyst: Client;
let list: IndicatorList;

beforeAll(async () => {
  server = await ApiServer.startSetUp();
  await server.startWorker();
  analyst = await server.browserOf('analyst');
}, 120_000);
afterAll(() => server?.close());

const request = { name: 'C2 of May', description: 'from the CERT', owner: 'soc', severity: 80 };

function fill(client: Client, id: string, content: string, query = ''): Promise<Response> {
  const form = new FormData();
  form.set('file', new Blob([content]), 'list.csv');
  return client.request(`/lists/${id}/content${query}`, { method: 'PUT', body: form });
}

const ingest = (name: string, port: number) => {
  const script = new PacketScript();
  script.tcp('10.0.0.1', '198.51.100.7', port).handshake();
  return analyst.ingest(script.capture(), name);
};

describe('lists of indicators', () => {
  it('are made by who may write them, and filled from a file with a report', async () => {
    const made = await analyst.send('POST', '/lists', request);
    expect(made.status).toBe(201);
    list = (await made.json()) as IndicatorList;
    await ingest('before.pcap', 80);
    const filled = await fill(analyst, list.id, 'type,value,comment\nip,198.51.100.7,C2\nip,10.0.0.77\nip,300.1.1.1\n');
    expect(filled.status).toBe(200);
    expect(await filled.json()).toMatchObject({
      ...request,
      indicators: 2,
      report: { format: 'csv', taken: 2, notRead: 1, problems: [{ line: 4 }], warnings: [{ line: 3 }] },
    });
    const viewer = await server.browserOf('viewer');
    expect(await viewer.json<IndicatorList[]>('/lists')).toHaveLength(1);
    expect((await viewer.send('POST', '/lists', request)).status).toBe(403);
    expect((await fill(viewer, list.id, '192.0.2.1')).status).toBe(403);
    expect((await viewer.send('DELETE', `/lists/${list.id}`)).status).toBe(403);
  });

  it('are compared with what was stored before, and with what comes after', async () => {
    expect(await analyst.compared(list.id)).toMatchObject({ captures: 1, matches: 1 });
    const after = await ingest('after.pcap', 443);
    expect(await analyst.compared(list.id)).toMatchObject({ captures: 2, matches: 2 });
    const { items, total } = await analyst.json<Page<IndicatorMatch>>(`/lists/${list.id}/matches`);
    expect(total).toEqual({ value: 2, relation: 'eq' });
    expect(items.map(({ captureName }) => captureName).sort()).toEqual(['after.pcap', 'before.pcap']);
    const matches = async (query: string) => (await analyst.json<Page<IndicatorMatch>>(`/matches?${query}`)).items;
    const [match] = await matches(`capture=${after.id}`);
    expect(match).toMatchObject({ field: 'destination.ip', value: '198.51.100.7', comment: 'C2', severity: 80 });
    expect(await matches(`flow=${match!.flowId}`)).toEqual([match]);
    expect((await analyst.request(`/flows/${match!.flowId}`)).status).toBe(200);
    expect(await matches('ip=10.0.0.1')).toHaveLength(2);
    expect(await matches('ip=10.0.0.2')).toEqual([]);
  });

  it('are told of by alerts, one for each indicator and pair of hosts', async () => {
    const { items } = await analyst.json<Page<JsonRow>>('/alerts?q=rule.id:intel.match');
    expect(items).toHaveLength(2);
    expect(items[0]).toMatchObject({
      rule: { id: 'intel.match' },
      event: { severity: 80 },
      source: { ip: '198.51.100.7' },
      destination: { ip: '10.0.0.1' },
      wirecase: {
        alert: { evidence: { value: 1, packets: [1], indicator: { value: '198.51.100.7', comment: 'C2' }, list: { id: list.id } } },
      },
    });
    const { id, evidence } = (items[0]!['wirecase'] as { alert: { id: string; evidence: { filter: string } } }).alert;
    const flows = await analyst.json<Page<JsonRow>>(`/flows?q=${encodeURIComponent(evidence.filter)}`);
    expect(flows.items).toHaveLength(2);
    const packets = await analyst.request(`/alerts/${id}/evidence.pcapng`);
    expect([packets.status, packets.headers.get('x-evidence-replays')]).toEqual([200, 'no']);
    expect(Buffer.from(await packets.arrayBuffer()).toString('latin1')).toContain('intel.match');
    expect((await analyst.json<{ id: string }[]>('/detectors')).map((rule) => rule.id)).toContain('intel.match');
    expect(await analyst.json<unknown[]>('/incidents')).toHaveLength(1);
    expect((await analyst.json<Page<Capture>>('/captures')).items.map(({ alerts }) => alerts)).toEqual([1, 1]);
  });

  it.each([
    ['nothing that can be read', '?', 422, 'list.unreadable'],
    ['JSON of another kind', '{"a": 1}', 422, 'list.unreadable'],
    ['nothing', '', 422, 'list.unreadable'],
  ])('refuse a file with %s, and stay as they were', async (_what, content, status, code) => {
    expect(await problemOf(await fill(analyst, list.id, content))).toMatchObject({ status, code });
    expect(await analyst.json<IndicatorList>(`/lists/${list.id}`)).toMatchObject({ indicators: 2 });
  });

  it('of a hundred thousand are read beside everything else', async () => {
    const made = (await (await analyst.send('POST', '/lists', { ...request, name: 'large' })).json()) as IndicatorList;
    const line = (i: number) => `domain,host${i}.evil${i % 977}.example,seen in May\nurl,http://host${i}.example/path/${i}?q=1,x`;
    const content = Array.from({ length: 50_000 }, (_, i) => line(i)).join('\n');
    const began = performance.now();
    let isFilled = false;
    const filled = fill(analyst, made.id, content).finally(() => (isFilled = true));
    let slowest = 0;
    while (!isFilled) {
      const asked = performance.now();
      await server.anonymous().request('/health/live');
      slowest = Math.max(slowest, performance.now() - asked);
    }
    const took = performance.now() - began;
    expect(await (await filled).json()).toMatchObject({ indicators: 100_000, report: { taken: 100_000, notRead: 0 } });
    // On the thread of the API reading alone is half of it, and everybody waits.
    expect(slowest / took).toBeLessThan(0.2);
    expect((await analyst.send('DELETE', `/lists/${made.id}`)).status).toBe(204);
  }, 120_000);

  it('are not overwritten unseen: who comes second is told who was first', async () => {
    const path = `/lists/${list.id}`;
    const { version } = await analyst.json<IndicatorList>(path);
    const admin = await server.browserOf('admin');
    const first = await admin.send('PUT', path, { ...request, version });
    expect(await first.json()).toMatchObject({ version: version + 1, changedBy: 'the-admin' });
    const conflict = { status: 409, code: 'list.changed', detail: expect.stringContaining(`Version ${version + 1}, by the-admin at`) };
    expect(await problemOf(await analyst.send('PUT', path, { ...request, name: 'mine', version }))).toMatchObject(conflict);
    expect(await problemOf(await fill(analyst, list.id, '192.0.2.9', `?version=${version}`))).toMatchObject(conflict);
    expect(await analyst.json<IndicatorList>(path)).toMatchObject({ name: request.name, indicators: 2 });
    // A script that does not say what it has read changes whatever there is.
    expect(await (await analyst.send('PUT', path, request)).json()).toMatchObject({ version: version + 2 });
  });

  it('are changed and deleted, with audit rows', async () => {
    const { version } = await analyst.json<IndicatorList>(`/lists/${list.id}`);
    const changed = await analyst.send('PUT', `/lists/${list.id}`, { ...request, severity: 30, version });
    expect(await changed.json()).toMatchObject({ severity: 30, indicators: 2 });
    await analyst.compared(list.id);
    const severities = async () =>
      (await analyst.json<Page<JsonRow>>('/alerts?q=rule.id:intel.match')).items.map(({ event }) => (event as JsonRow)['severity']);
    expect(await severities()).toEqual([30, 30]);
    expect((await analyst.send('POST', '/lists', { ...request, severity: 101 })).status).toBe(400);
    expect((await analyst.send('DELETE', `/lists/${list.id}`)).status).toBe(204);
    expect((await analyst.json<Page<IndicatorMatch>>('/matches')).items).toEqual([]);
    expect(await severities()).toEqual([]);
    expect(await problemOf(await analyst.request(`/lists/${list.id}/matches`))).toMatchObject({ status: 404, code: 'list.not-found' });
    const { rows } = await server.services.database.pool.query(
      `SELECT DISTINCT action, actor, result FROM audit WHERE action LIKE 'list.%' AND actor = 'the-analyst' AND result = 'ok' ORDER BY action`,
    );
    expect(rows.map(({ action }) => action)).toEqual(['list.change', 'list.create', 'list.delete', 'list.fill']);
  });
});
