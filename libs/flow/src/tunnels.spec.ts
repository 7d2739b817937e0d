import { decode, LinkType, Packet } from '@wirecase/decode';
import { ipv4, tcp } from '@wirecase/testkit/packets';
import { describe, expect, it } from 'vitest';
import { type Tunnel, TunnelTable } from './tunnels.ts';

const carried = ipv4({}, tcp({}));

function bench(maxTunnels?: number) {
  const ended: Tunnel[] = [];
  let opened = 0;
  let full = 0;
  const table = new TunnelTable(
    { tunnelOpened: () => ++opened, tunnelEnded: (tunnel) => void ended.push(tunnel), tunnelsFull: () => void full++ },
    maxTunnels,
  );
  const packet = new Packet();
  const add = (source: string, destination: string, seconds = 0) => {
    const bytes = ipv4({ source, destination, protocol: 4 }, carried);
    decode(packet, new DataView(bytes.buffer), 0, bytes.length, bytes.length, LinkType.Raw);
    return table.track(packet, seconds, 0, false, 1, packet.frameBytes)!;
  };
  return { table, ended, add, full: () => full };
}

describe('the table of tunnels', () => {
  it('finds a tunnel again from either end, and keeps its times', () => {
    const { add } = bench();
    const tunnel = add('192.0.2.1', '192.0.2.2', 5);
    expect(add('192.0.2.2', '192.0.2.1', 9)).toBe(tunnel);
    expect(add('192.0.2.1', '192.0.2.2', 3)).toBe(tunnel);
    expect(add('192.0.2.1', '192.0.2.3')).not.toBe(tunnel);
    expect(tunnel).toMatchObject({ packets: [2, 1], frameBytes: [120, 60], firstSeconds: 3, lastSeconds: 9, typeName: 'ipip', key: null });
  });

  it('keeps thousands apart', () => {
    const { table, add, ended } = bench();
    for (let round = 0; round < 2; round++) for (let i = 0; i < 5000; i++) add(`10.${i >> 8}.${i & 255}.1`, `10.${i & 255}.${i >> 8}.2`);
    table.finish();
    expect(ended).toHaveLength(5000);
    expect(ended.every(({ packets }) => packets[0] + packets[1] === 2)).toBe(true);
  });

  it('ends them all when there are too many, and goes on', () => {
    const { table, add, ended, full } = bench(10);
    for (let i = 0; i < 25; i++) add(`10.0.0.${i}`, '192.0.2.2');
    expect(full()).toBe(2);
    expect(ended).toHaveLength(20);
    table.finish();
    expect(ended).toHaveLength(25);
  });
});
