import { concatenate, ethernet, hex, ipv4, Pcapng, pcap, pcapHeader, pcapRecord, tcp, text } from '@wirecase/testkit/packets';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunked, type ReadRecord, readAll } from './read-all.fixture.ts';

/** A conversation whose packets have many lengths, with payload that is text, zeros or noise; each packet is told by its sequence number. */
const packets = Array.from({ length: 60 }, (_, i) => {
  const payload = [
    text('GET /index.html HTTP/1.1\r\n'),
    new Uint8Array((i * 37) % 700),
    new Uint8Array(64).map((_, j) => (i * 89 + j * j * 31) & 255),
  ];
  return ethernet({ padding: i % 5 }, ipv4({}, tcp({ seq: i + 1, flags: 'PA' }, payload[i % 3]!)));
});
const records = packets.map((data, i) => ({ seconds: 1_700_000_000 + i, fraction: (i * 7919) % 1_000_000, data }));
const recordLengths = packets.map((data) => 16 + data.length);
const ng = new Pcapng();
const blocks = packets.map((data, i) => ng.packet(0, BigInt(1_700_000_000 + i) * 1_000_000n, data));

/** Where each piece begins, after a header of `start` bytes. */
function offsets(start: number, lengths: readonly number[]): number[] {
  let position = start;
  return lengths.map((length) => (position += length) - length);
}
const recordOffsets = offsets(24, recordLengths);
const blockOffsets = offsets(
  28 + 20,
  blocks.map((block) => block.length),
);

const numbersOf = (read: readonly ReadRecord[]) => read.map(({ data }) => new DataView(data.buffer, data.byteOffset).getUint32(38));
const allBut = (index: number) => packets.flatMap((_, i) => (i === index ? [] : [i + 1]));

/** What may happen to one header, by where its length field is. */
type Damage = (bytes: Uint8Array, start: number, lengthAt: number) => Uint8Array;
const setLength =
  (change: (length: number) => number): Damage =>
  (bytes, start, lengthAt) => {
    const view = new DataView(bytes.buffer);
    view.setUint32(start + lengthAt, change(view.getUint32(start + lengthAt, true)), true);
    return bytes;
  };
const fillHeader =
  (value: (i: number) => number): Damage =>
  (bytes, start) => {
    for (let i = 0; i < 16; i++) bytes[start + i] = value(i);
    return bytes;
  };
const damages: [string, Damage][] = [
  ['its length is 4 GiB', setLength(() => 0xffff_ffff)],
  ['its length is 256 MiB', setLength(() => 0x1000_0000)],
  ['its length is 0', setLength(() => 0)],
  ['its length is 1 too long', setLength((length) => length + 1)],
  ['its length is 13 too short', setLength((length) => length - 13)],
  ['its length spans 20 others', setLength((length) => length + 5000)],
  ['its length spans nearly everything', setLength(() => 200_000)],
  ['its header is zeros', fillHeader(() => 0)],
  ['its header is ones', fillHeader(() => 255)],
  ['its header is noise', fillHeader((i) => (i * 151 + 77) & 255)],
  ['5 bytes of it are missing', (bytes, start) => concatenate(bytes.subarray(0, start + 20), bytes.subarray(start + 25))],
  ['a byte more is before it', (bytes, start) => concatenate(bytes.subarray(0, start), hex('5a'), bytes.subarray(start))],
];

describe.each(damages)('one record of a classic capture is damaged: %s', (_, damage) => {
  it.each([0, 1, 30, 57, 58, 59])('all others are read and nothing is made up (record %i)', (index) => {
    const { records: read, reader } = readAll(damage(pcap(records), recordOffsets[index]!, 8));
    const numbers = numbersOf(read.filter(({ data }) => data.length >= 54));
    expect(numbers.filter((number) => number !== index + 1)).toEqual(allBut(index));
    const others = read.filter((record) => record.fileOffset !== recordOffsets[index]);
    expect(others.filter(({ data }) => data.length < 54)).toEqual([]);
    expect(read.length).toBeLessThanOrEqual(60);
    if (read.length < 60) expect(reader.damaged.length).toBeGreaterThan(0);
  });
});

