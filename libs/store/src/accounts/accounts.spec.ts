import type { Role } from '@wirecase/contract';
import { temporaryDatabase, type TemporaryDatabase } from '@wirecase/testkit';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ApiKeys, AuditRepository, connectAccounts, hashPassword, Sessions, Users, verifyPassword } from './index.ts';

let database: TemporaryDatabase;
let source: DataSource;
let users: Users;
let sessions: Sessions;
let keys: ApiKeys;

beforeAll(async () => {
  database = await temporaryDatabase();
  source = await connectAccounts(database.url);
  users = new Users(source);
  sessions = new Sessions(source);
  keys = new ApiKeys(source);
});
afterAll(async () => {
  await source?.destroy();
  await database?.close();
});
beforeEach(() => database.pool.query('TRUNCATE app_user, session, api_key'));

const create = (name: string, role: Role) => users.create({ name, password: 'correct horse', role });

describe('a password', () => {
  it('is stored as argon2id with a salt of its own', async () => {
    const [one, two] = await Promise.all([hashPassword('correct horse'), hashPassword('correct horse')]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=47104,t=2,p=1\$/);
    expect(one).not.toBe(two);
    expect(await verifyPassword('correct horse', one)).toBe(true);
    expect(await verifyPassword('correct horsf', one)).toBe(false);
  });

  it('of nobody is never right', async () => {
    expect(await verifyPassword('', null)).toBe(false);
  });
});

