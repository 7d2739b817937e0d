import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { capturesInArchive, openCapture, type OpenCaptureOptions } from './capture-source.ts';

const MEBIBYTE = 1024 * 1024;

/** A classic little-endian pcap header followed by `bytes` zeros; the source looks at the head only. */
function capture(bytes: number): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(262144, 16);
  header.writeUInt32LE(1, 20);
  return Buffer.concat([header, Buffer.alloc(bytes)]);
}

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'capture-source-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function readAll(content: Buffer, options?: OpenCaptureOptions) {
  const path = join(folder, 'file');
  await writeFile(path, content);
  const source = await openCapture(path, options);
  const parts: Buffer[] = [];
  for await (const chunk of source.chunks()) parts.push(Buffer.from(chunk));
  return { plain: Buffer.concat(parts), source };
}

/** What the system's own tool makes of bytes. */
const packedBy =
  (tool: string, ...args: string[]) =>
  (bytes: Buffer) =>
    execFileSync(tool, args, { input: bytes, maxBuffer: 2 ** 30 });
const xz = packedBy('xz', '-c');
const lz4 = packedBy('lz4', '-zc');

/** A ZIP archive of these files, by Info-ZIP. */
async function zip(files: Readonly<Record<string, Buffer>>, ...options: string[]): Promise<Buffer> {
  const directory = await mkdtemp(join(folder, 'zip-'));
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(directory, name), bytes);
  execFileSync('zip', ['-q', ...options, 'out.zip', ...Object.keys(files)], { cwd: directory });
  const archive = await readFile(join(directory, 'out.zip'));
  await rm(directory, { recursive: true });
  return archive;
}

