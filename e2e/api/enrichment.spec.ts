/** A capture goes in, and what is known of its addresses beside the packets comes out of the API: vendor, place, zone, indicator. */
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { IndicatorList, IndicatorMatch, JsonRow, Page } from '@wirecase/contract';
import { ethernet, ipv4, PacketScript, tcp } from '@wirecase/testkit/packets';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiServer, type Client } from './api-server.ts';
import { mmdb } from './mmdb.ts';

let server: ApiServer;
let admin: Client;

/** Cisco's and Raspberry Pi's first three bytes are in every version of Debian's list, which comes with tshark. */
const client = { mac: '00:00:0c:12:34:56', ip: '10.0.0.1' };
const router = { mac: 'b8:27:eb:01:02:03' };
const evil = '198.51.100.7';

/** `client` speaks to `ip`, behind the router. */
function captureOf(ip: string): Uint8Array {
  const script = new PacketScript();
  const there = { source: client.mac, destination: router.mac };
  const back = { source: router.mac, destination: client.mac };
  script.frame(
    ethernet(there, ipv4({ source: client.ip, destination: ip }, tcp({ sourcePort: 40_000, destinationPort: 443, flags: 'S' }))),
  );
  script.frame(
    ethernet(back, ipv4({ source: ip, destination: client.ip }, tcp({ sourcePort: 443, destinationPort: 40_000, flags: 'SA' }))),
  );
  return script.capture();
}

async function flowTo(ip: string): Promise<JsonRow> {
  const { items } = await admin.json<Page<JsonRow>>(`/flows?${new URLSearchParams({ q: `destination.ip == ${ip}` })}`);
  expect(items).toHaveLength(1);
  return items[0]!;
}

beforeAll(async () => {
  server = await ApiServer.startSetUp();
  const folder = join(server.services.dataDir, 'geoip');
  await mkdir(folder, { recursive: true });
  const asn = { autonomous_system_number: 64_500, autonomous_system_organization: 'Example Networks' };
  await writeFile(
    join(folder, 'own.mmdb'),
    mmdb('198.51.100.0/24', { country: { iso_code: 'NZ' }, city: { names: { en: 'Dunedin' } }, ...asn }),
  );
  await server.startWorker();
  admin = await server.browserOf('admin');
  await admin.send('PUT', '/zones', { version: 0, zones: [{ name: 'office', network: '10.0.0.0/24', isInside: true }] });
  const list = (await (
    await admin.send('POST', '/lists', { name: 'C2', description: '', owner: 'soc', severity: 80 })
  ).json()) as IndicatorList;
  const form = new FormData();
  form.set('file', new Blob([`type,value,comment\nip,${evil},C2 of May\n`]), 'list.csv');
  await admin.request(`/lists/${list.id}/content`, { method: 'PUT', body: form });
  await admin.ingest(captureOf(evil), 'evil.pcap');
  await admin.compared(list.id);
}, 240_000);
afterAll(() => server?.close());

describe('of the ends of a flow', () => {
  it('vendors, the place by the operator’s own database, and zones with the direction between them', async () => {
    expect(await flowTo(evil)).toMatchObject({
      network: { direction: 'outbound' },
      source: { ip: client.ip, mac: client.mac },
      destination: {
        geo: { country_iso_code: 'NZ', city_name: 'Dunedin' },
        as: { number: 64_500, organization: { name: 'Example Networks' } },
      },
      wirecase: { src: { zone: 'office', oui: expect.stringMatching(/^Cisco/) }, dst: { oui: expect.stringMatching(/^Raspberry Pi/) } },
    });
    expect(JSON.stringify((await flowTo(evil))['source'])).not.toContain('country');
  });

  it.each(['country == NZ', 'asn == 64500', 'destination.geo.city_name == Dunedin', 'wirecase.src.oui contains Cisco', 'zone == office'])(
    'can be searched by %s',
    async (q) => {
      const { items } = await admin.json<Page<JsonRow>>(`/flows?${new URLSearchParams({ q })}`);
      expect(items).toMatchObject([{ destination: { ip: evil } }]);
    },
  );

  it('the indicator that names one of them', async () => {
    const flow = (await flowTo(evil)) as { wirecase: { flow: { id: string } } };
    const { items } = await admin.json<Page<IndicatorMatch>>(`/matches?flow=${flow.wirecase.flow.id}`);
    expect(items).toMatchObject([{ field: 'destination.ip', value: evil, comment: 'C2 of May', severity: 80 }]);
  });

  it('the same of hosts', async () => {
    const hosts = async (q: string) => (await admin.json<Page<JsonRow>>(`/records/host?${new URLSearchParams({ q })}`)).items;
    expect(await hosts(`host.ip == ${evil}`)).toMatchObject([{ host: { geo: { country_iso_code: 'NZ' } } }]);
    expect(await hosts('zone:office')).toMatchObject([{ host: { ip: client.ip } }]);
  });

  // Debian's geoip-database is no part of this repository.
  it.skipIf(!existsSync('/usr/share/GeoIP/GeoIP.dat'))('the country by Debian’s data, where the operator has none', async () => {
    await admin.ingest(captureOf('8.8.8.8'), 'debian.pcap');
    expect(await flowTo('8.8.8.8')).toMatchObject({ destination: { geo: { country_iso_code: 'US' } } });
  });
});
