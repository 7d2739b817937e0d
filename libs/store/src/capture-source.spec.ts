import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openCapture, type OpenCaptureOptions } from './capture-source.ts';

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

describe('a capture source', () => {
  const plain = Buffer.concat([capture(0), randomBytes(3 * MEBIBYTE)]);
  const half = plain.length / 2;

  test.each([
    ['plain', plain],
    ['gzip', gzipSync(plain)],
    ['gzip of two members', Buffer.concat([gzipSync(plain.subarray(0, half)), gzipSync(plain.subarray(half))])],
    ['zstd', zstdCompressSync(plain)],
    [
      'zstd of three frames',
      Buffer.concat([plain.subarray(0, 100), plain.subarray(100, half), plain.subarray(half)].map((part) => zstdCompressSync(part))),
    ],
  ])('gives the plain bytes of a %s file', async (_name, content) => {
    const read = await readAll(content);
    expect(read.plain.equals(plain)).toBe(true);
    expect(read.source).toMatchObject({ damage: null, position: content.length, plainBytes: plain.length });
  });

  test.each([
    ['gzip', gzipSync(plain)],
    ['zstd', zstdCompressSync(plain)],
  ])('gives what can be unpacked of a %s file cut in the middle, and says so', async (_name, content) => {
    const read = await readAll(content.subarray(0, content.length / 2));
    expect(read.source.damage).toMatch(/^unpacking stopped: /);
    expect(read.plain.equals(plain.subarray(0, read.plain.length))).toBe(true);
    expect(read.plain.length).toBeGreaterThan(0.4 * plain.length);
  });

  test.each([
    ['gzip', gzipSync(plain)],
    ['zstd', zstdCompressSync(plain)],
  ])('keeps what a %s file holds before foreign bytes at its end', async (_name, content) => {
    const read = await readAll(Buffer.concat([content, Buffer.from('foreign bytes')]));
    expect(read.source.damage).not.toBeNull();
    expect(read.plain.length).toBeGreaterThan(plain.length - 65 * 1024);
  });

  test('writes the unpacked copy, which appears only when it is complete', async () => {
    const plainPath = join(folder, 'plain');
    await readAll(gzipSync(plain), { plainPath });
    expect((await readFile(plainPath)).equals(plain)).toBe(true);
    expect((await readdir(folder)).sort()).toEqual(['file', 'plain']);
  });

  test('refuses an empty file, a foreign one, one packed twice, and a link', async () => {
    await expect(readAll(Buffer.alloc(0))).rejects.toMatchObject({ code: 'capture.empty' });
    await expect(readAll(Buffer.from('%PDF-1.4 nothing to see'))).rejects.toMatchObject({ code: 'capture.unreadable' });
    await expect(readAll(gzipSync(gzipSync(plain)))).rejects.toMatchObject({ code: 'capture.unreadable' });
    await expect(readAll(gzipSync(Buffer.alloc(0)))).rejects.toMatchObject({ code: 'capture.empty' });
    await symlink(join(folder, 'file'), join(folder, 'link'));
    await expect(openCapture(join(folder, 'link'))).rejects.toMatchObject({ code: 'ELOOP' });
  });
});

describe('a bomb', () => {
  const bomb = capture(80 * MEBIBYTE);

  test.each([
    ['gzip', gzipSync(bomb)],
    ['zstd', zstdCompressSync(bomb)],
  ])('of %s is stopped by its ratio after 64 MiB, and leaves no copy', async (_name, content) => {
    await expect(readAll(content, { plainPath: join(folder, 'plain') })).rejects.toMatchObject({ code: 'capture.bomb' });
    expect(await readdir(folder)).toEqual(['file']);
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
