import { describe, expect, it } from 'vitest';
import { gapWords, hexLines, StreamText } from './stream.ts';

const utf8 = (text: string) => new TextEncoder().encode(text);

describe('text of a stream', () => {
  it('keeps lines and tabs and makes every other control, bidi and invisible character visible', () => {
    const text = new StreamText();
    expect(text.next(utf8('a\tb\r\nc\n\0\x1b[31m\u202egnp.exe\ufeff\u009b'))).toBe('a\tb\nc\n\\x00\\x1b[31m\\u202egnp.exe\\ufeff\\x9b');
  });

  it('is the same however packets cut it', () => {
    const bytes = utf8('Grüße\r\n🙂 \r end\r\n');
    for (let cut = 0; cut <= bytes.length; cut++) {
      const text = new StreamText();
      expect(text.next(bytes.subarray(0, cut)) + text.next(bytes.subarray(cut)) + text.end()).toBe('Grüße\n🙂 \\x0d end\n');
    }
  });

  it('has a mark for what is no UTF-8, also at the end', () => {
    const text = new StreamText();
    expect(text.next(Uint8Array.of(0x41, 0xff, 0x42, 0xe2, 0x82)) + text.end()).toBe('A\ufffdB\ufffd');
  });
});

describe('hexadecimal lines', () => {
  it("are those of Wireshark's", () => {
    expect(hexLines(utf8('GET / HTTP/1.1\r\nHost'), 16)).toEqual([
      '00000010  47 45 54 20 2f 20 48 54  54 50 2f 31 2e 31 0d 0a  GET / HTTP/1.1..',
      '00000020  48 6f 73 74                                       Host',
    ]);
  });
});

it('a gap says how much of whom is not there, and why', () => {
  expect(gapWords({ direction: 'source', length: 1, gap: 'missing' })).toBe('1 byte of the client is missing from the capture');
  expect(gapWords({ direction: 'destination', length: 1460, gap: 'cut' })).toBe('1,460 bytes of the server are cut off by the snap length');
  expect(gapWords({ direction: 'source', length: 0, gap: 'missing' })).toBe('Bytes of the client are missing from the capture');
});
