/** The built API as a process of its own, on a database, Redis number and data directory of its own, and clients of every kind. */
import { spawnSync, type ChildProcess } from 'node:child_process';
import { statSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from '@zip.js/zip.js';
import {
  apiBase,
  finalStates,
  type Capture,
  type IndicatorList,
  type Problem,
  type Role,
  type Session,
  type User,
} from '@wirecase/contract';
import { ApiKeys, connectAccounts, Sessions, Users } from '@wirecase/store';
import { node24, root } from '../../scripts/bootstrap/modules.mjs';
import { Services, until } from '../faults/services.ts';

export const password = 'correct horse battery';

type Environment = Record<string, string> | ((databaseUrl: string) => Record<string, string>);

export class ApiServer {
  readonly services: Services;
  readonly url: string;
  private process: ChildProcess | null = null;
  private worker: ChildProcess | null = null;
  private readonly env: Record<string, string>;
  private readonly accounts: Awaited<ReturnType<typeof connectAccounts>>;

  private constructor(services: Services, port: number, accounts: ApiServer['accounts'], env: Record<string, string>) {
    this.services = services;
    this.url = `http://127.0.0.1:${port}`;
    this.accounts = accounts;
    this.env = { WIRECASE_HOST: '127.0.0.1', WIRECASE_PORT: String(port), ...env };
  }

  /** A server that nobody has set up yet. `env` may depend on the database it gets. */
  static async start(env: Environment = {}): Promise<ApiServer> {
    await buildWhenStale('api');
    const services = await Services.start();
    const variables = typeof env === 'function' ? env(services.database.url) : env;
    const server = new ApiServer(services, await freePort(), await connectAccounts(services.database.url), variables);
    await server.run();
    return server;
  }

  /** A server with the administrator `admin`. */
  static async startSetUp(env: Environment = {}): Promise<ApiServer> {
    const server = await ApiServer.start((databaseUrl) => ({
      WIRECASE_ADMIN_PASSWORD: password,
      ...(typeof env === 'function' ? env(databaseUrl) : env),
    }));
    await until('the administrator', 60_000, async () => ((await server.users.hasAdmin()) ? true : null));
    return server;
  }

  get users(): Users {
    return new Users(this.accounts);
  }

  get keys(): ApiKeys {
    return new ApiKeys(this.accounts);
  }

  /** Start (again) and wait until it answers. */
  async run(): Promise<void> {
    const child = this.services.startProcess('dist/apps/api/main.js', 'api', this.env);
    this.process = child;
    await until('the API answers', 60_000, async () => {
      if (child.exitCode !== null) throw new Error(`the API ended with ${child.exitCode}:\n${await this.log()}`);
      return fetch(`${this.url}${apiBase}/health/live`).then(
        (response) => (response.ok ? true : null),
        () => null,
      );
    });
  }

  get pid(): number {
    return this.process!.pid!;
  }

  /** kill -9. */
  async kill(): Promise<void> {
    const gone = once(this.process!, 'exit');
    this.process!.kill('SIGKILL');
    await gone;
  }

  /** Ask it to end, as Ctrl-C does; answers its exit code. */
  terminate(): Promise<number | null> {
    return endOf(this.process!);
  }

  async startWorker(env: Record<string, string> = {}): Promise<void> {
    await buildWhenStale('worker');
    this.worker = this.services.startWorker(env);
  }

  async log(): Promise<string> {
    return readFile(join(this.services.dataDir, 'api.log'), 'utf8');
  }

  async close(): Promise<void> {
    // A worker that is asked to end takes its parser along; one that is killed leaves it for a moment.
    if (this.worker) await endOf(this.worker);
    await this.accounts.destroy();
    await this.services.close();
  }

  anonymous(): Client {
    return new Client(this.url, {});
  }

  withKey(key: string): Client {
    return new Client(this.url, { Authorization: `Bearer ${key}` });
  }

  /** A key of the console with these scopes. */
  async keyFor(...scopes: string[]): Promise<Client> {
    const { key } = await this.keys.create({ name: scopes.join(' '), scopes, ownerId: null, expiresAt: null });
    return this.withKey(key);
  }

  /** A browser in which a user of this role is logged in. The user is made when it is not there. */
  async browserOf(role: Role): Promise<Client> {
    const user = (await this.users.list()).find((each) => each.name === `the-${role}`) ?? (await this.createUser(`the-${role}`, role));
    const token = await new Sessions(this.accounts).create(user.id);
    const browser = new Client(this.url, { Cookie: `wirecase_session=${token}` });
    const { csrfToken } = await browser.json<Session>('/session');
    return browser.with({ 'X-Wirecase-CSRF': csrfToken });
  }

  createUser(name: string, role: Role): Promise<User> {
    return this.users.create({ name, role, password });
  }
}

async function endOf(child: ChildProcess): Promise<number | null> {
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const [code] = (await gone) as [number | null];
  return code;
}

/** Requests with the same headers. Paths are below the API's base. */
export class Client {
  readonly url: string;
  readonly headers: Record<string, string>;

  constructor(url: string, headers: Record<string, string>) {
    this.url = url;
    this.headers = headers;
  }

  with(headers: Record<string, string>): Client {
    return new Client(this.url, { ...this.headers, ...headers });
  }

  request(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`${this.url}${apiBase}${path}`, { ...init, headers: { ...this.headers, ...(init.headers as Record<string, string>) } });
  }

  send(method: string, path: string, body?: unknown): Promise<Response> {
    if (body === undefined) return this.request(path, { method });
    return this.request(path, { method, body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } });
  }

  /** The JSON of a GET that must succeed. */
  async json<T>(path: string): Promise<T> {
    const response = await this.request(path);
    if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }

  upload(bytes: Uint8Array, name: string): Promise<Response> {
    const form = new FormData();
    form.set('file', new Blob([bytes as Uint8Array<ArrayBuffer>]), name);
    return this.request('/captures', { method: 'POST', body: form });
  }

  /** Upload, and wait until the capture is parsed. */
  async ingest(bytes: Uint8Array, name: string): Promise<Capture> {
    let capture = (await (await this.upload(bytes, name)).json()) as Capture;
    while (!finalStates.includes(capture.state)) capture = await this.json<Capture>(`/captures/${capture.id}?wait=30`);
    return capture;
  }

  /** Wait until a list of indicators is compared with everything stored. */
  compared(listId: string): Promise<IndicatorList> {
    return until('the list to be compared', 60_000, async () => {
      const list = await this.json<IndicatorList>(`/lists/${listId}`);
      return list.waiting === 0 ? list : null;
    });
  }
}

