import { concatenate, hex, Pcapng, text } from '@wirecase/testkit/packets';
import { describe, expect, it } from 'vitest';
import { TimeFlag } from './index.ts';
import { chunked, readAll } from './read-all.fixture.ts';

const little = new Pcapng(true);
const big = new Pcapng(false);
const micros = 1_700_000_000_123_456n;

describe('a pcapng capture', () => {
  it.each([
    ['little-endian', little],
    ['big-endian', big],
  ])('gives times, lengths and bytes: %s', (_, ng) => {
    const { records, reader } = readAll(
      concatenate(ng.section(), ng.interface(113), ng.packet(0, micros, text('odd'), { originalLength: 60 })),
    );
    const [expected] = records;
    expect(expected).toEqual({
      number: 1,
      fileOffset: 28 + 20,
      timeNs: micros * 1000n,
      timeFlag: TimeFlag.Sound,
      data: text('odd'),
      originalLength: 60,
      linkType: 113,
      interfaceId: 0,
    });
    expect(reader.format).toBe('pcapng');
    expect(reader.damaged).toEqual([]);
  });

  it('reads an enhanced packet block by field', () => {
    const block = hex(`
      06000000 28000000    # type 6, 40 bytes
      00000000             # interface 0
      00000000 40420f00    # 1,000,000 microseconds
      05000000 09000000    # 5 of 9 bytes
      68656c6c 6f000000    # padded to 4
      28000000
    `);
    const { records } = readAll(concatenate(little.section(), little.interface(), block));
    expect(records).toMatchObject([{ timeNs: 1_000_000_000n, data: text('hello'), originalLength: 9 }]);
  });

  it('may mix link types and clocks', () => {
    const nanos: [number, Uint8Array] = [9, Uint8Array.of(9)];
    const { records, reader } = readAll(
      concatenate(
        little.section(),
        little.interface(1),
        little.packet(0, micros, text('a')),
        little.interface(101, [nanos, [2, text('tun0')]]),
        little.packet(1, 1_700_000_000_123_456_789n, text('b')),
        little.packet(0, micros + 1n, text('c')),
      ),
    );
    expect(records).toMatchObject([
      { linkType: 1, interfaceId: 0, timeNs: 1_700_000_000_123_456_000n },
      { linkType: 101, interfaceId: 1, timeNs: 1_700_000_000_123_456_789n },
      { linkType: 1, interfaceId: 0, timeNs: 1_700_000_000_123_457_000n },
    ]);
    expect(reader.interfaces).toMatchObject([
      { linkType: 1, name: '', timeResolution: 6 },
      { linkType: 101, name: 'tun0', timeResolution: 9 },
    ]);
  });

  it('may have sections of either byte order, each with its own interfaces', () => {
    const { records, reader } = readAll(
      concatenate(
        big.section(),
        big.interface(1),
        big.packet(0, micros, text('a')),
        little.section(),
        little.interface(101),
        little.packet(0, micros, text('b')),
        big.section(),
        big.interface(1),
        big.packet(0, micros, text('c')),
      ),
    );
    expect(records.map(({ linkType, data }) => [linkType, data])).toEqual([
      [1, text('a')],
      [101, text('b')],
      [1, text('c')],
    ]);
    expect(reader.interfaces).toHaveLength(2); // equal descriptions share an entry
    expect(reader.damaged).toEqual([]);
  });

  it('skips blocks it does not know, with what they hold', () => {
    const inner = concatenate(little.section(), little.interface(), little.packet(0, micros, text('inner')));
    const { records, reader } = readAll(
      concatenate(
        little.section(),
        little.block(0x0bad, concatenate(hex('00007ed9'), inner)),
        little.interface(),
        little.block(4, hex('00000000')),
        little.block(0x7777, inner),
        little.packet(0, micros, text('outer')),
        little.block(10, new Uint8Array(2_000_000)),
        little.packet(0, micros, text('last')),
      ),
    );
    expect(records.map(({ data }) => data)).toEqual([text('outer'), text('last')]);
    expect(reader.damaged).toEqual([]);
  });

  it('keeps comments of sections, interfaces and packets', () => {
    const section = hex(`
      0a0d0d0a 28000000 4d3c2b1a 0100 0000 ffffffffffffffff
      0100 0500 6d6f726e 67000000    # comment of 5 bytes
      28000000
    `);
    const { reader } = readAll(
      concatenate(
        section,
        little.interface(1, [[1, text('mirror port')]]),
        little.packet(0, micros, text('a')),
        little.packet(0, micros, text('bc'), {
          options: [
            [2, hex('00000000')],
            [1, text('here it begins')],
          ],
        }),
      ),
    );
    expect(reader.notes!.comments).toEqual([
      { packet: 0, text: 'morng' },
      { packet: 0, text: 'mirror port' },
      { packet: 2, text: 'here it begins' },
    ]);
    expect(reader.damaged).toEqual([]);
  });

  it('keeps names of addresses (NRB) and secrets (DSB), and counts the blocks it passed over', () => {
    const names = hex(`
      0100 1200 c0000201 612e7465737400 622e7465737400 0000    # 192.0.2.1 is a.test and b.test
      0200 1200 20010db8000000000000000000000001 6300 0000      # 2001:db8::1 is c
      0000 0000
    `);
    const keys = text('CLIENT_RANDOM 00 11\n');
    const { reader, records } = readAll(
      concatenate(
        little.section(),
        little.interface(),
        little.block(4, names),
        little.block(10, concatenate(hex('4b534c54'), little.order.u32(keys.length), keys)),
        little.block(0x0bad, hex('00007ed9 01020304')),
        little.block(0x7777, hex('')),
        little.block(0x7777, hex('')),
        little.packet(0, micros, text('a')),
      ),
    );
    expect(records).toHaveLength(1);
    expect(reader.notes).toMatchObject({
      names: [
        { address: hex('c0000201'), name: 'a.test' },
        { address: hex('c0000201'), name: 'b.test' },
        { address: hex('20010db8000000000000000000000001'), name: 'c' },
      ],
      secrets: [{ type: 0x544c534b, data: keys }],
      skippedBlocks: { [0x0bad]: 1, [0x7777]: 2 },
      left: 0,
    });
    expect(reader.damaged).toEqual([]);
  });

  it('lists names and secrets that are longer than their blocks as damage, and goes on', () => {
    const { reader, records } = readAll(
      concatenate(
        little.section(),
        little.interface(),
        little.block(4, hex('0100 ff00 c0000201 61000000')),
        little.block(10, concatenate(hex('4b534c54'), little.order.u32(5000), text('key='))),
        little.block(10, hex('')),
        little.packet(0, micros, text('a')),
      ),
    );
    expect(records).toHaveLength(1);
    expect(reader.notes).toMatchObject({ names: [], secrets: [] });
    expect(reader.damaged).toMatchObject([{ reason: 'name record longer than its block' }, { reason: 'secrets longer than their block' }]);
  });

  it('keeps a bounded number of comments and says how many it left', () => {
    const commented = Array.from({ length: 1003 }, () => little.packet(0, micros, text('a'), { options: [[1, text('c')]] }));
    const { reader } = readAll(concatenate(little.section(), little.interface(), ...commented));
    expect(reader.notes!.comments).toHaveLength(1000);
    expect(reader.notes!.left).toBe(3);
  });

  it('passes options of packets', () => {
    const { records } = readAll(
      concatenate(
        little.section(),
        little.interface(),
        little.packet(0, micros, text('a'), { options: [[1, text('a comment')]] }),
        little.packet(0, micros, text('b')),
      ),
    );
    expect(records.map(({ data }) => data)).toEqual([text('a'), text('b')]);
  });

  it('gives simple packets the first interface and the time of the packet before', () => {
    const { records } = readAll(
      concatenate(
        little.section(),
        little.interface(101, [], 4),
        little.simplePacket(text('no time yet').subarray(0, 4), 11),
        little.packet(0, micros, text('time')),
        little.simplePacket(text('abc')),
      ),
    );
    expect(records).toMatchObject([
      { timeNs: 0n, timeFlag: TimeFlag.Absent, data: text('no t'), originalLength: 11, linkType: 101 },
      { timeNs: micros * 1000n, timeFlag: TimeFlag.Sound },
      { timeNs: micros * 1000n, timeFlag: TimeFlag.Absent, data: text('abc'), originalLength: 3 },
    ]);
  });

  it('reads the obsolete packet block', () => {
    const { records } = readAll(concatenate(big.section(), big.interface(9), big.oldPacket(0, micros, text('old'), 99)));
    expect(records).toMatchObject([{ timeNs: micros * 1000n, data: text('old'), originalLength: 99, linkType: 9 }]);
  });

  it('adds up what interfaces say they dropped, by their last word in each section', () => {
    const drops = (count: bigint): [number, Uint8Array] => [5, little.order.u64(count)];
    const { reader } = readAll(
      concatenate(
        little.section(),
        little.interface(1),
        little.interface(101),
        little.statistics(0, [drops(3n)]),
        little.statistics(1, [drops(10n), [7, little.order.u64(1n)]]),
        little.statistics(0, [drops(5n)]),
        little.section(),
        little.interface(1),
        little.statistics(0, [drops(100n)]),
      ),
    );
    expect(reader.dropped).toBe(5 + 11 + 100);
  });

  it('says nothing of drops when the capture says nothing', () => {
    expect(
      readAll(concatenate(little.section(), little.interface(), little.statistics(0, [[4, little.order.u64(9n)]]))).reader.dropped,
    ).toBeNull();
  });

  it('reads the same however its bytes are cut', () => {
    const bytes = concatenate(
      little.section(),
      little.interface(),
      ...[1, 60, 1514, 3].map((length) => little.packet(0, micros, new Uint8Array(length))),
      little.statistics(0, [[5, little.order.u64(1n)]]),
    );
    const whole = readAll(bytes).records;
    expect(whole).toHaveLength(4);
    for (const size of [1, 2, 3, 7, 16, 61, 1000]) expect(readAll(...chunked(bytes, size)).records).toEqual(whole);
  });
});

