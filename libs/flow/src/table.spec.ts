import { decode, Packet } from '@wirecase/decode';
import { ethernet, icmp, icmpv6, ipv4, PacketScript, tcp, text, udp } from '@wirecase/testkit/packets';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flowsOf } from './flows-of.fixture.ts';
import { FlowTable } from './table.ts';

const a = '10.0.0.1';
const b = '10.0.0.2';
const ends = (script: PacketScript) => flowsOf(script).flows.map((flow) => `${flow.ends} ${flow.packets}`);

describe('what makes one flow', () => {
  it('is addresses, ports and protocol, in both directions', () => {
    const script = new PacketScript();
    script.udp(a, b, 5001, text('x')).udp(b, a, 40000, text('y'), 5001);
    script.udp(a, b, 5002, text('x'));
    script.ip(a, b, tcp({ sourcePort: 40000, destinationPort: 5001, flags: 'S' }));
    expect(ends(script)).toEqual(['1:40000 > 2:5001 1/1', '1:40000 > 2:5002 1/0', '1:40000 > 2:5001 1/0']);
  });

  it('does not depend on VLAN tags, and keeps those of the first packet', () => {
    const script = new PacketScript();
    script.frame(ethernet({ vlans: [100, 7] }, ipv4({ source: a, destination: b }, udp({}))));
    script.frame(ethernet({}, ipv4({ source: b, destination: a }, udp({ sourcePort: 53, destinationPort: 40000 }))));
    const { flows } = flowsOf(script);
    expect(flows).toMatchObject([{ packets: '1/1', view: { vlans: [100, 7] } }]);
  });

  it('keeps IPv4 and IPv6 apart and tells IPv6 addresses apart by any word', () => {
    const script = new PacketScript();
    script.udp('fd00::1', 'fd00::2', 53, text('x')).udp('fd00:1::1', 'fd00::2', 53, text('x'));
    script.udp('fd00:0:0:1::1', 'fd00::2', 53, text('x')).udp('fd00::1', 'fd00::2', 53, text('x'));
    expect(ends(script)).toEqual(['1:40000 > 2:53 2/0', '1:40000 > 2:53 1/0', '1:40000 > 2:53 1/0']);
  });

  it('is type and answering type for ICMP, so that an echo and its reply belong together', () => {
    const script = new PacketScript();
    script.ip(a, b, icmp(8, 0)).ip(b, a, icmp(0, 0)).ip(b, a, icmp(8, 0));
    script.ip('fd00::1', 'fd00::2', icmpv6(135, 0)).ip('fd00::2', 'fd00::1', icmpv6(136, 0));
    expect(ends(script)).toEqual(['1:8 > 2:0 1/1', '2:8 > 1:0 1/0', '1:135 > 2:136 1/1']);
  });

  it('is one direction only for ICMP messages that nothing answers', () => {
    const script = new PacketScript();
    script.ip(a, b, icmp(3, 3)).ip(b, a, icmp(3, 3)).ip(a, b, icmp(3, 3));
    expect(ends(script)).toEqual(['1:3 > 2:3 2/0', '2:3 > 1:3 1/0']);
  });

  it('is the pair of addresses for protocols without ports', () => {
    const script = new PacketScript();
    const packet = (source: string, destination: string) =>
      script.frame(ethernet({}, ipv4({ source, destination, protocol: 89 }, text('ospf'))));
    packet(a, b);
    packet(b, a);
    expect(ends(script)).toEqual(['1:0 > 2:0 1/1']);
  });
});

describe('the counts of a flow', () => {
  it('are frame, IP and payload bytes each way, padding and headers told apart', () => {
    const script = new PacketScript();
    script.frame(ethernet({ padding: 10 }, ipv4({ source: a, destination: b, ttl: 63 }, udp({}, text('12345')))));
    script.frame(ethernet({}, ipv4({ source: b, destination: a, ttl: 9 }, udp({ sourcePort: 53, destinationPort: 40000 }, text('1')))));
    expect(flowsOf(script).flows[0]!.view).toMatchObject({
      frames: [14 + 33 + 10, 14 + 29],
      ip: [33, 29],
      payload: [5, 1],
      ttl: [63, 9],
    });
  });

  it('take first and last time by the clock, not by the order in the file', () => {
    const script = new PacketScript();
    script.at(5).udp(a, b, 53, text('x')).at(3.25).udp(a, b, 53, text('x')).at(4).udp(a, b, 53, text('x'));
    expect(flowsOf(script).flows[0]!.view).toMatchObject({ durationNs: 1_750_000_000n });
  });
});