describe.each(damages)('one block of a pcapng capture is damaged: %s', (_, damage) => {
  it.each([0, 1, 30, 58, 59])('all others are read and nothing is made up (block %i)', (index) => {
    const start = blockOffsets[index]!;
    const { records: read, reader } = readAll(damage(concatenate(ng.section(), ng.interface(), ...blocks), start, 4));
    expect(numbersOf(read).filter((number) => number !== index + 1)).toEqual(allBut(index));
    expect(reader.damaged.length).toBeGreaterThan(0);
    expect(reader.damaged[0]!.offset).toBeGreaterThanOrEqual(start);
    expect(reader.damaged[0]!.offset).toBeLessThanOrEqual(start + 1);
  });
});

describe('a verdict does not depend on how the bytes arrive', () => {
  it('of any damage to a classic capture', () => {
    const overwrite = fc.array(fc.tuple(fc.nat(100_000), fc.uint8Array({ minLength: 1, maxLength: 20 })), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(overwrite, fc.integer({ min: 50, max: 5000 }), (changes, size) => {
        const bytes = pcap(records);
        for (const [at, noise] of changes) bytes.set(noise, 24 + (at % (bytes.length - 44)));
        const whole = readAll(bytes);
        const pieces = readAll(...chunked(bytes, size));
        expect(pieces.records).toEqual(whole.records);
        expect(pieces.reader.damaged).toEqual(whole.reader.damaged);
      }),
      { numRuns: 100 },
    );
  });

  it('and every byte is in a record or in a damaged range, once', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(100_000), fc.nat(255)), { maxLength: 12 }), fc.nat(2000), (changes, cut) => {
        const bytes = pcap(records).subarray(0, -cut || undefined);
        for (const [at, value] of changes) bytes[24 + (at % (bytes.length - 24))] = value;
        const { records: read, reader } = readAll(bytes);
        const ranges = [
          ...read.map(({ fileOffset, data }) => ({ offset: fileOffset, length: 16 + data.length })),
          ...reader.damaged.map(({ offset, length }) => ({ offset, length })),
        ].sort((a, b) => a.offset - b.offset);
        let position = 24;
        for (const { offset, length } of ranges) {
          expect(offset).toBe(position);
          position += length;
        }
        expect(position).toBe(bytes.length);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a capture cut short', () => {
  it('at every byte of its last records gives the whole ones and lists the rest', () => {
    const bytes = pcap(records.slice(0, 4));
    for (let length = recordOffsets[2]!; length < bytes.length; length++) {
      const whole = recordOffsets.slice(0, 4).filter((offset, i) => offset + recordLengths[i]! <= length).length;
      const { records: read, reader } = readAll(bytes.subarray(0, length));
      expect(numbersOf(read)).toEqual([1, 2, 3, 4].slice(0, whole));
      const end = recordOffsets[whole]!;
      const expected = length > end ? [{ offset: end, length: length - end, reason: expect.stringContaining('cut short') }] : [];
      expect(reader.damaged).toEqual(expected);
    }
  });

  it('within a block of pcapng gives the whole ones and lists the rest', () => {
    const bytes = concatenate(ng.section(), ng.interface(), ...blocks.slice(0, 3));
    const { records: read, reader } = readAll(bytes.subarray(0, -5));
    expect(numbersOf(read)).toEqual([1, 2]);
    expect(reader.damaged).toMatchObject([{ offset: blockOffsets[2], length: blocks[2]!.length - 5 }]);
  });

  it('and filled with zeros, as a power cut leaves it, has no packets there', () => {
    const bytes = concatenate(pcap(records), new Uint8Array(1_000_000));
    const { records: read, reader } = readAll(bytes);
    expect(numbersOf(read)).toEqual(allBut(-1));
    expect(reader.damaged).toMatchObject([{ offset: bytes.length - 1_000_000, length: 1_000_000 }]);
  });
});

