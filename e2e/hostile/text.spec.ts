/**
 * What packets say never reaches a row as characters that act on a screen, a terminal or a text column: every trace is analysed with
 * hostile bytes written over letters and digits of its packets, and every text of every row is looked at.
 */
import { join } from 'node:path';
import { Analyzer } from '@wirecase/engine';
import { nodePlatform } from '@wirecase/store/platform';
import { expect, it } from 'vitest';
import { soundCaptures, type SoundCapture } from './frames.ts';
import { Random } from './random.ts';

/** NUL, escape, delete, C1, soft hyphen, zero width, right-to-left override, isolates, line separator, byte order mark; no UTF-8; UTF-16. */
const hostile = [
  [0x00],
  [0x1b],
  [0x0d],
  [0x7f],
  [0xc2, 0x9b],
  [0xc2, 0xad],
  [0xe2, 0x80, 0x8b],
  [0xe2, 0x80, 0xae],
  [0xe2, 0x81, 0xa6],
  [0xe2, 0x80, 0xa8],
  [0xef, 0xbb, 0xbf],
  [0xed, 0xa0, 0x80],
  [0xff],
  [0x2e, 0x20],
  [0x00, 0xd8],
];
const acting = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/;
/** What such a character becomes: seen in a row, it shows that hostile text got as far as that. */
const shown = /\\x[0-9a-f]{2}|\\u[0-9a-f]{4}/;

/** One of `rate` letters and digits of the packets begins something hostile. */
function poisoned({ bytes, frames }: SoundCapture, random: Random, rate: number): Uint8Array {
  const copy = bytes.slice();
  for (const { dataOffset, dataLength } of frames) {
    const end = dataOffset + dataLength;
    for (let at = dataOffset; at < end; at++) {
      if (!/[A-Za-z0-9]/.test(String.fromCharCode(bytes[at]!)) || random.below(rate) > 0) continue;
      const bad = random.pick(hostile);
      if (at + bad.length <= end) copy.set(bad, at);
    }
  }
  return copy;
}

/** Texts of a value, of lists and objects within it too. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return [];
  return Object.entries(value).flatMap(([key, inside]) => [key, ...textsOf(inside)]);
}

it('control, bidi and NUL bytes of packets are visible escapes in every text of every record', () => {
  const captures = soundCaptures(join(import.meta.dirname, '../traces'));
  const faults: string[] = [];
  const escaped = new Set<string>();
  for (const rate of [6, 40, 250]) {
    for (const capture of captures) {
      const analyzer = new Analyzer({
        platform: nodePlatform,
        captureSha256: new Uint8Array(32),
        sink: {
          record(type, row) {
            for (const [property, value] of Object.entries(row)) {
              for (const text of textsOf(value)) {
                if (acting.test(text) || !text.isWellFormed())
                  faults.push(`${capture.name}: ${type.name}.${property} ${JSON.stringify(text)}`);
                else if (shown.test(text)) escaped.add(type.name);
              }
            }
          },
        },
      });
      analyzer.push(poisoned(capture, new Random(rate), rate));
      analyzer.finish();
    }
  }
  expect(faults.slice(0, 20)).toEqual([]);
  // It is a test of what holds such text: it gets into rows of these.
  const expected = ['dns', 'http', 'tls', 'smtp', 'ftp', 'file', 'smb', 'host', 'kerberos', 'ldap', 'sip', 'ssh', 'mysql', 'redis'];
  expect(expected.filter((name) => !escaped.has(name))).toEqual([]);
});
