import { hostRecord, parseIp, parseTime, type HostRow, type HostService } from '@wirecase/contract';
import { catalogue } from '@wirecase/engine';
import { temporaryDatabase, type TemporaryDatabase } from '@wirecase/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CaptureAttempts } from '../capture-attempts.ts';
import { CaptureRepository } from '../capture-repository.ts';
import { CaptureTransaction } from '../capture-transaction.ts';
import { newCapture, summary } from '../testing/rows.ts';
import { HostReader } from './host-reader.ts';

const noon = parseTime('2024-05-01T12:00:00Z')!;
const minute = 60_000_000_000n;
const everything = { where: 'TRUE', params: [] };

function host(ip: string, at: bigint, overrides: Partial<HostRow> = {}): HostRow {
  const values: Record<string, unknown> = {};
  for (const [property, field] of Object.entries(hostRecord.fields)) {
    if (field.optional) values[property] = null;
    else if (field.kind === 'count') values[property] = 1;
    else values[property] = [];
  }
  return { ...(values as HostRow), id: crypto.randomUUID(), ip: parseIp(ip)!, first: at, last: at + minute, ...overrides };
}

const ssh = (flows: number, product: string | null): HostService => ({
  ...{ transport: 'tcp', port: 22, protocols: ['ssh'], product, flows },
  ...{ first: '2024-05-01T12:00:00.000000000Z', last: '2024-05-01T12:01:00.000000000Z' },
});

let database: TemporaryDatabase;
let captures: CaptureRepository;
let reader: HostReader;
let first: string;
let second: string;

async function store(name: string, rows: readonly HostRow[]): Promise<string> {
  const { capture } = await captures.create(newCapture({ name }));
  const claim = (await new CaptureAttempts(database.pool).claim(capture.id, 'test'))!;
  const transaction = await CaptureTransaction.begin(database.pool, claim.attempt);
  for (const row of rows) transaction.writer.record(hostRecord, row);
  await transaction.commit(summary());
  return capture.id;
}

beforeAll(async () => {
  database = await temporaryDatabase();
  captures = new CaptureRepository(database.pool, catalogue);
  reader = new HostReader(database.pool);
  first = await store('monday.pcap', [
    host('10.0.0.1', noon, {
      names: ['ann'],
      nameSources: [{ name: 'ann', source: 'dhcp', first: '2024-05-01T12:00:00.000000000Z', last: '2024-05-01T12:01:00.000000000Z' }],
      bytesSent: 100,
      peers: 3,
      services: ['tcp/22', 'ssh'],
      serviceDetails: [ssh(2, null)],
      osName: 'Linux',
      osConfidence: 0.5,
    }),
    host('10.0.0.2', noon, { bytesSent: 7, roles: ['gateway'] }),
    host('2001:db8::1', noon, { bytesSent: 50 }),
  ]);
  second = await store('tuesday.pcap', [
    host('10.0.0.1', noon + 60n * minute, {
      bytesSent: 1000,
      peers: 2,
      serviceDetails: [ssh(5, 'OpenSSH_9.2')],
      osName: 'Linux',
      osFull: 'Debian',
      osConfidence: 0.9,
    }),
    host('10.0.0.3', noon + 60n * minute, { bytesSent: 8 }),
  ]);
}, 60_000);
afterAll(() => database?.close());

describe('the inventory', () => {
  it('has each address once, over the captures in which it was seen', async () => {
    const { hosts, total, nextCursor } = await reader.search(everything, { limit: 10 });
    expect(hosts.map(({ ip, captures: count }) => [ip, count])).toEqual([
      ['10.0.0.3', 1],
      ['10.0.0.1', 2],
      ['2001:db8::1', 1],
      ['10.0.0.2', 1],
    ]);
    expect(total).toEqual({ value: 4, relation: 'eq' });
    expect(nextCursor).toBeNull();
  });

  it('sums what was counted and joins what was told', async () => {
    const merged = (await reader.find('10.0.0.1'))!;
    expect(merged).toMatchObject({
      captures: 2,
      first: '2024-05-01T12:00:00.000000000Z',
      last: '2024-05-01T13:01:00.000000000Z',
      bytesSent: 1100,
      peers: 3,
      names: [{ name: 'ann', source: 'dhcp' }],
      services: [{ port: 22, flows: 7, product: 'OpenSSH_9.2' }],
      os: { name: 'Linux', full: 'Debian', confidence: 0.9 },
    });
    expect(merged.seenIn.map(({ captureName }) => captureName)).toEqual(['tuesday.pcap', 'monday.pcap']);
  });

  it('tells of the captures asked for only', async () => {
    expect(await reader.find('10.0.0.1', { captureIds: [first] })).toMatchObject({ captures: 1, bytesSent: 100 });
    expect(await reader.find('10.0.0.3', { captureIds: [first] })).toBeNull();
    expect((await reader.search({ ...everything, captureIds: [first, second] }, { limit: 10 })).total.value).toBe(4);
    expect((await reader.search({ ...everything, captureIds: [second] }, { limit: 10 })).hosts.map(({ ip }) => ip)).toEqual([
      '10.0.0.3',
      '10.0.0.1',
    ]);
  });

  it('finds by what one capture says, and tells of all', async () => {
    const { hosts } = await reader.search({ where: `'ann' = ANY(host_name)`, params: [] }, { limit: 10 });
    expect(hosts).toMatchObject([{ ip: '10.0.0.1', bytesSent: 1100 }]);
    const late = await reader.search({ ...everything, from: noon + 30n * minute }, { limit: 10 });
    expect(late.hosts).toMatchObject([{ ip: '10.0.0.3' }, { ip: '10.0.0.1', bytesSent: 1000 }]);
  });

  it.each(['-host.network.egress.bytes', 'host.network.egress.bytes', 'host.ip', '-event.start', '-wirecase.host.peers'])(
    'in pages is the same as at once, by %s',
    async (sort) => {
      const whole = (await reader.search(everything, { limit: 10, sort })).hosts.map(({ ip }) => ip);
      const paged: string[] = [];
      for (let cursor: string | undefined; ;) {
        const page = await reader.search(everything, { limit: 1, sort, cursor });
        paged.push(...page.hosts.map(({ ip }) => ip));
        if (page.nextCursor === null) break;
        cursor = page.nextCursor;
      }
      expect(whole).toHaveLength(4);
      expect(paged).toEqual(whole);
    },
  );

  it('refuses an order that it does not have, a cursor of another search, and what is no address', async () => {
    await expect(reader.search(everything, { limit: 1, sort: 'host.name' })).rejects.toThrow(/can be ordered by/);
    const { nextCursor } = await reader.search(everything, { limit: 1 });
    await expect(reader.search(everything, { limit: 1, sort: 'host.ip', cursor: nextCursor! })).rejects.toThrow(/cursor/);
    await expect(reader.find('10.0.0')).rejects.toThrow(/no address/);
  });

  it('forgets what was seen in a capture that is deleted', async () => {
    const gone = await store('gone.pcap', [host('10.9.9.9', noon), host('10.0.0.2', noon, { bytesSent: 1_000_000 })]);
    expect((await reader.find('10.0.0.2'))!.bytesSent).toBe(1_000_007);
    await captures.delete(gone);
    expect(await reader.find('10.9.9.9')).toBeNull();
    expect((await reader.find('10.0.0.2'))!.bytesSent).toBe(7);
  });
});
