/** What captures and alerts say of the traffic that nobody could see. */
import type { AlertSight, CaptureQuality, JsonRow, Page } from '@wirecase/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiServer, problemOf, type Client } from './api-server.ts';
import { lossyScan } from './scans.ts';

let server: ApiServer;
let analyst: Client;
let id: string;

beforeAll(async () => {
  server = await ApiServer.startSetUp();
  await server.startWorker();
  analyst = await server.keyFor('ingest', 'read:captures', 'read:alerts', 'read:flows');
  ({ id } = await analyst.ingest(lossyScan(), 'lossy.pcapng'));
}, 120_000);
afterAll(() => server?.close());

describe('the quality of a capture', () => {
  it('says how much of the traffic was seen, in all and minute by minute', async () => {
    const quality = await analyst.json<CaptureQuality>(`/captures/${id}/quality`);
    expect(quality).toMatchObject({ dropped: 3, packets: 413 });
    expect(quality.figures).toMatchObject({ flows: 206, oneSided: 5, conversations: 202, halfSeen: 2, datagramFlows: 4, unanswered: 3 });
    expect(quality.unseen.map(({ text: words }) => words)).toEqual([
      '3 of 416 packets (< 1 %) were dropped while capturing',
      '2 of 202 TCP connections (< 1 %) were seen from one side only',
      '3 of 4 UDP flows (75 %) show no answer: none came, or it was not captured',
    ]);
    expect(quality.steps.map(({ figures }) => [figures.flows, figures.halfSeen])).toEqual([
      [200, 0],
      [6, 2],
    ]);
  });

  it('names the hosts of which most was missed', async () => {
    const { hosts } = await analyst.json<CaptureQuality>(`/captures/${id}/quality`);
    expect(hosts.map(({ ip, figures }) => [ip, figures.halfSeen, figures.unanswered])).toEqual([
      ['10.0.0.3', 2, 3],
      ['10.0.0.2', 2, 0],
      ['10.0.0.53', 0, 3],
    ]);
  });

  it('says of each detector what it found, and what it could not have found', async () => {
    const { detectors } = await analyst.json<CaptureQuality>(`/captures/${id}/quality`);
    const told = Object.fromEntries(detectors.map(({ id: rule, alerts, unseen }) => [rule, [alerts, unseen.map(({ what }) => what)]]));
    expect(told['port-scan']).toEqual([1, ['drops', 'both-directions', 'answers']]);
    expect(told['long-connection']).toEqual([0, ['drops', 'both-directions']]);
    expect(told['arp-spoof']).toEqual([0, ['drops']]);
  });

  it('is not there without the capture', async () => {
    expect((await problemOf(await analyst.request(`/captures/${crypto.randomUUID()}/quality`))).code).toBe('capture.not-found');
  });

  it('is rows that can be searched', async () => {
    const query = new URLSearchParams({ capture: id, q: 'wirecase.quality.half_seen > 0 and host.ip == 10.0.0.3' });
    const { items } = await analyst.json<Page<JsonRow>>(`/records/quality?${query}`);
    expect(items).toMatchObject([{ host: { ip: '10.0.0.3' }, wirecase: { quality: { conversations: 2, half_seen: 2 } } }]);
  });
});

describe('an alert', () => {
  it('says of each of its hosts what its detector could not see at that time', async () => {
    const { items } = await analyst.json<Page<{ wirecase: { alert: { id: string } } } & JsonRow>>(`/alerts?capture=${id}`);
    const alert = await analyst.json<{ wirecase: { alert: { unseen: AlertSight[] } } }>(`/alerts/${items[0]!.wirecase.alert.id}`);
    const drops = { what: 'drops', part: 3, of: 416 };
    // What 10.0.0.3 said to the victim is of the next minute.
    expect(alert.wirecase.alert.unseen).toMatchObject([
      { ip: '10.9.9.1', flows: 200, unseen: [drops] },
      { ip: '10.0.0.2', flows: 200, unseen: [drops] },
    ]);
  });

  it('gives the search that finds its flows, the last one too', async () => {
    const { items } = await analyst.json<Page<{ wirecase: { alert: { id: string } } } & JsonRow>>(`/alerts?capture=${id}`);
    const { wirecase } = await analyst.json<{ wirecase: { alert: { search: Record<string, string> } } }>(
      `/alerts/${items[0]!.wirecase.alert.id}`,
    );
    const { search } = wirecase.alert;
    // Those that were open when it began: some had begun before.
    const q = '(source.ip == 10.9.9.1 and destination.ip == 10.0.0.2) and event.end >= 2023-11-14T22:13:20.000000000Z';
    expect(search).toMatchObject({ q, capture: id });
    const { total } = await analyst.json<Page<JsonRow>>(`/flows?${new URLSearchParams(search)}`);
    expect(total.value).toBe(200);
  });
});
