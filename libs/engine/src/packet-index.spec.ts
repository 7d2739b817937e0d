import fc from 'fast-check';
import { Pcapng, PacketScript, concatenate, ethernet, ipv4, pcap, text, udp } from '@wirecase/testkit/packets';
import { CaptureRecord, decodeRecordAt } from '@wirecase/pcap-parser';
import { describe, expect, it } from 'vitest';
import { joined } from './byte-sink.ts';
import type { PacketRef } from './flow-packets.ts';
import { PacketIndexReader } from './packet-index-reader.ts';
import { PacketIndexWriter } from './packet-index.ts';
import { openIndex, runEngine } from './run.fixture.ts';

const a = '10.0.0.1';
const b = '10.0.0.2';

describe('the packet index', () => {
  it("gives a flow's packets by the number of its first one", async () => {
    const script = new PacketScript();
    script.udp(a, b, 53, text('1')).udp(a, b, 54, text('22')).udp(b, a, 40000, text('333'), 53);
    const { index } = await runEngine(script.capture());
    expect(await index.flowPackets(1)).toEqual([
      { number: 1, offset: 24, interfaceId: 0 },
      { number: 3, offset: 24 + 2 * 16 + 43 + 44, interfaceId: 0 },
    ]);
    expect(await index.flowPackets(2)).toMatchObject([{ number: 2 }]);
    expect(await index.flowPackets(3)).toEqual([]);
    expect(index.packets).toBe(3);
  });

  it('leads to the bytes of each packet, in pcapng with several interfaces too', async () => {
    const frames = [1, 2, 3, 4].map((i) => ethernet({}, ipv4({ source: a, destination: b }, udp({}, text(`packet ${i}`)))));
    const file = new Pcapng();
    const capture = concatenate(
      file.section(),
      file.interface(1),
      file.interface(101, [[9, Uint8Array.of(9)]]),
      file.packet(0, 1n, frames[0]!),
      file.packet(1, 2n, frames[1]!.subarray(14)),
      file.packet(1, 3n, frames[2]!.subarray(14)),
      file.packet(0, 4n, frames[3]!),
    );
    const { index } = await runEngine(capture);
    const record = new CaptureRecord();
    const packets = await index.flowPackets(1);
    expect(packets.map(({ interfaceId }) => interfaceId)).toEqual([0, 1, 1, 0]);
    for (const [i, { offset, interfaceId }] of packets.entries()) {
      expect(decodeRecordAt(capture, offset, index.interfaces[interfaceId]!, record)).toBe(true);
      const bytes = record.buffer.subarray(record.dataOffset, record.dataOffset + record.capturedLength);
      expect(new TextDecoder().decode(bytes).slice(-8)).toBe(`packet ${i + 1}`);
    }
  });

  it('locates any packet, of a flow or not, by a place at most 1023 packets before it', async () => {
    const frame = ethernet({ type: 0x88cc }, text('lldp'));
    const capture = pcap(Array.from({ length: 3000 }, () => ({ data: frame })));
    const { index } = await runEngine(capture, {}, 1 << 20);
    for (const number of [1, 1024, 1025, 2049, 3000]) {
      const near = (await index.locate(number))!;
      expect(number - near.number).toBeLessThan(1024);
      expect(near).toEqual({ number: near.number, offset: 24 + (near.number - 1) * (16 + frame.length), interfaceId: 0 });
    }
    expect(await index.locate(0)).toBeNull();
    expect(await index.locate(3001)).toBeNull();
  });

  it('gives for every packet what a plain list gives, over many segments', async () => {
    const packet = fc.record({ flow: fc.integer({ min: -1, max: 8 }), length: fc.nat({ max: 1 << 20 }), interfaceId: fc.nat({ max: 3 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(packet, { maxLength: 120 }), fc.nat({ max: 130 }), async (packets, from) => {
        const writer = new PacketIndexWriter(10);
        const expected = new Map<number, PacketRef[]>();
        const keys = new Map<number, { key: number; segment: number; ordinal: number }>();
        let offset = 24;
        for (const [i, { flow, length, interfaceId }] of packets.entries()) {
          const number = i + 1;
          let ordinal = -1;
          if (flow >= 0) {
            const known = keys.get(flow) ?? { key: number, segment: -1, ordinal: 0 };
            keys.set(flow, known);
            if (known.segment !== writer.segment) {
              known.segment = writer.segment;
              known.ordinal = writer.addFlow(known.key);
            }
            ordinal = known.ordinal;
            expected.set(known.key, [...(expected.get(known.key) ?? []), { number, offset, interfaceId }]);
          }
          writer.add(ordinal, offset, interfaceId);
          offset += 16 + length * 4096;
        }
        const index = await openIndex(joined(writer.finish([])));
        for (const [key, refs] of expected) {
          expect(await index.flowPackets(key)).toEqual(refs);
          const flow = await index.flow(key);
          expect(flow.total).toBe(refs.length);
          expect(await flow.slice(from, from + 7)).toEqual(refs.slice(from, from + 7));
          const later = refs.findIndex(({ number }) => number >= from);
          expect(await flow.positionOf(from)).toBe(later < 0 ? refs.length : later);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('costs a few small reads, whatever its size', async () => {
    const writer = new PacketIndexWriter();
    for (let i = 0; i < 200_000; i++) writer.add(writer.addFlow(i + 1), i * 100, 0);
    const bytes = joined(writer.finish([]));
    let reads = 0;
    let read = 0;
    const index = await PacketIndexReader.open(async (offset, length) => {
      reads++;
      read += length;
      return bytes.slice(offset, offset + length);
    }, bytes.length);
    reads = read = 0;
    expect(await index.flowPackets(123_456)).toEqual([{ number: 123_456, offset: 12_345_500, interfaceId: 0 }]);
    expect(reads).toBeLessThan(16);
    expect(read).toBeLessThan(8192);
    expect(bytes.length / 200_000).toBeLessThan(26);
  });

  it('costs a page of a flow of many packets the segments that hold it', async () => {
    const writer = new PacketIndexWriter(1000);
    let ordinal = -1;
    for (let i = 0; i < 100_000; i++) {
      if (i % 1000 === 0) ordinal = writer.addFlow(1);
      writer.add(ordinal, i * 100, 0);
    }
    const bytes = joined(writer.finish([]));
    let read = 0;
    const index = await PacketIndexReader.open(async (offset, length) => {
      read += length;
      return bytes.slice(offset, offset + length);
    }, bytes.length);
    const flow = await index.flow(1);
    expect(flow.total).toBe(100_000);
    read = 0;
    expect(await flow.slice(70_500, 70_502)).toEqual([
      { number: 70_501, offset: 7_050_000, interfaceId: 0 },
      { number: 70_502, offset: 7_050_100, interfaceId: 0 },
    ]);
    expect(await flow.positionOf(70_502)).toBe(70_501);
    expect(read).toBeLessThan(5000);
  });

  it('reaches the packets of flows that an aggregate row stands for', async () => {
    const writer = new PacketIndexWriter(4);
    for (let i = 0; i < 10; i++) writer.add(writer.addFlow(i + 1), i * 100, 0);
    for (const member of [5, 3, 9, 1]) writer.addMember(2, member);
    const index = await openIndex(joined(writer.finish([])));
    expect((await index.flowPackets(2)).map(({ number }) => number)).toEqual([1, 2, 3, 5, 9]);
  });

  it('reaches them when there are very many', async () => {
    const writer = new PacketIndexWriter(1000);
    for (let i = 0; i < 5000; i++) writer.add(writer.addFlow(i + 1), i * 100, 0);
    for (let member = 3; member <= 5000; member += 2) writer.addMember(1, member);
    const index = await openIndex(joined(writer.finish([])));
    const packets = await index.flowPackets(1);
    expect(packets).toHaveLength(2500);
    expect(packets.every(({ number, offset }) => number % 2 === 1 && offset === (number - 1) * 100)).toBe(true);
  });

  it('is refused when it is cut, longer or changed in its footer', async () => {
    const { indexBytes } = await runEngine(new PacketScript().udp(a, b, 53, text('1')).capture());
    const changed = indexBytes.slice();
    changed[changed.length - 30]! ^= 1;
    for (const bad of [indexBytes.subarray(0, -1), concatenate(indexBytes, new Uint8Array(1)), changed, new Uint8Array(10)]) {
      await expect(openIndex(bad)).rejects.toMatchObject({ code: 'capture.damaged' });
    }
  });
});
