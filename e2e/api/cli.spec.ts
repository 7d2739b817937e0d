/** `wirecase upload` and `wirecase keys`, as a user runs them. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ApiKey, Capture, Page } from '@wirecase/contract';
import { PacketScript } from '@wirecase/testkit/packets';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { node24, root } from '../../scripts/bootstrap/modules.mjs';
import { ApiServer } from './api-server.ts';

let server: ApiServer;
let capture: string;
let text: string;

beforeAll(async () => {
  server = await ApiServer.startSetUp();
  const { dataDir, database, redisUrl } = server.services;
  const runtime = { databaseUrl: database.url, redisUrl, url: server.url };
  await writeFile(join(dataDir, 'runtime.json'), JSON.stringify(runtime), { mode: 0o600 });
  capture = join(dataDir, 'one.pcap');
  text = join(dataDir, 'notes.txt');
  const script = new PacketScript();
  script.tcp('10.0.0.1', '10.0.0.2', 80).handshake();
  await writeFile(capture, script.capture());
  await writeFile(text, 'no packets in here\n'.repeat(100));
});
afterAll(() => server?.close());

interface Run {
  code: number;
  stdout: string;
  stderr: string;
}

function wirecase(args: string[], env: Record<string, string> = {}): Promise<Run> {
  const { DATABASE_URL: _database, REDIS_URL: _redis, ...inherited } = process.env;
  return new Promise((resolve) => {
    execFile(
      node24,
      [join(root, 'apps/cli/bin/wirecase.mjs'), ...args],
      { env: { ...inherited, WIRECASE_DATA: server.services.dataDir, ...env } },
      (error, stdout, stderr) => resolve({ code: typeof error?.code === 'number' ? error.code : error ? 1 : 0, stdout, stderr }),
    );
  });
}

const newKey = async (scopes = 'all') => (await wirecase(['keys', 'create', '--name', 'test', '--scopes', scopes])).stdout.trim();

describe('wirecase keys', () => {
  it('create limits a key to networks, and refuses what is none', async () => {
    const { stdout } = await wirecase(['keys', 'create', '--name', 'afar', '--scopes', 'all', '--from', '192.0.2.0/24,2001:db8::1']);
    expect((await server.withKey(stdout.trim()).request('/captures')).status).toBe(403);
    expect((await wirecase(['keys', 'list'])).stdout).toContain('from 192.0.2.0/24,2001:db8::1');
    const wrong = await wirecase(['keys', 'create', '--name', 'afar', '--scopes', 'all', '--from', 'office']);
    expect([wrong.code, wrong.stderr.split('\n')[0]]).toEqual([2, '--from must list addresses or networks; "office" is neither.']);
  });

  it('create prints a key that works, once and alone', async () => {
    const { code, stdout, stderr } = await wirecase(['keys', 'create', '--name', 'my script', '--scopes', 'read:captures,ingest']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^wck_[\w-]{43}\n$/);
    expect((await server.withKey(stdout.trim()).request('/captures')).status).toBe(200);
    const [key] = await server.keys.list(null);
    expect(key).toMatchObject({
      name: 'my script',
      scopes: ['read:captures', 'ingest'],
      owner: 'console',
      expiresAt: null,
    } satisfies Partial<ApiKey>);
  });

  it('list shows every key and none of their secrets; revoke ends one at once', async () => {
    const key = await newKey();
    const [made] = await server.keys.list(null);
    const { stdout } = await wirecase(['keys', 'list']);
    expect(stdout).toContain(made!.id);
    expect(stdout).not.toContain(key);
    expect((await wirecase(['keys', 'revoke', made!.id])).code).toBe(0);
    expect((await server.withKey(key).request('/captures')).status).toBe(401);
    expect(await wirecase(['keys', 'revoke', made!.id])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('No such API key') as string,
    });
  });

  it.each([
    [['keys'], 2, 'Usage'],
    [['keys', 'create', '--name', 'x'], 2, '--scopes'],
    [['keys', 'create', '--name', 'x', '--scopes', 'everything'], 2, 'everything'],
    [['keys', 'create', '--name', 'x', '--scopes', 'all', '--expires', '2001-01-01'], 2, 'future'],
    [['keys', 'list', '--data', '/nonexistent'], 1, 'DATABASE_URL'],
  ])('%j ends with %i and says what is missing', async (args, code, words) => {
    const run = await wirecase(args);
    expect(run.code).toBe(code);
    expect(run.stderr).toContain(words);
    expect(run.stderr).not.toContain('    at ');
  });
});

describe('wirecase upload', () => {
  it('sends a file, names one that is there already, and goes on after one that is refused', async () => {
    const key = await newKey('ingest');
    const first = await wirecase(['upload', capture, '--url', server.url, '--key', key]);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout).toMatch(new RegExp(`^${capture}: [\\w-]{36} stored\n$`));
    const again = await wirecase(['upload', text, capture], { WIRECASE_KEY: key });
    expect(again.code).toBe(1);
    expect(again.stderr).toContain('Not a capture file. This looks like text');
    expect(again.stdout).toContain('stored (was there already)');
  });

  it('waits until the capture can be searched', async () => {
    await server.startWorker();
    const script = new PacketScript();
    script.tcp('10.0.0.3', '10.0.0.4', 80).handshake();
    const path = join(server.services.dataDir, 'two.pcap');
    await writeFile(path, script.capture());
    const { code, stdout } = await wirecase(['upload', path, '--wait', '--json'], { WIRECASE_KEY: await newKey() });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ name: 'two.pcap', state: 'ready', packets: 3, flows: 1 } satisfies Partial<Capture>);
    const found = await server.withKey(await newKey()).json<Page<unknown>>('/flows?q=ip:10.0.0.3');
    expect(found.total.value).toBe(1);
  });

  it.each([
    [['upload'], {}, 2, 'Name at least one file'],
    [['upload', '/etc/hostname'], {}, 2, 'WIRECASE_KEY'],
    [['upload', '/nonexistent.pcap', '--key', 'wck_x'], {}, 1, 'ENOENT'],
    [['upload', '/etc/hostname', '--key', 'wck_x', '--url', 'http://127.0.0.1:2'], {}, 1, 'no server answers'],
    [['upload', '/etc/hostname', '--key', 'wck_x'], {}, 1, 'The API key is not valid'],
  ])('%j says what is wrong', async (args, env, code, words) => {
    const run = await wirecase(args, env);
    expect(run.code).toBe(code);
    expect(run.stderr).toContain(words);
  });
});
