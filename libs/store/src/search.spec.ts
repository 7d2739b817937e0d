/** The search language against real rows: each query finds the flows that it says. */
import { flowRecord, optional, parseIp, recordType, type FlowRow, type RecordType, type RowOf } from '@wirecase/contract';
import { compile } from '@wirecase/query';
import { temporaryDatabase, type TemporaryDatabase } from '@wirecase/testkit';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CaptureAttempts } from './capture-attempts.ts';
import { CaptureRepository } from './capture-repository.ts';
import { CaptureTransaction } from './capture-transaction.ts';
import { tableStatements } from './catalogue-ddl.ts';
import { createPool, type Pool } from './pool.ts';
import { RecordReader } from './record-reader.ts';
import { flowRow, newCapture, summary } from './testing/rows.ts';

/** A record of a name of our own, so that the tests do not follow the protocols' changes. */
const nameRecord = recordType('name_lookup', 'Lookups', 'x', {
  name: optional('lookup.name', 'keyword', 'x', { indexed: true }),
  comment: optional('lookup.comment', 'text', 'x'),
  addresses: optional('lookup.addresses', 'ips', 'x', { indexed: true }),
  words: optional('lookup.words', 'keywords', 'x'),
});
const catalogue: RecordType[] = [flowRecord, nameRecord];
type LookupRow = RowOf<typeof nameRecord.fields>;

const ip = (text: string) => parseIp(text)!;
const day = 86_400_000_000_000n;
const noon = 1_714_564_800_000_000_000n; // 2024-05-01T12:00:00Z

/** The flows by the letter that the tests call them. */
const flows: Record<string, FlowRow> = {
  a: flowRow({
    start: noon,
    sourceIp: ip('10.0.0.1'),
    destinationIp: ip('192.0.2.1'),
    sourcePort: 1000,
    destinationPort: 80,
    bytes: 100,
    protocols: ['http'],
    state: 'SF',
  }),
  b: flowRow({
    start: noon + 1n,
    sourceIp: ip('10.0.0.2'),
    destinationIp: ip('10.0.0.1'),
    sourcePort: 80,
    destinationPort: 443,
    bytes: 2_000_000,
    protocols: ['tls', 'http'],
    state: 'S0',
  }),
  c: flowRow({
    start: noon + day,
    sourceIp: ip('10.1.2.3'),
    destinationIp: ip('8.8.8.8'),
    sourcePort: null,
    destinationPort: null,
    transport: 'icmp',
    protocols: [],
    state: 'OTH',
    history: '100%_\\x',
  }),
  d: flowRow({
    start: noon - day,
    sourceIp: ip('2001:db8::1'),
    destinationIp: ip('2001:db8::2'),
    sourcePort: 5353,
    destinationPort: 53,
    transport: 'udp',
    protocols: ['dns'],
    duration: 10n,
    communityId: '1:AbC=',
  }),
};
const lookups: [flow: string, row: Partial<LookupRow>][] = [
  ['d', { name: 'www.Example.com', comment: 'Grüße aus Köln', addresses: [ip('192.0.2.1'), ip('2001:db8::99')], words: ['Alpha', 'beta'] }],
  ['d', { name: 'other.example', comment: "it's 100%", addresses: [], words: [] }],
  ['a', { name: 'x'.repeat(5000), comment: null, addresses: null, words: null }],
];

let database: TemporaryDatabase;
let searches: Pool;
let reader: RecordReader;

beforeAll(async () => {
  database = await temporaryDatabase();
  for (const statement of tableStatements(nameRecord)) await database.pool.query(statement);
  searches = createPool(database.url, { statementTimeoutMs: 15_000 });
  reader = new RecordReader(searches);
  const captures = new CaptureRepository(database.pool, catalogue);
  const { id } = (await captures.create(newCapture())).capture;
  const transaction = await CaptureTransaction.begin(database.pool, (await new CaptureAttempts(database.pool).claim(id, 'test'))!.attempt);
  for (const flow of Object.values(flows)) transaction.writer.record(flowRecord, flow);
  for (const [letter, own] of lookups) transaction.writer.record(nameRecord, lookupRow(flows[letter]!, own));
  await transaction.commit(summary());
});
afterAll(async () => {
  await searches?.end();
  await database?.close();
});

