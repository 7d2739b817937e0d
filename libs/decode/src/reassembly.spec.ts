import { concatenate, ethernet, fragmentHeader, hex, ipv4, ipv6, optionsHeader, tcp, text, udp } from '@wirecase/testkit/packets';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Datagram, decode, LinkType, Packet, Reassembler, weirdNames } from './index.ts';
import { inFour } from './tunnels.fixture.ts';

/** Feeds frames, a second apart unless told otherwise, and tells what became of the datagrams. */
class Bench {
  readonly given: Datagram[] = [];
  readonly reassembler: Reassembler;
  readonly packet = new Packet();
  number = 0;
  seconds = 0;

  constructor(options = {}) {
    this.reassembler = new Reassembler({ datagramGivenUp: (datagram) => void this.given.push(datagram) }, options);
  }

  add(frame: Uint8Array, originalLength = frame.length, linkType: number = LinkType.Ethernet): Datagram {
    const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
    decode(this.packet, view, 0, frame.length, originalLength, linkType);
    expect(this.packet).toMatchObject({ bucket: 0, isFragment: true });
    return this.reassembler.add(this.packet, frame, view, ++this.number, this.seconds++, 0);
  }

  /** The payload of the datagram put together, and its packet. */
  assembled(datagram: Datagram): { packet: Packet; payload: string } | null {
    const packet = new Packet();
    if (!this.reassembler.assemble(datagram, packet)) return null;
    const { payloadOffset, payloadLength } = packet;
    return { packet, payload: new TextDecoder().decode(this.reassembler.assembled.slice(payloadOffset, payloadOffset + payloadLength)) };
  }
}

const letters = text('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123');
const whole = ipv4({}, udp({ sourcePort: 1, destinationPort: 2 }, letters)).subarray(20);
const notesOf = (datagram: Datagram) => datagram.notes.map(({ code }) => weirdNames[code]);

/** Bytes `[start, end)` of `datagram` as a fragment. */
function piece(start: number, end: number, datagram: Uint8Array = whole, fields = {}): Uint8Array {
  const more = end < datagram.length;
  return ethernet({}, ipv4({ protocol: 17, id: 7, fragmentOffset: start, moreFragments: more, ...fields }, datagram.subarray(start, end)));
}

