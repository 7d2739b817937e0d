import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { maxMessageBytes, sha1 } from './sha1.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe('SHA-1 of one block', () => {
  it('is that of FIPS 180-4 for "abc"', () => {
    expect(hex(sha1(Uint8Array.from([97, 98, 99]), 3))).toBe('a9993e364706816aba3e25717850c26c9cd0d89d');
  });

  it('is what OpenSSL gives for messages of every length', () => {
    for (let length = 0; length <= maxMessageBytes; length++) {
      for (let seed = 0; seed < 20; seed++) {
        const message = Uint8Array.from({ length: maxMessageBytes }, (_, i) => Math.imul(i + 1, 0x9e3779b1 + seed * 77) >>> 24);
        expect(hex(sha1(message, length))).toBe(createHash('sha1').update(message.subarray(0, length)).digest('hex'));
      }
    }
  });
});
