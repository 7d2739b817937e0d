/** Where requests come from: keys that may be used from some networks only, behind a proxy and without one. */
import type { ApiKey, CreatedApiKey } from '@wirecase/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiServer, problemOf, type Client } from './api-server.ts';

let server: ApiServer;
let proxied: ApiServer;

beforeAll(async () => {
  server = await ApiServer.startSetUp();
});
beforeAll(async () => {
  proxied = await ApiServer.startSetUp({ WIRECASE_TRUSTED_PROXY: '127.0.0.1' });
});
afterAll(async () => {
  await server?.close();
  await proxied?.close();
});

async function keyFrom(at: ApiServer, ...allowedCidrs: string[]): Promise<Client> {
  const { key } = await at.keys.create({ name: 'limited', scopes: ['all'], allowedCidrs, ownerId: null, expiresAt: null });
  return at.withKey(key);
}

const statusFrom = async (client: Client, forwardedFor: string) =>
  (await client.with({ 'X-Forwarded-For': forwardedFor }).request('/captures')).status;

describe('a key that is limited to networks', () => {
  it('is made with them, and the list says so', async () => {
    const browser = await server.browserOf('analyst');
    const allowedCidrs = ['127.0.0.0/8', '2001:db8::/32'];
    const made = await browser.send('POST', '/keys', { name: 'mine', scopes: ['read:flows'], allowedCidrs });
    const key = (await made.json()) as CreatedApiKey;
    expect(key.allowedCidrs).toEqual(allowedCidrs);
    expect((await browser.json<ApiKey[]>('/keys')).find(({ id }) => id === key.id)?.allowedCidrs).toEqual(allowedCidrs);
    expect((await server.withKey(key.key).request('/fields')).status).toBe(200);
    const { rows } = await server.services.database.pool.query(`SELECT object FROM audit WHERE action = 'key.create'`);
    expect(rows).toEqual([{ object: 'mine (read:flows) from 127.0.0.0/8 2001:db8::/32' }]);
  });

  it('is refused when one of them is none', async () => {
    const browser = await server.browserOf('analyst');
    for (const network of ['10.0.0.0/33', 'office', '', '::ffff:10.0.0.0/104'])
      expect(await problemOf(await browser.send('POST', '/keys', { name: 'x', scopes: ['all'], allowedCidrs: [network] }))).toMatchObject({
        status: 400,
        errors: [{ field: 'allowedCidrs.0' }],
      });
  });

  it('does nothing from elsewhere, is not said to be used, and the audit log names it', async () => {
    const { id, key } = await server.keys.create({
      ...{ name: 'stolen', scopes: ['all'], ownerId: null, expiresAt: null },
      allowedCidrs: ['192.0.2.0/24'],
    });
    const answer = await problemOf(await server.withKey(key).request('/captures'));
    expect(answer).toMatchObject({ status: 403, code: 'auth.forbidden', detail: 'This API key may not be used from 127.0.0.1.' });
    expect((await server.keys.list(null)).find((each) => each.id === id)?.lastUsedAt).toBeNull();
    const { rows } = await server.services.database.pool.query(
      `SELECT actor, result, host(address) AS address FROM audit WHERE action = 'access.denied'`,
    );
    expect(rows).toEqual([{ actor: `key ${key.slice(0, 10)}… (stolen)`, result: 'auth.forbidden', address: '127.0.0.1' }]);
  });

  it('believes nobody who says to be elsewhere, unless a trusted proxy says it', async () => {
    expect(await statusFrom(await keyFrom(server, '192.0.2.0/24'), '192.0.2.7')).toBe(403);
    expect(await statusFrom(await keyFrom(server, '127.0.0.1'), '203.0.113.1')).toBe(200);
    const key = await keyFrom(proxied, '192.0.2.0/24', '2001:db8::/32');
    expect(await statusFrom(key, '192.0.2.7')).toBe(200);
    expect(await statusFrom(key, '::ffff:192.0.2.7')).toBe(200);
    expect(await statusFrom(key, '2001:DB8:0::7')).toBe(200);
    expect(await statusFrom(key, '203.0.113.1')).toBe(403);
    // What a client puts there itself stands before what the proxy adds.
    expect(await statusFrom(key, '192.0.2.7, 203.0.113.1')).toBe(403);
    expect((await key.request('/captures')).status).toBe(403);
  });
});

describe('an address that is none', () => {
  it('does not keep a row out of the audit log', async () => {
    const logIn = (forwardedFor: string) =>
      proxied.anonymous().with({ 'X-Forwarded-For': forwardedFor }).send('POST', '/session', { name: 'somebody', password: 'wrong' });
    for (const junk of ['unknown', '192.0.2.7:4711', 'fe80::1%eth0']) expect((await logIn(junk)).status).toBe(401);
    const { rows } = await proxied.services.database.pool.query(
      `SELECT host(address) AS address FROM audit WHERE action = 'login' AND object = 'somebody' ORDER BY id`,
    );
    expect(rows.map(({ address }) => address)).toEqual(['127.0.0.1', '127.0.0.1', 'fe80::1']);
  });
});
