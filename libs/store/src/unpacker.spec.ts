import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import type { ContentCoding } from '@wirecase/contract';
import { describe, expect, it } from 'vitest';
import { openUnpacker } from './unpacker.ts';

const plain = Buffer.from('what was said, and said again. '.repeat(10_000));

function unpacked(coding: ContentCoding, packed: Uint8Array, pieceBytes: number) {
  const pieces: Buffer[] = [];
  const unpacker = openUnpacker(coding, (bytes, start, end) => pieces.push(Buffer.from(bytes.slice(start, end))))!;
  let isSound = true;
  for (let at = 0; at < packed.length; at += pieceBytes) isSound = unpacker.push(packed, at, Math.min(packed.length, at + pieceBytes));
  return { isSound, isWhole: unpacker.end(), bytes: Buffer.concat(pieces) };
}

describe.each<[string, ContentCoding, Uint8Array]>([
  ['gzip', 'gzip', gzipSync(plain)],
  ['deflate with its header', 'deflate', deflateSync(plain)],
  ['deflate without one', 'deflate', deflateRawSync(plain)],
  ['brotli', 'br', brotliCompressSync(plain)],
  ['zstd', 'zstd', zstdCompressSync(plain)],
])('%s', (_, coding, packed) => {
  it.each([1, 7, 1460, 1 << 20])('is unpacked from pieces of %i bytes', (pieceBytes) => {
    const { bytes, isSound, isWhole } = unpacked(coding, packed, pieceBytes);
    expect(bytes.equals(plain)).toBe(true);
    expect([isSound, isWhole]).toEqual([true, true]);
  });

  it('is told from its begin alone', () => {
    const { bytes, isWhole } = unpacked(coding, packed.subarray(0, packed.length - 5), 100);
    expect(isWhole).toBe(false);
    expect(plain.subarray(0, bytes.length).equals(bytes)).toBe(true);
  });

  it('is told from what is none', () => {
    expect(unpacked(coding, Buffer.from('this is not packed at all, whatever the header said'), 9).isWhole).toBe(false);
  });
});

it('is refused when too many are open, until one ends', () => {
  const all = Array.from({ length: 64 }, () => openUnpacker('gzip', () => undefined)!);
  expect(openUnpacker('gzip', () => undefined)).toBeNull();
  all.pop()!.end();
  const again = openUnpacker('gzip', () => undefined);
  expect(again).not.toBeNull();
  for (const unpacker of [...all, again!]) unpacker.end();
});