describe('a datagram is whole', () => {
  it('when its fragments came, in any order', () => {
    const pieces = [0, 16, 24, 48].map((start, i, all) => [start, all[i + 1] ?? whole.length] as const);
    fc.assert(
      fc.property(fc.shuffledSubarray(pieces, { minLength: 4 }), (order) => {
        const bench = new Bench();
        const datagrams = order.map(([start, end]) => bench.add(piece(start, end)));
        expect(new Set(datagrams).size).toBe(1);
        const { packet, payload } = bench.assembled(datagrams[0]!)!;
        expect(payload).toBe(new TextDecoder().decode(letters));
        expect(packet).toMatchObject({ bucket: 0, isFragment: false, sourcePort: 1, destinationPort: 2, payloadBytes: 56, weirdCount: 0 });
        expect(datagrams[0]).toMatchObject({ packets: 4, payloadBytes: whole.length, notes: [], firstNumber: 1, lastNumber: 4 });
      }),
    );
  });

  it('in IPv6 too, without the fragment header (RFC 8200 4.5)', () => {
    const bench = new Bench();
    const fragment = (start: number, end: number) =>
      ethernet(
        {},
        ipv6({ protocol: 17, extensions: [optionsHeader(0), fragmentHeader(start, end < whole.length, 9)] }, whole.subarray(start, end)),
      );
    bench.add(fragment(0, 32));
    const datagram = bench.add(fragment(32, whole.length));
    const { packet, payload } = bench.assembled(datagram)!;
    expect(payload).toHaveLength(56);
    expect(packet).toMatchObject({ isFragment: false, ipProtocol: 17, ipBytes: 40 + 8 + whole.length, weirdCount: 0 });
  });

  it('and may be a tunnel then', () => {
    const bench = new Bench();
    const tunnel = concatenate(hex('0000 0800'), inFour);
    bench.add(piece(0, 24, tunnel, { protocol: 47 }));
    const { packet, payload } = bench.assembled(bench.add(piece(24, tunnel.length, tunnel, { protocol: 47 })))!;
    expect(payload).toBe('GET /');
    expect(packet).toMatchObject({ tunnelCount: 1, sourcePort: 40000, destinationPort: 80 });
  });

  it('keeps link fields of the fragment that came first', () => {
    const bench = new Bench();
    const fragment = (start: number, end: number) =>
      ethernet(
        { vlans: [7], source: '02:00:00:00:00:09' },
        ipv4({ protocol: 17, fragmentOffset: start, moreFragments: end < 64 }, whole.subarray(start, end)),
      );
    bench.add(fragment(0, 32));
    const { packet } = bench.assembled(bench.add(fragment(32, 64)))!;
    expect(packet).toMatchObject({ vlanDepth: 1, innerVlan: 7, linkType: 1 });
    expect(bench.reassembler.assembled[packet.sourceMacOffset + 5]).toBe(9);
  });

  it('is not made of fragments that differ in identification, addresses or protocol', () => {
    const bench = new Bench();
    const first = bench.add(piece(0, 16));
    for (const fields of [{ id: 8 }, { source: '10.0.0.9' }, { destination: '10.0.0.9' }, { protocol: 6 }])
      expect(bench.add(piece(16, 64, whole, fields))).not.toBe(first);
    expect(bench.add(piece(16, 64))).toBe(first);
  });

  it('has what the capture holds of it when its fragments were cut', () => {
    const bench = new Bench();
    bench.add(piece(0, 32).subarray(0, 14 + 20 + 20), 14 + 20 + 32);
    const { packet, payload } = bench.assembled(bench.add(piece(32, 64)))!;
    expect(payload).toBe('abcdefghijkl');
    expect(packet).toMatchObject({ payloadBytes: 56, isTruncated: true });
  });
});

describe('overlapping fragments', () => {
  it('with the same bytes are flagged', () => {
    const bench = new Bench();
    bench.add(piece(0, 32));
    const datagram = bench.add(piece(16, 64));
    expect(notesOf(datagram)).toEqual(['fragment_overlap']);
    expect(bench.assembled(datagram)!.payload).toHaveLength(56);
  });

  it('with other bytes are flagged; those that came first stay', () => {
    const other = whole.slice().fill(0x2a);
    fc.assert(
      fc.property(fc.shuffledSubarray([0, 8, 16, 24, 32, 40], { minLength: 1 }), (starts) => {
        const bench = new Bench();
        bench.add(piece(0, 16));
        bench.add(piece(24, 40));
        for (const start of starts) bench.add(piece(start, start + 8, other, { moreFragments: true }));
        const datagram = bench.add(piece(0, 64, whole, { moreFragments: true }));
        const bytes = Array.from({ length: 8 }, (_, block) => {
          const isFirst = block < 2 || block === 3 || block === 4 || !starts.includes(block * 8);
          return [...(isFirst ? whole : other).subarray(block * 8, block * 8 + 8)];
        }).flat();
        expect([...datagram.data.subarray(0, 64)]).toEqual(bytes);
        expect(notesOf(datagram)).toContain('fragment_inconsistent');
      }),
    );
  });

  it('that disagree about the end are flagged', () => {
    const bench = new Bench();
    bench.add(piece(32, 64));
    expect(notesOf(bench.add(piece(48, 56, whole, { moreFragments: false })))).toContain('fragment_overlap');
    expect(notesOf(bench.add(piece(64, 72, new Uint8Array(80))))).toContain('fragment_size_inconsistent');
  });

  it('after the datagram was whole belong to it; a first one begins another', () => {
    const bench = new Bench();
    bench.add(piece(0, 32));
    const datagram = bench.add(piece(32, 64));
    expect(bench.add(piece(32, 64))).toBe(datagram);
    expect(datagram.packets).toBe(3);
    expect(bench.add(piece(0, 32))).not.toBe(datagram);
  });
});

