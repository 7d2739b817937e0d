import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PacketScript } from '@wirecase/testkit/packets';
import { BlobReader, ZipReader, Uint8ArrayWriter } from '@zip.js/zip.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { archivePassword, CarvedFiles } from './carved-files.ts';

const run = promisify(execFile);
const bodies = ['first file', 'second file, a longer one', 'third'];
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
let directory: string;
let files: CarvedFiles;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wirecase-files-'));
  files = new CarvedFiles(directory, { maxFileBytes: 1000, budgetBytes: 100_000 });
  await files.prepare();
});
afterEach(() => rm(directory, { recursive: true }));

/** One connection with a request and an answer for each body. */
function capture(): Uint8Array {
  const script = new PacketScript();
  const talk = script.tcp('10.0.0.1', '10.0.0.2', 80, 40_000).syn().synAck().ack('a');
  for (const body of bodies) {
    talk.send('a', 'GET /x HTTP/1.1\r\nHost: h\r\n\r\n');
    talk.send('b', `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  }
  return script.capture();
}

const packets = async () =>
  (async function* () {
    yield capture();
  })();

const listed = async () => (await readdir(join(directory, 'files'))).sort();

describe('a carved file', () => {
  it.each(bodies)('"%s" comes in an encrypted archive, and nothing else stays', async (body) => {
    const archive = await files.extract({ sha256: sha256(body), size: body.length }, packets);
    expect(await listed()).toEqual([`${sha256(body)}.zip`]);
    expect((await stat(archive.path)).mode & 0o777).toBe(0o600);
    const bytes = await readFile(archive.path);
    expect(archive.size).toBe(bytes.length);
    expect(bytes.includes(body)).toBe(false);
    const reader = new ZipReader(new BlobReader(new Blob([bytes])));
    const [entry] = await reader.getEntries();
    expect(entry).toMatchObject({ filename: sha256(body), encrypted: true, zipCrypto: false });
    const content = await (entry as { getData: typeof Function.prototype }).getData(new Uint8ArrayWriter(), { password: archivePassword });
    expect(Buffer.from(content as Uint8Array).toString()).toBe(body);
  });

  it('that was extracted is not carved again', async () => {
    await files.extract({ sha256: sha256('third'), size: 5 }, packets);
    const again = await files.extract({ sha256: sha256('third'), size: 5 }, () => Promise.reject(new Error('not asked for')));
    expect(again).toEqual(await files.stored(sha256('third')));
  });

  it('that the packets do not give is not found, and leaves nothing', async () => {
    const extraction = files.extract({ sha256: sha256('fourth'), size: 6 }, packets);
    await expect(extraction).rejects.toMatchObject({ code: 'file.not-reproduced' });
    expect(await listed()).toEqual([]);
  });

  it('is looked at as it was, and nothing stays, whatever comes of it', async () => {
    const wanted = { sha256: sha256('third'), size: 5 };
    expect(await files.inspect(wanted, packets, (path) => readFile(path, 'utf8'))).toBe('third');
    await expect(files.inspect(wanted, packets, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await listed()).toEqual([]);
  });

  it('that is too large is refused', () => {
    expect(() => files.extract({ sha256: sha256('x'), size: 1001 }, packets)).toThrow(/1001 bytes; at most 1000/);
  });
});

it('beyond the budget the archive that was asked for longest ago goes', async () => {
  const small = new CarvedFiles(directory, { maxFileBytes: 1000, budgetBytes: 700 });
  for (const body of bodies) await small.extract({ sha256: sha256(body), size: body.length }, packets);
  const kept = await listed();
  expect(kept).toContain(`${sha256('third')}.zip`);
  expect(kept).not.toContain(`${sha256('first file')}.zip`);
});

it('what a process left behind that is gone is removed', async () => {
  const { pid } = run('true').child;
  await run('true');
  await writeFile(join(directory, 'files', `extracting-${pid}-a`), 'x');
  await writeFile(join(directory, 'files', `extracting-${process.pid}-b`), 'x');
  await files.prepare();
  expect(await listed()).toEqual([`extracting-${process.pid}-b`]);
});