describe('times of pcapng', () => {
  const read = (options: readonly [number, Uint8Array][], time: bigint) =>
    readAll(concatenate(little.section(), little.interface(1, [...options]), little.packet(0, time, text('x')))).records[0]!;
  const resolution = (value: number): [number, Uint8Array] => [9, Uint8Array.of(value)];
  const max64 = 0xffff_ffff_ffff_ffffn;
  const lastSecondNs = 9_223_372_036_000_000_000n;

  it.each<[string, number, bigint, bigint, number]>([
    ['seconds', 0, 1_700_000_000n, 1_700_000_000_000_000_000n, TimeFlag.Sound],
    ['milliseconds', 3, 1_700_000_000_123n, 1_700_000_000_123_000_000n, TimeFlag.Sound],
    ['nanoseconds', 9, 1_700_000_000_123_456_789n, 1_700_000_000_123_456_789n, TimeFlag.Sound],
    ['picoseconds are cut off', 12, 1_700_000_123_456_789_999n, 1_700_000_123_456_789n, TimeFlag.Sound],
    ['10^-127', 127, max64, 0n, TimeFlag.Sound],
    ['1/1024 s', 0x8a, 1_700_000_000n * 1024n + 512n, 1_700_000_000_500_000_000n, TimeFlag.Sound],
    ['2^-127', 0xff, max64, 0n, TimeFlag.Sound],
    ['the largest number of microseconds', 6, max64, lastSecondNs, TimeFlag.Clamped],
    ['the largest number of nanoseconds', 9, max64, lastSecondNs, TimeFlag.Clamped],
    ['the largest number of seconds', 0, max64, lastSecondNs, TimeFlag.Clamped],
  ])('%s', (_, value, time, timeNs, timeFlag) => {
    expect(read([resolution(value)], time)).toMatchObject({ timeNs, timeFlag });
  });

  it('have an offset that may be negative', () => {
    expect(read([[14, little.order.u64(100n)]], 5_000_001n).timeNs).toBe(105_000_001_000n);
    expect(read([[14, little.order.u64(BigInt.asUintN(64, -100n))]], 5_000_001n).timeNs).toBe(-94_999_999_000n);
  });
});