/** A ZIP archive of these files. */
export async function zipOf(files: Record<string, Uint8Array>): Promise<Uint8Array> {
  const archive = new ZipWriter(new Uint8ArrayWriter());
  for (const [name, bytes] of Object.entries(files)) await archive.add(name, new Uint8ArrayReader(bytes));
  return archive.close();
}

/** The problem that a response carries; fails when it is none. */
export async function problemOf(response: Response): Promise<Problem> {
  const type = response.headers.get('content-type') ?? '';
  if (!type.startsWith('application/problem+json')) throw new Error(`${response.status} with ${type}: ${await response.text()}`);
  return (await response.json()) as Problem;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

/** Build a service when one of its sources is newer than its bundle. */
async function buildWhenStale(project: 'api' | 'worker'): Promise<void> {
  const built = statSync(join(root, 'dist/apps', project, 'main.js'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const folders = [join(root, 'apps', project, 'src'), join(root, 'libs'), join(root, 'migrations')];
  for (const folder of folders) {
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      const isSource = entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.spec.ts');
      if (isSource && statSync(join(entry.parentPath, entry.name)).mtimeMs > built) return build(project);
    }
  }
}

function build(project: string): void {
  const result = spawnSync(node24, [join(root, 'node_modules/@nestjs/cli/bin/nest.js'), 'build', project], { cwd: root, encoding: 'utf8' });
  if (result.status !== 0) throw new Error(`nest build ${project} failed:\n${result.stdout}${result.stderr}`);
}
