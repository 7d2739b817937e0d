/** A start with the operator's PostgreSQL and Redis and a password for the administrator. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { apiBase } from '@wirecase/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Services } from '../faults/services.ts';
import { nothingRunsOn, processesOn, removeFolder, Started, temporaryFolder } from './started.ts';

const folder = temporaryFolder();
const data = join(folder, 'data');
const password = 'correct horse battery';
let services: Services;
let start: Started;
let url: string;

beforeAll(async () => {
  services = await Services.start();
  const env = { DATABASE_URL: services.database.url, REDIS_URL: services.redisUrl, WIRECASE_ADMIN_PASSWORD: password };
  start = new Started({ data, env });
  url = await start.ready();
});
afterAll(async () => {
  removeFolder(folder);
  await services?.close();
});

it('uses them and starts none of its own', () => {
  expect(start.output).toMatch(/^ {2}PostgreSQL {2,}[\d.]+\S*.* of DATABASE_URL /m);
  expect(start.output).toMatch(/^ {2}Redis {2,}[\d.]+ of REDIS_URL /m);
  expect(['postgres', 'redis'].filter((name) => existsSync(join(data, name)))).toEqual([]);
  expect(processesOn(data).filter(({ command }) => /redis-server|bin\/postgres/.test(command))).toEqual([]);
});

it('keeps its state there: the administrator of WIRECASE_ADMIN_PASSWORD is in the database, the queue in Redis', async () => {
  expect(start.output).not.toContain('setup#token');
  const { rows } = await services.database.pool.query<{ name: string }>('SELECT name FROM app_user');
  expect(rows).toEqual([{ name: 'admin' }]);
  const answer = await fetch(`${url}${apiBase}/session`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ name: 'admin', password }),
  });
  expect(answer.status).toBe(201);
  expect(await services.redis.keys('bull:*')).not.toEqual([]);
});

it('ends its own processes and leaves the servers alone', async () => {
  await start.signalGroup('SIGINT');
  await nothingRunsOn(data);
  expect((await services.database.pool.query('SELECT 1')).rowCount).toBe(1);
  expect(await services.redis.ping()).toBe('PONG');
});
