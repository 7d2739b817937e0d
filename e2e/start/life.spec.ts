/** One data directory from its first start to its third, as its owner sees it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { apiBase } from '@wirecase/contract';
import { afterAll, describe, expect, it } from 'vitest';
import { until } from '../faults/services.ts';
import { buildTimes, nothingRunsOn, processesOn, removeFolder, Started, temporaryFolder } from './started.ts';

const folder = temporaryFolder();
const data = join(folder, 'data');
const admin = { name: 'ada', password: 'correct horse battery' };
let start: Started;
let url: string;

afterAll(() => removeFolder(folder));

const post = (path: string, body: object) =>
  fetch(`${url}${apiBase}${path}`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });

const isReady = () =>
  fetch(`${url}${apiBase}/health/ready`).then(
    ({ ok }) => (ok ? true : null),
    () => null,
  );

describe('the first start', () => {
  it('says each step in a line, then the address and the link that makes the first administrator', async () => {
    start = new Started({ data });
    url = await start.ready();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    for (const step of ['PostgreSQL', 'Redis', 'database', 'Wirecase'])
      expect(start.output).toMatch(new RegExp(`^  ${step} .* [\\d.]+ s$`, 'm'));
    expect(start.output).toContain(data);
  });

  it('serves the web page', async () => {
    const page = await fetch(url);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, expect.stringContaining('text/html')]);
    expect(await page.text()).toMatch(/<script src="[^"]+\.js"/);
  });

  it('prints a link that works, once', async () => {
    const token = new RegExp(`${url}/setup#token=(\\S+)`).exec(start.output)?.[1];
    expect(await post('/setup', { token, ...admin })).toMatchObject({ status: 201 });
    expect((await post('/setup', { token, name: 'eve', password: admin.password })).status).toBeGreaterThanOrEqual(400);
  });

  it('keeps its secrets to its owner and out of the process list', () => {
    const { postgresPassword, redisPassword } = JSON.parse(readFileSync(join(data, 'secrets.json'), 'utf8')) as Record<string, string>;
    const commands = processesOn(data).map(({ command }) => command);
    expect(commands.length).toBeGreaterThanOrEqual(5);
    expect(commands.filter((command) => command.includes(postgresPassword!) || command.includes(redisPassword!))).toEqual([]);
  });
});

describe('a part that is killed', () => {
  it.each([
    ['worker', /apps\/worker\/main\.js$/],
    ['capture-rotator', /capture-rotator\/main\.js$/],
    ['redis', /^\S*redis-server /],
    ['postgres', /bin\/postgres -D /],
    ['api', /apps\/api\/main\.js$/],
  ])('%s is said and started again', async (name, program) => {
    const find = () => processesOn(data).find(({ command }) => program.test(command));
    const before = await until(`${name} runs`, 60_000, async () => find() ?? null);
    process.kill(before.pid, 'SIGKILL');
    await start.says(new RegExp(`! ${name} ended unexpectedly \\(SIGKILL\\); it is started again`), 60_000);
    await until(`${name} runs again`, 60_000, async () => {
      const now = find();
      return now && now.pid !== before.pid ? now : null;
    });
    await until('everything is ready', 60_000, isReady);
  });

  it('takes nothing along: the administrator can still log in', async () => {
    expect(await post('/session', admin)).toMatchObject({ status: 201 });
  });
});

describe('while it runs', () => {
  it('a start on the same data directory is refused with who holds it', async () => {
    const second = new Started({ data });
    expect(await second.end()).toBe(1);
    expect(second.output).toMatch(
      /^wirecase: Wirecase already runs on \S+ \(process \d+\)\. Stop it, or give another folder by --data\.$/m,
    );
    expect(await isReady()).toBe(true);
  });

  it('a start on the same port is refused with another to choose', async () => {
    const port = Number(new URL(url).port);
    const second = new Started({ data: join(folder, 'other'), port });
    expect(await second.end()).toBe(1);
    expect(second.output).toContain(`wirecase: Port ${port} on 127.0.0.1 is taken. Choose another: npm start -- --port ${port + 1}`);
    await nothingRunsOn(join(folder, 'other'));
  });
});

describe('the end', () => {
  it('Ctrl-C ends every process within seconds, in order', async () => {
    await start.signalGroup('SIGINT');
    await nothingRunsOn(data);
    expect(start.output).toMatch(/Ending \.\.\.\nEnded\.\n$/);
    expect(start.output).not.toContain('is killed');
    expect(existsSync(join(data, 'runtime.json'))).toBe(false);
  });
});

describe('the second start', () => {
  it('builds nothing, and needs no set-up', async () => {
    const before = buildTimes();
    start = new Started({ data });
    url = await start.ready();
    expect(buildTimes()).toEqual(before);
    expect(start.output).not.toMatch(/ built | migrations run|setup#token/);
  });

  it('still knows who was there', async () => {
    expect(await post('/session', admin)).toMatchObject({ status: 201 });
  });

  it('killed outright it leaves no process', async () => {
    expect(await start.signalGroup('SIGKILL')).toBe(137);
    await nothingRunsOn(data);
  });
});

describe('the third start', () => {
  it('comes up after that kill, with everything there', async () => {
    start = new Started({ data });
    url = await start.ready();
    expect(await post('/session', admin)).toMatchObject({ status: 201 });
  });

  it('ends in order when a supervisor ends the npm that ran it', async () => {
    await start.signalNpm('SIGTERM');
    await nothingRunsOn(data);
    expect(start.output).toMatch(/Ended\.\n$/);
  });
});
