/** Lists against rows in PostgreSQL: what matches, when it is compared, and what becomes of it. */
import { flowRecord, importIndicators, parseIp, type FlowRow, type RecordType } from '@wirecase/contract';
import { catalogue } from '@wirecase/engine';
import { temporaryDatabase, type TemporaryDatabase } from '@wirecase/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CaptureAttempts } from '../capture-attempts.ts';
import { CaptureRepository } from '../capture-repository.ts';
import { CaptureTransaction } from '../capture-transaction.ts';
import { DetectionRepository } from '../detection-policy.ts';
import { flowRow, newCapture, summary } from '../testing/rows.ts';
import { IndicatorLists, packIndicators, type MatchSelection } from './lists.ts';
import { MOST_MATCHES_KEPT } from './match-sql.ts';
import { IndicatorMatching } from './matching.ts';

const packed = (text: string) => packIndicators(importIndicators(text));
const start = 1_714_557_600_000_000_000n;
const noList = '00000000-0000-4000-8000-000000000000';
const sha1 = 'da39a3ee5e6b4b0d3255bfef95601890afd80709';
const md5 = 'd41d8cd98f00b204e9800998ecf8427e';

let database: TemporaryDatabase;
let captures: CaptureRepository;
let lists: IndicatorLists;
let matching: IndicatorMatching;

beforeAll(async () => {
  database = await temporaryDatabase();
  captures = new CaptureRepository(database.pool, catalogue);
  lists = new IndicatorLists(database.pool);
  matching = new IndicatorMatching(database.pool);
});
afterAll(() => database?.close());
beforeEach(async () => {
  for (const { id } of await lists.list()) await lists.delete(id);
  for (const { id } of await captures.list()) await captures.delete(id);
});

/** A row of a record with what a test says, and nothing else but what every row must have. */
function rowOf(type: RecordType, overrides: Record<string, unknown>): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [property, field] of Object.entries(type.fields)) {
    if (field.optional) values[property] = null;
    else if (field.kind === 'boolean') values[property] = false;
    else if (field.kind === 'keyword' || field.kind === 'text') values[property] = '';
    else if (field.kind === 'keywords' || field.kind === 'integers' || field.kind === 'ips') values[property] = [];
    else if (field.kind === 'time') values[property] = start;
    else values[property] = 1;
  }
  const ids = { id: crypto.randomUUID(), flowId: crypto.randomUUID(), sourceIp: parseIp('10.0.0.1')!, destinationIp: parseIp('10.0.0.2')! };
  return { ...values, ...ids, ...overrides };
}

async function write(captureId: string, rows: readonly (readonly [string, Record<string, unknown>])[]): Promise<void> {
  const claim = (await new CaptureAttempts(database.pool).claim(captureId, 'test'))!;
  const transaction = await CaptureTransaction.begin(database.pool, claim.attempt);
  for (const [name, row] of rows) {
    const type = catalogue.find((each) => each.name === name)!;
    transaction.writer.record(type, (name === 'flow' ? row : rowOf(type, row)) as never);
  }
  await transaction.commit(summary());
}

async function store(rows: readonly (readonly [string, Record<string, unknown>])[]): Promise<string> {
  const { capture } = await captures.create(newCapture());
  await write(capture.id, rows);
  return capture.id;
}

const flow = (overrides: Partial<FlowRow>) => [flowRecord.name, flowRow(overrides) as unknown as Record<string, unknown>] as const;
const to = (ip: string) => flow({ destinationIp: parseIp(ip)! });

async function listOf(text: string): Promise<string> {
  const { id } = await lists.create({ name: 'bad', description: '', owner: 'soc', severity: 70 }, 'ada');
  await lists.fill(id, packed(text), 'tester');
  return id;
}

async function matchAll(): Promise<number> {
  let pairs = 0;
  while (await matching.matchNext()) pairs++;
  return pairs;
}

async function found(selection: MatchSelection = {}): Promise<string[]> {
  const { matches } = await lists.matches(selection, { limit: 1000 });
  return matches.map(({ indicator, field, value }) => `${indicator}: ${field} ${value}`).sort();
}

