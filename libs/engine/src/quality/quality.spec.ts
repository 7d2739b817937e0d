import type { FlowRow, QualityFigures, QualityRow, RecordSink } from '@wirecase/contract';
import { arp, ethernet, ipv4, PacketScript, pcap, tcp, text, udp } from '@wirecase/testkit/packets';
import { describe, expect, it } from 'vitest';
import { IdMaker } from '../ids.ts';
import { runEngine } from '../run.fixture.ts';
import { Quality } from './quality.ts';

interface Row extends QualityFigures {
  id: string;
  start: bigint;
  end: bigint;
  ip: Uint8Array | null;
}

/** Rows as `minute address`, the minute counted from the one in which scripts begin; `all` for the whole capture. */
async function qualityOf(capture: Uint8Array, options = {}): Promise<Map<string, Row>> {
  const { rows } = await runEngine(capture, options);
  const list = (rows['quality'] ?? []) as unknown as Row[];
  return new Map(list.map((row) => [`${Number(row.start / 1_000_000_000n - 1_699_999_980n) / 60} ${row.ip?.join('.') ?? 'all'}`, row]));
}

/** Scripts begin 20 seconds into a minute. */
const a = '10.0.0.1';
const b = '10.0.0.2';

describe('capture quality', () => {
  it('counts a flow in the minute in which it began, for both of its hosts and for the whole capture', async () => {
    const script = new PacketScript();
    script.tcp(a, b, 80).handshake().send('a', '12345').send('b', '1234567890');
    script.at(39.9);
    script.udp(a, '10.0.0.3', 53, text('who?'));
    script.at(40);
    script.udp(a, '10.0.0.3', 53, text('who?'), 40_001);
    const quality = await qualityOf(script.capture());
    expect([...quality.keys()]).toEqual(['0 all', '0 10.0.0.1', '0 10.0.0.2', '0 10.0.0.3', '1 all', '1 10.0.0.1', '1 10.0.0.3']);
    expect(quality.get('0 all')).toMatchObject({ flows: 2, packets: 6, conversations: 1, halfSeen: 0, datagramFlows: 1, unanswered: 1 });
    expect(quality.get('0 all')).toMatchObject({ payloadBytes: 15 + 4, oneSided: 1, gapBytes: 0, truncated: 0, encryptedFlows: 0 });
    expect(quality.get('0 10.0.0.2')).toMatchObject({ flows: 1, packets: 5, conversations: 1, datagramFlows: 0, payloadBytes: 15 });
    expect(quality.get('1 10.0.0.1')).toMatchObject({ flows: 1, packets: 1, datagramFlows: 1, unanswered: 1 });
    const { start, end } = quality.get('1 all')!;
    expect(end - start).toBe(60_000_000_000n);
  });

  it('knows a connection whose other side was not captured from one that nobody answered', async () => {
    const script = new PacketScript();
    // The client's side of a whole connection: the answer to its SYN and the data it acknowledges are missing.
    const half = script.tcp(a, b, 80, 40_000).syn();
    half.next.b++;
    half.ack('a').send('a', 'GET').lose('b', 500).ack('a').fin('a');
    // The server's side of one, from its SYN-ACK on.
    script.tcp(a, b, 80, 40_001).synAck().send('b', 'HTTP').fin('b');
    // One that had begun before the capture, seen while its server sends.
    script.tcp(a, b, 80, 40_002).send('b', 'one').send('b', 'two');
    const answered = script.tcp(a, b, 80, 40_003).handshake();
    answered.fin('a').fin('b');
    // Nobody answered these: a SYN and the same again, the answer to a forged SYN, an ACK and a FIN as scans send them.
    script.tcp(a, b, 22, 40_004).syn();
    script.at(1).tcp(a, b, 23, 40_005).segment('a', 'S', { seq: 9, ack: 0 }).segment('a', 'S', { seq: 9, ack: 0 });
    script.tcp('10.0.0.9', b, 80, 40_006).synAck();
    script.tcp(a, b, 25, 40_007).ack('a');
    script.tcp(a, b, 26, 40_008).segment('a', 'F', {}).segment('a', 'F', {});
    // Data that is sent again and again to somebody who is gone.
    script
      .tcp(a, b, 27, 40_009)
      .segment('a', 'PA', { payload: text('x') })
      .segment('a', 'PA', { payload: text('x') });
    const { rows } = await runEngine(script.capture());
    const all = (rows['quality'] as unknown as Row[]).find(({ ip }) => ip === null)!;
    expect(all).toMatchObject({ flows: 10, conversations: 4, halfSeen: 3, oneSided: 9 });
  });

  it('counts bytes of streams that were passed over', async () => {
    const script = new PacketScript();
    const talk = script.tcp(a, b, 80).handshake();
    talk.send('b', '1234').lose('b', 1_000).send('b', '5678').ack('a');
    const quality = await qualityOf(script.capture());
    expect(quality.get('0 10.0.0.2')).toMatchObject({ gapBytes: 1_000, payloadBytes: 8, conversations: 1, halfSeen: 0 });
  });

  it('counts flows with packets that the capture cut short', async () => {
    const whole = ethernet(
      {},
      ipv4({ source: a, destination: b, protocol: 17 }, udp({ sourcePort: 1000, destinationPort: 2000 }, text('x'.repeat(100)))),
    );
    const other = ethernet({}, ipv4({ source: b, destination: a }, tcp({ sourcePort: 3, destinationPort: 4, flags: 'S' })));
    const quality = await qualityOf(pcap([{ data: whole.subarray(0, 60), originalLength: whole.length }, { data: other }]));
    expect(quality.get('0 all')).toMatchObject({ flows: 2, truncated: 1, payloadBytes: 100 });
  });

  it('expects no answer of many hosts', async () => {
    const script = new PacketScript();
    script.udp(a, '224.0.0.251', 5353, text('who?'));
    script.udp(a, '255.255.255.255', 67, text('me'));
    // The broadcast address of a network is known by the frame.
    script.frame(
      ethernet(
        { destination: 'ff:ff:ff:ff:ff:ff' },
        ipv4({ source: a, destination: '10.0.0.255', protocol: 17 }, udp({ sourcePort: 137, destinationPort: 137 }, text('?'))),
      ),
    );
    const quality = await qualityOf(script.capture());
    expect(quality.get('0 10.0.0.1')).toMatchObject({ flows: 3, oneSided: 0, datagramFlows: 0, unanswered: 0 });
    expect(quality.has('0 224.0.0.251')).toBe(false);
  });

  it('counts what protocols encrypt, not what a port alone promises', async () => {
    const script = new PacketScript();
    const ssh = script.tcp(a, b, 2222, 40_000).handshake();
    ssh.send('b', 'SSH-2.0-OpenSSH_9.6\r\n').send('a', 'SSH-2.0-OpenSSH_9.7\r\n');
    script.tcp(a, b, 443, 40_001).handshake().send('a', 'hello');
    const quality = await qualityOf(script.capture());
    expect(quality.get('0 all')).toMatchObject({ flows: 2, encryptedFlows: 1, encryptedBytes: 42, payloadBytes: 47 });
  });

  it('gives hosts beyond the bound one row a minute and version of IP', async () => {
    const script = new PacketScript();
    for (let i = 1; i <= 4; i++) script.udp(`10.0.1.${i}`, '10.0.0.53', 53, text('who?'));
    script.udp('2001:db8::1', '2001:db8::2', 53, text('who?'));
    const quality = await qualityOf(script.capture(), { maxQualityRows: 3 });
    expect([...quality.keys()]).toEqual([
      '0 all',
      '0 10.0.1.1',
      '0 10.0.0.53',
      '0 10.0.1.2',
      '0 0.0.0.0',
      `0 ${Array(16).fill(0).join('.')}`,
    ]);
    expect(quality.get('0 0.0.0.0')).toMatchObject({ flows: 2, unanswered: 2 });
    expect(quality.get('0 10.0.0.53')).toMatchObject({ flows: 4 });
    expect(quality.get('0 all')).toMatchObject({ flows: 5 });
  });

  it('sums up minutes beyond a week in one row', async () => {
    const { rows } = await runEngine(new PacketScript().udp(a, b, 53, text('?')).capture());
    const flow = rows['flow']![0] as FlowRow;
    const written: QualityRow[] = [];
    const sink: RecordSink = { record: (_type, row) => void written.push(row as unknown as QualityRow) };
    const quality = new Quality({ sink, ids: new IdMaker(new Uint8Array(32)), maxCells: 1 });
    for (let i = 0n; i < 10_082n; i++) quality.flow({ ...flow, start: flow.start + i * 60_000_000_000n });
    quality.finish(0);
    const all = written.filter(({ ip }) => ip === null);
    expect(all).toHaveLength(10_081);
    expect(all.at(-1)).toMatchObject({ flows: 2 });
    expect(all.at(-1)!.end - all.at(-1)!.start).toBe(120_000_000_000n);
    expect(new Set(written.map(({ id }) => id)).size).toBe(written.length);
    expect(Number.parseInt(written.at(-1)!.id.slice(-12), 16)).toBeLessThan(1 << 16);
  });

  it('counts the flows of a row that stands for many', async () => {
    const script = new PacketScript();
    for (let port = 1; port <= 300; port++) script.tcp(a, b, port, 40_000).syn();
    const quality = await qualityOf(script.capture());
    expect(quality.get('0 10.0.0.2')).toMatchObject({ flows: 300, packets: 300, oneSided: 300, conversations: 0, halfSeen: 0 });
  });

  it('has no rows without flows', async () => {
    const question = arp(1, { mac: '02:00:00:00:00:01', ip: a }, { mac: '00:00:00:00:00:00', ip: b });
    expect((await qualityOf(pcap([{ data: ethernet({ type: 0x0806 }, question) }]))).size).toBe(0);
  });
});
