import { describe, expect, it } from 'vitest';
import { RangeBuffer } from './range-buffer.ts';

const whole = Uint8Array.from({ length: 200 }, (_, i) => i);

describe('a buffer of pieces', () => {
  it('is whole in whatever order its pieces come', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const pieces: number[] = Array.from({ length: 20 }, (_, i) => i);
      pieces.sort((a, b) => ((a * 7919 * seed) % 101) - ((b * 7919 * seed) % 101));
      const buffer = new RangeBuffer(200);
      for (const piece of pieces) expect(buffer.put(piece * 10, whole, piece * 10, Math.min(200, piece * 10 + 10 + (seed % 7)))).toBe(true);
      expect(buffer.contiguous).toBe(200);
      expect(buffer.bytes.subarray(0, 200)).toEqual(whole);
    }
  });

  it('says how far it goes without a hole', () => {
    const buffer = new RangeBuffer(100);
    buffer.put(10, whole, 10, 20);
    expect(buffer.contiguous).toBe(0);
    buffer.put(0, whole, 0, 9);
    expect(buffer.contiguous).toBe(9);
    buffer.put(9, whole, 9, 10);
    expect(buffer.contiguous).toBe(20);
  });

  it('keeps what came first where pieces overlap', () => {
    const buffer = new RangeBuffer(100);
    buffer.put(5, Uint8Array.of(1, 1), 0, 2);
    buffer.put(0, new Uint8Array(8).fill(2), 0, 8);
    expect([...buffer.bytes.subarray(0, 8)]).toEqual([2, 2, 2, 2, 2, 1, 1, 2]);
    buffer.put(0, new Uint8Array(8).fill(3), 0, 8);
    expect(buffer.bytes[0]).toBe(2);
  });

  it('gives up what lies beyond its limit, and too many pieces', () => {
    const buffer = new RangeBuffer(1000);
    expect(buffer.put(999, whole, 0, 2)).toBe(false);
    expect(buffer.bytes.length).toBe(0);
    for (let i = 0; i < 64; i++) expect(buffer.put(2 + 2 * i, whole, 0, 1)).toBe(true);
    expect(buffer.put(500, whole, 0, 1)).toBe(false);
  });
});