const cases: [string, readonly [string, Record<string, unknown>], string[]][] = [
  ['198.51.100.7', to('198.51.100.7'), ['198.51.100.7: destination.ip 198.51.100.7']],
  ['198.51.100.7', flow({ sourceIp: parseIp('198.51.100.7')! }), ['198.51.100.7: source.ip 198.51.100.7']],
  ['198.51.100.7', to('198.51.100.70'), []],
  ['198.51.100.0/24', to('198.51.100.255'), ['198.51.100.0/24: destination.ip 198.51.100.255']],
  ['198.51.100.0/24', to('198.51.101.0'), []],
  ['2001:db8::/32', to('2001:db8:1::5'), ['2001:db8::/32: destination.ip 2001:db8:1::5']],
  ['::/1', to('10.0.0.9'), []],
  [
    '198.51.100.7',
    ['dns', { resolvedIps: [parseIp('192.0.2.1'), parseIp('198.51.100.7')] }],
    ['198.51.100.7: dns.resolved_ip 198.51.100.7'],
  ],
  ['evil.example', ['dns', { questionName: 'evil.example' }], ['evil.example: dns.question.name evil.example']],
  ['evil.example', ['dns', { questionName: 'A.B.Evil.Example' }], ['evil.example: dns.question.name A.B.Evil.Example']],
  ['evil.example', ['dns', { questionName: 'notevil.example' }], []],
  ['evil.example', ['dns', { questionName: 'evil.example.org' }], []],
  ['a.evil.example', ['dns', { questionName: 'evil.example' }], []],
  ['evil.example', ['http', { urlDomain: 'www.evil.example' }], ['evil.example: url.domain www.evil.example']],
  ['evil.example', ['tls', { serverName: 'evil.example' }], ['evil.example: tls.client.server_name evil.example']],
  ['evil.example', ['quic', { serverName: 'evil.example' }], ['evil.example: tls.client.server_name evil.example']],
  [
    'http://evil.example/A?b',
    ['http', { urlFull: 'http://Evil.example:80/A?b' }],
    ['http://evil.example/A?b: url.full http://evil.example/A?b'],
  ],
  ['http://evil.example/', ['http', { urlFull: 'http://evil.example/' }], ['http://evil.example/: url.full http://evil.example/']],
  ['http://evil.example/A', ['http', { urlFull: 'http://evil.example/a' }], []],
  [md5, ['file', { md5 }], [`${md5}: file.hash.md5 ${md5}`]],
  [sha1, ['file', { sha1 }], [`${sha1}: file.hash.sha1 ${sha1}`]],
  [`ja3,${md5}`, ['tls', { ja3: md5 }], [`${md5}: tls.client.ja3 ${md5}`]],
  [md5, ['tls', { ja3: md5 }], []],
  [`cert-sha1,${sha1}`, ['x509', { sha1 }], [`${sha1}: x509.hash.sha1 ${sha1}`]],
];

describe('an indicator', () => {
  it.each(cases.map(([indicator, row, expected]) => [indicator, row[0], expected, row] as const))(
    '%s among rows of %s: %j',
    async (indicator, _table, expected, row) => {
      await store([row]);
      await listOf(indicator);
      await matchAll();
      expect(await found()).toEqual(expected);
    },
  );

  it('says flow, capture, time and both sides', async () => {
    const row = flowRow({ destinationIp: parseIp('198.51.100.7')! });
    const captureId = await store([['flow', row as unknown as Record<string, unknown>]]);
    const listId = await listOf('198.51.100.7,C2');
    await matchAll();
    const { matches, total, nextCursor } = await lists.matches({}, { limit: 10 });
    expect({ total, nextCursor }).toEqual({ total: 1, nextCursor: null });
    expect(matches).toMatchObject([
      {
        ...{ listId, listName: 'bad', severity: 70, type: 'ip', comment: 'C2', captureId, captureName: 'office.pcap', flowId: row.id },
        ...{ sourceIp: '10.0.0.1', destinationIp: '198.51.100.7', time: '2024-05-01T10:00:00.000000000Z' },
      },
    ]);
  });

  it('that is everywhere is kept a bounded number of times', async () => {
    await store(Array.from({ length: MOST_MATCHES_KEPT + 5 }, () => to('198.51.100.7')));
    const list = await listOf('198.51.100.7');
    await matchAll();
    expect(await lists.get(list)).toMatchObject({ matches: MOST_MATCHES_KEPT, captures: 1 });
  });
});

