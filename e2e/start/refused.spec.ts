/** What a start cannot work with: one clear message, exit status 1, and nothing left running. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nothingRunsOn, removeFolder, Started, temporaryFolder } from './started.ts';

const folder = temporaryFolder();
const data = join(folder, 'data');
let oldPostgres: Server;

beforeAll(async () => {
  oldPostgres = await postgres14();
});
afterAll(() => {
  oldPostgres.close();
  removeFolder(folder);
});

async function refusal(options: { data?: string; args?: readonly string[]; env?: Record<string, string> }): Promise<string> {
  const start = new Started({ data, ...options });
  const status = await start.end();
  expect({ status, output: start.output }).toMatchObject({ status: 1 });
  await nothingRunsOn(folder);
  const messages = start.output.split('\n').filter((line) => line.startsWith('wirecase: '));
  expect(messages, start.output).toHaveLength(1);
  expect(start.output).not.toMatch(/^\s+at .*:\d+:\d+/m);
  return messages[0]!;
}

describe('options', () => {
  it.each([
    ['one that does not exist', ['--colour', 'red'], /Unknown option '--colour'/],
    ['a port that is none', ['--port', '70000'], /--port .*takes a number from 0 to 65535, not "70000"/],
    ['an address that others reach, without TLS', ['--host', '0.0.0.0'], /passwords would travel in clear text/],
  ])('%s', async (_, args, message) => {
    expect(await refusal({ args })).toMatch(message);
  });

  it('an address that this machine does not have', async () => {
    const env = { WIRECASE_TRUSTED_PROXY: '192.0.2.2' };
    expect(await refusal({ args: ['--host', '192.0.2.1'], env })).toContain('This machine has no address 192.0.2.1');
  });
});

describe('settings', () => {
  it('are refused by name', async () => {
    const env = { WIRECASE_LOG_LEVEL: 'loud', WIRECASE_ADMIN_PASSWORD: 'short' };
    const message = await refusal({ env });
    expect(message).toMatch(/WIRECASE_ADMIN_PASSWORD must have at least 8 characters/);
  });
});

describe('the data directory', () => {
  it('is a file', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    expect(await refusal({ data: file })).toContain(`The data directory ${file} cannot be used: it is not a folder.`);
  });

  it('cannot be written', async () => {
    // Where not even root may.
    expect(await refusal({ data: '/sys/wirecase' })).toContain('/sys/wirecase cannot be used: this user may not write there.');
  });

  it('is where no folder can be made', async () => {
    expect(await refusal({ data: '/proc/wirecase/data' })).toContain('/proc/wirecase/data cannot be used: no folder can be made there.');
  });

  it('holds a database of another PostgreSQL', async () => {
    const older = join(folder, 'older');
    mkdirSync(join(older, 'postgres'), { recursive: true });
    writeFileSync(join(older, 'postgres', 'PG_VERSION'), '17\n');
    expect(await refusal({ data: older })).toMatch(/was made by PostgreSQL 17; this version of Wirecase brings 18/);
  });
});

describe('servers of your own', () => {
  const nobody = '127.0.0.1:9';

  it('PostgreSQL that does not answer', async () => {
    expect(await refusal({ env: { DATABASE_URL: `postgres://${nobody}/x` } })).toMatch(/DATABASE_URL cannot be used: .*ECONNREFUSED/);
  });

  it('PostgreSQL that is too old', async () => {
    const { port } = oldPostgres.address() as AddressInfo;
    const message = await refusal({ env: { DATABASE_URL: `postgres://x@127.0.0.1:${port}/x` } });
    expect(message).toBe('wirecase: DATABASE_URL is PostgreSQL 14.11; Wirecase needs 15 or newer.');
  });

  it('Redis that does not answer', async () => {
    expect(await refusal({ env: { REDIS_URL: `redis://${nobody}` } })).toMatch(/REDIS_URL cannot be used: .*ECONNREFUSED/);
  });
});

/**
 * As much of PostgreSQL 14 as asking for its version takes (frontend/backend protocol 3.0): any log-in is welcome, any query is answered
 * with the version.
 */
async function postgres14(): Promise<Server> {
  const message = (type: string, body: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeInt32BE(body.length + 4);
    return Buffer.concat([Buffer.from(type), length, body]);
  };
  const text = (value: string) => Buffer.from(`${value}\0`);
  const int16 = (value: number) => Buffer.from([value >> 8, value & 255]);
  const int32 = (value: number) => Buffer.from([value >> 24, (value >> 16) & 255, (value >> 8) & 255, value & 255]);
  /** RowDescription of one column: table and attribute none, then type, its size, no modifier, text format. */
  const column = (name: string, type: number, size: number) =>
    Buffer.concat([text(name), int32(0), int16(0), int32(type), int16(size), int32(-1), int16(0)]);
  const value = (content: string) => Buffer.concat([int32(content.length), Buffer.from(content)]);
  const ready = message('Z', Buffer.from('I'));
  const answer = Buffer.concat([
    message('T', Buffer.concat([int16(2), column('number', 23, 4), column('text', 25, -1)])),
    message('D', Buffer.concat([int16(2), value('140011'), value('14.11')])),
    message('C', text('SELECT 1')),
    ready,
  ]);
  const server = createServer((socket) => {
    socket.on('error', () => undefined); // the client may cut it; that is its end
    socket.once('data', () => {
      socket.write(Buffer.concat([message('R', int32(0)), ready]));
      socket.on('data', (bytes) => bytes.toString('latin1', 0, 1) === 'Q' && socket.write(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