function lookupRow(flow: FlowRow, own: Partial<LookupRow>): LookupRow {
  const { id: flowId, start: time, sourceIp, sourcePort, destinationIp, destinationPort } = flow;
  return {
    id: crypto.randomUUID(),
    flowId,
    packet: 1,
    time,
    sourceIp,
    sourcePort,
    destinationIp,
    destinationPort,
    name: null,
    comment: null,
    addresses: null,
    words: null,
    ...own,
  };
}

async function found(text: string): Promise<string> {
  const { where, params } = compile(text, { record: flowRecord, catalogue, now: noon + day });
  const { rows, total } = await reader.search(flowRecord, { where, params }, { limit: 100 });
  expect(total.value).toBe(rows.length);
  const ids = new Set(rows.map((row) => row.id));
  return Object.keys(flows)
    .filter((letter) => ids.has(flows[letter]!.id))
    .join('');
}

describe('a search of flows', () => {
  it.each([
    ['', 'abcd'],
    // Addresses
    ['source.ip:10.0.0.1', 'a'],
    ['ip:10.0.0.1', 'ab'],
    ['ip.addr == 10.0.0.1', 'ab'],
    ['ip != 10.0.0.1', 'cd'],
    ['source.ip:10.0.0.0/8', 'abc'],
    ['source.ip:10.0.*', 'ab'],
    ['source.ip:2001:db8::/32', 'd'],
    ['source.ip in {10.0.0.1..10.0.0.2}', 'ab'],
    ['source.ip >= 10.0.0.2', 'bc'],
    ['source.ip > ::', 'd'],
    ['source.ip:::/0', 'd'],
    ['source.ip:0.0.0.0/0', 'abc'],
    ['10.0.0.1', 'ab'],
    ['8.8.8.0/24', 'c'],
    // Ports and numbers
    ['port:80', 'ab'],
    ['destination.port:80', 'a'],
    ['port in {53, 1000..1001}', 'ad'],
    ['port:(53 or 443)', 'bd'],
    ['source.port > 80', 'ad'],
    ['tcp.port:80', 'ab'],
    ['udp.port:80', ''],
    ['bytes >= 2MB', 'b'],
    ['bytes in {50..1kB}', 'a'],
    ['duration < 1us', 'd'],
    ['duration:1s', 'abc'],
    // Words
    ['flow.state:sf', 'ad'],
    ['flow.state:(S0 or OTH)', 'bc'],
    ['flow.state:S*', 'abd'],
    ['flow.state:"S*"', ''],
    ['flow.history:"100%_\\\\x"', 'c'],
    ['flow.history:100%_\\x', 'c'],
    ['flow.history startswith 100%', 'c'],
    ['flow.history contains "%_"', 'c'],
    ['flow.history ~ "^sh.*ff$"', 'abd'],
    ['community_id:"1:AbC="', 'd'],
    ['network.protocol:HTTP', 'ab'],
    ['network.protocol:(http or dns)', 'abd'],
    // Times
    ['event.start:2024-05-01', 'ab'],
    ['event.start > 2024-05-01T12:00:00Z', 'bc'],
    ['event.start >= 2024-05-01T12:00:00Z', 'abc'],
    ['event.start in {2024-04-30..2024-05-01}', 'abd'],
    ['event.start >= now-1d', 'abc'],
    ['event.start:2024-05-01T12:00:00.000000001Z', 'b'],
    // Existence and not
    ['source.port:*', 'abd'],
    ['source.port:null', 'c'],
    ['source.port != 80', 'ad'],
    ['not source.port:80', 'acd'],
    ['not not source.port:80', 'b'],
    ['not source.port > 80', 'bc'],
    ['not (source.port:80 or source.port:1000)', 'cd'],
    ['not (source.port > 0 and bytes > 0)', 'c'],
    ['network.protocol != http', 'd'],
    ['not network.protocol:http', 'cd'],
    ['network.protocol:*', 'abd'],
    ['source.port not in {80, 1000}', 'd'],
    // Precedence
    ['source.port:80 or source.port:1000 and bytes:100', 'ab'],
    ['(source.port:80 or source.port:1000) and bytes:100', 'a'],
    ['flow.state:SF port:80', 'a'],
    ['flow.state:SF -port:80', 'd'],
    // Other records of the flow
    ['lookup.name:www.example.com', 'd'],
    ['lookup.name:*.EXAMPLE.com', 'd'],
    ['lookup.name:www.example', ''],
    [`lookup.name:${'X'.repeat(5000)}`, 'a'],
    [`lookup.name:${'x'.repeat(4999)}`, ''],
    ['lookup.comment:grüsse', ''],
    ['lookup.comment:grüße', 'd'],
    ['lookup.comment:"it\'s 100%"', 'd'],
    ['lookup.addresses:192.0.2.1', 'd'],
    ['lookup.addresses:192.0.2.2', ''],
    ['lookup.addresses:192.0.2.0/24', 'd'],
    ['lookup.addresses:*', 'd'],
    ['lookup.words:ALPHA', 'd'],
    ['lookup.words:al*', 'd'],
    ['lookup.name:*', 'ad'],
    ['not lookup.name:*', 'bc'],
    // Any of its lookups has another name, but one has this.
    ['lookup.name != www.example.com', 'a'],
    ['not lookup.name:www.example.com', 'abc'],
    ['lookup.name:other.example and lookup.name:www.example.com', 'd'],
    // Free text
    ['example', 'd'],
    ['"Grüße aus"', 'd'],
    ['beta', 'd'],
    ['tls', 'b'],
    ['icmp', 'c'],
    ['s0', 'b'],
    ['http', 'ab'],
    ['"100%"', 'd'],
    ['nowhere', ''],
    ['not http', 'cd'],
  ])('%.60s finds "%s"', async (text, letters) => {
    expect(await found(text)).toBe(letters);
  });

  it('for an id finds that flow', async () => {
    expect(await found(flows['c']!.id)).toBe('c');
  });

  it('with a regular expression that PostgreSQL refuses says so', async () => {
    await expect(found('flow.history ~ "("')).rejects.toMatchObject({ code: 'query.bad-value' });
  });
});

