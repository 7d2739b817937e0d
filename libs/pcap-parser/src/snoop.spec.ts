import { concatenate, hex, text } from '@wirecase/testkit/packets';
import { describe, expect, it } from 'vitest';
import { CaptureRecord, decodeRecordAt, recordLengthAt, TimeFlag } from './index.ts';
import { chunked, readAll } from './read-all.fixture.ts';

const header = hex(`
  736e6f6f70000000   # "snoop"
  00000002 00000004  # version 2, Ethernet
`);

function u32(...values: number[]): Uint8Array {
  const bytes = new Uint8Array(4 * values.length);
  values.forEach((value, i) => new DataView(bytes.buffer).setUint32(4 * i, value));
  return bytes;
}

/** A record as RFC 1761 has it, padded to 4 bytes. */
function record(data: Uint8Array, { seconds = 1_000_000_000, micros = 0, drops = 0, original = data.length } = {}): Uint8Array {
  const padding = new Uint8Array(-data.length & 3);
  return concatenate(u32(original, data.length, 24 + data.length + padding.length, drops, seconds, micros), data, padding);
}

const packets = Array.from({ length: 20 }, (_, i) => text(`packet ${i} ${'x'.repeat((i * 37) % 90)}`));
const records = packets.map((data, i) => record(data, { seconds: 1_000_000_000 + i, micros: i * 1000 }));
const textOf = (data: Uint8Array) => new TextDecoder().decode(data);
const offsetOf = (index: number) => header.length + records.slice(0, index).reduce((sum, { length }) => sum + length, 0);

describe('a snoop capture (RFC 1761)', () => {
  it('reads a record by field', () => {
    const bytes = hex(`
      736e6f6f70000000 00000002 00000004
      00000009 00000005    # 5 of 9 bytes
      00000020             # record of 32 bytes: padded by 3
      00000007             # 7 dropped so far
      3b9aca00 000f423f    # 1,000,000,000 s, 999,999 us
      68656c6c 6f000000
    `);
    const { records: read, reader } = readAll(bytes);
    expect(read).toEqual([
      {
        number: 1,
        fileOffset: 16,
        timeNs: 1_000_000_000_999_999_000n,
        timeFlag: TimeFlag.Sound,
        data: text('hello'),
        originalLength: 9,
        linkType: 1,
        interfaceId: 0,
      },
    ]);
    expect(reader).toMatchObject({ format: 'snoop', dropped: 7, damaged: [] });
  });

  it.each([
    [0, 1],
    [2, 6],
    [4, 1],
    [8, 10],
    [26, 226],
    [5, 65_535],
  ])('datalink type %i is link type %i', (type, linkType) => {
    const bytes = concatenate(header.subarray(0, 12), u32(type), record(text('x')));
    expect(readAll(bytes).records).toMatchObject([{ linkType }]);
  });

  it('reads the same however its bytes are cut', () => {
    const bytes = concatenate(header, ...records);
    const whole = readAll(bytes).records;
    expect(whole.map(({ data }) => data)).toEqual(packets);
    for (const size of [1, 5, 24, 100]) expect(readAll(...chunked(bytes, size)).records).toEqual(whole);
  });

  it('gives the whole records before a cut at any byte, and lists the rest', () => {
    const bytes = concatenate(header, ...records.slice(0, 4));
    for (let length = header.length; length < bytes.length; length++) {
      // The padding of the last record is no loss.
      const whole = [0, 1, 2, 3].filter((i) => offsetOf(i) + 24 + packets[i]!.length <= length);
      const { records: read, reader } = readAll(bytes.subarray(0, length));
      expect(read.map(({ data }) => data)).toEqual(whole.map((i) => packets[i]));
      expect(reader.damaged.length).toBeLessThanOrEqual(1);
    }
  });

  it('is refused when cut in its header', () => {
    expect(() => readAll(header.subarray(0, 13))).toThrow('13 of 16 bytes');
  });

  it('gives a record from its offset alone', () => {
    const bytes = concatenate(header, ...records);
    const { records: read, reader } = readAll(bytes);
    const found = new CaptureRecord();
    for (const { fileOffset, data, timeNs } of read) {
      const from = reader.interfaces[0]!;
      expect(recordLengthAt(bytes, fileOffset, from)).toBe(24 + data.length + (-data.length & 3));
      expect(decodeRecordAt(bytes, fileOffset, from, found)).toBe(true);
      expect(found.timeNs()).toBe(timeNs);
      expect(found.buffer.slice(found.dataOffset, found.dataOffset + found.capturedLength)).toEqual(data);
    }
  });
});

describe.each<[string, (bytes: Uint8Array, at: number) => void]>([
  ['record length 4 GiB', (bytes, at) => bytes.set(u32(0xffff_ffff), at + 8)],
  ['captured length 4 GiB', (bytes, at) => bytes.set(u32(0xffff_ffff), at + 4)],
  ['both lengths too long, in agreement', (bytes, at) => bytes.set(u32(300, 300, 324), at)],
  ['captured length 0', (bytes, at) => bytes.set(u32(0), at + 4)],
  ['header of zeros', (bytes, at) => bytes.fill(0, at, at + 24)],
  ['header of ones', (bytes, at) => bytes.fill(255, at, at + 24)],
])('one record of a snoop capture is damaged: %s', (_, damage) => {
  it.each([0, 1, 10, 17, 18, 19])('all others are read and nothing is made up (record %i)', (index) => {
    const bytes = concatenate(header, ...records);
    damage(bytes, offsetOf(index));
    const { records: read, reader } = readAll(bytes);
    const others = read.filter(({ fileOffset }) => fileOffset !== offsetOf(index)).map(({ data }) => textOf(data));
    expect(others).toEqual(packets.filter((_, i) => i !== index).map(textOf));
    if (read.length < packets.length) expect(reader.damaged).toMatchObject([{ offset: offsetOf(index) }]);
  });
});