describe('a capture source', () => {
  const plain = Buffer.concat([capture(0), randomBytes(3 * MEBIBYTE)]);
  const half = plain.length / 2;
  const zeros = Buffer.alloc(1000);
  /** A frame to be skipped, which Zstandard and LZ4 have alike. */
  const skippable = Buffer.from('502a4d1803000000aabbcc', 'hex');

  test.each([
    ['plain', plain],
    ['gzip', gzipSync(plain)],
    ['gzip of two members', Buffer.concat([gzipSync(plain.subarray(0, half)), gzipSync(plain.subarray(half))])],
    [
      'gzip of two members, with zeros that fill up blocks',
      Buffer.concat([gzipSync(plain.subarray(0, half)), zeros, gzipSync(plain.subarray(half)), zeros]),
    ],
    ['zstd', zstdCompressSync(plain)],
    [
      'zstd of three frames',
      Buffer.concat([plain.subarray(0, 100), plain.subarray(100, half), plain.subarray(half)].map((part) => zstdCompressSync(part))),
    ],
    ['zstd behind a frame to be skipped', Buffer.concat([skippable, zstdCompressSync(plain), skippable])],
    ['xz', xz(plain)],
    [
      'xz of two streams, the second with CRC-32 and small blocks',
      Buffer.concat([xz(plain.subarray(0, half)), packedBy('xz', '-cC', 'crc32', '--block-size=100000')(plain.subarray(half))]),
    ],
    ['lz4', lz4(plain)],
    ['lz4 with linked blocks of 64 KiB and their checksums', packedBy('lz4', '-zcBD', '-B4', '-BX')(plain)],
    ['lz4 at its best, repetitive', packedBy('lz4', '-zc9')(plain)],
    ['lz4 of the legacy form', packedBy('lz4', '-zcl')(plain)],
    [
      'lz4 of two frames and one to be skipped between',
      Buffer.concat([lz4(plain.subarray(0, half)), skippable, lz4(plain.subarray(half))]),
    ],
    ['lz4 behind a frame to be skipped', Buffer.concat([skippable, lz4(plain)])],
  ])('gives the plain bytes of a %s file', async (_name, content) => {
    const read = await readAll(content);
    expect(read.plain.equals(plain)).toBe(true);
    expect(read.source).toMatchObject({ damage: null, position: content.length, plainBytes: plain.length });
  });

  test('gives every byte of repetitive lz4', async () => {
    const repetitive = Buffer.concat([
      capture(0),
      ...Array.from({ length: 9000 }, (_, i) => Buffer.from(`GET /${i % 70} HTTP/1.1 ${'ab'.repeat(i % 300)}`)),
    ]);
    for (const options of [['-zc1'], ['-zcBD', '-B4'], ['-zcl']]) {
      expect((await readAll(packedBy('lz4', ...options)(repetitive))).plain.equals(repetitive)).toBe(true);
    }
  });

  test.each([
    ['gzip', gzipSync(plain)],
    ['zstd', zstdCompressSync(plain)],
    ['xz', xz(plain)],
    ['lz4', lz4(plain)],
  ])('gives what can be unpacked of a %s file cut in the middle, and says so', async (_name, content) => {
    const read = await readAll(content.subarray(0, content.length / 2));
    expect(read.source.damage).toMatch(/^unpacking stopped: /);
    expect(read.plain.equals(plain.subarray(0, read.plain.length))).toBe(true);
    expect(read.plain.length).toBeGreaterThan(0.4 * plain.length);
  });

  test.each([
    ['gzip', gzipSync(plain)],
    ['zstd', zstdCompressSync(plain)],
    ['xz', xz(plain)],
    ['lz4', lz4(plain)],
  ])('keeps what a %s file holds before foreign bytes at its end', async (_name, content) => {
    const read = await readAll(Buffer.concat([content, Buffer.from('foreign bytes')]));
    expect(read.source.damage).not.toBeNull();
    expect(read.plain.length).toBeGreaterThan(plain.length - 65 * 1024);
  });

  test.each([
    ['foreign bytes', Buffer.from('foreign bytes'), 'unpacking stopped: what follows is not part of it'],
    ['half a header', Buffer.from('1f8b0800', 'hex'), 'unpacking stopped: unexpected end of file'],
    ['a header and nothing deflated', gzipSync('').subarray(0, 10), 'unpacking stopped: unexpected end of file'],
  ])('keeps all that a gzip file of any size holds before %s', async (_name, behind, damage) => {
    for (const content of [capture(0), plain]) {
      const read = await readAll(Buffer.concat([gzipSync(content), behind]));
      expect(read.source.damage).toBe(damage);
      expect(read.plain.equals(content)).toBe(true);
    }
  });

  test('gives the bytes of a gzip file whose checksum is wrong, and says so', async () => {
    const content = gzipSync(plain);
    content.writeUInt8(content.at(-8)! ^ 1, content.length - 8);
    const read = await readAll(content);
    expect(read.source.damage).toBe('unpacking stopped: incorrect data check');
    expect(read.plain.equals(plain)).toBe(true);
  });

  test.each([
    ['gzip', gzipSync(plain)],
    ['xz', xz(plain)],
    ['lz4', lz4(plain)],
  ])('writes the unpacked copy of %s, which appears only when it is complete', async (_name, content) => {
    const plainPath = join(folder, 'plain');
    await readAll(content, { plainPath });
    expect((await readFile(plainPath)).equals(plain)).toBe(true);
    expect((await readdir(folder)).sort()).toEqual(['file', 'plain']);
  });

  test('refuses an empty file, a foreign one, one packed twice, and a link', async () => {
    await expect(readAll(Buffer.alloc(0))).rejects.toMatchObject({ code: 'capture.empty' });
    await expect(readAll(Buffer.from('%PDF-1.4 nothing to see'))).rejects.toMatchObject({ code: 'capture.unreadable' });
    await expect(readAll(gzipSync(gzipSync(plain)))).rejects.toMatchObject({ code: 'capture.unreadable' });
    await expect(readAll(xz(gzipSync(plain)))).rejects.toMatchObject({ code: 'capture.unreadable' });
    await expect(readAll(gzipSync(Buffer.alloc(0)))).rejects.toMatchObject({ code: 'capture.empty' });
    await symlink(join(folder, 'file'), join(folder, 'link'));
    await expect(openCapture(join(folder, 'link'))).rejects.toMatchObject({ code: 'ELOOP' });
  });
});

