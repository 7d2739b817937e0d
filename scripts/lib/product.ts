/** The three processes of Wirecase itself. */
import { existsSync, readFileSync } from 'node:fs';
import { get as getHttp } from 'node:http';
import { get as getHttps } from 'node:https';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { WirecaseError } from '@wirecase/contract';
import { loadConfig } from '@wirecase/store';
import { Failure, causeOf } from '../bootstrap/failure.mjs';
import { root } from '../bootstrap/modules.mjs';
import type { DataDirectory } from './data-directory.ts';
import { instanceVariable } from './leftovers.ts';
import { Part } from './parts/part.ts';
import type { PartList } from './parts/part-list.ts';
import { dyingWithUs } from './servers/launcher.ts';

export interface Addresses {
  host: string;
  port: number;
  databaseUrl: string;
  redisUrl: string;
  captureInterface: string | undefined;
}

/** Where a browser finds it. */
export function urlOf({ host, port }: Addresses): string {
  const isEverywhere = host === '0.0.0.0' || host === '::';
  const name = isEverywhere ? 'localhost' : isIP(host) === 6 ? `[${host}]` : host;
  return `${process.env['WIRECASE_TLS_CERT'] ? 'https' : 'http'}://${name}:${port}`;
}

/** Start the API, wait until it answers, then start worker and rotator: three at once would each take twice as long on two cores. */
export async function startProduct(directory: DataDirectory, addresses: Addresses, parts: PartList): Promise<void> {
  const make = (name: string, main: string, stopTimeoutMs: number) =>
    new Part(
      {
        name,
        ...dyingWithUs('SIGTERM', [process.execPath, '--enable-source-maps', join(root, 'dist', main)]),
        cwd: root,
        env: environmentOf(directory, addresses),
        logFile: directory.logOf(name),
        stopSignal: 'SIGTERM',
        stopTimeoutMs,
      },
      parts.events,
    );
  const api = make('api', 'apps/api/main.js', 10_000);
  const others = [make('worker', 'apps/worker/main.js', 15_000), make('capture-rotator', 'capture-rotator/main.js', 10_000)];
  parts.start(api);
  await untilLive(urlOf(addresses), api);
  api.supervise();
  for (const part of others) {
    parts.start(part);
    part.supervise();
  }
}

/** Refuse wrong settings before anything is started for them; those of the servers are checked when they are provided. */
export function checkSettings(options: { host: string; port: number; captureInterface: string | undefined }): void {
  const servers = {
    databaseUrl: process.env['DATABASE_URL'] || 'postgres://127.0.0.1',
    redisUrl: process.env['REDIS_URL'] || 'redis://127.0.0.1',
  };
  try {
    loadConfig({ ...process.env, ...settingsOf({ ...options, ...servers }) });
  } catch (error) {
    if (error instanceof WirecaseError) throw new Failure(error.message, { cause: error });
    throw error;
  }
}

/** The one-time link that makes the first administrator, while there is none. */
export function setupLink(directory: DataDirectory, addresses: Addresses): string | null {
  const file = join(directory.path, 'setup-token');
  return existsSync(file) ? `${urlOf(addresses)}/setup#token=${readFileSync(file, 'utf8').trim()}` : null;
}

function environmentOf(directory: DataDirectory, addresses: Addresses): NodeJS.ProcessEnv {
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('npm_')));
  return {
    ...own,
    NODE_ENV: 'production',
    TZ: 'UTC',
    [instanceVariable]: directory.secrets.instance,
    WIRECASE_DATA: directory.path,
    ...settingsOf(addresses),
  };
}

function settingsOf(addresses: Addresses): Record<string, string> {
  return {
    DATABASE_URL: addresses.databaseUrl,
    REDIS_URL: addresses.redisUrl,
    WIRECASE_HOST: addresses.host,
    WIRECASE_PORT: String(addresses.port),
    WIRECASE_CAPTURE_INTERFACE: addresses.captureInterface ?? '',
  };
}

async function untilLive(url: string, api: Part): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (api.isRunning) {
    if (await isLive(`${url}/api/v1/health/live`)) return;
    if (performance.now() > deadline) throw new Failure('The API does not answer.', { log: api.logPath, tail: api.tail });
    await delay(50);
  }
  throw new Failure(`The API did not start. ${causeOf(api.tail.join('\n')) ?? ''}`.trim(), { log: api.logPath, tail: api.tail });
}

function isLive(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    // The certificate is the operator's; here only the answer counts.
    const answer = (response: { statusCode?: number; resume(): void }) => {
      response.resume();
      resolve(response.statusCode === 200);
    };
    const request = url.startsWith('https:') ? getHttps(url, { rejectUnauthorized: false }, answer) : getHttp(url, answer);
    request.setTimeout(5000, () => request.destroy());
    request.on('error', () => resolve(false));
  });
}
