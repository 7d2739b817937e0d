import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { flowRecord, parseIp, type FlowRow, type RecordSink } from '@wirecase/contract';
import { temporaryDatabase, type TemporaryDatabase } from '@wirecase/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { flowRow } from '../testing/rows.ts';
import { countryCodes } from './country-codes.ts';
import { Enricher } from './enricher.ts';
import { GeoIpDat } from './geoip-dat.ts';
import { EnrichmentSources, type SourcePaths } from './sources.ts';
import { Vendors } from './vendors.ts';
import { ZoneRepository } from './zone-repository.ts';
import { directionOf, Zones } from './zones.ts';

/** A file in which addresses that begin with bit 0 are of one country and those with bit 1 of another. */
function halves(zero: string, one: string): Uint8Array {
  const record = (code: string) => {
    const value = 16_776_960 + countryCodes.indexOf(code);
    return [value & 255, (value >> 8) & 255, value >> 16];
  };
  return Uint8Array.from([...record(zero), ...record(one)]);
}

const manuf = `# a comment
00:00:0C\tCisco\tCisco Systems, Inc
00:1B:C5\tIEEERegi\tIEEE Registration Authority
00:1B:C5:00:00:00/36\tConverge\tConverging Systems Inc.
00:55:DA:00:00:00/28\tShinkoTe\tShinko Technos
not a line
`;

describe('vendors', () => {
  const vendors = new Vendors(manuf);
  it.each([
    ['00:00:0c:12:34:56', 'Cisco Systems, Inc'],
    ['00:1b:c5:00:01:02', 'Converging Systems Inc.'],
    ['00:1b:c5:ff:01:02', 'IEEE Registration Authority'],
    ['00:55:da:01:02:03', 'Shinko Technos'],
    ['00:99:99:01:02:03', null],
    ['02:00:0c:12:34:56', null],
  ])('of %s is %s', (mac, vendor) => expect(vendors.of(mac)).toBe(vendor));

  it('are as many as lines that say one', () => expect(vendors.size).toBe(4));
});

describe('a country', () => {
  it.each([
    ['10.0.0.1', 'DE'],
    ['200.0.0.1', 'US'],
  ])('of %s is %s', (ip, country) => expect(new GeoIpDat(halves('DE', 'US')).country(parseIp(ip)!)).toBe(country));

  it('that is none is not told: satellites, proxies, continents', () => {
    for (const code of ['--', 'A1', 'A2', 'EU']) expect(new GeoIpDat(halves(code, code)).country(parseIp('10.0.0.1')!)).toBeNull();
  });

  it('of IPv6 is found by more bits', () => expect(new GeoIpDat(halves('FR', 'JP')).country(parseIp('2001:db8::1')!)).toBe('FR'));

  it.each([
    ['an empty file', new Uint8Array()],
    ['a file that ends too soon', halves('DE', 'US').subarray(0, 4)],
    ['a way in a circle', new Uint8Array(6)],
    ['a number beyond the list', Uint8Array.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff])],
  ])('of %s is not known', (_what, bytes) => {
    const known = new GeoIpDat(bytes).country(parseIp('200.0.0.1')!);
    expect([null, 'O1']).toContain(known);
  });
});

describe('zones', () => {
  const zones = new Zones([
    { name: 'campus', network: '10.0.0.0/8', isInside: true },
    { name: 'guests', network: '10.9.0.0/16', isInside: false },
    { name: 'servers', network: '198.51.100.0/24', isInside: true },
  ]);
  it.each([
    ['10.1.1.1', 'campus', true],
    ['10.9.1.1', 'guests', false],
    ['198.51.100.7', 'servers', true],
    ['192.168.1.1', undefined, true],
    ['8.8.8.8', undefined, false],
    ['fd00::1', undefined, true],
    ['2001:db8::1', undefined, false],
  ])('have %s in %s', (ip, name, isInside) => {
    expect(zones.of(parseIp(ip)!)?.name).toBe(name);
    expect(zones.isInside(parseIp(ip)!)).toBe(isInside);
  });

  it('decide the direction', () => {
    expect([directionOf(true, true), directionOf(true, false), directionOf(false, true), directionOf(false, false)]).toEqual([
      'internal',
      'outbound',
      'inbound',
      'external',
    ]);
  });
});

describe('rows', () => {
  let folder: string;
  let paths: SourcePaths;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'enrichment-'));
    paths = { manuf: join(folder, 'manuf'), geoIp: [join(folder, 'v4.dat'), join(folder, 'v6.dat')], mmdb: join(folder, 'geoip') };
    await writeFile(paths.manuf, manuf);
    await writeFile(paths.geoIp[0], halves('DE', 'US'));
    await writeFile(paths.geoIp[1], halves('FR', 'JP'));
    await mkdir(paths.mmdb);
    await writeFile(join(paths.mmdb, 'broken.mmdb'), 'no database');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  function enriched(sources: SourcePaths, row: FlowRow): FlowRow {
    const rows: FlowRow[] = [];
    const sink: RecordSink = { record: (_type, each) => void rows.push(each as unknown as FlowRow) };
    const zones = [{ name: 'office', network: '10.0.0.0/24', isInside: true }];
    new Enricher(new EnrichmentSources(sources), zones).sink(sink).record(flowRecord, row);
    return rows[0]!;
  }

  const row = () => flowRow({ destinationIp: parseIp('200.0.0.1')!, sourceMac: '00:00:0c:01:02:03' });

  it('of flows say vendor, country, zone and direction; a file that is no database is as if it were not there', () => {
    expect(enriched(paths, row())).toMatchObject({
      sourceVendor: 'Cisco Systems, Inc',
      sourceCountry: 'DE',
      sourceZone: 'office',
      destinationCountry: 'US',
      destinationZone: null,
      destinationAsNumber: null,
      direction: 'outbound',
    });
  });

  it('to a group go nowhere else', () => {
    expect(enriched(paths, flowRow({ destinationIp: parseIp('224.0.0.251')! })).direction).toBe('internal');
  });

  it('without any data have what zones say, and nothing breaks', () => {
    const nowhere = { manuf: '/nowhere', geoIp: ['/nowhere', '/nowhere'] as const, mmdb: '/nowhere' };
    expect(enriched(nowhere, row())).toMatchObject({ sourceVendor: null, destinationCountry: null, sourceZone: 'office' });
    expect(new EnrichmentSources(nowhere).describe().join()).toMatch(/no vendors.*no countries.*geoip-database.*no own MMDB/);
    expect(new EnrichmentSources(paths).describe().join()).toMatch(/vendors of MAC addresses are known.*countries are known.*broken\.mmdb/);
  });
});

describe('the zones of an operator', () => {
  let database: TemporaryDatabase;
  beforeAll(async () => {
    database = await temporaryDatabase();
  }, 60_000);
  afterAll(() => database?.close());

  it('are kept in versions, and nobody overwrites what they have not seen', async () => {
    const repository = new ZoneRepository(database.pool);
    expect(await repository.settings()).toMatchObject({ version: 0, zones: [] });
    const zones = [{ name: 'office', network: '10.0.0.0/24', isInside: true }];
    expect(await repository.change({ version: 0, zones }, 'ann')).toMatchObject({ version: 1, zones, changedBy: 'ann' });
    await expect(repository.change({ version: 0, zones: [] }, 'bob')).rejects.toThrow(/Version 1, by ann at \S+, is the newest/);
    expect((await repository.settings()).zones).toEqual(zones);
  });
});
