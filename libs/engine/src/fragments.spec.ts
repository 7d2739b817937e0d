import { arp, concatenate, ethernet, hex, ipv4, pcap, tcp, text, udp } from '@wirecase/testkit/packets';
import { describe, expect, it } from 'vitest';
import { runEngine } from './run.fixture.ts';

const a = '10.0.0.1';
const b = '10.0.0.2';
/** A DNS question that its 12 + 17 bytes split into pieces of 16. */
const question = hex('abcd 0100 0001 0000 0000 0000  03777777 07 6578616d706c65 03636f6d 00 0001 0001');
const datagram = ipv4({}, udp({ sourcePort: 40000, destinationPort: 53 }, question)).subarray(20);

/** Bytes `[start, end)` of a datagram as a fragment. */
function piece(start: number, end = datagram.length, fields = {}, whole: Uint8Array = datagram): { data: Uint8Array; seconds?: number } {
  const header = { source: a, destination: b, protocol: 17, id: 7, fragmentOffset: start, moreFragments: end < whole.length };
  return { data: ethernet({}, ipv4({ ...header, ...fields }, whole.subarray(start, end))) };
}
const other = { data: ethernet({ type: 0x0806 }, arp(1, { mac: '02:00:00:00:00:01', ip: a }, { mac: '00:00:00:00:00:00', ip: b })) };

describe('fragments', () => {
  it.each([
    ['in order', [0, 16, 32]],
    ['the last one first', [32, 16, 0]],
    ['the first one in the middle', [16, 0, 32]],
  ])('belong to the flow of their datagram, %s', async (_, starts) => {
    const pieces = starts.map((start) => piece(start, Math.min(start + 16, datagram.length)));
    const { rows, summary, index } = await runEngine(pcap([pieces[0]!, other, pieces[1]!, pieces[2]!]));
    expect(summary.nonFlow).toEqual({ arp: 1 });
    expect(rows['flow']).toMatchObject([
      {
        sourcePort: 40000,
        destinationPort: 53,
        sourcePackets: 3,
        sourceIpBytes: 60 + datagram.length,
        sourcePayloadBytes: question.length,
        protocols: ['dns'],
      },
    ]);
    expect(rows['dns']).toHaveLength(1);
    expect((await index.flowPackets(1)).map(({ number }) => number)).toEqual([1, 3, 4]);
  });

  it('of a later datagram join the flow that is open', async () => {
    const first = { data: ethernet({}, ipv4({ source: a, destination: b }, udp({ sourcePort: 40000, destinationPort: 53 }, question))) };
    const { rows, index } = await runEngine(
      pcap([first, piece(0, 16), piece(16), piece(0, 16, { id: 8 }), other, piece(16, undefined, { id: 8 })]),
    );
    expect(rows['flow']).toMatchObject([{ sourcePackets: 5 }]);
    expect((await index.flowPackets(1)).map(({ number }) => number)).toEqual([1, 2, 3, 4, 6]);
  });

  it('are one answer: what is asked for large messages, each in pieces, is not flooded', async () => {
    const packets = Array.from({ length: 300 }, (_, i) => {
      const ports = { sourcePort: 40_000 + i, destinationPort: 11_211 };
      const ask = ipv4({ source: a, destination: b }, udp(ports, new Uint8Array(18)));
      const back = { sourcePort: ports.destinationPort, destinationPort: ports.sourcePort };
      const answer = ipv4({}, udp(back, new Uint8Array(1000))).subarray(20);
      const of = (start: number, end: number) => piece(start, end, { source: b, destination: a, id: i }, answer).data;
      return [ethernet({}, ask), of(0, 504), of(504, answer.length)].map((data, j) => ({
        data,
        seconds: 1000 + Math.floor(i / 50),
        fraction: 20_000 * (i % 50) + j,
      }));
    });
    const { json } = await runEngine(pcap(packets.flat()), { alerts: true });
    expect((json['alert'] ?? []).map((alert) => JSON.stringify(alert)).filter((alert) => alert.includes('flood.udp'))).toEqual([]);
  });

  it('of TCP go into the stream whole', async () => {
    const open = (flags: string, seq: number, payload: Uint8Array = new Uint8Array(0)) =>
      tcp({ sourcePort: 40000, destinationPort: 80, flags, seq }, payload);
    const request = ipv4(
      { source: a, destination: b },
      open('PA', 101, text('GET /index.html HTTP/1.1\r\nHost: example.com\r\n\r\n')),
    ).subarray(20);
    const of = (start: number, end: number) => piece(start, end, { protocol: 6 }, request);
    const syn = { data: ethernet({}, ipv4({ source: a, destination: b }, open('S', 100))) };
    const { rows } = await runEngine(pcap([syn, of(40, request.length), of(0, 24), of(24, 40)]));
    expect(rows['flow']).toMatchObject([{ sourcePackets: 4, sourceGapBytes: 0, sourceRetransmissions: 0, protocols: ['http'] }]);
  });

  it('whose first one is missing are counted in a bucket', async () => {
    const { rows, summary } = await runEngine(pcap([piece(16), other]));
    expect(summary.nonFlow).toEqual({ arp: 1, 'ip-fragment': 1 });
    expect(rows['flow']).toBeUndefined();
    expect(rows['weird']).toMatchObject([{ name: 'fragment_incomplete', packet: 1, flowId: null }]);
  });

  it('that are not all there belong to the flow of the first one', async () => {
    const { rows, summary, index } = await runEngine(pcap([piece(0, 16), other, piece(32)]));
    expect(summary.nonFlow).toEqual({ arp: 1 });
    expect(rows['flow']).toMatchObject([{ sourcePort: 40000, destinationPort: 53, sourcePackets: 2 }]);
    expect(rows['weird']).toMatchObject([{ name: 'fragment_incomplete', packet: 3 }]);
    expect((await index.flowPackets(1)).map(({ number }) => number)).toEqual([1, 3]);
  });

  it('that come again belong to the flow too', async () => {
    const { rows, index } = await runEngine(pcap([piece(0, 16), piece(16), piece(16)]));
    expect(rows['flow']).toMatchObject([{ sourcePackets: 3 }]);
    expect(rows['dns']).toHaveLength(1);
    expect(rows['weird']).toMatchObject([{ name: 'fragment_overlap', packet: 3 }]);
    expect(await index.flowPackets(1)).toHaveLength(3);
  });

  it('of a tunnel belong to the flow within', async () => {
    const inner = ipv4({ source: '192.168.0.1', destination: '192.168.0.2' }, udp({ sourcePort: 40000, destinationPort: 53 }, question));
    const gre = concatenate(hex('0000 0800'), inner);
    const of = (start: number, end?: number) => piece(start, end ?? gre.length, { protocol: 47 }, gre);
    const { rows } = await runEngine(pcap([of(0, 24), of(24)]));
    expect(rows['flow']).toMatchObject([{ sourcePort: 40000, sourcePackets: 2, sourceIpBytes: inner.length, tunnelTypes: ['gre'] }]);
    expect(rows['tunnel']).toMatchObject([{ tunnelType: 'gre', sourcePackets: 2, flows: 1 }]);
  });

  it('are bounded: when too many wait, the oldest are given up', async () => {
    const pieces = Array.from({ length: 50 }, (_, id) => piece(0, 16, { id }));
    const { rows, summary } = await runEngine(pcap(pieces), { reassembly: { maxDatagrams: 10 } });
    expect(rows['flow']).toMatchObject([{ sourcePackets: 50 }]);
    expect(summary.weirds).toMatchObject({ fragment_table_full: 40, fragment_incomplete: 50 });
  });
});