describe('the end of a flow', () => {
  it.each<[string, number, (script: PacketScript) => void]>([
    ['UDP', 60, (script) => script.udp(a, b, 53, text('x'))],
    ['ICMP', 60, (script) => script.ip(a, b, icmp(8, 0))],
    ['TCP', 300, (script) => script.ip(a, b, tcp({ flags: 'A' }))],
  ])('comes after %s was silent for more than %d s', (_name, seconds, packet) => {
    const script = new PacketScript();
    packet(script.at(0));
    packet(script.at(seconds));
    packet(script.at(2 * seconds + 0.001));
    expect(flowsOf(script).flows.map(({ packets }) => packets)).toEqual(['2/0', '1/0']);
  });

  it('comes when a new SYN uses the ports of a closed connection', () => {
    const script = new PacketScript();
    script.tcp(a, b, 80).handshake().fin('a').fin('b').ack('a');
    const again = script.tcp(a, b, 80);
    again.next.a = 90_000;
    again.handshake();
    expect(flowsOf(script).flows.map(({ state, packets }) => `${state} ${packets}`)).toEqual(['SF 4/2', 'S1 2/1']);
  });

  it('does not come with a SYN that is sent again after it was refused', () => {
    const script = new PacketScript();
    const talk = script.tcp(a, b, 80);
    const seq = talk.next.a;
    talk.syn().rst('b').segment('a', 'S', { seq }).rst('b');
    expect(flowsOf(script).flows).toMatchObject([{ state: 'REJ', packets: '2/2' }]);
  });

  it('comes early for the longest silent when the table is full, and is said', () => {
    const script = new PacketScript();
    for (let i = 0; i < 17; i++) script.udp(a, `10.0.1.${i}`, 53, text('x'));
    const { flows, full } = flowsOf(script, { maxFlows: 16 });
    expect(flows).toHaveLength(17);
    expect(flows.slice(0, 3).map(({ first }) => first)).toEqual([1, 2, 3]);
    expect(full).toBe(3);
  });
});

describe('the first packets of a flow', () => {
  it('are told by frame bytes, negative from the responder, and microseconds since the first', () => {
    const script = new PacketScript();
    script.at(0).udp(a, b, 53, new Uint8Array(10));
    script.at(0.0015).udp(b, a, 40000, new Uint8Array(100), 53);
    script.at(2).udp(a, b, 53, new Uint8Array(0));
    expect(flowsOf(script).flows).toMatchObject([{ view: { firstBytes: [52, -142, 42], firstMicros: [0, 1500, 2_000_000] } }]);
  });

  it('are one where there is one, and no more than ten', () => {
    const script = new PacketScript();
    for (let i = 0; i < 15; i++) script.at(i).udp(a, b, 53, new Uint8Array(i));
    script.udp(b, a, 60_000, new Uint8Array(3), 9);
    const [many, one] = flowsOf(script).flows.map(({ view }) => view);
    expect(many!.firstBytes).toEqual([42, 43, 44, 45, 46, 47, 48, 49, 50, 51]);
    expect(many!.firstMicros).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((second) => second * 1_000_000));
    expect(one).toMatchObject({ firstBytes: [45], firstMicros: [0] });
  });

  it('keep their order where the capture is out of order, and 35 minutes are the most', () => {
    const script = new PacketScript();
    script.at(10).udp(a, b, 53, text('x'));
    script.at(9).udp(a, b, 53, text('x'));
    script.at(11).udp(a, b, 53, text('x'));
    expect(flowsOf(script).flows).toMatchObject([{ view: { firstMicros: [0, -1_000_000, 1_000_000] } }]);
    const slow = new PacketScript();
    slow.at(0).udp(a, b, 53, text('x')).at(3000).udp(a, b, 53, text('x'));
    expect(flowsOf(slow, { udpTimeout: 5000 }).flows).toMatchObject([{ view: { firstMicros: [0, 0x7fffffff] } }]);
  });

  it('change sign with the roles of the ends', () => {
    const script = new PacketScript();
    script.ip(a, b, tcp({ sourcePort: 40000, destinationPort: 80, flags: 'A' }));
    script.ip(b, a, tcp({ sourcePort: 80, destinationPort: 40000, flags: 'A' }));
    script.ip(b, a, tcp({ sourcePort: 80, destinationPort: 40000, flags: 'S' }));
    for (const { view, packets } of flowsOf(script).flows) {
      const sizes = view.firstBytes as number[];
      expect(`${sizes.filter((size) => size > 0).length}/${sizes.filter((size) => size < 0).length}`).toBe(packets);
    }
  });

  it('of a flow are not those of the flow that had its place before', () => {
    const script = new PacketScript();
    for (let i = 0; i < 40; i++) {
      const data = new Uint8Array(i);
      script
        .at(100 * i)
        .udp(a, `10.0.1.${i}`, 53, data)
        .udp(a, `10.0.1.${i}`, 53, data);
    }
    expect(flowsOf(script).flows.map(({ view }) => view.firstBytes)).toEqual(Array.from({ length: 40 }, (_, i) => [42 + i, 42 + i]));
  });
});

