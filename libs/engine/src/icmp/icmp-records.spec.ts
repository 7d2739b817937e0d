import { concatenate, ethernet, hex, icmp, icmpv6, ipv4, ipv6, PacketScript, tcp, u16, u32, u8, udp } from '@wirecase/testkit/packets';
import { describe, expect, it } from 'vitest';
import { runEngine } from '../run.fixture.ts';

const a = '10.0.0.1';
const b = '10.0.0.2';
const router = '10.0.0.254';
const a6 = 'fe80::1';
const b6 = 'fe80::2';
const address6 = (last: number) => concatenate(hex('20010db8000000000000000000000000').subarray(0, 15), u8(last));
const linkAddress = (type: number) => concatenate(u8(type, 1), hex('02000000000a'));

async function rowsOf(script: PacketScript) {
  return (await runEngine(script.capture())).json['icmp']!;
}
async function firstOf(script: PacketScript) {
  return (await rowsOf(script))[0];
}

describe('records of ICMP', () => {
  it('are one row for the requests of a ping and one for its replies', async () => {
    const script = new PacketScript();
    for (let i = 1; i <= 3; i++) {
      script.at(i).ip(a, b, icmp(8, 0, 0x1234_0000 + i));
      if (i < 3) script.ip(b, a, icmp(0, 0, 0x1234_0000 + i));
    }
    const { json } = await runEngine(script.capture());
    const flowId = json['flow']![0]!['wirecase'];
    expect(json['icmp']).toMatchObject([
      {
        '@timestamp': '2023-11-14T22:13:21.000000000Z',
        event: { end: '2023-11-14T22:13:23.000000000Z' },
        source: { ip: a },
        destination: { ip: b },
        network: { transport: 'icmp' },
        icmp: { type: 8, code: 0 },
        wirecase: {
          flow: { id: (flowId as { flow: { id: string } }).flow.id },
          packet: { number: 1 },
          icmp: { name: 'echo_request', count: 3, bytes: 84, identifiers: [0x1234], sequence: { first: 1, last: 3 } },
        },
      },
      { source: { ip: b }, icmp: { type: 0 }, wirecase: { packet: { number: 2 }, icmp: { name: 'echo_reply', count: 2 } } },
    ]);
  });

  it('tell the flow that an error quotes, and all ports that errors of the row are about', async () => {
    const script = new PacketScript();
    const quotes = (port: number) => ipv4({ source: a, destination: b }, udp({ sourcePort: 4000, destinationPort: port }));
    for (const port of [53, 69, 53]) script.udp(a, b, port, u8(1), 4000).ip(b, a, icmp(3, 3, 0, quotes(port)));
    const { rows, json } = await runEngine(script.capture());
    expect(json['icmp']).toMatchObject([
      {
        source: { ip: b },
        icmp: { type: 3, code: 3 },
        wirecase: {
          icmp: {
            name: 'destination_unreachable',
            reason: 'port_unreachable',
            count: 3,
            quoted: {
              transport: 'udp',
              source: { ip: a, port: 4000 },
              destination: { ip: b, port: 53 },
              flow_id: rows['flow']!.find(({ destinationPort }) => destinationPort === 53)!['id'],
              ports: [53, 69],
              ips: [b],
            },
          },
        },
      },
    ]);
  });

  it('read the 8 bytes of TCP that RFC 792 has quoted, and believe no quotation that is cut within its addresses', async () => {
    const script = new PacketScript();
    const quoted = ipv4({ source: a, destination: b }, tcp({ sourcePort: 5000, destinationPort: 443 }));
    script.ip(router, a, icmp(11, 0, 0, quoted.subarray(0, 28)));
    script.ip(router, b, icmp(11, 0, 0, quoted.subarray(0, 19)));
    const [first, second] = await rowsOf(script);
    expect(first).toMatchObject({
      wirecase: { icmp: { reason: 'ttl_exceeded', quoted: { transport: 'tcp', source: { port: 5000 }, destination: { port: 443 } } } },
    });
    expect(second!['wirecase']).not.toHaveProperty('icmp.quoted.transport');
  });

  const quoted = ipv4({ source: a, destination: b }, udp({ destinationPort: 9 }));
  it.each([
    ['the MTU of the next hop (RFC 1191)', icmp(3, 4, 1400, quoted), { reason: 'fragmentation_needed', mtu: 1400 }],
    ['where a redirect leads', icmp(5, 1, 0x0a0000fd, quoted), { reason: 'host', gateway: '10.0.0.253' }],
    ['where a header is wrong', icmp(12, 0, 0x14000000, quoted), { name: 'parameter_problem', pointer: 20 }],
    ['routers (RFC 1256)', icmp(9, 0, 0x01020708, hex('0a0000fe 00000000')), { routers: [router], ndp: { lifetime: 0x0708 } }],
    ['a type without a name', icmp(200, 9), { name: 'type_200' }],
  ])('tell %s', async (_, message, expected) => {
    const row = await firstOf(new PacketScript().ip(router, a, message));
    expect(row).toMatchObject({ wirecase: { icmp: expected } });
  });

  it.each([
    [
      'a neighbour asked for',
      icmpv6(135, 0, 0, concatenate(address6(7), linkAddress(1))),
      { ndp: { target: '2001:db8::7', source_mac: '02:00:00:00:00:0a' } },
    ],
    [
      'a neighbour told, with its flags',
      icmpv6(136, 0, 0x60000000, concatenate(address6(7), linkAddress(2))),
      { ndp: { target: '2001:db8::7', target_mac: '02:00:00:00:00:0a', flags: ['solicited', 'override'] } },
    ],
    [
      "a router's prefixes, MTU, servers and flags",
      icmpv6(
        134,
        0,
        0x40c00708,
        concatenate(
          u32(0, 0),
          linkAddress(1),
          u8(5, 1, 0, 0),
          u32(1400),
          u8(3, 4, 64, 0xc0),
          u32(86400, 14400, 0),
          address6(0),
          u8(25, 3, 0, 0),
          u32(600),
          address6(0x53),
        ),
      ),
      {
        mtu: 1400,
        ndp: {
          hop_limit: 64,
          flags: ['managed', 'other'],
          lifetime: 1800,
          source_mac: '02:00:00:00:00:0a',
          prefixes: ['2001:db8::/64'],
          dns_servers: ['2001:db8::53'],
        },
      },
    ],
    ['a redirect', icmpv6(137, 0, 0, concatenate(address6(1), address6(2))), { gateway: '2001:db8::1', ndp: { target: '2001:db8::2' } }],
    [
      'a packet that is too big',
      icmpv6(2, 0, 1280, ipv6({ source: 'fd00::1', destination: 'fd00::2' }, udp({ destinationPort: 9 }))),
      { mtu: 1280, quoted: { source: { ip: 'fd00::1' }, destination: { ip: 'fd00::2', port: 9 } } },
    ],
  ])('tell %s (ICMPv6)', async (_, message, expected) => {
    const row = await firstOf(new PacketScript().ip(a6, b6, message));
    expect(row).toMatchObject({ network: { transport: 'ipv6-icmp' }, wirecase: { icmp: expected } });
  });

  it('believe no option of a neighbour whose length is 0 or beyond the end', async () => {
    for (const length of [0, 9]) {
      const row = await firstOf(
        new PacketScript().ip(a6, b6, icmpv6(135, 0, 0, concatenate(address6(7), u8(1, length), hex('02000000000a')))),
      );
      expect(row).toMatchObject({ wirecase: { icmp: { ndp: { target: '2001:db8::7' } } } });
      expect(row!['wirecase']).not.toHaveProperty('icmp.ndp.source_mac');
    }
  });

  it('are at most 16 of a flow; further codes are a weird', async () => {
    const script = new PacketScript();
    for (let code = 0; code < 20; code++) script.ip(a, b, icmp(8, code));
    const { rows, summary } = await runEngine(script.capture());
    expect(rows['icmp']).toHaveLength(16);
    expect(summary.weirds['icmp_kinds_full']).toBe(4);
  });

  it('are none of flows that share a row, so that a flood has no row per packet', async () => {
    const script = new PacketScript();
    for (let i = 0; i < 3000; i++) script.ip(`10.1.${i >> 8}.${i & 255}`, b, icmp(8, 0, i));
    const { rows } = await runEngine(script.capture());
    expect(rows['icmp']).toHaveLength(rows['flow']!.filter(({ aggregate }) => aggregate === 1).length);
    expect(rows['icmp']!.length).toBeLessThan(1100);
  });

  it('are made of every message that was cut anywhere', async () => {
    const whole = ethernet(
      {},
      ipv6(
        { source: a6, destination: b6 },
        icmpv6(134, 0, 0x40c00708, concatenate(u32(0, 0), linkAddress(1), u8(3, 4, 64, 0xc0), u32(1, 1, 0), address6(0), u16(0))),
      ),
    );
    for (let length = 14 + 40 + 2; length <= whole.length; length++) {
      const { rows } = await runEngine(new PacketScript().frame(whole.subarray(0, length)).capture());
      expect(rows['icmp'], String(length)).toHaveLength(1);
    }
  });
});
