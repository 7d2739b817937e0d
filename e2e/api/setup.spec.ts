import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Session, SetupStatus } from '@wirecase/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiServer, password, problemOf, type Client } from './api-server.ts';

let server: ApiServer;
let anyone: Client;
const tokenFile = () => join(server.services.dataDir, 'setup-token');
const token = async () => (await readFile(tokenFile(), 'utf8')).trim();

beforeAll(async () => {
  server = await ApiServer.start();
  anyone = server.anonymous();
});
afterAll(() => server?.close());

describe('before set-up', () => {
  it('only set-up, liveness and the document answer', async () => {
    for (const path of ['/setup', '/health/live', '/version', '/openapi.json']) expect((await anyone.request(path)).status).toBe(200);
    for (const path of ['/captures', '/flows', '/session', '/users', '/metrics', '/events/stream'])
      expect(await problemOf(await anyone.request(path))).toMatchObject({ status: 503, code: 'setup.required' });
    expect(await problemOf(await anyone.send('POST', '/session', { name: 'admin', password }))).toMatchObject({ code: 'setup.required' });
  });

  it('the token lies in a file that only its owner can read, and not in the log', async () => {
    expect((await stat(tokenFile())).mode & 0o777).toBe(0o600);
    expect(await token()).toMatch(/^[\w-]{43}$/);
    expect(await server.log()).not.toContain(await token());
  });

  it('the token survives a restart, so that a printed link stays good', async () => {
    const before = await token();
    await server.terminate();
    await server.run();
    expect(await token()).toBe(before);
  });

  it('a wrong token is refused, and guessing it is slowed down', async () => {
    const body = { token: 'x'.repeat(43), name: 'ada', password };
    expect(await problemOf(await anyone.send('POST', '/setup', body))).toMatchObject({ status: 403, code: 'setup.bad-token' });
    for (let i = 0; i < 4; i++) await anyone.send('POST', '/setup', body);
    expect(await problemOf(await anyone.send('POST', '/setup', body))).toMatchObject({ status: 429, code: 'auth.too-many' });
    await server.terminate();
    await server.run();
  });

  it.each([
    ['a short password', { password: 'short' }, 'password'],
    ['a password that everyone tries', { password: 'Password123' }, 'password'],
    ['a name with a space', { name: 'a b' }, 'name'],
    ['a field that is not known', { admin: true }, ''],
  ])('%s is refused with the field that is wrong', async (_, change, field) => {
    const response = await anyone.send('POST', '/setup', { token: await token(), name: 'ada', password, ...change });
    const problem = await problemOf(response);
    expect(problem).toMatchObject({ status: 400, code: 'request.invalid' });
    expect(problem.errors?.map((error) => error.field)).toEqual([field]);
  });

  it('a key made on the console works', async () => {
    const key = await server.keyFor('read:captures');
    expect((await key.request('/captures')).status).toBe(200);
    expect((await key.request('/users')).status).toBe(403);
  });
});

describe('set-up', () => {
  it('makes the first administrator, logs in, and works once', async () => {
    const body = { token: await token(), name: 'ada', password };
    const response = await anyone.send('POST', '/setup', body);
    expect(response.status).toBe(201);
    const session = (await response.json()) as Session;
    expect(session.user).toMatchObject({ name: 'ada', role: 'admin' });
    const cookie = response.headers.get('set-cookie')!;
    expect(cookie).toMatch(/^wirecase_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    const browser = anyone.with({ Cookie: cookie.split(';')[0]! });
    expect((await browser.json<Session>('/session')).csrfToken).toBe(session.csrfToken);
    expect(await browser.json<SetupStatus>('/setup')).toMatchObject({ required: false });
    await expect(stat(tokenFile())).rejects.toThrow('ENOENT');
    expect(await problemOf(await anyone.send('POST', '/setup', body))).toMatchObject({ status: 409, code: 'setup.done' });
    expect(await problemOf(await anyone.request('/captures'))).toMatchObject({ status: 401, code: 'auth.required' });
  });
});

describe('an unattended set-up', () => {
  it('makes the user admin from the environment and nothing else', async () => {
    const unattended = await ApiServer.startSetUp();
    try {
      expect(await unattended.users.list()).toMatchObject([{ name: 'admin', role: 'admin' }]);
      const response = await unattended.anonymous().send('POST', '/session', { name: 'admin', password });
      expect(response.status).toBe(201);
      await expect(stat(join(unattended.services.dataDir, 'setup-token'))).rejects.toThrow('ENOENT');
    } finally {
      await unattended.close();
    }
  });
});
