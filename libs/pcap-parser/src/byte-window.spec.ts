import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteWindow } from './byte-window.ts';

/** What a reader that wants `wanted` bytes at a time gets from these chunks, each in a buffer that is used again for the next. */
function readBack(chunks: readonly Uint8Array[], wanted: number): Uint8Array {
  const window = new ByteWindow();
  const buffer = new Uint8Array(64 + Math.max(0, ...chunks.map(({ length }) => length)));
  const read: number[] = [];
  const take = () => {
    for (;;) {
      const isEnd = window.isFinished && window.end > window.start;
      if (window.end - window.start >= wanted || isEnd) {
        const count = Math.min(wanted, window.end - window.start);
        expect(window.baseOffset + window.start).toBe(read.length);
        expect(window.view.getUint8(window.start)).toBe(window.bytes[window.start]);
        read.push(...window.bytes.subarray(window.start, window.start + count));
        window.start += count;
      } else if (!window.more()) return;
    }
  };
  chunks.forEach((chunk, i) => {
    buffer.fill(0xee);
    buffer.set(chunk, i % 64);
    window.append(buffer.subarray(i % 64, (i % 64) + chunk.length));
    take();
  });
  window.finish();
  take();
  return Uint8Array.from(read);
}

const chunks = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 12 });
const joined = (parts: readonly Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));

describe('the window on a stream', () => {
  it('gives every byte once and in order, however it is cut into chunks', () => {
    fc.assert(
      fc.property(chunks, fc.integer({ min: 1, max: 700 }), (parts, wanted) => {
        expect(readBack(parts, wanted)).toEqual(joined(parts));
      }),
    );
  });

  it('keeps what is unread when chunks come before it was taken', () => {
    fc.assert(
      fc.property(chunks, (parts) => {
        const window = new ByteWindow();
        for (const part of parts) window.append(part);
        window.finish();
        while (window.more());
        expect(window.isFinished).toBe(true);
        expect(window.bytes.subarray(window.start, window.end)).toEqual(joined(parts));
      }),
    );
  });

  it('reads a chunk where it lies', () => {
    const window = new ByteWindow();
    const chunk = new Uint8Array(100_000);
    window.append(chunk);
    expect(window.more()).toBe(true);
    expect(window.bytes.buffer).toBe(chunk.buffer);
    window.start = window.end - 10;
    expect(window.more()).toBe(false);
    expect(window.bytes.buffer).not.toBe(chunk.buffer);
    expect(window.end - window.start).toBe(10);
  });
});
