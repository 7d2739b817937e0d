import { PacketScript, tcp, text } from '@wirecase/testkit/packets';
import { describe, expect, it } from 'vitest';
import { runEngine } from './run.fixture.ts';

const a = '10.0.0.1';
const b = '10.0.0.2';
const syn = (port: number) => tcp({ sourcePort: 50_000, destinationPort: port, flags: 'S' });
const isAggregate = (row: Record<string, unknown>) => (row['aggregate'] as number) > 1;

/** `count` SYNs to different ports, one each 10 ms. */
function portScan(count: number): PacketScript {
  const script = new PacketScript();
  for (let i = 0; i < count; i++) script.at(i / 100).ip(a, b, syn(1000 + i));
  return script;
}

describe('rows of a scan', () => {
  it('are one a flow up to the rate, then one for all of them', async () => {
    const { rows } = await runEngine(portScan(500).capture());
    const aggregates = rows['flow']!.filter(isAggregate);
    expect(rows['flow']!.length).toBeLessThan(115);
    expect(aggregates).toHaveLength(1);
    expect(aggregates[0]).toMatchObject({
      sourcePort: 50_000,
      destinationPort: null,
      state: 'S0',
      communityId: null,
      aggregate: 500 - (rows['flow']!.length - 1),
      destinationPackets: 0,
    });
    expect(aggregates[0]!['aggregatePorts']).toHaveLength(aggregates[0]!['aggregate'] as number);
    expect(aggregates[0]!['aggregateIps']).toEqual([Uint8Array.of(10, 0, 0, 2)]);
  });

  it('stay one a flow just under the rate', async () => {
    const { rows } = await runEngine(portScan(100).capture());
    expect(rows['flow']).toHaveLength(100);
    expect(rows['flow']!.some(isAggregate)).toBe(false);
  });

  it('stay one a flow when they come slowly', async () => {
    const script = new PacketScript();
    for (let i = 0; i < 300; i++) script.at(i).ip(a, b, syn(1000 + i));
    expect((await runEngine(script.capture())).rows['flow']).toHaveLength(300);
  });

  it('stay one a flow when that is asked for', async () => {
    expect((await runEngine(portScan(500).capture(), { collapse: false })).rows['flow']).toHaveLength(500);
  });

  it('keep the totals: packets, bytes, first and last time', async () => {
    const script = portScan(500);
    const separate = await runEngine(script.capture(), { collapse: false });
    const collapsed = await runEngine(script.capture());
    for (const field of ['packets', 'sourceBytes', 'sourceIpBytes', 'sourcePayloadBytes', 'aggregate']) {
      const sum = (rows: Record<string, unknown>[]) => rows.reduce((total, row) => total + (row[field] as number), 0);
      expect(sum(collapsed.rows['flow']!), field).toBe(sum(separate.rows['flow']!));
    }
    const [row] = collapsed.rows['flow']!.filter(isAggregate);
    expect(row!['end']).toBe(separate.summary.lastTimeNs);
    expect(row!['duration']).toBe((row!['end'] as bigint) - (row!['start'] as bigint));
  });

  it('reach all packets through the index', async () => {
    const { rows, index } = await runEngine(portScan(500).capture());
    const [row] = rows['flow']!.filter(isAggregate);
    const first = parseInt((row!['id'] as string).slice(19).replace('-', ''), 16);
    const packets = await index.flowPackets(first);
    expect(packets).toHaveLength(row!['packets'] as number);
    expect(packets.map(({ number }) => number)).toEqual([...packets.keys()].map((i) => first + i));
  });
});

