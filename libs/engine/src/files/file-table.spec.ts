import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { mutants, testPlatform, textBytes } from '@wirecase/testkit';
import type { FileStart, FileTarget } from '@wirecase/contract';
import { describe, expect, it } from 'vitest';
import type { FileKeeper, FileRow } from './file-host.ts';
import { FileTable } from './file-table.ts';

const start: FileStart = { direction: 1, path: 'a/b.txt', mimeType: null, size: null };
const content = Uint8Array.from({ length: 100_000 }, (_, i) => (i * 7 + (i >> 8)) & 255);
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

function fileOf(carry: (file: FileTarget) => void, given: Partial<FileStart> = {}, keeper: FileKeeper | null = null): FileRow {
  const rows: FileRow[] = [];
  carry(
    new FileTable(testPlatform, keeper).begin(
      { ...start, ...given },
      'http',
      (row) => rows.push(row),
      () => undefined,
    ),
  );
  expect(rows).toHaveLength(1);
  return rows[0]!;
}

describe('a file', () => {
  it.each([1, 999, 16_384, 100_000])('has the digests of its bytes, in pieces of %i', (pieceBytes) => {
    const row = fileOf((file) => {
      for (let at = 0; at < content.length; at += pieceBytes) file.data(content, at, Math.min(content.length, at + pieceBytes));
      file.end(null);
    });
    expect(row.sha256).toBe(sha256(content));
    expect(row.md5).toBe(createHash('md5').update(content).digest('hex'));
    expect(row.sha1).toBe(createHash('sha1').update(content).digest('hex'));
    expect(row).toMatchObject({ name: 'b.txt', extension: 'txt', size: 100_000, complete: true, fault: null, direction: 'to-originator' });
    expect(row.entropy).toBeCloseTo(8, 2);
  });

  it('without bytes is a file', () => {
    expect(fileOf((file) => file.end(null))).toMatchObject({ size: 0, entropy: 0, sha256: sha256(new Uint8Array(0)), sniffedType: null });
  });

  it('with a hole has a size, and no digests', () => {
    const row = fileOf((file) => {
      file.data(content, 0, 1000);
      file.gap(500);
      file.data(content, 1500, 2000);
      file.end(null);
    });
    expect(row).toMatchObject({ size: 2000, missingBytes: 500, complete: false, fault: 'missing', sha256: null, md5: null });
  });

  it('of which less came than was said is cut off', () => {
    const row = fileOf(
      (file) => {
        file.data(content, 0, 1000);
        file.end(null);
      },
      { size: 1001 },
    );
    expect(row).toMatchObject({ complete: false, fault: 'cut-off', sha256: sha256(content.subarray(0, 1000)) });
  });

  it('whose parts come in another order, and twice, is put in order', () => {
    const row = fileOf((file) => {
      const parts = [3, 1, 0, 0, 2, 9, 5, 4, 6, 8, 7, 7];
      for (const part of parts) file.dataAt(part * 10_000, content, part * 10_000, (part + 1) * 10_000);
      file.end(null);
    });
    expect(row).toMatchObject({ complete: true, sha256: sha256(content) });
  });

  it('holds no more early parts than its bound; the hole before them is given up', () => {
    const table = new FileTable(testPlatform, null);
    const rows: FileRow[] = [];
    const file = table.begin(
      start,
      'smb',
      (row) => rows.push(row),
      () => undefined,
    );
    for (let part = 1; part < 200; part++) file.dataAt(part * 200_000, content, 0, 100_000);
    expect(table.waitingBytes).toBeLessThanOrEqual(8 * 1024 * 1024);
    file.end(null);
    expect(table.waitingBytes).toBe(0);
    expect(rows[0]).toMatchObject({ size: 39_900_000, complete: false });
  });

  it('that is packed is what comes out of it', () => {
    const packed = gzipSync(content);
    const row = fileOf(
      (file) => {
        file.data(packed, 0, packed.length);
        file.end(null);
      },
      { coding: 'gzip' },
    );
    expect(row).toMatchObject({ size: 100_000, complete: true, sha256: sha256(content) });
  });

  it('that is packed and damaged is undecodable behind the damage, whatever the damage', () => {
    const packed = gzipSync(content);
    for (const mutant of mutants(packed, 200)) {
      const row = fileOf(
        (file) => {
          file.data(mutant, 0, mutant.length);
          file.end(null);
        },
        { coding: 'gzip' },
      );
      if (row.complete) expect(row.sha256).toBe(sha256(content));
    }
  });

  it('that is a bomb stops at the limit', () => {
    const bomb = gzipSync(new Uint8Array(64 * 1024 * 1024));
    const table = new FileTable(testPlatform, null);
    const rows: FileRow[] = [];
    for (let i = 0; i < 6; i++) {
      const file = table.begin(
        { ...start, coding: 'gzip' },
        'http',
        (row) => rows.push(row),
        () => undefined,
      );
      file.data(bomb, 0, bomb.length);
      file.end(null);
    }
    expect(rows[0]).toMatchObject({ complete: true, size: 64 * 1024 * 1024 });
    expect(rows.at(-1)).toMatchObject({ complete: false, fault: 'limit' });
    const total = rows.reduce((sum, row) => sum + row.size, 0);
    expect(total).toBeLessThanOrEqual(256 * 1024 * 1024 + 100 * 6 * bomb.length);
  });

  it('goes to the keeper as it passes', () => {
    const kept: Uint8Array[] = [];
    fileOf(
      (file) => {
        file.data(content, 0, content.length);
        file.end(null);
      },
      {},
      { begin: () => ({ data: (bytes) => kept.push(bytes.slice()), end: () => undefined }) },
    );
    expect(sha256(Buffer.concat(kept))).toBe(sha256(content));
  });
});

it('of more open files than allowed the oldest is ended, and said to be', () => {
  const table = new FileTable(testPlatform, null);
  const rows: FileRow[] = [];
  let limits = 0;
  for (let i = 0; i < 1030; i++) {
    const file = table.begin(
      { ...start, path: `${i}` },
      'http',
      (row) => rows.push(row),
      () => limits++,
    );
    file.data(textBytes('x'), 0, 1);
  }
  expect(limits).toBe(6);
  expect(rows.map(({ name, fault }) => [name, fault])).toEqual(['0', '1', '2', '3', '4', '5'].map((name) => [name, 'limit']));
});
