import { concatenate, Pcapng, pcap, pcapHeader, pcapRecord, text } from '@wirecase/testkit/packets';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CaptureInterface,
  CaptureReader,
  CaptureRecord,
  decodeRecordAt,
  maxRecordLength,
  PcapngWriter,
  recordLengthAt,
  recordPrefixLength,
  TimeFlag,
} from './index.ts';
import { readAll } from './read-all.fixture.ts';

const big = new Pcapng(false);
const little = new Pcapng(true);
const data = text('eleven byte');
const captures: [string, Uint8Array][] = [
  [
    'pcap',
    pcap([
      { seconds: 5, fraction: 7, data, originalLength: 60 },
      { seconds: 6, fraction: 2_000_000, data },
    ]),
  ],
  ['pcap with nanoseconds, big-endian', pcap([{ seconds: 5, fraction: 999_999_999, data }], { magic: 0xa1b23c4d, littleEndian: false })],
  [
    'modified pcap',
    concatenate(
      pcapHeader({ magic: 0xa1b2cd34 }),
      pcapRecord({ data: new Uint8Array(8), statedLength: data.length, originalLength: 60 }),
      data,
    ),
  ],
  ['pcap before 2.3', concatenate(pcapHeader({ version: [2, 2] }), pcapRecord({ data, statedLength: 60, originalLength: data.length }))],
  [
    'pcapng of two sections and four kinds of packets',
    concatenate(
      big.section(),
      big.interface(1),
      big.interface(113, [[9, Uint8Array.of(9)]]),
      big.packet(1, 1_700_000_000_123_456_789n, data, { originalLength: 60, options: [[1, text('why')]] }),
      big.oldPacket(0, 3n, data),
      little.section(),
      little.interface(101, [[14, little.order.u64(100n)]], 6),
      little.packet(0, 5n, data),
      little.simplePacket(data.subarray(0, 6), 11),
    ),
  ],
];

describe('a record decoded at its offset', () => {
  it.each(captures)('is the one the reader gave, whatever lies around it: %s', (_, bytes) => {
    const { records, reader } = readAll(bytes);
    expect(records.length).toBeGreaterThan(0);
    // The table must survive being stored.
    const interfaces = JSON.parse(JSON.stringify(reader.interfaces)) as CaptureInterface[];
    for (const expected of records) {
      const from = interfaces[expected.interfaceId]!;
      const length = recordLengthAt(bytes.subarray(expected.fileOffset, expected.fileOffset + recordPrefixLength), 0, from);
      const piece = concatenate(Uint8Array.of(1, 2, 3), bytes.subarray(expected.fileOffset, expected.fileOffset + length));
      const record = new CaptureRecord();
      expect(decodeRecordAt(piece, 3, from, record)).toBe(true);
      expect(piece.subarray(record.dataOffset, record.dataOffset + record.capturedLength)).toEqual(expected.data);
      expect(record.timeFlag).toBe(expected.timeFlag);
      if (expected.timeFlag !== TimeFlag.Absent) expect(record.timeNs()).toBe(expected.timeNs);
      expect(record).toMatchObject({ originalLength: expected.originalLength, linkType: expected.linkType });
    }
  });

  it.each(captures)('is refused when bytes of it are missing: %s', (_, bytes) => {
    const { records, reader } = readAll(bytes);
    const { fileOffset, interfaceId, data: whole } = records[0]!;
    const from = reader.interfaces[interfaceId]!;
    const record = new CaptureRecord();
    decodeRecordAt(bytes, fileOffset, from, record);
    const end = record.dataOffset + whole.length;
    for (let cut = fileOffset; cut < end; cut++) expect(decodeRecordAt(bytes.subarray(0, cut), fileOffset, from, record)).toBe(false);
  });

  it('never needs more bytes than a record can have, whatever its header says', () => {
    const from = readAll(pcapHeader()).reader.interfaces[0]!;
    const lying = new Uint8Array(16).fill(255);
    expect(recordLengthAt(lying, 0, from)).toBeLessThanOrEqual(maxRecordLength);
    expect(recordLengthAt(lying, 0, { ...from, layout: 'pcapng' })).toBeLessThanOrEqual(maxRecordLength);
    expect(decodeRecordAt(concatenate(lying, new Uint8Array(400_000)), 0, from, new CaptureRecord())).toBe(false);
  });
});

describe('a written capture', () => {
  const interfaces = [
    { linkType: 1, snapLength: 0, name: 'eth0' },
    { linkType: 101, snapLength: 0, name: '' },
  ];

  it('reads back with the times, lengths and bytes that were recorded', () => {
    const seconds = fc.integer({ min: 0, max: 9_223_372_035 });
    const nanos = fc.integer({ min: 0, max: 999_999_999 });
    const packet = fc.record({
      seconds,
      nanos,
      data: fc.uint8Array({ maxLength: 40 }),
      more: fc.nat(100),
      id: fc.nat(1),
      comment: fc.string(),
    });
    fc.assert(
      fc.property(fc.array(packet), (packets) => {
        const writer = new PcapngWriter(interfaces, 'test 1.0');
        const pieces = packets.map((from) =>
          writer.packet(recordOf(from.seconds, from.nanos, from.data, from.more), from.id, from.comment),
        );
        const { records, reader } = readAll(writer.begin(), ...pieces);
        expect(reader.damaged).toEqual([]);
        expect(reader.format).toBe('pcapng');
        expect(records.map(({ timeNs, data: bytes, originalLength, linkType }) => ({ timeNs, bytes, originalLength, linkType }))).toEqual(
          packets.map((from) => ({
            timeNs: BigInt(from.seconds) * 1_000_000_000n + BigInt(from.nanos),
            bytes: from.data,
            originalLength: from.data.length + from.more,
            linkType: interfaces[from.id]!.linkType,
          })),
        );
      }),
    );
  });

  it('says what wrote it and what its interfaces are called', () => {
    const bytes = new PcapngWriter(interfaces, 'test 1.0').begin();
    expect(new TextDecoder().decode(bytes)).toContain('test 1.0');
    const { reader } = readAll(bytes);
    expect(reader.damaged).toEqual([]);
    const copy = new CaptureReader();
    copy.push(concatenate(bytes, new PcapngWriter(interfaces, '').packet(recordOf(1, 2, data, 0), 1)));
    copy.finish();
    expect(copy.next()).toBe(true);
    expect(copy.interfaces).toMatchObject([
      { name: 'eth0', linkType: 1, timeResolution: 9 },
      { name: '', linkType: 101 },
    ]);
  });

  it('holds a comment on the whole and per packet where one is given', () => {
    const writer = new PcapngWriter(interfaces, '');
    const { reader } = readAll(writer.begin('of a case'));
    expect(reader.damaged).toEqual([]);
    expect(reader.notes!.comments).toMatchObject([{ text: 'of a case' }]);
    expect(new TextDecoder().decode(writer.packet(recordOf(1, 0, data, 0), 0, 'packet 17'))).toContain('packet 17');
  });

  function recordOf(seconds: number, nanos: number, bytes: Uint8Array, more: number): CaptureRecord {
    const record = new CaptureRecord();
    record.setTime(seconds, nanos);
    record.buffer = concatenate(Uint8Array.of(255), bytes);
    record.dataOffset = 1;
    record.capturedLength = bytes.length;
    record.originalLength = bytes.length + more;
    return record;
  }
});