describe('zero windows', () => {
  it('are counted for each end', () => {
    const script = new PacketScript();
    const talk = (from: string, to: string, seq: number, flags: string, window: number) =>
      script.ip(from, to, tcp({ sourcePort: from === a ? 40000 : 80, destinationPort: from === a ? 80 : 40000, flags, window, seq }));
    talk(a, b, 1, 'S', 1000);
    talk(b, a, 1, 'SA', 1000);
    talk(a, b, 2, 'A', 1000);
    for (let i = 0; i < 3; i++) talk(b, a, 2, 'A', 0);
    talk(a, b, 2, 'A', 0);
    expect(flowsOf(script).flows).toMatchObject([{ view: { zeroWindows: [1, 3] } }]);
  });
});

describe('the table under load', () => {
  const step = fc.record({ host: fc.integer({ min: 0, max: 40 }), port: fc.integer({ min: 1, max: 6 }), wait: fc.nat({ max: 40 }) });

  it('finds every flow again as a plain map does, through growth, time-outs and removal', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const script = new PacketScript();
        const expected: number[] = [];
        const open = new Map<string, { index: number; last: number }>();
        let now = 0;
        for (const { host, port, wait } of steps) {
          now += wait;
          script.at(now).udp(a, `10.0.1.${host}`, 60_000 + port, new Uint8Array(0));
          const key = `${host} ${port}`;
          const known = open.get(key);
          if (known && now - known.last <= 60) {
            expected[known.index]!++;
            known.last = now;
          } else {
            open.set(key, { index: expected.push(1) - 1, last: now });
          }
        }
        const { flows } = flowsOf(script);
        const counts = flows.sort((x, y) => x.first - y.first).map(({ packets }) => Number(packets.split('/')[0]));
        expect(counts).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  it('keeps memory bounded: a flood of flows never holds more than maxFlows', () => {
    let ended = 0;
    const table = new FlowTable({ flowEnded: () => ended++, flowWeird: () => {}, tableFull: () => {} }, { maxFlows: 1000 });
    const data = ethernet({}, ipv4({ source: a, destination: b }, udp({ sourcePort: 1, destinationPort: 2 })));
    const view = new DataView(data.buffer);
    const packet = new Packet();
    for (let i = 0; i < 50_000; i++) {
      view.setUint16(34, i & 0xffff);
      decode(packet, view, 0, data.length, data.length, 1);
      table.track(packet, view, 1000, 0, i + 1);
      expect(table.size).toBeLessThanOrEqual(1000);
    }
    table.finish();
    expect(ended).toBe(50_000);
    expect(table.words.length).toBeLessThanOrEqual(1000 * 68);
  });
});