describe('a list', () => {
  it('is compared with every capture that is stored, and with each that comes', async () => {
    await store([to('198.51.100.7')]);
    const list = await listOf('198.51.100.7');
    expect(await lists.get(list)).toMatchObject({ indicators: 1, waiting: 1, matches: 0, report: { taken: 1 } });
    expect(await matchAll()).toBe(1);
    await store([to('198.51.100.7')]);
    expect(await lists.get(list)).toMatchObject({ waiting: 1, matches: 1 });
    expect(await matchAll()).toBe(1);
    expect(await lists.get(list)).toMatchObject({ waiting: 0, matches: 2, captures: 2 });
  });

  it('that changes is compared anew', async () => {
    await store([to('198.51.100.7'), to('198.51.100.8')]);
    const list = await listOf('198.51.100.7');
    await matchAll();
    await lists.fill(list, packed('198.51.100.8'), 'tester');
    expect(await found()).toEqual([]);
    await matchAll();
    expect(await found()).toEqual(['198.51.100.8: destination.ip 198.51.100.8']);
  });

  it('takes its matches along when it goes', async () => {
    await store([to('198.51.100.7')]);
    const list = await listOf('198.51.100.7');
    await matchAll();
    await lists.delete(list);
    expect(await found()).toEqual([]);
    await expect(lists.get(list)).rejects.toMatchObject({ code: 'list.not-found' });
  });

  it('that is gone is said to be', async () => {
    const request = { name: 'x', description: '', owner: '', severity: 1 };
    await expect(lists.delete(noList)).rejects.toMatchObject({ code: 'list.not-found' });
    await expect(lists.change(noList, { ...request, version: 1 }, 'tester')).rejects.toMatchObject({ code: 'list.not-found' });
    await expect(lists.fill(noList, packed('evil.example'), 'tester')).rejects.toMatchObject({ code: 'list.not-found' });
  });
});

describe('a capture', () => {
  it('that is analysed again has the same matches once', async () => {
    const captureId = await store([to('198.51.100.7')]);
    await listOf('198.51.100.7');
    await matchAll();
    await captures.reanalyze(captureId);
    await write(captureId, [to('198.51.100.7')]);
    expect(await matchAll()).toBe(1);
    expect(await found()).toHaveLength(1);
  });

  it('takes its matches along when it is deleted, also before they are made', async () => {
    const captureId = await store([to('198.51.100.7')]);
    await listOf('198.51.100.7');
    await matchAll();
    const other = await store([to('198.51.100.7')]);
    await captures.delete(captureId);
    await captures.delete(other);
    expect(await found()).toEqual([]);
    expect(await matchAll()).toBe(0);
  });

  it('does not miss a list that is added while it is committed', async () => {
    const { capture } = await captures.create(newCapture());
    const { id } = await lists.create({ name: 'bad', description: '', owner: '', severity: 1 }, 'ada');
    await Promise.all([write(capture.id, [to('198.51.100.7')]), lists.fill(id, packed('198.51.100.7'), 'tester')]);
    await matchAll();
    expect(await found()).toHaveLength(1);
  });
});

