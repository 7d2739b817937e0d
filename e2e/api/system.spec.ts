/** How the process behaves: what it stands on goes away, its port is taken, it serves the page. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'node:https';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apiBase, type Capture, type Health } from '@wirecase/contract';
import { PacketScript } from '@wirecase/testkit/packets';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { node24, root } from '../../scripts/bootstrap/modules.mjs';
import { kill, until } from '../faults/services.ts';
import { ApiServer, password, problemOf, type Client } from './api-server.ts';

interface Operation {
  operationId: string;
  parameters?: unknown[];
  requestBody?: unknown;
  responses: Record<string, { content?: Record<string, unknown> }>;
  'x-permission'?: string;
}

let server: ApiServer;
let admin: Client;

beforeAll(async () => {
  server = await ApiServer.startSetUp();
  admin = await server.keyFor('all');
});
afterAll(() => server?.close());

/** Run the API with this environment until it ends by itself. */
async function runToEnd(env: Record<string, string>): Promise<{ code: number | null; stderr: string }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'wirecase-api-'));
  const child = spawn(node24, [join(root, 'dist/apps/api/main.js')], {
    env: { ...process.env, DATABASE_URL: server.services.database.url, WIRECASE_DATA: dataDir, WIRECASE_LOG_LEVEL: 'silent', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (piece: Buffer) => (stderr += piece.toString()));
  const [code] = (await once(child, 'exit')) as [number | null];
  await rm(dataDir, { recursive: true });
  return { code, stderr };
}

describe('starting', () => {
  it('on a taken port ends with one line and exit code 3', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { code, stderr } = await runToEnd({ WIRECASE_PORT: String(port) });
    other.close();
    expect({ code, stderr }).toEqual({
      code: 3,
      stderr: `wirecase api: Port ${port} on 127.0.0.1 is taken by another program. Choose another with --port.\n`,
    });
  });

  it.each([
    ['an address that others can reach, without TLS', { WIRECASE_HOST: '0.0.0.0' }, 'WIRECASE_TLS_CERT'],
    ['a port that is none', { WIRECASE_PORT: '70000' }, 'WIRECASE_PORT'],
    ['no database', { DATABASE_URL: '' }, 'DATABASE_URL'],
    ['an address that this machine does not have', { WIRECASE_HOST: '192.0.2.1', WIRECASE_TRUSTED_PROXY: '127.0.0.1' }, '192.0.2.1'],
  ])('with %s ends with exit code 2 and says what is wrong', async (_, env, words) => {
    const { code, stderr } = await runToEnd(env);
    expect(code).toBe(2);
    expect(stderr).toContain(words);
    expect(stderr).not.toContain('    at ');
  });
});

describe('health', () => {
  it('says of each part whether it is there', async () => {
    const health = await server.anonymous().json<Health>('/health/ready');
    expect(Object.keys(health.checks).sort()).toEqual(['database', 'disk', 'enrichment', 'redis', 'rotator', 'tshark', 'worker']);
    expect(health.checks['database']).toEqual({ status: 'ok', detail: 'answers' });
    expect(health.checks['worker']!.status).toBe('degraded');
  });

  it('counts sensors and those of which nothing is heard, and names none of them', async () => {
    const { pool } = server.services.database;
    const at = new Date(Date.now() - 60_000).toISOString();
    const said = { isCapturing: true, detail: 'branch-7: capturing', at };
    await pool.query(
      `INSERT INTO sensor (name, host, interface, file_bytes, file_seconds, budget_bytes, is_enabled, status)
       VALUES ('branch-7', 'elsewhere', 'eth0', 1000000, 60, 1000000000, true, $1)`,
      [JSON.stringify(said)],
    );
    const { checks } = await server.anonymous().json<Health>('/health/ready');
    expect(checks['rotator']).toMatchObject({ status: 'degraded' });
    expect(checks['rotator']!.detail).toContain('0 of 1 sensors capture');
    expect(checks['rotator']!.detail).toContain(`nothing is heard of 1, the longest since ${at}`);
    expect(JSON.stringify(checks)).not.toContain('branch-7');
    await pool.query('DELETE FROM sensor');
  });

  it('is open, and metrics are not', async () => {
    expect((await server.anonymous().request('/health/live')).status).toBe(200);
    expect((await server.anonymous().request('/metrics')).status).toBe(401);
  });
});

