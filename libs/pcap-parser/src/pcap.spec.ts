import { concatenate, hex, type PcapOptions, pcap, pcapHeader, pcapRecord, text } from '@wirecase/testkit/packets';
import { describe, expect, it } from 'vitest';
import { CaptureReader, TimeFlag } from './index.ts';
import { chunked, readAll } from './read-all.fixture.ts';

const frame = (length: number, filler = 0xaa) => new Uint8Array(length).fill(filler);

describe('a classic capture', () => {
  it.each<[string, PcapOptions, string, bigint]>([
    ['microseconds, little-endian', {}, 'pcap', 1_700_000_000_123_456_000n],
    ['microseconds, big-endian', { littleEndian: false }, 'pcap', 1_700_000_000_123_456_000n],
    ['nanoseconds, little-endian', { magic: 0xa1b23c4d }, 'pcap-ns', 1_700_000_000_000_123_456n],
    ['nanoseconds, big-endian', { magic: 0xa1b23c4d, littleEndian: false }, 'pcap-ns', 1_700_000_000_000_123_456n],
  ])('gives times, lengths and bytes: %s', (_, options, format, timeNs) => {
    const bytes = pcap([{ seconds: 1_700_000_000, fraction: 123_456, data: text('one'), originalLength: 60 }], {
      ...options,
      linkType: 113,
    });
    const { records, reader } = readAll(bytes);
    expect(records).toEqual([
      { number: 1, fileOffset: 24, timeNs, timeFlag: TimeFlag.Sound, data: text('one'), originalLength: 60, linkType: 113, interfaceId: 0 },
    ]);
    expect(reader.format).toBe(format);
    expect(reader.damaged).toEqual([]);
    expect(reader.dropped).toBeNull();
  });

  it('reads the header by field', () => {
    const bytes = hex(`
      d4c3b2a1 0200 0400 00000000 00000000  # magic, 2.4, zone, accuracy
      00000400 01000000                     # snap length 262144, Ethernet
      01000000 02000000 03000000 04000000   # 1 s, 2 us, 3 of 4 bytes
      616263
    `);
    expect(readAll(bytes).records).toMatchObject([{ timeNs: 1_000_002_000n, data: text('abc'), originalLength: 4, linkType: 1 }]);
  });

  it("skips the 8 bytes more of Kuznetzov's modified records", () => {
    const record = (data: Uint8Array) =>
      concatenate(pcapRecord({ data: frame(0), statedLength: data.length, originalLength: 60 }), frame(8), data);
    const bytes = concatenate(pcapHeader({ magic: 0xa1b2cd34 }), record(text('one')), record(text('four')));
    expect(readAll(bytes).records.map(({ data }) => data)).toEqual([text('one'), text('four')]);
  });

  it.each<[string, number, number]>([
    ['the 4 bytes more of Nokia', 0xa1b2c3d4, 4],
    ['the 8 bytes more of Red Hat 6.1', 0xa1b2c3d4, 8],
    ['the 12 bytes more of SuSE 6.3', 0xa1b2cd34, 12],
  ])('skips %s, which its magic number does not tell of', (_, magic, more) => {
    const record = (data: Uint8Array) =>
      concatenate(
        pcapRecord({ seconds: 1_700_000_000, data: frame(0), statedLength: data.length, originalLength: 1600 }),
        frame(more, 1),
        data,
      );
    const packets = [frame(60), frame(42), frame(1514), frame(60, 0)];
    for (const count of [1, 2, 3, 4]) {
      const bytes = concatenate(pcapHeader({ magic }), ...packets.slice(0, count).map(record));
      for (const size of [bytes.length, 7]) {
        const { records, reader } = readAll(...chunked(bytes, size));
        expect(records.map(({ data }) => data)).toEqual(packets.slice(0, count));
        expect(reader.damaged).toEqual([]);
      }
    }
  });

  it('takes lengths the other way round that a program wrote below the header of 2.4', () => {
    const record = (length: number) => pcapRecord({ data: frame(length), statedLength: 1514, originalLength: length });
    const bytes = concatenate(pcapHeader(), record(60), record(42), record(60));
    expect(readAll(bytes).records.map(({ data, originalLength }) => [data.length, originalLength])).toEqual([
      [60, 1514],
      [42, 1514],
      [60, 1514],
    ]);
  });

  it('takes the lengths the other way round before version 2.3', () => {
    const record = pcapRecord({ data: text('abc'), statedLength: 60, originalLength: 3 });
    const bytes = concatenate(pcapHeader({ version: [2, 2] }), record, record);
    expect(readAll(bytes).records).toMatchObject([{ data: text('abc'), originalLength: 60 }, { originalLength: 60 }]);
  });

  it('leaves the frame check bits out of the link type', () => {
    expect(readAll(pcap([{ data: frame(60) }], { linkType: 0x4400_0001 })).records).toMatchObject([{ linkType: 1 }]);
  });

  it('may hold no packet at all', () => {
    const { records, reader } = readAll(pcapHeader());
    expect(records).toEqual([]);
    expect(reader.damaged).toEqual([]);
  });

  it('may hold packets of no bytes', () => {
    const { records, reader } = readAll(pcap([{ data: frame(0), originalLength: 60 }, { data: frame(4) }]));
    expect(records).toMatchObject([{ originalLength: 60 }, { originalLength: 4 }]);
    expect(reader.damaged).toEqual([]);
  });

  it('reads the same however its bytes are cut', () => {
    const bytes = pcap([{ data: frame(60) }, { data: frame(0), originalLength: 9 }, { data: frame(1514) }, { data: frame(1) }]);
    const whole = readAll(bytes).records;
    expect(whole).toHaveLength(4);
    for (const size of [1, 2, 3, 7, 16, 61, 1000]) expect(readAll(...chunked(bytes, size)).records).toEqual(whole);
  });

  it('gives a record when it is whole and the next header confirms its length', () => {
    const bytes = pcap([{ data: frame(60) }, { data: frame(60) }]);
    const reader = new CaptureReader();
    const readAfter: number[] = [];
    bytes.forEach((byte, i) => {
      reader.push(Uint8Array.of(byte));
      while (reader.next()) readAfter.push(i + 1);
    });
    expect(readAfter).toEqual([24 + 76 + 16]);
    reader.finish();
    expect(reader.next()).toBe(true);
    expect(reader.next()).toBe(false);
  });
});