describe('what looks like records inside a packet', () => {
  const inner = pcap(records.slice(0, 10).map((record) => ({ ...record, seconds: record.seconds - 10 })));
  const carrier = { seconds: 1_700_000_100, data: concatenate(packets[0]!, inner) };

  it('is not read while the packet is sound', () => {
    const { records: read } = readAll(pcap([...records, carrier, ...records]));
    expect(read).toHaveLength(121);
  });

  it('is not read where the next record is damaged', () => {
    const bytes = pcap([...records, carrier, ...records]);
    const next = recordOffsets[59]! + recordLengths[59]! + 16 + carrier.data.length;
    fillHeader(() => 255)(bytes, next, 8);
    const { records: read } = readAll(bytes);
    expect(read).toHaveLength(120);
    expect(numbersOf(read).slice(0, 61)).toEqual([...allBut(-1), 1]);
  });
});

describe('nothing is made up', () => {
  const without = (bytes: Uint8Array, from: number, count: number) => concatenate(bytes.subarray(0, from), bytes.subarray(from + count));
  const remains = (bytes: Uint8Array, at: number, piece: Uint8Array) => concatenate(bytes.subarray(0, at), piece, bytes.subarray(at));

  it.each([1, 2, 4])('of a header that lost its first bytes (%i) and the last ones of the packet before it', (count) => {
    const { records: read } = readAll(without(pcap(records), recordOffsets[30]!, count));
    expect(read.filter(({ fileOffset }) => fileOffset < recordOffsets[29]!)).toHaveLength(29);
    expect(numbersOf(read)).toEqual(allBut(30));
  });

  it('of zeros in place of the last record', () => {
    const bytes = pcap([...records, { seconds: 1_700_000_060, data: new Uint8Array(96) }]);
    const { records: read, reader } = readAll(bytes.fill(0, bytes.length - 112));
    expect(numbersOf(read)).toEqual(allBut(-1));
    expect(reader.damaged).toMatchObject([{ offset: bytes.length - 112, length: 112 }]);
  });

  it.each<[string, string]>([
    ['a header and no packet', '54c6 0000 0000 0000 0000 0000 0500 0000'],
    ['a header and one byte', '54c6 0000 0000 0000 0100 0000 0100 0000 66'],
    ['a header and seven bytes at a time of their own', 'a593 0baa e0a0 0300 0700 0000 0700 0000 1122 3344 5566 77'],
    ['zeros', '0000 0000 0000 0000 0000 0000 0000 0000'],
  ])('of bytes too many that end like a record: %s', (_, remaining) => {
    for (const index of [10, 31, 59]) {
      const end = recordOffsets[index]! + recordLengths[index]!;
      const { records: read } = readAll(remains(pcap(records), end, hex(remaining)));
      expect(numbersOf(read)).toEqual(allBut(-1));
    }
  });

  it('of records in a packet whose header is noise', () => {
    const inner = pcap([{ seconds: 1_699_999_500, data: packets[0]! }]);
    const bytes = pcap([...records.slice(0, 40), { seconds: 1_700_000_040, data: inner }, ...records.slice(40)]);
    fillHeader((i) => (i * 151 + 77) & 255)(bytes, recordOffsets[40]!, 8);
    expect(numbersOf(readAll(bytes).records)).toEqual(allBut(-1));
  });

  it('of numbers in a packet that a wrong length leads to', () => {
    const times = packets.map((_, i) => ({ seconds: i, data: packets[1]! }));
    const bytes = setLength((length) => length + 8)(pcap(times), 24 + 20 * (16 + packets[1]!.length), 8);
    const places = times.map((__, i) => 24 + i * (16 + packets[1]!.length));
    expect(readAll(bytes).records.filter(({ fileOffset }) => !places.includes(fileOffset))).toEqual([]);
  });
});

