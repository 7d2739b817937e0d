import { describe, expect, it } from 'vitest';
import { maxSourceBytes, readHexDump } from './hex-dump.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('the bytes that tshark prints', () => {
  it('are those of the frame, without a head line', () => {
    const dump =
      '22\n\n0000  48 54 54 50 2f 31 2e 31 20 32 30 30 20 4f 4b 0d   HTTP/1.1 200 OK.\n0010  0a                                                .\n\n';
    expect(readHexDump(dump).map(({ name, length, bytes }) => [name, length, hex(bytes)])).toEqual([
      ['Frame', 17, '485454502f312e3120323030204f4b0d0a'],
    ]);
  });

  it('are told apart by head lines, one source after the other', () => {
    const dump =
      '7\n\nFrame (3 bytes):\n0000  01 02 03    ...\n\nReassembled TCP (2 bytes):\n0000  aa bb       ..\n\nDecrypted TLS (1 byte):\n0000  cc          .\n';
    expect(readHexDump(dump).map(({ name, bytes }) => [name, hex(bytes)])).toEqual([
      ['Frame', '010203'],
      ['Reassembled TCP', 'aabb'],
      ['Decrypted TLS', 'cc'],
    ]);
  });

  it.each([
    ['a head line', '28 34 20 62 79 74 65 73 29 3a                     x (4 bytes):', '283420627974657329' + '3a'],
    ['another line', '30 30 30 30 20 20 66 66 20                        0000  ff ', '303030302020666620'],
  ])('are not what a packet would have them be: its text looks like %s', (_what, row, expected) => {
    expect(readHexDump(`1\n\n0000  ${row}\n`).map(({ bytes }) => hex(bytes))).toEqual([expected]);
  });

  it('are given in part where they are many', () => {
    const rows = Array.from(
      { length: maxSourceBytes / 16 + 2 },
      (_, i) => `${(16 * i).toString(16).padStart(4, '0')}  ${'ab '.repeat(16)}  .`,
    );
    const [source] = readHexDump(`Reassembled TCP (${maxSourceBytes + 32} bytes):\n${rows.join('\n')}\n`);
    expect([source!.length, source!.bytes.length]).toEqual([maxSourceBytes + 32, maxSourceBytes]);
  });

  it('are none where nothing was printed', () => {
    expect(readHexDump('')).toEqual([]);
  });
});