describe('users', () => {
  it('are set up by one first administrator, even when two are made at once', async () => {
    expect(await users.hasAdmin()).toBe(false);
    const answers = await Promise.allSettled([
      users.createFirstAdmin('ada', 'password one'),
      users.createFirstAdmin('bob', 'password two'),
    ]);
    expect(answers.map((answer) => answer.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(answers.find((answer) => answer.status === 'rejected')?.reason).toMatchObject({ code: 'setup.done' });
    expect(await users.hasAdmin()).toBe(true);
    expect((await users.list())[0]!.lastLoginAt).not.toBeNull();
  });

  it('log in by name without regard to case, and the login is stamped', async () => {
    await create('Ada', 'analyst');
    expect(await users.login('aDA', 'correct horse')).toMatchObject({ name: 'Ada', role: 'analyst' });
    expect((await users.list())[0]!.lastLoginAt).not.toBeNull();
    expect(await users.login('ada', 'wrong')).toBeNull();
    expect(await users.login('nobody', 'correct horse')).toBeNull();
  });

  it('have one name each, whatever its case', async () => {
    await create('ada', 'viewer');
    await expect(create('ADA', 'viewer')).rejects.toMatchObject({ code: 'user.exists' });
  });

  it('that are disabled cannot log in, and their sessions and keys end at once', async () => {
    const { id } = await create('ada', 'viewer');
    const token = await sessions.create(id);
    const { key } = await keys.create({ name: 'script', scopes: ['all'], ownerId: id, expiresAt: null });
    await users.update(id, { disabled: true });
    expect(await users.login('ada', 'correct horse')).toBeNull();
    expect(await sessions.find(token)).toBeNull();
    expect(await keys.find(key)).toBeNull();
    await users.update(id, { disabled: false });
    expect(await sessions.find(token)).toBeNull();
  });

  it.each([{ role: 'viewer' as const }, { password: 'another one' }])('lose their sessions with a change of %o', async (change) => {
    const { id } = await create('ada', 'analyst');
    const token = await sessions.create(id);
    await users.update(id, change);
    expect(await sessions.find(token)).toBeNull();
  });

  it('always include an administrator', async () => {
    const { id } = await users.createFirstAdmin('ada', 'correct horse');
    for (const change of [{ role: 'analyst' as const }, { disabled: true }])
      await expect(users.update(id, change)).rejects.toMatchObject({ code: 'user.last-admin' });
    await expect(users.delete(id)).rejects.toMatchObject({ code: 'user.last-admin' });
  });

  it('keep one administrator when two remove each other at once', async () => {
    const ada = await create('ada', 'admin');
    const bob = await create('bob', 'admin');
    const answers = await Promise.allSettled([users.delete(ada.id), users.update(bob.id, { role: 'viewer' })]);
    expect(answers.map((answer) => answer.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await users.hasAdmin()).toBe(true);
  });

  it('take their sessions and keys with them', async () => {
    const { id } = await create('ada', 'viewer');
    const token = await sessions.create(id);
    await keys.create({ name: 'script', scopes: ['all'], ownerId: id, expiresAt: null });
    await users.delete(id);
    expect(await sessions.find(token)).toBeNull();
    expect(await keys.list(null)).toEqual([]);
    await expect(users.get(id)).rejects.toMatchObject({ code: 'user.not-found' });
  });
});

describe('a session', () => {
  const begin = async () => sessions.create((await create('ada', 'viewer')).id);

  it('is found by its token until it is ended', async () => {
    const token = await begin();
    expect((await sessions.find(token))?.name).toBe('ada');
    expect(await sessions.find(`${token}x`)).toBeNull();
    await sessions.end(token);
    expect(await sessions.find(token)).toBeNull();
  });

  it('is not stored in a form that could be used', async () => {
    const token = await begin();
    const { rows } = await database.pool.query('SELECT * FROM session');
    expect(JSON.stringify(rows)).not.toContain(token);
    expect(rows[0].token_hash).toHaveLength(32);
  });

  it.each([
    ['is not used for 30 minutes', 'last_seen_at', '30 minutes', '29 minutes'],
    ['is 12 hours old', 'created_at', '12 hours', '719 minutes'],
  ])('ends when it %s', async (_name, column, tooLong, notYet) => {
    const token = await begin();
    await database.pool.query(`UPDATE session SET ${column} = now() - $1::interval`, [notYet]);
    expect(await sessions.find(token)).not.toBeNull();
    await database.pool.query(`UPDATE session SET ${column} = now() - $1::interval`, [tooLong]);
    expect(await sessions.find(token)).toBeNull();
  });

  it('stays alive by being used', async () => {
    const token = await begin();
    await database.pool.query(`UPDATE session SET last_seen_at = now() - interval '29 minutes'`);
    await sessions.find(token);
    const { rows } = await database.pool.query(`SELECT now() - last_seen_at < interval '10 seconds' AS recent FROM session`);
    expect(rows[0].recent).toBe(true);
  });
});

describe('an API key', () => {
  it('is shown once, begins with wck_ and is stored as its SHA-256', async () => {
    const { id } = await create('ada', 'analyst');
    const made = await keys.create({ name: 'script', scopes: ['read:flows'], ownerId: id, expiresAt: null });
    expect(made.key).toMatch(/^wck_[\w-]{43}$/);
    expect(made).toMatchObject({ name: 'script', scopes: ['read:flows'], owner: 'ada', prefix: made.key.slice(0, 10), lastUsedAt: null });
    const { rows } = await database.pool.query('SELECT * FROM api_key');
    expect(JSON.stringify(rows)).not.toContain(made.key.slice(12));
    expect((await keys.find(made.key))?.owner?.name).toBe('ada');
    await keys.noteUse(made.id);
    expect((await keys.list(id))[0]!.lastUsedAt).not.toBeNull();
    expect(await keys.find(`wck_${'A'.repeat(43)}`)).toBeNull();
  });

  it('of the console has no user', async () => {
    const { key } = await keys.create({ name: 'script', scopes: ['all'], ownerId: null, expiresAt: null });
    expect(await keys.find(key)).toMatchObject({ owner: null, row: { owner: 'console' } });
  });

  it('ends at its time', async () => {
    const { key } = await keys.create({ name: 'old', scopes: ['all'], ownerId: null, expiresAt: new Date(Date.now() - 1) });
    expect(await keys.find(key)).toBeNull();
  });

  it('is revoked by its owner or an administrator, by nobody else', async () => {
    const ada = await create('ada', 'viewer');
    const bob = await create('bob', 'viewer');
    const made = await keys.create({ name: 'script', scopes: ['all'], ownerId: ada.id, expiresAt: null });
    await expect(keys.revoke(made.id, bob.id)).rejects.toMatchObject({ code: 'key.not-found' });
    expect(await keys.list(bob.id)).toEqual([]);
    await keys.revoke(made.id, ada.id);
    expect(await keys.find(made.key)).toBeNull();
  });
});

describe('the audit log', () => {
  it('is only added to', async () => {
    const audit = new AuditRepository(source);
    const entry = { actor: 'ada', action: 'login', object: 'ada', result: 'ok', address: '::1', requestId: 'r1' };
    await audit.write(entry);
    await audit.write({ ...entry, result: 'auth.failed', detail: { attempts: 2 } });
    expect(await audit.list(1)).toMatchObject([{ ...entry, result: 'auth.failed', detail: { attempts: 2 } }]);
    for (const statement of [`UPDATE audit SET result = 'x'`, 'DELETE FROM audit', 'TRUNCATE audit'])
      await expect(database.pool.query(statement)).rejects.toThrow('never changed');
  });
});