describe('odd but whole captures are read as they are', () => {
  it('records of no bytes and of any time, to the end of the file', () => {
    const empty = new Uint8Array(0);
    const odd = [0, 4_294_901_760, 0, 254, 0, 0].map((seconds) => ({ seconds, data: empty }));
    expect(readAll(pcap([records[0]!, ...odd])).records).toHaveLength(7);
  });

  it('equal lengths throughout, one time far off: nothing is read four bytes late', () => {
    const data = packets[3]!;
    const even = Array.from({ length: 40 }, (_, i) => ({ seconds: i === 20 ? 5 : 1_700_000_000 + i, fraction: i * 1000, data }));
    const { records: read, reader } = readAll(pcap(even));
    expect(read.map(({ timeNs }) => timeNs)).toEqual(
      even.map(({ seconds, fraction }) => BigInt(seconds) * 1_000_000_000n + BigInt(fraction) * 1000n),
    );
    expect(reader.damaged).toEqual([]);
  });

  it('days between all packets', () => {
    const slow = records.map((record, i) => ({ ...record, seconds: 1_500_000_000 + i * 1_000_000 }));
    expect(numbersOf(readAll(pcap(slow)).records)).toEqual(allBut(-1));
  });

  it('a pause of days does not hide the records before it when a length spans both', () => {
    const paused = records.map((record, i) => ({ ...record, seconds: record.seconds + (i < 40 ? 0 : 1_000_000) }));
    const { records: read } = readAll(setLength(() => 60_000)(pcap(paused), recordOffsets[20]!, 8));
    expect(numbersOf(read)).toEqual(allBut(20));
  });

  it('packets of no bytes on the wire', () => {
    const empty = { seconds: 1_700_000_030, data: new Uint8Array(0) };
    const { records: read, reader } = readAll(pcap([...records.slice(0, 30), empty, empty, empty, ...records.slice(30)]));
    expect(read).toHaveLength(63);
    expect(reader.damaged).toEqual([]);
  });

  it('every captured length above the original one', () => {
    const swapped = records.map((record) => ({ ...record, originalLength: 20 }));
    expect(numbersOf(readAll(pcap(swapped)).records)).toEqual(allBut(-1));
  });
});