describe('alerts of matches', () => {
  const alerts = async (): Promise<Record<string, unknown>[]> =>
    (await database.pool.query('SELECT * FROM alert ORDER BY event_start, alert_id')).rows as Record<string, unknown>[];
  const ids = async () => (await alerts()).map((row) => row['alert_id']);
  const from = (source: string, n: bigint) =>
    flow({ sourceIp: parseIp(source)!, destinationIp: parseIp('198.51.100.7')!, start: start + n, id: idOf(n) });
  /** Of the flow that begins with the packet `n`. */
  const idOf = (n: bigint) => `00000000-0000-0001-0000-${n.toString(16).padStart(12, '0')}`;

  it('are one for each indicator and pair of hosts, with the list, its severity and the packets', async () => {
    const captureId = await store([from('10.0.0.1', 5n), from('10.0.0.1', 9n), from('10.0.0.2', 20n)]);
    const listId = await listOf('198.51.100.7,C2');
    await matchAll();
    const found = await alerts();
    expect(found).toMatchObject([
      {
        ...{ capture_id: captureId, rule_id: 'intel.match', alert_class: 'intel.match', event_severity: 70, alert_confidence: 0.7 },
        ...{ source_ip: '198.51.100.7', destination_ip: '10.0.0.1', event_start: start + 5n, event_end: start + 9n },
        alert_entities: [
          { role: 'attacker', ip: '198.51.100.7' },
          { role: 'victim', ip: '10.0.0.1' },
        ],
        alert_evidence: {
          ...{ value: 2, threshold: 1, packets: [5, 9], list: { id: listId, name: 'bad' }, fields: ['destination.ip'] },
          indicator: { type: 'ip', value: '198.51.100.7', comment: 'C2' },
          filter:
            '(source.ip == 198.51.100.7 and destination.ip == 10.0.0.1) or (source.ip == 10.0.0.1 and destination.ip == 198.51.100.7)',
        },
        alert_explanation:
          '10.0.0.1 had traffic that the list "bad" names: ip 198.51.100.7, said to be "C2", seen 2 times in destination.ip.',
        alert_suppressed_by: null,
      },
      { destination_ip: '10.0.0.2', alert_evidence: { value: 1, packets: [20] } },
    ]);
    expect((await captures.get(captureId)).alerts).toBe(2);
  });

  it('name the client alone where a name was asked for, and the sender of a file', async () => {
    await store([
      ['dns', { questionName: 'www.evil.example', packet: 3 }],
      ['file', { sha1, direction: 'to-responder', packet: 4, time: start + 1n }],
    ]);
    await listOf(`evil.example\n${sha1}`);
    await matchAll();
    expect(await alerts()).toMatchObject([
      { source_ip: null, destination_ip: '10.0.0.1', threat_technique_id: ['T1071.004'], alert_evidence: { packets: [3] } },
      { source_ip: '10.0.0.1', destination_ip: '10.0.0.2', threat_technique_id: ['T1105'], alert_confidence: 0.9 },
    ]);
  });

  it('are the same after another analysis, and after another comparison', async () => {
    const captureId = await store([from('10.0.0.1', 5n)]);
    const list = await listOf('198.51.100.7');
    await matchAll();
    const before = await ids();
    expect(before).toHaveLength(1);
    await captures.reanalyze(captureId);
    await write(captureId, [from('10.0.0.1', 5n)]);
    await matchAll();
    expect(await ids()).toEqual(before);
    await lists.fill(list, packed('198.51.100.7'), 'tester');
    await matchAll();
    expect(await ids()).toEqual(before);
  });

  it('follow their list: its severity, its content, its end', async () => {
    const captureId = await store([from('10.0.0.1', 5n)]);
    const list = await listOf('198.51.100.7\n10.0.0.1');
    await matchAll();
    expect(await ids()).toHaveLength(2);
    await lists.change(
      list,
      { name: 'old', description: '', owner: 'soc', severity: 30, version: (await lists.get(list)).version },
      'tester',
    );
    await matchAll();
    expect(await alerts()).toMatchObject([{ event_severity: 30 }, { event_severity: 30 }]);
    await lists.fill(list, packed('198.51.100.7'), 'tester');
    await matchAll();
    expect(await ids()).toHaveLength(1);
    await lists.delete(list);
    expect(await ids()).toEqual([]);
    expect((await captures.get(captureId)).alerts).toBe(0);
  });

  it('are marked where a suppression matches', async () => {
    const detection = new DetectionRepository(database.pool);
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const request = { rule: 'intel.match', entity: '10.0.0.1', captureId: null, owner: 'soc', reason: 'a trap', expiresAt };
    const { id } = await detection.suppress(request, 'ada');
    await store([from('10.0.0.1', 5n), from('10.0.0.2', 6n)]);
    await listOf('198.51.100.7');
    await matchAll();
    expect((await alerts()).map((row) => row['alert_suppressed_by'])).toEqual([id, null]);
  });

  it('leave what a detector found', async () => {
    const captureId = await store([from('10.0.0.1', 5n)]);
    const type = catalogue.find(({ name }) => name === 'alert')!;
    await captures.reanalyze(captureId);
    await write(captureId, [from('10.0.0.1', 5n), ['alert', { ...rowOf(type, {}), entities: [], evidence: {} }]]);
    const list = await listOf('198.51.100.7');
    await matchAll();
    expect(await ids()).toHaveLength(2);
    await lists.delete(list);
    expect(await ids()).toHaveLength(1);
  });
});

describe('matches', () => {
  it('are found by list, capture, flow and either address, a page at a time', async () => {
    const flows = [1n, 2n, 3n].map((n) => flowRow({ start: start + n, destinationIp: parseIp('198.51.100.7')! }));
    const captureId = await store(flows.map((row) => ['flow', row as unknown as Record<string, unknown>] as const));
    const listId = await listOf('198.51.100.7');
    await listOf('198.51.100.0/24');
    await matchAll();
    expect(await found({ listId })).toHaveLength(3);
    expect(await found({ captureId })).toHaveLength(6);
    expect(await found({ flowId: flows[0]!.id })).toHaveLength(2);
    expect(await found({ ip: '10.0.0.1', listId })).toHaveLength(3);
    expect(await found({ ip: '10.0.0.9' })).toEqual([]);
    const first = await lists.matches({ listId }, { limit: 2 });
    const second = await lists.matches({ listId }, { limit: 2, cursor: first.nextCursor! });
    expect([...first.matches, ...second.matches].map(({ flowId }) => flowId)).toEqual(flows.map(({ id }) => id).reverse());
    expect(second).toMatchObject({ nextCursor: null, total: 3 });
    await expect(lists.matches({}, { limit: 1, cursor: '9999999999999999999.1' })).rejects.toMatchObject({ code: 'request.invalid' });
  });
});
