import { deflateRawSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openUnpacker } from './unpacker.ts';

const content = Buffer.from('what was packed, what was packed');
const packed = gzipSync(content);
const deflated = deflateRawSync(content);
const trailer = packed.subarray(packed.length - 8);
const header = (flags: number, ...more: number[]) => Buffer.from([0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 3, ...more]);
const changed = (bytes: Buffer, at: number) => Buffer.from(bytes.map((byte, i) => (i === at ? byte ^ 0xff : byte)));

function unpack(bytes: Uint8Array, pieceBytes: number): { text: string; isSound: boolean } {
  let text = '';
  const unpacker = openUnpacker('gzip', (plain, start, end) => (text += Buffer.from(plain.slice(start, end)).toString('latin1')))!;
  for (let at = 0; at < bytes.length; at += pieceBytes) unpacker.push(bytes, at, Math.min(bytes.length, at + pieceBytes));
  return { text, isSound: unpacker.end() };
}

describe('gzip', () => {
  const whole = { text: content.toString(), isSound: true };
  it.each<[string, Uint8Array, { text: string; isSound: boolean }]>([
    ['as it should be', packed, whole],
    [
      'with extra field, name, comment and checksum of the header',
      Buffer.concat([header(30, 2, 0, 9, 9, 65, 0, 66, 67, 0, 1, 2), deflated, trailer]),
      whole,
    ],
    ['with an empty extra field', Buffer.concat([header(4, 0, 0), deflated, trailer]), whole],
    ['with reserved flags', Buffer.concat([header(0xe0), deflated, trailer]), whole],
    ['with something behind it', Buffer.concat([packed, Buffer.from('junk')]), whole],
    ['with a wrong checksum', changed(packed, packed.length - 8), { ...whole, isSound: false }],
    ['with a wrong length', changed(packed, packed.length - 1), { ...whole, isSound: false }],
    ['without all of its trailer', packed.subarray(0, packed.length - 1), { ...whole, isSound: false }],
    ['of nothing', gzipSync(Buffer.alloc(0)), { text: '', isSound: true }],
    ['that is none', Buffer.from('plain text here'), { text: '', isSound: false }],
    ['of another method', changed(packed, 2), { text: '', isSound: false }],
  ])('%s', (_name, bytes, expected) => {
    for (const pieceBytes of [1, 3, 1000]) expect(unpack(bytes, pieceBytes)).toEqual(expected);
  });

  it('that ends anywhere is not sound, and gives the begin', () => {
    for (let length = 0; length < packed.length; length++) {
      const { text, isSound } = unpack(packed.subarray(0, length), 1000);
      expect([isSound, content.toString().startsWith(text)]).toEqual([false, true]);
    }
  });
});