describe('a datagram is given up', () => {
  it('after 60 seconds', () => {
    const bench = new Bench();
    const datagram = bench.add(piece(0, 16));
    bench.seconds = 60;
    bench.add(piece(0, 16, whole, { id: 8 }));
    expect(bench.given).toEqual([]);
    bench.add(piece(0, 16, whole, { id: 9 }));
    expect(bench.given).toEqual([datagram]);
  });

  it('at the end, and what is known from its start tells the flow', () => {
    const bench = new Bench();
    bench.add(piece(0, 16));
    bench.add(piece(24, 64));
    bench.reassembler.finish();
    expect(bench.given).toHaveLength(1);
  });

  it('known from its start on: ports and what came without a hole', () => {
    const bench = new Bench();
    const datagram = bench.add(piece(0, 16));
    const { packet, payload } = bench.assembled(datagram)!;
    expect(packet).toMatchObject({ sourcePort: 1, destinationPort: 2, isFragment: true });
    expect(payload).toBe('abcdefgh');
    expect(bench.assembled(bench.add(piece(16, 64, whole, { id: 8 })))).toBeNull();
  });

  it('when too many wait: those that waited longest, with a weird', () => {
    const bench = new Bench({ maxDatagrams: 3 });
    const datagrams = [1, 2, 3, 4, 5].map((id) => bench.add(piece(0, 16, whole, { id })));
    expect(bench.given).toEqual(datagrams.slice(0, 2));
    expect(notesOf(bench.given[0]!)).toEqual(['fragment_table_full']);
  });

  it('when too many bytes wait', () => {
    const bench = new Bench({ maxBytes: 10_000 });
    for (let id = 1; id <= 20; id++) bench.add(piece(0, 1024, new Uint8Array(4000), { id }));
    expect(bench.given).toHaveLength(11);
  });

  it('of more pieces than an MTU can make', () => {
    const bench = new Bench();
    const zeros = new Uint8Array(60_000);
    for (let i = 0; i < 2500; i++) {
      bench.seconds = 0;
      bench.add(piece(i * 16, i * 16 + 8, zeros));
    }
    expect(bench.given).toHaveLength(1);
  });
});

it('a ping of death ends at 65,535 bytes', () => {
  const bench = new Bench();
  const datagram = bench.add(ethernet({}, ipv4({ protocol: 17, id: 7, fragmentOffset: 65528 }, new Uint8Array(1000))));
  expect(datagram.total).toBe(65535);
});

it('any fragments of one datagram keep the sums, and give back its bytes when they are its own', () => {
  const segment = ipv4(
    {},
    tcp(
      {},
      new Uint8Array(200).map((_, i) => i),
    ),
  ).subarray(20);
  const cut = fc.tuple(fc.nat(26), fc.integer({ min: 1, max: 6 }));
  fc.assert(
    fc.property(fc.array(cut, { minLength: 1, maxLength: 60 }), (cuts) => {
      const bench = new Bench();
      const seen = new Set<Datagram>();
      for (const [block, blocks] of cuts) {
        const end = Math.min(segment.length, (block + blocks) * 8);
        seen.add(bench.add(piece(block * 8, end, segment, { protocol: 6 })));
      }
      expect([...seen].reduce((sum, { packets }) => sum + packets, 0)).toBe(cuts.length);
      for (const datagram of seen) {
        if (!datagram.isComplete) continue;
        const { packet } = bench.assembled(datagram)!;
        expect(packet).toMatchObject({ payloadLength: 200, payloadBytes: 200, tcpSeq: 1 });
        expect(notesOf(datagram)).not.toContain('fragment_inconsistent');
      }
    }),
  );
});