describe('a ZIP archive', () => {
  const first = Buffer.concat([capture(0), randomBytes(MEBIBYTE)]);
  const second = capture(1000);
  const notes = Buffer.from('Captured at the mirror port on Tuesday.');

  test.each([
    ['deflated', []],
    ['stored', ['-0']],
    ['with ZIP64 sizes', ['-fz']],
    ['with a comment in its directory', ['-c']],
  ])('gives its one capture, whatever else is in it: %s', async (_name, options) => {
    const archive = await zip({ 'notes.txt': notes, 'a.pcap': first }, ...options);
    const read = await readAll(archive, { plainPath: join(folder, 'plain') });
    expect(read.plain.equals(first)).toBe(true);
    expect(read.source).toMatchObject({ damage: null, format: 'pcap' });
    expect((await readFile(join(folder, 'plain'))).equals(first)).toBe(true);
  });

  test('gives the one that is asked for of several, and none when it was not said which', async () => {
    const archive = await zip({ 'a.pcap': first, 'b.pcap': second, 'notes.txt': notes });
    expect((await readAll(archive, { entry: 'b.pcap' })).plain.equals(second)).toBe(true);
    expect(await capturesInArchive(join(folder, 'file'))).toMatchObject([{ name: 'a.pcap' }, { name: 'b.pcap' }]);
    await expect(readAll(archive)).rejects.toThrow('2 captures (a.pcap, b.pcap)');
  });

  test('says what is in one without a capture', async () => {
    await expect(readAll(await zip({ 'notes.txt': notes }))).rejects.toThrow('notes.txt is text');
    await expect(readAll(await zip({ 'a.pcap': first }, '-P', 'secret'))).rejects.toThrow('a.pcap is encrypted');
    await expect(readAll(await zip({ 'b.zip': await zip({ 'a.pcap': first }) }))).rejects.toThrow('b.zip is a ZIP archive');
    await expect(readAll(Buffer.from(`504b0506${'00'.repeat(18)}`, 'hex'))).rejects.toThrow('no file');
  });

  test('that is cut short gives what there is of its first file', async () => {
    const archive = await zip({ 'a.pcap': first });
    const read = await readAll(archive.subarray(0, archive.length / 2));
    expect(read.source.damage).toMatch(/^unpacking stopped: /);
    expect(read.plain.equals(first.subarray(0, read.plain.length))).toBe(true);
    expect(read.plain.length).toBeGreaterThan(0.4 * first.length);
  });

  test('whose directory lies is refused, not followed', async () => {
    const archive = await zip({ 'a.pcap': second });
    const directory = archive.lastIndexOf(Buffer.from('504b0102', 'hex'));
    archive.writeUInt32LE(0xffff_fff0, directory + 42);
    await expect(readAll(archive)).rejects.toThrow('a.pcap is not where the archive says');
  });
});

describe('hostile containers', () => {
  const small = Buffer.concat([capture(0), Buffer.from('GET / HTTP/1.1 '.repeat(400))]);

  test.each<[string, Buffer]>([
    ['xz', xz(small)],
    ['lz4', packedBy('lz4', '-zcBD', '-B4')(small)],
    ['lz4 of the legacy form', packedBy('lz4', '-zcl')(small)],
  ])('%s with any byte wrong, or cut at any byte, ends as damage or as another file', async (_name, content) => {
    for (let at = 0; at < content.length; at++) {
      const wrong = Buffer.from(content);
      wrong[at]! ^= 0xff;
      for (const bytes of [wrong, content.subarray(0, at)]) {
        const outcome = await readAll(bytes).catch((error: { code?: string }) => error);
        if ('plain' in outcome) expect(outcome.plain.length).toBeLessThanOrEqual(9 * MEBIBYTE);
        else expect(outcome.code).toMatch(/^capture\.(unreadable|empty|bomb)$/);
      }
    }
  });

  test('a dictionary of 1.5 GiB in an xz header is not allocated', async () => {
    const content = xz(small);
    content[12 + 4] = 37; // block header: size, flags, filter 0x21, length 1, dictionary size code
    const before = process.memoryUsage().rss;
    await readAll(content).catch(() => undefined);
    expect(process.memoryUsage().rss - before).toBeLessThan(300 * MEBIBYTE);
  });
});

describe('a bomb', () => {
  const bomb = capture(80 * MEBIBYTE);

  test.each([
    ['gzip', gzipSync(bomb)],
    ['zstd', zstdCompressSync(bomb)],
    ['xz', packedBy('xz', '-c0')(bomb)],
    ['lz4', lz4(bomb)],
  ])('of %s is stopped by its ratio after 64 MiB, and leaves no copy', async (_name, content) => {
    await expect(readAll(content, { plainPath: join(folder, 'plain') })).rejects.toMatchObject({ code: 'capture.bomb' });
    expect(await readdir(folder)).toEqual(['file']);
  });

  test('in a ZIP archive is one, too', async () => {
    await expect(readAll(await zip({ 'a.pcap': bomb }))).rejects.toMatchObject({ code: 'capture.bomb' });
  });

  test('is stopped by the cap on plain bytes', async () => {
    await expect(readAll(gzipSync(capture(MEBIBYTE)), { limits: { maxBytes: MEBIBYTE } })).rejects.toMatchObject({ code: 'capture.bomb' });
  });

  test('a well packed small capture is none', async () => {
    const quiet = capture(32 * MEBIBYTE);
    const read = await readAll(zstdCompressSync(quiet));
    expect(read.plain.length).toBe(quiet.length);
  });
});
