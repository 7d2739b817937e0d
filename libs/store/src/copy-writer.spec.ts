import { coreRecord, field, optional, storedType, type Field, type Kind, type RowOf } from '@wirecase/contract';
import { temporaryDatabase, type TemporaryDatabase } from '@wirecase/testkit';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quoteName, tableStatements } from './catalogue-ddl.ts';
import { CopyWriter } from './copy-writer.ts';
import { isConnectionError } from './pool.ts';
import { decodeRow, selectList } from './stored-row.ts';

/** A record with a required and an optional field of every kind. */
const sample = coreRecord('sample', 'Samples', 'Every kind.', {
  id: field('sample.id', 'id', 'x'),
  time: field('sample.time', 'time', 'x'),
  ...kinds('required', (name, kind) => field(name, kind, 'x')),
  ...kinds('optional', (name, kind) => optional(name, kind, 'x')),
});

const other = coreRecord('other', 'Others', 'Another table.', {
  id: field('other.id', 'id', 'x'),
  time: field('other.time', 'time', 'x'),
  number: field('other.number', 'integer', 'x'),
});

function kinds<F extends Field>(group: string, make: (name: string, kind: Kind) => F): Record<string, F> {
  const all: Kind[] = [
    'id',
    'ip',
    'mac',
    'port',
    'integer',
    'count',
    'time',
    'duration',
    'float',
    'boolean',
    'keyword',
    'text',
    'keywords',
    'ips',
    'integers',
    'json',
  ];
  return Object.fromEntries(all.map((kind) => [`${group}_${kind}`, make(`${group}.${kind}`, kind)]));
}

/** A text that fills buffers. */
const long = (characters: number) => ({ required_text: 'x'.repeat(characters) });

const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const int32 = fc.integer();
const text = fc.string({
  unit: fc.oneof(fc.constant('\0'), fc.constant('\ud800'), fc.string({ unit: 'binary', minLength: 1, maxLength: 1 })),
  maxLength: 50,
});
const address = fc
  .oneof(fc.uint8Array({ minLength: 4, maxLength: 4 }), fc.uint8Array({ minLength: 16, maxLength: 16 }))
  .map((bytes) => new Uint8Array(bytes));
const arbitraries: Record<Kind, fc.Arbitrary<unknown>> = {
  id: fc.uuid(),
  ip: address,
  mac: fc.constant('00:11:22:aa:bb:cc'),
  port: fc.integer({ min: 0, max: 65535 }),
  integer: int32,
  count: fc.maxSafeNat(),
  time: int64,
  duration: int64,
  float: fc.double({ noNaN: true }),
  boolean: fc.boolean(),
  keyword: text,
  text,
  keywords: fc.array(text, { maxLength: 5 }),
  ips: fc.array(address, { maxLength: 5 }),
  integers: fc.array(int32, { maxLength: 5 }),
  // Through text once: JSON has no -0.
  json: fc.jsonValue({ stringUnit: 'binary' }).map((value): unknown => JSON.parse(JSON.stringify(value ?? 0))),
};

type SampleRow = RowOf<typeof sample.fields>;
const rows = fc.record(
  Object.fromEntries(
    Object.entries(sample.fields).map(([property, { kind, optional: isOptional }]) => [
      property,
      isOptional ? fc.option(arbitraries[kind]) : arbitraries[kind],
    ]),
  ),
) as unknown as fc.Arbitrary<SampleRow>;

/** What PostgreSQL can hold of a value: NUL as its picture, no lone surrogates. */
function storable(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed().replaceAll('\0', '\u2400');
  if (Array.isArray(value)) return value.map(storable);
  if (value !== null && typeof value === 'object' && !(value instanceof Uint8Array))
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [storable(name), storable(item)]));
  return value;
}

let database: TemporaryDatabase;
const captureId = crypto.randomUUID();

beforeAll(async () => {
  database = await temporaryDatabase();
  for (const statement of [sample, other].flatMap(tableStatements)) await database.pool.query(statement);
});
afterAll(() => database?.close());

async function roundTrip(given: readonly SampleRow[]): Promise<unknown[]> {
  const client = await database.pool.connect();
  try {
    await client.query('TRUNCATE sample');
    const writer = new CopyWriter(client, captureId);
    for (const row of given) writer.record(sample, row);
    await writer.flush();
    const found = await client.query<unknown[]>({ text: `SELECT ${selectList(sample)} FROM sample`, rowMode: 'array' });
    return found.rows.map((row) => decodeRow(sample, row));
  } finally {
    client.release();
  }
}

