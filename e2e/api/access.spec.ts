/** Every route against every caller, from the OpenAPI document (RELIABILITY T46), and the guards around sessions. */
import { rolePermissions, type Permission, type Role, type User } from '@wirecase/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiServer, password, problemOf, type Client } from './api-server.ts';

interface Operation {
  method: string;
  path: string;
  permission: Permission;
}

let server: ApiServer;
let operations: Operation[];

beforeAll(async () => {
  server = await ApiServer.startSetUp();
  operations = await documentedOperations(server.anonymous());
});
afterAll(() => server?.close());

const nobodyId = '00000000-0000-4000-8000-000000000000';

async function documentedOperations(client: Client): Promise<Operation[]> {
  const document = await client.json<{ paths: Record<string, Record<string, { 'x-permission': Permission }>> }>('/openapi.json');
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path: path.replace('/api/v1', ''),
      permission: operation['x-permission'],
    })),
  );
}

/** Call a route with ids that exist nowhere and an empty body; the answer's status, its body left unread. */
async function call(client: Client, { method, path }: Operation, headers: Record<string, string> = {}): Promise<number> {
  const address = path
    .replace('{number}', '1')
    .replace('{type}', 'dns')
    .replace(/\{\w+\}/g, nobodyId);
  const response = await client.with(headers).request(address, { method });
  await response.body?.cancel();
  return response.status;
}

const isRefused = (status: number) => status === 401 || status === 403;
const changes = () => operations.filter(({ method }) => method !== 'GET');

describe('every documented route', () => {
  it('names the permission it needs', () => {
    expect(operations.length).toBeGreaterThan(25);
    expect(operations.filter(({ permission }) => permission === undefined)).toEqual([]);
  });

  it('is closed to who is not logged in, unless it is public', async () => {
    for (const operation of operations) {
      const status = await call(server.anonymous(), operation);
      if (operation.permission === 'public') expect([operation, isRefused(status)]).toEqual([operation, false]);
      else expect([operation, status]).toEqual([operation, 401]);
    }
  });

  it.each(['viewer', 'analyst', 'admin'] as Role[])('answers a %s what the role allows, and refuses the rest', async (role) => {
    for (const operation of operations) {
      if (operation.permission === 'public') continue;
      // A session of its own: one of the routes ends it.
      const status = await call(await server.browserOf(role), operation);
      const expected = !rolePermissions[role].includes(operation.permission);
      expect([operation, role, status === 403]).toEqual([operation, role, expected]);
    }
  });

  it('is open to a key with just its scope, and closed to a key with all others', async () => {
    const scopes = [...new Set(operations.map(({ permission }) => permission))].filter((each) => each !== 'public' && each !== 'session');
    for (const scope of scopes) {
      const [own, others] = [await server.keyFor(scope), await server.keyFor(...scopes.filter((each) => each !== scope))];
      for (const operation of operations.filter(({ permission }) => permission === scope)) {
        expect([operation, isRefused(await call(own, operation))]).toEqual([operation, false]);
        expect([operation, await call(others, operation)]).toEqual([operation, 403]);
      }
    }
  });

  it('that is for a person at a browser is closed to every key', async () => {
    const key = await server.keyFor('all');
    for (const operation of operations.filter(({ permission }) => permission === 'session'))
      expect([operation, await call(key, operation)]).toEqual([operation, 403]);
    expect((await problemOf(await key.request('/keys'))).detail).toContain('logged in at a browser');
  });

  it('is closed to a key that is wrong, revoked or expired', async () => {
    const { id, key } = await server.keys.create({ name: 'gone', scopes: ['all'], ownerId: null, expiresAt: null });
    const old = await server.keys.create({ name: 'old', scopes: ['all'], ownerId: null, expiresAt: new Date(Date.now() - 1000) });
    expect((await server.withKey(key).request('/captures')).status).toBe(200);
    await server.keys.revoke(id, null);
    for (const bad of [key, old.key, `wck_${'A'.repeat(43)}`, 'wck_', `${key}x`])
      expect(await problemOf(await server.withKey(bad).request('/captures'))).toMatchObject({ status: 401, code: 'auth.required' });
  });

  it('takes no key from the query string', async () => {
    const { key } = await server.keys.create({ name: 'query', scopes: ['all'], ownerId: null, expiresAt: null });
    expect((await server.anonymous().request(`/captures?key=${key}&access_token=${key}`)).status).toBe(401);
  });
});

