import { field, flowRecord, optional, weirdRecord, alertRecord, type RecordType } from '@wirecase/contract';
import { catalogue } from '@wirecase/engine';
import { temporaryDatabase, type TemporaryDatabase } from '@wirecase/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrations } from '../../../migrations/index.ts';
import { catalogueDiff, missingOf } from './catalogue-ddl.ts';
import { runMigrations } from './migrate.ts';
import { asStorageError, createPool, isConnectionError, waitForDatabase, type Pool } from './pool.ts';
import { createScratchDatabase, withScratchDatabase } from './scratch-database.ts';

let database: TemporaryDatabase;
beforeAll(async () => {
  database = await temporaryDatabase();
});
afterAll(() => database?.close());

const adminUrl = () => process.env['DATABASE_URL']!;

describe('the migrations', () => {
  it('make the catalogue', async () => {
    expect(await catalogueDiff(database.pool, catalogue)).toEqual([]);
  });

  it('run once, however many processes start at the same moment', async () => {
    await withScratchDatabase(adminUrl(), async (url) => {
      const ran = await Promise.all([runMigrations(url), runMigrations(url), runMigrations(url)]);
      expect(ran.flat().sort()).toEqual(migrations.map((migration) => migration.name).sort());
    });
  });

  it('can be taken back, newest first', async () => {
    await withMigratedDatabase(async (pool) => {
      const runner = { query: (text: string) => pool.query(text) };
      for (const Migration of [...migrations].reverse()) await new Migration().down(runner as never);
      const { rows } = await pool.query(`SELECT tablename FROM pg_tables WHERE schemaname = 'public'`);
      expect(rows).toEqual([{ tablename: 'migration' }]);
    });
  });

  it('do not touch a database that a newer program made', async () => {
    await withMigratedDatabase(async (pool, url) => {
      await pool.query(`INSERT INTO migration (timestamp, name) VALUES (9999999999999, 'FromTheFuture9999999999999')`);
      await expect(runMigrations(url)).rejects.toMatchObject({
        code: 'config.invalid',
        message: expect.stringContaining('newer Wirecase'),
      });
    });
  });
});

/** For tests that change the schema itself. */
function withMigratedDatabase(task: (pool: Pool, url: string) => Promise<void>): Promise<void> {
  return withScratchDatabase(adminUrl(), async (url) => {
    await runMigrations(url);
    const pool = createPool(url);
    try {
      await task(pool, url);
    } finally {
      await pool.end();
    }
  });
}

describe('a difference between catalogue and database', () => {
  const changed = (fields: object): RecordType[] => [{ ...weirdRecord, fields: { ...weirdRecord.fields, ...fields } } as RecordType];

  it.each([
    [
      'a new field',
      { extra: field('wirecase.weird.extra', 'ips', 'x') },
      'weird.weird_extra is missing (inet[], field wirecase.weird.extra)',
    ],
    ['another kind', { count: field('wirecase.weird.count', 'text', 'x') }, 'weird.weird_count is bigint, the catalogue says text'],
    [
      'a field that may be absent',
      { name: optional('wirecase.weird.name', 'keyword', 'x') },
      'weird.weird_name is NOT NULL, the catalogue says it may be absent',
    ],
    ['a new index', { name: field('wirecase.weird.name', 'keyword', 'x', { indexed: true }) }, 'index weird_by_weird_name is missing'],
  ])('is named: %s', async (_name, fields, sentence) => {
    expect(await catalogueDiff(database.pool, changed(fields))).toEqual([sentence]);
  });

  it('is named: a field that the catalogue no longer has, a table that is not there', async () => {
    const { count: _count, ...fewer } = weirdRecord.fields;
    const other = { ...alertRecord, name: 'other' } as RecordType;
    expect(await catalogueDiff(database.pool, [{ ...weirdRecord, fields: fewer } as RecordType, other])).toEqual([
      'weird.weird_count is in no field of the catalogue',
      'table other is missing',
    ]);
  });

  it('is what a new migration has to add', async () => {
    const extra = field('wirecase.weird.extra', 'text', 'x', { indexed: true });
    const [missing, ...others] = await missingOf(database.pool, [flowRecord, ...changed({ extra })]);
    expect(others).toEqual([]);
    expect(missing).toMatchObject({ table: false, fields: [extra], indexes: [{ name: 'weird_by_weird_extra' }] });
  });
});

describe('the database', () => {
  it('is waited for, and the error says what to do when it does not come', async () => {
    await expect(waitForDatabase('postgres://nobody@127.0.0.1:1/x', 300)).rejects.toMatchObject({ code: 'storage.unavailable' });
  });

  it('that does not exist is an error of the configuration, at once', async () => {
    const url = new URL(adminUrl());
    url.pathname = '/wirecase_no_such_database';
    await expect(waitForDatabase(url.href, 60_000)).rejects.toMatchObject({ code: 'config.invalid' });
  });

  it('that ends a connection does not end the process, and the next query works', async () => {
    const pool = createPool(database.url, { size: 1 });
    const client = await pool.connect();
    const { rows } = await client.query('SELECT pg_backend_pid() AS pid');
    await database.pool.query('SELECT pg_terminate_backend($1)', [rows[0].pid]);
    const failure = await client.query('SELECT 1').catch((error: unknown) => error);
    expect(isConnectionError(failure) && asStorageError(failure)).toMatchObject({ code: 'storage.unavailable' });
    client.release(true);
    expect((await pool.query('SELECT 1::bigint AS n')).rows).toEqual([{ n: 1n }]);
    await pool.end();
  });

  it('of a test is gone after it', async () => {
    const scratch = await createScratchDatabase(adminUrl());
    const pool = createPool(scratch.url);
    await pool.query('SELECT 1');
    await scratch.drop();
    await expect(pool.query('SELECT 1')).rejects.toThrow();
    await pool.end();
  });
});
