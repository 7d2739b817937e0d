/** What operators name their networks, over HTTP: rows of captures that come afterwards say it. */
import type { JsonRow, Page, StoredZoneSettings } from '@wirecase/contract';
import { PacketScript } from '@wirecase/testkit/packets';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiServer, problemOf, type Client } from './api-server.ts';

let server: ApiServer;
let admin: Client;

beforeAll(async () => {
  server = await ApiServer.startSetUp();
  await server.startWorker();
  admin = await server.browserOf('admin');
}, 120_000);
afterAll(() => server?.close());

const office = { name: 'office', network: '10.0.0.0/24', isInside: true };

describe('zones', () => {
  it('are named by administrators, and audited', async () => {
    const answer = await admin.send('PUT', '/zones', { version: 0, zones: [office] });
    expect(answer.status).toBe(200);
    expect(await admin.json<StoredZoneSettings>('/zones')).toMatchObject({ version: 1, zones: [office], changedBy: 'the-admin' });
    expect(await problemOf(await admin.send('PUT', '/zones', { version: 0, zones: [] }))).toMatchObject({
      status: 409,
      code: 'zones.changed',
    });
    const viewer = await server.browserOf('viewer');
    expect((await viewer.request('/zones')).status).toBe(200);
    expect((await viewer.send('PUT', '/zones', { version: 1, zones: [] })).status).toBe(403);
  });

  it.each([
    ['a network that is none', [{ ...office, network: '10.0.0.0/33' }]],
    ['one network with two names', [office, { ...office, name: 'other' }]],
    ['a name that is empty', [{ ...office, name: ' ' }]],
  ])('with %s are refused', async (_what, zones) => {
    expect(await problemOf(await admin.send('PUT', '/zones', { version: 1, zones }))).toMatchObject({
      status: 400,
      code: 'request.invalid',
    });
  });

  it('are said of the flows and hosts of captures that come then, and can be searched', async () => {
    const script = new PacketScript();
    script.tcp('10.0.0.1', '198.51.100.7', 80).handshake();
    script.tcp('10.0.1.1', '10.0.0.1', 80).handshake();
    await admin.ingest(script.capture(), 'zones.pcap');
    const flows = async (q: string) => (await admin.json<Page<JsonRow>>(`/flows?${new URLSearchParams({ q })}`)).items;
    expect(await flows('wirecase.src.zone:office')).toMatchObject([
      { network: { direction: 'outbound' }, destination: { ip: '198.51.100.7' } },
    ]);
    expect(await flows('zone:office')).toHaveLength(2);
    expect(await flows('network.direction:internal')).toMatchObject([{ wirecase: { dst: { zone: 'office' } } }]);
    const hosts = (await admin.json<Page<JsonRow>>(`/records/host?${new URLSearchParams({ q: 'zone:office' })}`)).items;
    expect(hosts).toMatchObject([{ host: { ip: '10.0.0.1' } }]);
  });
});