describe('pcapng blocks that lie', () => {
  const before = [ng.section(), ng.interface(), blocks[0]!];
  const after = [blocks[1]!, blocks[2]!, blocks[3]!];

  it.each<[string, Uint8Array, RegExp]>([
    ['length 0', ng.block(6, new Uint8Array(40), 0), /block length 0/],
    ['length 0xfffffff0', ng.block(6, new Uint8Array(40), 0xffff_fff0), /block length 4294967280/],
    ['odd length', ng.block(6, new Uint8Array(40), 53), /block length 53/],
    ['packet longer than its block', ng.packet(0, 0n, packets[4]!, { statedLength: 5000 }), /longer than its block/],
    ['packet of 4 GiB', ng.packet(0, 0n, packets[4]!, { statedLength: 0xffff_fffc }), /longer than its block/],
    ['packet block too short to be one', ng.block(6, new Uint8Array(8)), /longer than its block/],
    ['simple packet longer than its block', ng.block(3, ng.order.u32(500)), /longer than its block/],
    ['unknown interface', ng.packet(7, 0n, packets[4]!), /not described/],
    ['interface description too short', ng.block(1, new Uint8Array(4)), /too short/],
    ['interface statistics too short', ng.block(5, new Uint8Array(8)), /too short/],
    ['interface option longer than its block', ng.interface(1, [[2, hex('')]]).map((byte, i) => (i === 18 ? 0xff : byte)), /option/],
  ])('cost themselves only: %s', (_, block, reason) => {
    const { records: read, reader } = readAll(concatenate(...before, block, ...after));
    expect(numbersOf(read)).toEqual([1, 2, 3, 4]);
    expect(reader.damaged).toMatchObject([{ reason: expect.stringMatching(reason) }]);
    const start = before.reduce((sum, part) => sum + part.length, 0);
    expect(reader.damaged[0]!.offset).toBeGreaterThanOrEqual(start);
    expect(reader.damaged[0]!.offset + reader.damaged[0]!.length).toBeLessThanOrEqual(start + block.length);
  });

  it('a wrong length at the end of a block costs nothing where the one at its start leads to the next', () => {
    const packet = blocks[1]!.slice();
    packet[packet.length - 4]! ^= 4;
    const { records: read, reader } = readAll(concatenate(...before, packet, ...after.slice(1)));
    expect(numbersOf(read)).toEqual([1, 2, 3, 4]);
    expect(reader.damaged).toMatchObject([{ length: 4, reason: expect.stringMatching(/end of a block differs/) }]);
  });

  it.each([0, 21, 4000, 0xffff_fff0])('a length of %i at the start of an interface description does not cost its packets', (length) => {
    const description = ng.interface(101, [[2, text('tun0')]]);
    description.set(ng.order.u32(length), 4);
    const { records: read, reader } = readAll(concatenate(ng.section(), description, ...blocks.slice(0, 4)));
    expect(read.map(({ linkType }) => linkType)).toEqual([101, 101, 101, 101]);
    expect(reader.damaged).toMatchObject([{ offset: 28 + 4, length: 4, reason: expect.stringMatching(/interface description/) }]);
  });

  it('a section header without byte-order magic does not end the section before it', () => {
    const { records: read } = readAll(concatenate(...before, ng.block(0x0a0d_0d0a, new Uint8Array(16)), ...after));
    expect(numbersOf(read)).toEqual([1, 2, 3, 4]);
  });

  it('100,000 interfaces and 20,000 sections do not slow or swell the reader', () => {
    const interfaces = Array.from({ length: 100_000 }, () => ng.interface());
    const sections = Array.from({ length: 20_000 }, () => concatenate(ng.section(), ng.interface(113)));
    const { records: read, reader } = readAll(concatenate(ng.section(), ...interfaces, blocks[0]!, ...sections, blocks[1]!));
    expect(read).toMatchObject([{ linkType: 1 }, { linkType: 113 }]);
    expect(reader.interfaces).toHaveLength(2);
    expect(reader.damaged).toMatchObject([{ reason: expect.stringContaining('65536 interfaces') }]);
  });

  it('at most 1,000 damaged ranges are listed, and the last spans the rest', () => {
    const bad = Array.from({ length: 3000 }, () => concatenate(ng.packet(7, 0n, packets[0]!), blocks[0]!));
    const { records: read, reader } = readAll(concatenate(ng.section(), ng.interface(), ...bad));
    expect(read).toHaveLength(3000);
    expect(reader.damaged).toHaveLength(1000);
    const last = reader.damaged[999]!;
    expect(last.offset + last.length).toBe(48 + 3000 * (ng.packet(7, 0n, packets[0]!).length + blocks[0]!.length) - blocks[0]!.length);
  });
});

describe('hostile captures', () => {
  it.each<[string, (i: number) => Uint8Array]>([
    ['headers that claim 256 KiB each', () => pcapRecord({ data: hex('00'), statedLength: 262_144 })],
    ['headers a byte apart', (i) => pcapRecord({ seconds: 1_700_000_000 + i, data: hex('00'), statedLength: 1 + (i % 3) })],
    ['zeros', () => new Uint8Array(17)],
    ['ones', () => new Uint8Array(17).fill(255)],
  ])('are read to their end in linear time: %s', (_, piece) => {
    const bytes = concatenate(pcapHeader(), ...Array.from({ length: 60_000 }, (__, i) => piece(i)));
    const begin = performance.now();
    readAll(...chunked(bytes, 65_536));
    expect(performance.now() - begin).toBeLessThan(5000);
  });
});