describe('what is not collapsed', () => {
  it('is a flow that was answered', async () => {
    const script = new PacketScript();
    for (let i = 0; i < 300; i++)
      script
        .at(i / 100)
        .ip(a, b, syn(1000 + i))
        .ip(b, a, tcp({ sourcePort: 1000 + i, destinationPort: 50_000, flags: 'RA' }));
    expect((await runEngine(script.capture())).rows['flow']).toHaveLength(300);
  });

  it('is a flow in which something was said', async () => {
    const script = new PacketScript();
    for (let i = 0; i < 300; i++)
      script
        .at(i / 100)
        .tcp(a, b, 1000 + i, 50_000)
        .send('a', 'GET / HTTP/1.0\r\n\r\n');
    expect((await runEngine(script.capture())).rows['flow']).toHaveLength(300);
  });

  it('is the traffic of other sources', async () => {
    const script = portScan(500);
    for (let i = 0; i < 50; i++) script.at(i / 10).udp(`10.0.9.${i}`, b, 9999, text('x'));
    const { rows } = await runEngine(script.capture());
    expect(rows['flow']!.filter((row) => (row['sourceIp'] as Uint8Array)[2] === 9)).toHaveLength(50);
  });
});

/** `count` SYNs to one host, each of a source of its own, a hundred a second. */
function flood(count: number, portOf: (i: number) => number): PacketScript {
  const script = new PacketScript();
  for (let i = 0; i < count; i++) script.at(i / 100).ip(`10.${1 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}`, b, syn(portOf(i)));
  return script;
}

describe('rows of a flood from many sources', () => {
  it('are one a flow up to ten times the rate of one source, then one for all of them', async () => {
    const { rows, summary } = await runEngine(flood(1500, () => 443).capture());
    const aggregates = rows['flow']!.filter(isAggregate);
    expect(aggregates).toHaveLength(1);
    const [row] = aggregates;
    expect(row).toMatchObject({
      destinationPort: 443,
      destinationIp: Uint8Array.of(10, 0, 0, 2),
      aggregatePorts: [443],
      communityId: null,
    });
    expect(row!['aggregate']).toBe(summary.packets - (rows['flow']!.length - 1));
    // 1,000 and what leaks out of the bucket in 15 s.
    expect(rows['flow']!.length).toBeGreaterThan(1000);
    expect(rows['flow']!.length).toBeLessThan(1300);
    const sources = row!['aggregateIps'] as Uint8Array[];
    expect(sources).toHaveLength(row!['aggregate'] as number);
    expect(sources[0]).toEqual(row!['sourceIp']);
  });

  it('stay one a flow just under that', async () => {
    expect((await runEngine(flood(1000, () => 443).capture())).rows['flow']).toHaveLength(1000);
  });

  it('are of the host when the ports differ', async () => {
    const [row] = (await runEngine(flood(1500, (i) => i + 1).capture())).rows['flow']!.filter(isAggregate);
    expect(row).toMatchObject({ destinationPort: null, destinationIp: Uint8Array.of(10, 0, 0, 2) });
    expect(row!['aggregatePorts']).toHaveLength(row!['aggregate'] as number);
  });

  it('keep totals and reach all packets through the index', async () => {
    const { rows, summary, index } = await runEngine(flood(1500, () => 443).capture());
    expect(rows['flow']!.reduce((sum, row) => sum + (row['bytes'] as number), 0)).toBe(summary.bytes);
    const [row] = rows['flow']!.filter(isAggregate);
    const first = parseInt((row!['id'] as string).slice(19).replace('-', ''), 16);
    const packets = await index.flowPackets(first);
    expect(packets).toHaveLength(row!['packets'] as number);
  });
});

describe('the groups', () => {
  it('are by port when one source sweeps many hosts', async () => {
    const script = new PacketScript();
    for (let i = 0; i < 400; i++) script.at(i / 100).ip(a, `10.1.${i >> 8}.${i & 255}`, syn(445));
    const [row] = (await runEngine(script.capture())).rows['flow']!.filter(isAggregate);
    expect(row).toMatchObject({ destinationPort: 445, aggregatePorts: [445] });
    expect((row!['aggregateIps'] as unknown[]).length).toBe(row!['aggregate']);
  });

  it('end when nothing more comes for a minute', async () => {
    const script = portScan(300);
    for (let i = 0; i < 300; i++) script.at(200 + i / 100).ip(a, b, syn(2000 + i));
    expect((await runEngine(script.capture())).rows['flow']!.filter(isAggregate)).toHaveLength(2);
  });
});