describe('metrics', () => {
  it('count requests by route and captures by state', async () => {
    await admin.request('/captures?limit=1');
    const text = await (await admin.request('/metrics')).text();
    expect(text).toMatch(/^wirecase_http_request_seconds_count\{method="GET",route="\/api\/v1\/captures",status="200"\} \d+$/m);
    expect(text).toMatch(/^wirecase_captures\{state="ready"\} 0$/m);
  });
});

describe('the OpenAPI document', () => {
  it('is version 3.1 and every reference in it leads somewhere', async () => {
    const text = await (await server.anonymous().request('/openapi.json')).text();
    const document = JSON.parse(text) as { openapi: string; components: { schemas: Record<string, unknown> } };
    expect(document.openapi).toBe('3.1.0');
    const names = [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map((match) => match[1]!);
    expect(names.length).toBeGreaterThan(20);
    expect(names.filter((name) => !(name in document.components.schemas))).toEqual([]);
  });

  it('says of every route what it refuses, and of searches in which forms their answers come', async () => {
    const { paths } = await server.anonymous().json<{ paths: Record<string, Record<string, Operation>> }>('/openapi.json');
    const operations = Object.values(paths).flatMap((methods) => Object.values(methods));
    expect(operations.length).toBeGreaterThan(80);
    const refusals = ({ responses }: Operation) => ['400', '401', '403'].filter((status) => status in responses);
    const isOpen = ({ 'x-permission': permission }: Operation) => permission === 'public' || permission === 'session';
    for (const operation of operations) {
      expect(isOpen(operation) || refusals(operation).includes('403'), operation.operationId).toBe(true);
      const isAsked = (operation.parameters?.length ?? 0) > 0 || operation.requestBody !== undefined;
      expect(!isAsked || refusals(operation).includes('400'), operation.operationId).toBe(true);
      expect(Object.keys(operation).filter((name) => name.startsWith('x-'))).toEqual(['x-permission']);
    }
    const forms = (path: string) => Object.keys(paths[path]!['get']!.responses['200']!.content!);
    for (const path of ['/api/v1/flows', '/api/v1/alerts', '/api/v1/records/{type}'])
      expect(forms(path)).toEqual(['application/json', 'application/x-ndjson', 'text/csv']);
    expect(forms('/api/v1/flows/{id}/stream')).toContain('application/octet-stream');
  });
});

describe('without Redis', () => {
  it('an upload is taken all the same', async () => {
    const away = await ApiServer.startSetUp({ REDIS_URL: 'redis://127.0.0.1:1' });
    try {
      const started = performance.now();
      const response = await (await away.keyFor('all')).upload(new PacketScript().capture(), 'x.pcap');
      expect(((await response.json()) as Capture).state).toBe('stored');
      expect(performance.now() - started).toBeLessThan(5000);
      const health = await away.anonymous().json<Health>('/health/ready');
      expect(health.status).toBe('degraded');
      expect(health.checks['redis']!.status).toBe('degraded');
    } finally {
      await away.close();
    }
  });
});

describe('without the database', () => {
  it('answers 503 and when to come back, lives, and works again by itself', async () => {
    const way = await WayToDatabase.open();
    const cut = await ApiServer.startSetUp((databaseUrl) => ({ DATABASE_URL: way.leadingTo(databaseUrl) }));
    try {
      const client = await cut.keyFor('all');
      expect((await client.request('/captures')).status).toBe(200);
      await way.block();
      const response = await client.request('/captures');
      expect(response.headers.get('retry-after')).toBe('5');
      expect(await problemOf(response)).toMatchObject({ status: 503, code: 'storage.unavailable' });
      expect((await client.upload(new PacketScript().capture(), 'x.pcap')).status).toBe(503);
      expect((await client.request('/health/live')).status).toBe(200);
      expect((await client.request('/health/ready')).status).toBe(503);
      await way.unblock();
      await expect.poll(async () => (await client.request('/captures')).status, { timeout: 60_000 }).toBe(200);
      const capture = (await (await client.upload(new PacketScript().capture(), 'x.pcap')).json()) as Capture;
      const waiting = client.json<Capture>(`/captures/${capture.id}?wait=20`);
      await cut.services.attempts.claim(capture.id, 'test');
      expect((await waiting).state).toBe('parsing');
    } finally {
      await cut.close();
      await way.block();
    }
  });
});

describe('the page', () => {
  it('is served at every address of the UI, with the nonce of its own answer', async () => {
    const html = await readFile(join(root, 'dist/web/browser/index.html'), 'utf8');
    expect(html).toContain('CSP_NONCE');
    for (const path of ['/', '/flows/some-id', '/search?q=x']) {
      const response = await fetch(`${server.url}${path}`, { headers: { Accept: 'text/html' } });
      expect([path, response.status, response.headers.get('cache-control')]).toEqual([path, 200, 'no-store']);
      const nonce = /'nonce-([^']+)'/.exec(response.headers.get('content-security-policy')!)![1]!;
      expect(await response.text()).toBe(html.replaceAll('CSP_NONCE', nonce));
    }
  });

  it('loads assets that are kept for ever, because their names change with them', async () => {
    const html = await readFile(join(root, 'dist/web/browser/index.html'), 'utf8');
    const script = /src="\/?(main-[^"]+\.js)"/.exec(html)![1]!;
    const response = await fetch(`${server.url}/${script}`);
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(response.headers.get('content-type')).toContain('javascript');
  });

  it('is not an answer to scripts: an address that is not there is not found', async () => {
    for (const [path, accept] of [
      ['/nothing.js', '*/*'],
      ['/api/v1/nothing', 'text/html'],
      ['/somewhere', 'application/json'],
    ])
      expect(await problemOf(await fetch(server.url + path!, { headers: { Accept: accept! } }))).toMatchObject({ status: 404 });
  });
});