describe('a search of lookups', () => {
  const countOf = async (text: string) => {
    const { where, params } = compile(text, { record: nameRecord, catalogue });
    return (await reader.search(nameRecord, { where, params }, { limit: 10 })).rows.length;
  };

  it.each([
    ['lookup.name:other.example', 1],
    ['flow.state:SF', 3],
    ['port:53', 2],
    ['network.protocol:http', 1],
    ['example', 2],
    ['not example', 1],
  ])('%s finds %i', async (text, count) => {
    expect(await countOf(text)).toBe(count);
  });
});

describe('whatever is searched', () => {
  it('PostgreSQL understands', async () => {
    const name = fc.constantFrom(
      ...[flowRecord, nameRecord].flatMap((type) => Object.values(type.fields).map((field) => field.name)),
      'ip',
      'port',
      'mac',
      'capture',
    );
    const operator = fc.constantFrom(':', '==', '!=', '<', '<=', '>', '>=', '~', ' contains ', ' startswith ');
    const value = fc.oneof(
      fc.constantFrom(
        '10.0.0.1',
        '::1',
        '10.0.0.0/8',
        '80',
        '1.5',
        '-1',
        '1MB',
        '5s',
        'now',
        '2024-05-01',
        'true',
        '*',
        'a*',
        'null',
        '9223372036854775807',
        '/a+/',
        '00:11:22:33:44:55',
        '(1 or 2)',
        '{1..2}',
      ),
      fc.string({ unit: 'binary', maxLength: 20 }).map((text) => `"${text.replace(/["\\]/g, '\\$&')}"`),
    );
    const condition = fc.tuple(fc.constantFrom('', 'not '), name, operator, value).map((parts) => parts.join(''));
    const query = fc
      .array(fc.oneof(condition, fc.string({ maxLength: 8 })), { minLength: 1, maxLength: 4 })
      .chain((parts) => fc.constantFrom(' ', ' or ', ' and ').map((joint) => parts.join(joint)));
    let understood = 0;
    await fc.assert(
      fc.asyncProperty(query, async (text) => {
        try {
          await found(text);
          understood++;
        } catch (error) {
          expect((error as { code?: string }).code, text).toMatch(/^query\.(syntax|bad-value|unknown-field)$/);
        }
      }),
      { numRuns: 1500 },
    );
    expect(understood).toBeGreaterThan(100);
  }, 60_000);
});
