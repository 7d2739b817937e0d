import { concatenate, ethernet, hex, ipv4, PacketScript, tcp, text, u16, u32, u8, udp } from '@wirecase/testkit/packets';
import { describe, expect, it } from 'vitest';
import { runEngine } from './run.fixture.ts';

const gatewayA = '192.0.2.1';
const gatewayB = '192.0.2.2';
const inner = (source: string, destination: string, flags = 'A') =>
  ipv4(
    { source, destination },
    tcp({ sourcePort: source === '10.0.0.1' ? 40000 : 80, destinationPort: source === '10.0.0.1' ? 80 : 40000, flags }),
  );
const vxlan = (vni: number, packet: Uint8Array) => concatenate(hex('08000000'), u32(vni * 256), ethernet({}, packet));
const gtp = (teid: number, packet: Uint8Array) => concatenate(u8(0x30, 255), u16(packet.length), u32(teid), packet);

describe('a tunnel', () => {
  it('is a record with what it carried; the flow within owns the packets and names it', async () => {
    const script = new PacketScript();
    script.udp(gatewayA, gatewayB, 4789, vxlan(7, inner('10.0.0.1', '10.0.0.2', 'S')), 51000);
    script.udp(gatewayB, gatewayA, 4789, vxlan(7, inner('10.0.0.2', '10.0.0.1', 'SA')), 52000);
    script.udp(gatewayA, gatewayB, 4789, vxlan(7, inner('10.0.0.1', '10.0.0.2')), 51001);
    const { json, rows } = await runEngine(script.capture());
    expect(rows['flow']).toHaveLength(1);
    expect(json['flow']![0]).toMatchObject({
      source: { ip: '10.0.0.1', port: 40000, packets: 2 },
      destination: { ip: '10.0.0.2', port: 80, packets: 1 },
      wirecase: { flow: { tunnel: { type: ['vxlan'], id: [rows['tunnel']![0]!['id']] } } },
    });
    expect(json['tunnel']).toMatchObject([
      {
        source: { ip: gatewayA, port: 51000, packets: 2 },
        destination: { ip: gatewayB, port: 4789, packets: 1 },
        wirecase: { tunnel: { type: 'vxlan', key: '7', flows: 1 } },
      },
    ]);
  });

  it('is told from another between the same endpoints by its key', async () => {
    const script = new PacketScript();
    for (const vni of [7, 8, 7]) script.udp(gatewayA, gatewayB, 4789, vxlan(vni, inner('10.0.0.1', '10.0.0.2')));
    const { rows } = await runEngine(script.capture());
    expect(rows['tunnel']).toMatchObject([
      { key: '7', sourcePackets: 2 },
      { key: '8', sourcePackets: 1 },
    ]);
  });

  it('may be two, one for each direction of a flow', async () => {
    const script = new PacketScript();
    script.udp(gatewayA, gatewayB, 2152, gtp(1, inner('10.0.0.1', '10.0.0.2')), 2152);
    script.udp(gatewayB, gatewayA, 2152, gtp(2, inner('10.0.0.2', '10.0.0.1')), 2152);
    const { rows } = await runEngine(script.capture());
    expect(rows['tunnel']).toMatchObject([
      { key: '1', sourcePackets: 1, destinationPackets: 0, flows: 1 },
      { key: '2', sourcePackets: 1, destinationPackets: 0, flows: 0 },
    ]);
    expect(rows['flow']).toMatchObject([{ packets: 2, tunnelIds: rows['tunnel']!.map(({ id }) => id) }]);
  });

  it('in a tunnel names that one', async () => {
    const script = new PacketScript();
    const outer = ipv4(
      { source: '10.9.0.1', destination: '10.9.0.2' },
      udp({ destinationPort: 4789 }, vxlan(7, inner('10.0.0.1', '10.0.0.2'))),
    );
    script.frame(ethernet({}, ipv4({ source: gatewayA, destination: gatewayB, protocol: 4 }, outer)));
    const { rows } = await runEngine(script.capture());
    expect(rows['tunnel']).toMatchObject([
      { tunnelType: 'ipip', parentId: null, sourcePort: null },
      { tunnelType: 'vxlan', parentId: rows['tunnel']![0]!['id'] },
    ]);
    expect(rows['flow']).toMatchObject([{ tunnelTypes: ['ipip', 'vxlan'], tunnelIds: [rows['tunnel']![1]!['id']] }]);
  });

  it('is none where a flow is not carried', async () => {
    const script = new PacketScript();
    script.udp(gatewayA, gatewayB, 4789, text('not a tunnel'));
    const { rows } = await runEngine(script.capture());
    expect(rows['tunnel']).toBeUndefined();
    expect(rows['flow']).toMatchObject([{ destinationPort: 4789, tunnelTypes: null, tunnelIds: null }]);
  });
});