describe('COPY', () => {
  it('brings back every value of every kind', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(rows, { minLength: 1, maxLength: 20 }), async (given) => {
        const expected = given.map((row) => ({ captureId, ...(storable(row) as SampleRow) }));
        const byId = (list: unknown[]) => [...(list as SampleRow[])].sort((a, b) => (a.id < b.id ? -1 : 1));
        expect(byId(await roundTrip(given))).toEqual(byId(expected));
      }),
      { numRuns: 100 },
    );
  });

  it('writes what JSON has no word for, or jsonb none, in its own way', async () => {
    const [row] = fc.sample(rows, { numRuns: 1, seed: 1 });
    const given = { count: 5n, large: 2n ** 60n, nul: 'a\0', surrogate: '\ud800', '\0': 1, escape: String.raw`\u0000 \ud800` };
    const [found] = (await roundTrip([{ ...row!, ...{ required_json: given } }])) as { required_json: unknown }[];
    expect(found!.required_json).toEqual({
      ...{ count: 5, large: '1152921504606846976', nul: 'a\u2400', surrogate: '\ufffd', '\u2400': 1 },
      escape: String.raw`\u0000 \ud800`,
    });
  });

  it('spans many buffers', async () => {
    const [row] = fc.sample(rows, { numRuns: 1, seed: 1 });
    const many = Array.from({ length: 3000 }, () => ({ ...row!, id: crypto.randomUUID(), required_text: 'x'.repeat(10_000) }));
    expect(await roundTrip(many)).toHaveLength(3000);
  });

  it('names the field whose value does not fit, and drops only that row', async () => {
    const [good] = fc.sample(rows, { numRuns: 1, seed: 1 });
    const client = await database.pool.connect();
    const writer = new CopyWriter(client, captureId);
    const bad = (change: object) => () => writer.record(sample, { ...good!, id: crypto.randomUUID(), ...change } as SampleRow);
    expect(bad({ required_integer: 2 ** 31 })).toThrow('sample: required.integer does not fit its kind integer: 2147483648');
    expect(bad({ required_count: 1.5 })).toThrow('required.count');
    expect(bad({ required_ip: new Uint8Array(5) })).toThrow('required.ip');
    expect(bad({ required_id: 'nonsense' })).toThrow('required.id');
    expect(bad({ required_text: null })).toThrow('required.text');
    writer.record(sample, { ...good!, id: crypto.randomUUID() });
    await client.query('TRUNCATE sample');
    await writer.flush();
    expect((await client.query('SELECT count(*) AS n FROM sample')).rows[0].n).toBe(1n);
    client.release();
  });

  it('fails where it is awaited when PostgreSQL refuses the rows', async () => {
    const [row] = fc.sample(rows, { numRuns: 1, seed: 1 });
    const client = await database.pool.connect();
    await client.query('BEGIN');
    const writer = new CopyWriter(client, captureId);
    writer.record(sample, row!);
    writer.record(sample, row!);
    await expect(writer.flush()).rejects.toMatchObject({ code: '23505' });
    await client.query('ROLLBACK');
    client.release();
  });

  it('fills several tables at once, and takes rows while those before them are on their way', async () => {
    const [row] = fc.sample(rows, { numRuns: 1, seed: 1 });
    const client = await database.pool.connect();
    await client.query('TRUNCATE sample, other');
    const writer = new CopyWriter(client, captureId);
    for (let i = 0; i < 3000; i++) {
      writer.record(sample, { ...row!, id: crypto.randomUUID(), ...long(10_000) });
      writer.record(other, { id: crypto.randomUUID(), time: 1n, number: i });
      await writer.drain();
    }
    await writer.flush();
    expect([writer.count('sample'), writer.count('other'), writer.count('none')]).toEqual([3000, 3000, 0]);
    expect((await client.query('SELECT count(*) AS n FROM sample')).rows[0].n).toBe(3000n);
    expect((await client.query('SELECT count(DISTINCT other_number) AS n FROM other')).rows[0].n).toBe(3000n);
    client.release();
  });

  it('tells what was refused of rows sent before, takes no others, and leaves a connection that works', async () => {
    const [row] = fc.sample(rows, { numRuns: 1, seed: 1 });
    const client = await database.pool.connect();
    await client.query('TRUNCATE sample, other');
    await client.query('BEGIN');
    const writer = new CopyWriter(client, captureId);
    const large = { ...row!, ...long(8 * 1024 * 1024) };
    writer.record(sample, large);
    writer.record(sample, large);
    writer.record(other, { id: crypto.randomUUID(), time: 1n, number: 1 });
    await writer.drain();
    writer.record(other, { id: crypto.randomUUID(), time: 1n, number: 2 });
    await expect(writer.flush()).rejects.toMatchObject({ code: '23505' });
    await client.query('ROLLBACK');
    expect((await client.query('SELECT (SELECT count(*) FROM sample) + (SELECT count(*) FROM other) AS n')).rows[0].n).toBe(0n);
    client.release();
  });

  it('tells that the connection ended under it', async () => {
    const [row] = fc.sample(rows, { numRuns: 1, seed: 1 });
    const client = await database.pool.connect();
    const { rows: found } = await client.query('SELECT pg_backend_pid() AS pid');
    const writer = new CopyWriter(client, captureId);
    await database.pool.query('SELECT pg_terminate_backend($1)', [found[0].pid]);
    writer.record(sample, { ...row!, ...long(8 * 1024 * 1024) });
    const failure = await writer.flush().catch((error: unknown) => error);
    expect(isConnectionError(failure), String(failure)).toBe(true);
    client.release(true);
  });
});

const columnNames = Object.values(storedType(sample).fields).map((one) => quoteName(one.column));

it('has a column of its own for every field', () => {
  expect(new Set(columnNames).size).toBe(columnNames.length);
});
