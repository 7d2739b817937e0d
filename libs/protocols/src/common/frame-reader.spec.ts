import { describe, expect, it } from 'vitest';
import { FrameReader } from './frame-reader.ts';

/** Two bytes of length, which counts itself; 0xffff is no message. */
const lengthOf = (bytes: Uint8Array, start: number, end: number): number => {
  if (end - start < 2) return 0;
  const length = (bytes[start]! << 8) | bytes[start + 1]!;
  return length === 0xffff || length < 2 ? -1 : length;
};

const stream = Uint8Array.of(0, 4, 1, 2, 0, 2, 0, 9, 1, 2, 3, 4, 5, 6, 7, 0, 3, 8);

function read(reader: FrameReader, bytes: Uint8Array): string[] {
  const seen: string[] = [];
  let offset = 0;
  while (offset < bytes.length) {
    offset = reader.take(bytes, offset, bytes.length);
    if (reader.isWhole)
      seen.push(`${reader.bytes.slice(reader.start, reader.end).join(' ')}${reader.cutBytes ? ` +${reader.cutBytes}` : ''}`);
    if (reader.isBroken) seen.push('broken');
  }
  return seen;
}

describe('FrameReader', () => {
  it('gives the same messages however the stream is cut', () => {
    const whole = ['0 4 1 2', '0 2', '0 9 1 2 3 4 5 6 7', '0 3 8'];
    expect(read(new FrameReader(64, lengthOf), stream)).toEqual(whole);
    for (let size = 1; size < stream.length; size++) {
      const reader = new FrameReader(64, lengthOf);
      const seen: string[] = [];
      for (let i = 0; i < stream.length; i += size) seen.push(...read(reader, stream.slice(i, i + size)));
      expect(seen, `${size}`).toEqual(whole);
    }
  });

  it('gives the begin of a message that is too long, and goes on behind it', () => {
    for (let size = 1; size <= stream.length; size++) {
      const reader = new FrameReader(5, lengthOf);
      const seen: string[] = [];
      for (let i = 0; i < stream.length; i += size) seen.push(...read(reader, stream.slice(i, i + size)));
      expect(seen, `${size}`).toEqual(['0 4 1 2', '0 2', '0 9 1 2 3 +4', '0 3 8']);
    }
  });

  it('passes over a delivery that is no message', () => {
    const reader = new FrameReader(64, lengthOf);
    expect(read(reader, Uint8Array.of(0, 2, 255, 255, 0, 2))).toEqual(['0 2', 'broken']);
    expect(read(reader, Uint8Array.of(0, 2))).toEqual(['0 2']);
  });

  it('gives up a message whose length is not told within the limit', () => {
    for (const pieces of [[9], [1, 8], [4, 5], [4, 4, 1]]) {
      const reader = new FrameReader(4, () => 0);
      expect(pieces.flatMap((size) => read(reader, new Uint8Array(size)))).toEqual(['broken']);
    }
  });

  it('finds the end of a long message over lost bytes', () => {
    const reader = new FrameReader(4, lengthOf);
    expect(read(reader, Uint8Array.of(0, 10, 1, 2, 3))).toEqual(['0 10 1 2 +6']);
    reader.gap(4);
    expect(read(reader, Uint8Array.of(9, 0, 2))).toEqual(['0 2']);
  });

  it('forgets what was being gathered when bytes are lost', () => {
    const reader = new FrameReader(64, lengthOf);
    expect(read(reader, Uint8Array.of(0, 4, 1))).toEqual([]);
    reader.gap(1);
    expect(read(reader, Uint8Array.of(0, 2))).toEqual(['0 2']);
  });
});