describe('a change by cookie', () => {
  it('needs the token that only our own page knows', async () => {
    for (const operation of changes().filter(({ permission }) => permission !== 'public')) {
      const browser = await server.browserOf('admin');
      expect([operation, await call(browser, operation, { 'X-Wirecase-CSRF': '' })]).toEqual([operation, 403]);
      expect([operation, await call(browser, operation, { 'X-Wirecase-CSRF': 'x'.repeat(43) })]).toEqual([operation, 403]);
    }
  });

  it('is refused when a page of another site sent it, login and set-up too', async () => {
    for (const operation of changes()) {
      const browser = await server.browserOf('admin');
      for (const origin of ['https://evil.example', 'null', `${server.url}0`])
        expect([operation, origin, await call(browser, operation, { Origin: origin })]).toEqual([operation, origin, 403]);
    }
  });

  it('is taken from our own page', async () => {
    const browser = await server.browserOf('admin');
    const body = { name: 'made-here', password, role: 'viewer' };
    expect((await browser.with({ Origin: server.url }).send('POST', '/users', body)).status).toBe(201);
  });
});

describe('a login', () => {
  const logIn = (name: string, given: string) => server.anonymous().send('POST', '/session', { name, password: given });

  it('says the same of an unknown name, a wrong password and a disabled user', async () => {
    const { id } = await server.createUser('disabled-one', 'viewer');
    await server.users.update(id, { disabled: true });
    const admin = await problemOf(await logIn('admin', 'wrong'));
    expect(admin).toMatchObject({ status: 401, code: 'auth.failed' });
    expect(await problemOf(await logIn('nobody', 'wrong'))).toEqual(admin);
    expect(await problemOf(await logIn('disabled-one', password))).toEqual(admin);
  });

  it('is refused after five failures in a row, with the right password too', async () => {
    await server.createUser('guessed', 'viewer');
    const answers = await Promise.all(Array.from({ length: 8 }, () => logIn('guessed', 'wrong').then((response) => response.status)));
    expect(answers.sort()).toEqual([401, 401, 401, 401, 401, 429, 429, 429]);
    expect(await problemOf(await logIn('guessed', password))).toMatchObject({ status: 429, code: 'auth.too-many' });
    expect((await logIn('admin', password)).status).toBe(201);
  });

  it('gives a new session each time, and logging out ends just that one', async () => {
    const tokens = await Promise.all([logIn('admin', password), logIn('admin', password)]).then((responses) =>
      responses.map((response) => response.headers.get('set-cookie')!.split(';')[0]!),
    );
    expect(tokens[0]).not.toBe(tokens[1]);
    const [one, other] = tokens.map((cookie) => server.anonymous().with({ Cookie: cookie })) as [Client, Client];
    const { csrfToken } = await one.json<{ csrfToken: string }>('/session');
    expect((await one.with({ 'X-Wirecase-CSRF': csrfToken }).send('DELETE', '/session')).status).toBe(204);
    expect((await one.request('/session')).status).toBe(401);
    expect((await other.request('/session')).status).toBe(200);
  });
});

describe('users', () => {
  it('lose their sessions and keys at once when they are disabled', async () => {
    const browser = await server.browserOf('analyst');
    const made = await browser.send('POST', '/keys', { name: 'mine', scopes: ['read:flows'] });
    const key = server.withKey(((await made.json()) as { key: string }).key);
    expect((await key.request('/fields')).status).toBe(200);
    const analyst = (await server.users.list()).find((user) => user.name === 'the-analyst')!;
    const admin = await server.browserOf('admin');
    expect((await admin.send('PATCH', `/users/${analyst.id}`, { disabled: true })).status).toBe(200);
    expect((await browser.request('/session')).status).toBe(401);
    expect((await key.request('/fields')).status).toBe(401);
    await admin.send('PATCH', `/users/${analyst.id}`, { disabled: false });
    expect((await browser.request('/session')).status).toBe(401);
  });

  it('change their own password, which ends their other sessions and goes on with this one', async () => {
    const user = await server.createUser('changer', 'viewer');
    const responses = await Promise.all([1, 2].map(() => server.anonymous().send('POST', '/session', { name: 'changer', password })));
    const [one, other] = await Promise.all(
      responses.map(async (response) => {
        const { csrfToken } = (await response.json()) as { csrfToken: string };
        return server.anonymous().with({ Cookie: response.headers.get('set-cookie')!.split(';')[0]!, 'X-Wirecase-CSRF': csrfToken });
      }),
    );
    const wrong = await one!.send('PUT', '/session/password', { currentPassword: 'wrong', newPassword: 'a new long password' });
    expect(await problemOf(wrong)).toMatchObject({ status: 401, code: 'auth.failed' });
    const changed = await one!.send('PUT', '/session/password', { currentPassword: password, newPassword: 'a new long password' });
    expect(changed.status).toBe(204);
    expect((await other!.request('/session')).status).toBe(401);
    const now = server.anonymous().with({ Cookie: changed.headers.get('set-cookie')!.split(';')[0]! });
    expect((await now.json<{ user: User }>('/session')).user.id).toBe(user.id);
  });

  it('always include an administrator', async () => {
    const browser = await server.browserOf('admin');
    const admins = (await browser.json<User[]>('/users')).filter((user) => user.role === 'admin');
    const answers = [];
    for (const admin of admins)
      answers.push(await problemOrStatus(await (await server.keyFor('admin')).send('DELETE', `/users/${admin.id}`)));
    expect(answers.at(-1)).toBe('user.last-admin');
    expect(answers.slice(0, -1).every((answer) => answer === 204)).toBe(true);
  });

  it('make keys that can do no more than they can', async () => {
    const viewer = await server.browserOf('viewer');
    expect(await problemOf(await viewer.send('POST', '/keys', { name: 'x', scopes: ['ingest'] }))).toMatchObject({
      code: 'auth.forbidden',
    });
    const made = await viewer.send('POST', '/keys', { name: 'x', scopes: ['all'] });
    const key = server.withKey(((await made.json()) as { key: string }).key);
    expect((await key.request('/flows')).status).toBe(200);
    expect((await key.request('/users')).status).toBe(403);
    expect(await (await viewer.request('/keys')).text()).not.toContain('"key"');
  });
});

