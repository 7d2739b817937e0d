/** Credentials: rows without secrets, which who has the permission reveals from the packets, and which is audited. */
import { readFile } from 'node:fs/promises';
import type { JsonRow, Page, RevealedSecret } from '@wirecase/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiServer, problemOf, type Client } from './api-server.ts';

const traces = new URL('../traces/', import.meta.url);
let server: ApiServer;
let key: Client;
let admin: Client;

beforeAll(async () => {
  server = await ApiServer.startSetUp();
  await server.startWorker();
  key = await server.keyFor('all');
  admin = await server.browserOf('admin');
  for (const name of ['http.pcap', 'smb.pcap']) await key.ingest(await readFile(new URL(name, traces)), name);
}, 120_000);
afterAll(() => server?.close());

async function credential(query: string): Promise<string> {
  const { items } = await key.json<Page<JsonRow>>(`/records/credential?q=${encodeURIComponent(query)}`);
  return (items[0]!['wirecase'] as { record: { id: string } }).record.id;
}
const reveal = (client: Client, id: string) => client.send('POST', `/credentials/${id}/reveal`);

describe('revealing a secret', () => {
  it('reads a password, and an answer to a challenge, from the packets', async () => {
    const basic = await (await reveal(admin, await credential('user.name:alice'))).json();
    expect(basic).toEqual({ kind: 'password', user: 'alice', secret: 'secret' } satisfies RevealedSecret);
    const ntlm = (await (await reveal(key, await credential('wirecase.credential.kind:ntlmv2'))).json()) as RevealedSecret;
    expect(ntlm.secret).toMatch(/^ann::LAB:[0-9a-f]{16}:[0-9a-f]{32}:[0-9a-f]+$/);
  });

  it('is for administrators only, and every try is an audit row', async () => {
    const id = await credential('user.name:alice');
    for (const role of ['viewer', 'analyst'] as const) expect((await reveal(await server.browserOf(role), id)).status).toBe(403);
    const { rows } = await server.services.database.pool.query<{ object: string; result: string }>(
      "SELECT object, result FROM audit WHERE action = 'credential.reveal' AND object LIKE $1 ORDER BY id",
      [`%${id}%`],
    );
    expect(rows.length).toBeGreaterThanOrEqual(1);
    expect(JSON.stringify(rows)).not.toContain('secret"');
  });

  it('says that there is none', async () => {
    expect(await problemOf(await reveal(admin, '00000000-0000-0000-0000-000000000000'))).toMatchObject({ code: 'credential.not-found' });
  });

  it('leaves searches and exports without it', async () => {
    const csv = await key.request('/records/credential', { headers: { Accept: 'text/csv' } });
    expect(await csv.text()).not.toMatch(/\bsecret\b/);
  });
});
