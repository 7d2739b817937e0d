/** From the record of a file to the file: in an encrypted archive only, for who may, with an audit row. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Capture, JsonRow, Page } from '@wirecase/contract';
import { PacketScript } from '@wirecase/testkit/packets';
import { BlobReader, Uint8ArrayWriter, ZipReader, type FileEntry } from '@zip.js/zip.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiServer, problemOf, type Client } from './api-server.ts';

const traces = fileURLToPath(new URL('../traces/', import.meta.url));

let rules: string;
let server: ApiServer;
let analyst: Client;
let capture: Capture;
let rows: JsonRow[];

beforeAll(async () => {
  rules = await mkdtemp(join(tmpdir(), 'wirecase-rules-'));
  await chmod(rules, 0o755);
  await writeFile(join(rules, 'lab.yar'), 'rule hundred { strings: $a = "\\n2400\\n" condition: $a }', { mode: 0o644 });
  server = await ApiServer.startSetUp({ WIRECASE_YARA_RULES: rules });
  await server.startWorker();
  analyst = await server.keyFor('all');
  capture = await analyst.ingest(await readFile(`${traces}files.pcap`), 'files.pcap');
  rows = (await analyst.json<Page<JsonRow>>(`/records/file?capture=${capture.id}&limit=1000`)).items;
}, 120_000);
afterAll(async () => {
  await server?.close();
  await rm(rules, { recursive: true });
});

const idOf = (row: JsonRow) => (row['wirecase'] as { record: { id: string } }).record.id;
const protocolOf = (row: JsonRow) => (row['wirecase'] as { file: { source_protocol: string } }).file.source_protocol;
const sha256Of = (row: JsonRow) => (row['file'] as { hash: { sha256: string } }).hash.sha256;

async function unpacked(archive: Uint8Array): Promise<Buffer> {
  const [entry] = await new ZipReader(new BlobReader(new Blob([archive as BlobPart]))).getEntries();
  expect(entry!.encrypted).toBe(true);
  return Buffer.from(await (entry as FileEntry).getData(new Uint8ArrayWriter(), { password: 'infected', useWebWorkers: false }));
}

describe('the archive of a file', () => {
  it.each(['http', 'ftp', 'tftp', 'smb', 'smtp', 'imap', 'pop3'])(
    'has what %s carried, with the SHA-256 of every record',
    async (protocol) => {
      const carried = rows.filter((row) => protocolOf(row) === protocol);
      expect(carried.length).toBeGreaterThan(0);
      for (const row of carried) {
        const answer = await analyst.request(`/files/${idOf(row)}/archive`);
        expect(answer.status).toBe(200);
        expect(answer.headers.get('content-type')).toBe('application/zip');
        expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename="[^"/\\]+\.zip"/);
        expect(
          createHash('sha256')
            .update(await unpacked(new Uint8Array(await answer.arrayBuffer())))
            .digest('hex'),
        ).toBe(sha256Of(row));
      }
    },
  );

  it('is an audit row each time', async () => {
    const { rows: audited } = await server.services.database.pool.query<{ object: string }>(
      "SELECT object FROM audit WHERE action = 'file.download' AND result = 'ok'",
    );
    expect(audited.map(({ object }) => object).sort()).toEqual(rows.map(idOf).sort());
  });

  it('does not go out where its audit row cannot be written', async () => {
    const { pool } = server.services.database;
    await pool.query(`ALTER TABLE audit ADD CONSTRAINT unwritable CHECK (action <> 'file.download' OR result <> 'ok') NOT VALID`);
    try {
      const answer = await analyst.request(`/files/${idOf(rows[0]!)}/archive`);
      expect(answer.status).toBe(500);
      expect(answer.headers.get('content-type')).toContain('json');
      expect(await answer.text()).not.toContain('PK');
    } finally {
      await pool.query('ALTER TABLE audit DROP CONSTRAINT unwritable');
    }
  });

  it('is for who may read files, and not for who may read packets only', async () => {
    const reader = await server.keyFor('read:flows', 'read:packets');
    expect(await problemOf(await reader.request(`/files/${idOf(rows[0]!)}/archive`))).toMatchObject({
      status: 403,
      code: 'auth.forbidden',
    });
  });

  it('of no record is not found', async () => {
    expect(await problemOf(await analyst.request('/files/00000000-0000-0000-0000-000000000000/archive'))).toMatchObject({
      code: 'file.not-found',
    });
  });

  it('with a hole cannot be made', async () => {
    const script = new PacketScript();
    const talk = script.tcp('10.0.0.1', '10.0.0.2', 80, 40_000).syn().synAck().ack('a').send('a', 'GET /x HTTP/1.1\r\nHost: h\r\n\r\n');
    talk.send('b', 'HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\nhel').lose('b', 6).send('b', 'end');
    const holed = await analyst.ingest(script.capture(), 'holed.pcap');
    const { items } = await analyst.json<Page<JsonRow>>(`/records/file?capture=${holed.id}`);
    expect(items).toHaveLength(1);
    expect(await problemOf(await analyst.request(`/files/${idOf(items[0]!)}/archive`))).toMatchObject({ code: 'file.incomplete' });
  });

  it('whose capture was deleted is gone with its record', async () => {
    await analyst.send('DELETE', `/captures/${capture.id}`);
    expect(await problemOf(await analyst.request(`/files/${idOf(rows[0]!)}/archive`))).toMatchObject({ code: 'file.not-found' });
  });
});

describe('a scan', () => {
  let id: string;
  beforeAll(async () => {
    const again = await analyst.ingest(await readFile(`${traces}files.pcap`), 'again.pcap');
    const { items } = await analyst.json<Page<JsonRow>>(`/records/file?capture=${again.id}&q=file.name:usual.bin`);
    id = idOf(items[0]!);
  });

  it.skipIf(!existsSync('/usr/bin/yara'))('keeps the rules that match with the record', async () => {
    expect(await (await analyst.send('POST', `/files/${id}/scan`)).json()).toEqual({ matches: ['hundred'] });
    const found = await analyst.json<Page<JsonRow>>(`/records/file?q=wirecase.file.yara:hundred`);
    expect(found.items.map(idOf)).toEqual([id]);
  });

  it('with a rule that is wrong says where', async () => {
    await writeFile(join(rules, 'bad.yar'), 'rule broken {', { mode: 0o644 });
    const problem = await problemOf(await analyst.send('POST', `/files/${id}/scan`));
    if (existsSync('/usr/bin/yara')) expect(problem).toMatchObject({ code: 'yara.failed', detail: expect.stringMatching(/bad\.yar/) });
    else expect(problem).toMatchObject({ code: 'yara.unavailable', detail: expect.stringMatching(/Debian package yara/) });
  });
});