async function problemOrStatus(response: Response): Promise<number | string> {
  return response.ok ? response.status : (await problemOf(response)).code;
}

describe('every answer', () => {
  it('carries the security headers with a nonce of its own, and the id of its request', async () => {
    const responses = [await server.anonymous().request('/version'), await server.anonymous().request('/nowhere')];
    const policies = responses.map((response) => response.headers.get('content-security-policy')!);
    for (const [i, response] of responses.entries()) {
      expect(policies[i]).toMatch(/^default-src 'none';script-src 'self';style-src 'self' 'nonce-[\w+/=]{24}';/);
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
      expect(response.headers.get('referrer-policy')).toBe('no-referrer');
      expect(response.headers.get('x-powered-by')).toBeNull();
      expect(response.headers.get('cache-control')).toBe('no-store');
    }
    expect(policies[0]).not.toBe(policies[1]);
    const named = await server.anonymous().with({ 'X-Request-Id': 'case-7' }).request('/nowhere');
    expect(named.headers.get('x-request-id')).toBe('case-7');
    expect((await server.anonymous().with({ 'X-Request-Id': 'a b;c' }).request('/nowhere')).headers.get('x-request-id')).toMatch(
      /^[\w-]{36}$/,
    );
  });

  it('to a broken request is a problem that says what to do', async () => {
    const admin = await server.keyFor('all');
    const notJson = await admin.request('/query/validate', { method: 'POST', body: '{', headers: { 'Content-Type': 'application/json' } });
    expect(await problemOf(notJson)).toMatchObject({ status: 400, code: 'request.invalid' });
    const huge = await admin.send('POST', '/query/validate', { q: 'x'.repeat(600_000) });
    expect(await problemOf(huge)).toMatchObject({ status: 413, code: 'request.too-large' });
    expect(await problemOf(await admin.request('/captures/not-an-id'))).toMatchObject({ status: 400, code: 'request.invalid' });
    expect(await problemOf(await admin.request('/captures?limt=5'))).toMatchObject({ status: 400, code: 'request.invalid' });
    expect(await problemOf(await admin.request(`/captures/${nobodyId}`))).toMatchObject({ status: 404, code: 'capture.not-found' });
  });

  it('to a text that cannot be stored is a problem too, wherever it stands', async () => {
    const admin = await server.browserOf('admin');
    for (const text of ['a\0b', 'a\ud800b']) {
      for (const [path, body] of [
        ['/session', { name: text, password }],
        ['/keys', { name: text, scopes: ['all'] }],
        ['/lists', { name: 'x', description: text }],
        ['/channels', { kind: 'log', name: text, config: {} }],
      ] as const)
        expect([path, (await problemOf(await admin.send('POST', path, body))).code]).toEqual([path, 'request.invalid']);
    }
    for (const query of ['name=%00', 'cursor=zzz']) expect((await admin.request(`/captures?${query}`)).status).toBe(400);
  });

  it('of a change, a login and a refusal leaves an audit row', async () => {
    const { rows } = await server.services.database.pool.query<{ action: string; result: string }>(
      'SELECT DISTINCT action, result FROM audit',
    );
    const seen = rows.map(({ action, result }) => `${action} ${result}`);
    expect(seen).toEqual(
      expect.arrayContaining(['login ok', 'login auth.failed', 'logout ok', 'user.create ok', 'user.update ok', 'user.delete ok']),
    );
    expect(seen).toEqual(
      expect.arrayContaining(['key.create ok', 'key.create auth.forbidden', 'access.denied auth.forbidden', 'password.change ok']),
    );
  });
});