describe('lengths and times that lie', () => {
  it('an original length below the captured one is raised to it', () => {
    const { records, reader } = readAll(pcap([{ data: frame(60), originalLength: 4 }, { data: frame(60) }]));
    expect(records).toMatchObject([{ originalLength: 60 }, { originalLength: 60 }]);
    expect(reader.damaged).toEqual([]);
  });

  it('a fraction of a second or more is carried and flagged', () => {
    const { records } = readAll(
      pcap([
        { seconds: 10, fraction: 2_500_000, data: frame(60) },
        { seconds: 12, data: frame(60) },
      ]),
    );
    expect(records).toMatchObject([
      { timeNs: 12_500_000_000n, timeFlag: TimeFlag.Carried },
      { timeNs: 12_000_000_000n, timeFlag: TimeFlag.Sound },
    ]);
  });

  it('any second of 32 bits is a time: 1970, 2106, backwards', () => {
    const seconds = [1_700_000_000, 0, 0xffff_ffff, 1_600_000_000];
    const { records, reader } = readAll(pcap(seconds.map((s) => ({ seconds: s, data: frame(60) }))));
    expect(records.map(({ timeNs }) => timeNs / 1_000_000_000n)).toEqual(seconds.map(BigInt));
    expect(reader.damaged).toEqual([]);
  });

  it('memory does not follow a length of 4 GiB', () => {
    const reader = new CaptureReader();
    reader.push(concatenate(pcapHeader(), pcapRecord({ data: frame(600), statedLength: 0xffff_ffff })));
    while (reader.next());
    expect(reader.buffer.length).toBeLessThan(1_000_000);
    reader.finish();
    expect(reader.next()).toBe(false);
    expect(reader.damaged).toMatchObject([{ offset: 24, length: 616 }]);
  });
});

describe('what is no capture', () => {
  it.each<[string, Uint8Array, string, RegExp]>([
    ['nothing', new Uint8Array(0), 'capture.empty', /no bytes/],
    ['an image', hex('89504e470d0a1a0a 0000000d'), 'capture.unreadable', /This is a PNG image/],
    ['half a header', pcapHeader().subarray(0, 20), 'capture.unreadable', /20 of 24 bytes/],
  ])('is refused with what it is: %s', (_, bytes, code, message) => {
    expect(() => readAll(bytes)).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }));
  });
});