describe('with TLS', () => {
  it('the session cookie has the __Host- prefix, and browsers are told to stay with HTTPS', async () => {
    const directory = join(server.services.dataDir, 'tls');
    await mkdir(directory);
    const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
    const openssl = spawn('openssl', [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-keyout',
      key,
      '-out',
      cert,
      '-days',
      '1',
      '-subj',
      '/CN=localhost',
    ]);
    await once(openssl, 'exit');
    const { headers, status } = await logInOverTls(key, cert);
    expect(status).toBe(201);
    expect(headers['set-cookie']![0]).toMatch(/^__Host-wirecase_session=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict$/);
    expect(headers['strict-transport-security']).toContain('max-age');
  });
});

/** A server of its own with this certificate; the answer to a login. */
async function logInOverTls(key: string, cert: string): Promise<{ status: number; headers: IncomingHttpHeaders }> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  const env = { WIRECASE_HOST: '127.0.0.1', WIRECASE_PORT: String(port), WIRECASE_TLS_CERT: cert, WIRECASE_TLS_KEY: key };
  const child = server.services.startProcess('dist/apps/api/main.js', 'api-tls', env);
  try {
    return await until('a login over TLS', 60_000, () => post(port, `${apiBase}/session`, { name: 'admin', password }));
  } finally {
    await kill(child);
  }
}

/** The answer; null while nobody listens. */
function post(port: number, path: string, body: unknown): Promise<{ status: number; headers: IncomingHttpHeaders } | null> {
  return new Promise((resolve) => {
    const headers = { 'Content-Type': 'application/json' };
    const sent = request({ host: '127.0.0.1', port, path, method: 'POST', headers, rejectUnauthorized: false }, (response) => {
      response.resume();
      resolve({ status: response.statusCode!, headers: response.headers });
    });
    sent.on('error', () => resolve(null));
    sent.end(JSON.stringify(body));
  });
}

/** A TCP way to the PostgreSQL server that can be cut: connections break and new ones are refused, as when it stops. */
class WayToDatabase {
  private readonly target: URL;
  private readonly port: number;
  private server: Server;
  private readonly sockets = new Set<Socket>();

  private constructor(target: URL, server: Server) {
    this.target = target;
    this.server = server;
    this.port = (server.address() as AddressInfo).port;
    this.pass();
  }

  static async open(): Promise<WayToDatabase> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new WayToDatabase(new URL(process.env['DATABASE_URL']!), server);
  }

  leadingTo(databaseUrl: string): string {
    const url = new URL(databaseUrl);
    url.hostname = '127.0.0.1';
    url.port = String(this.port);
    return url.href;
  }

  async block(): Promise<void> {
    const closed = this.server.listening ? once(this.server, 'close') : Promise.resolve();
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  async unblock(): Promise<void> {
    this.server = createServer().listen(this.port, '127.0.0.1');
    this.pass();
    await once(this.server, 'listening');
  }

  private pass(): void {
    this.server.on('connection', (from) => {
      const to = connect(Number(this.target.port || 5432), this.target.hostname);
      for (const [one, other] of [
        [from, to],
        [to, from],
      ] as const) {
        this.sockets.add(one);
        one.on('error', () => other.destroy());
        one.on('close', () => {
          this.sockets.delete(one);
          other.destroy();
        });
        one.pipe(other);
      }
    });
  }
}
