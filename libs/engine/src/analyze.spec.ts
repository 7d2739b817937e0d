import { arp, concatenate, ethernet, ipv4, PacketScript, pcap, Pcapng, tcp, text, udp } from '@wirecase/testkit/packets';
import { describe, expect, it } from 'vitest';
import { runEngine } from './run.fixture.ts';

const a = '10.0.0.1';
const b = '10.0.0.2';

function webCapture(): PacketScript {
  const script = new PacketScript();
  const talk = script.at(0).tcp(a, b, 80);
  talk.handshake().send('a', 'GET /x HTTP/1.1\r\nHost: example.com\r\n\r\n').ack('b');
  talk.send('b', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok').fin('a').fin('b').ack('a');
  return script;
}

describe('the rows of a capture', () => {
  it('are its flows, with the protocol found and the same id each time', async () => {
    const capture = webCapture().capture();
    const { json } = await runEngine(capture);
    expect(json['flow']).toHaveLength(1);
    expect(json['flow']![0]).toMatchObject({
      source: { ip: a, port: 40000, packets: 5 },
      destination: { ip: b, port: 80, packets: 4 },
      network: { transport: 'tcp', protocol: ['http'], type: 'ipv4' },
      wirecase: { flow: { state: 'SF', history: 'ShADadFf' } },
    });
    expect((await runEngine(capture)).json).toEqual(json);
  });

  it('are the records of its protocols, tied to flow and packet', async () => {
    const { json } = await runEngine(webCapture().capture());
    const [flow] = json['flow']!;
    expect(json['http']).toMatchObject([
      {
        url: { domain: 'example.com', path: '/x' },
        source: { ip: a, port: 40000 },
        destination: { ip: b, port: 80 },
        wirecase: { flow: { id: (flow as { wirecase: { flow: { id: string } } }).wirecase.flow.id } },
      },
    ]);
  });

  it('do not depend on how the file was cut into chunks', async () => {
    const capture = webCapture().capture();
    const whole = await runEngine(capture, {}, capture.length);
    for (const chunkBytes of [1, 7, 100]) {
      const cut = await runEngine(capture, {}, chunkBytes);
      expect(cut.json).toEqual(whole.json);
      expect(cut.indexBytes).toEqual(whole.indexBytes);
    }
  });

  it('find a protocol on any port, and by the responder alone', async () => {
    const script = new PacketScript();
    const talk = script.tcp(a, b, 12345);
    talk.handshake().lose('a', 30).send('b', 'HTTP/1.1 204 No Content\r\n\r\n').fin('b');
    const { json } = await runEngine(script.capture());
    expect(json['flow']).toMatchObject([{ network: { protocol: ['http'] } }]);
    expect(json['http']).toMatchObject([{ http: { response: { status_code: 204 } } }]);
  });

  it('find a protocol whose first bytes come one at a time', async () => {
    const script = new PacketScript();
    const talk = script.tcp(a, b, 12345).handshake();
    for (const character of 'GET / HTTP/1.0\r\nHost: slow\r\n\r\n') talk.send('a', character);
    const { json } = await runEngine(script.capture());
    expect(json['http']).toMatchObject([{ url: { domain: 'slow' } }]);
  });

  it('are weirds once per flow and name, with the count', async () => {
    const script = new PacketScript();
    const talk = script.tcp(a, b, 80).handshake().rst('a');
    talk.send('a', 'x').send('a', 'y');
    const { json, summary } = await runEngine(script.capture());
    expect(json['weird']).toMatchObject([{ wirecase: { weird: { name: 'tcp_data_after_reset', count: 2 }, packet: { number: 5 } } }]);
    expect(summary.weirds).toEqual({ tcp_data_after_reset: 2 });
  });

  it('are bounded in weirds: beyond the bound only the count goes on', async () => {
    const script = new PacketScript();
    for (let i = 0; i < 20; i++) script.tcp(a, b, 80, 40_000 + i).fin('a');
    const { json, summary } = await runEngine(script.capture(), { maxWeirdRows: 5 });
    expect(json['weird']).toHaveLength(5);
    expect(summary.weirds).toEqual({ tcp_fin_without_connection: 20 });
  });
});

describe('packets outside flows', () => {
  it('are counted in named buckets', async () => {
    const sender = { mac: '02:00:00:00:00:01', ip: a };
    const piece = ipv4({ source: a, destination: b, protocol: 17, fragmentOffset: 1480 }, text('tail'));
    const capture = pcap([
      { data: ethernet({ type: 0x0806 }, arp(1, sender, { mac: '00:00:00:00:00:00', ip: b })) },
      { data: ethernet({}, piece) },
      { data: ethernet({}, ipv4({ source: a, destination: b }, udp({}))) },
      { data: new Uint8Array(3) },
    ]);
    const { summary } = await runEngine(capture);
    expect(summary).toMatchObject({
      packets: 4,
      flows: 1,
      nonFlow: { arp: 1, 'ip-fragment': 1, 'ethernet-truncated': 1 },
      linkTypes: ['ETHERNET'],
    });
  });
});

describe('the summary of a capture', () => {
  it('has totals and times, whatever the order of packets', async () => {
    const script = new PacketScript();
    script.at(5).udp(a, b, 53, text('x')).at(1.5).udp(a, b, 53, text('x'));
    const { summary } = await runEngine(script.capture());
    expect(summary).toMatchObject({
      format: 'pcap-ns',
      packets: 2,
      bytes: 86,
      firstTimeNs: 1_700_000_001_500_000_000n,
      lastTimeNs: 1_700_000_005_000_000_000n,
      dropped: null,
    });
  });

  it('says of times that are not as recorded what is wrong with them', async () => {
    const data = ethernet({}, ipv4({ source: a, destination: b }, udp({})));
    const carried = await runEngine(pcap([{ seconds: 1, fraction: 1_500_000, data }]));
    expect(carried.rows['weird']).toMatchObject([{ name: 'time_fraction_carried', packet: 1, time: 2_500_000_000n }]);
    const pcapng = new Pcapng();
    const clamped = pcapng.packet(0, 0xffff_ffff_ffff_ffffn, data);
    const { summary } = await runEngine(concatenate(pcapng.section(), pcapng.interface(), clamped, pcapng.simplePacket(data)));
    expect(summary.weirds).toEqual({ time_clamped: 1, time_absent: 1 });
  });

  it('counts what no flow can hold under the name of its link type', async () => {
    const { summary } = await runEngine(pcap([{ data: new Uint8Array(20) }], { linkType: 189 }));
    expect(summary.nonFlow).toEqual({ 'link-type-usb-linux': 1 });
  });

  it('has no times when there are no packets', async () => {
    expect((await runEngine(pcap([]))).summary).toMatchObject({ packets: 0, flows: 0, firstTimeNs: null, lastTimeNs: null });
  });

  it('says where the capture is damaged and what was readable', async () => {
    const capture = concatenate(webCapture().capture(), new Uint8Array(5));
    expect((await runEngine(capture)).summary).toMatchObject({ packets: 9, damaged: [{ length: 5 }] });
  });

  it('says by which interfaces packets came, how many were dropped, and what is written beside them', async () => {
    const ng = new Pcapng();
    const frame = ethernet({}, ipv4({ source: a, destination: b }, udp({})));
    const options: [number, Uint8Array][] = [
      [1, text('behind the firewall\u0000')],
      [2, text('eth0')],
      [3, text('uplink')],
      [9, Uint8Array.of(0x80 | 20)],
      [11, text('\u0000tcp port 443')],
    ];
    const packet = ng.packet(0, 0n, frame, { options: [[1, text('look here')]] });
    const drops = ng.statistics(0, [[5, ng.order.u64(12n)]]);
    const { summary } = await runEngine(concatenate(ng.section(), ng.interface(1, options, 96), ng.interface(101), packet, drops));
    expect(summary.dropped).toBe(12);
    expect(summary.interfaces).toEqual([
      { name: 'eth0', description: 'uplink', filter: 'tcp port 443', linkType: 'ETHERNET', snapLength: 96, resolution: '2^-20 s' },
      { name: '', description: '', filter: '', linkType: 'RAW', snapLength: 262_144, resolution: '10^-6 s' },
    ]);
    const comments = [
      { packet: 0, text: 'behind the firewall\\x00' },
      { packet: 1, text: 'look here' },
    ];
    expect(summary.said).toEqual({ comments, names: 0, secrets: 0, skippedBlocks: 0 });
  });

  it('keeps 100 interfaces and 100 comments of 1,000 characters', async () => {
    const ng = new Pcapng();
    const interfaces = Array.from({ length: 300 }, (_, i) =>
      ng.interface(1, [
        [1, text('x'.repeat(3000))],
        [2, text(`eth${i}`)],
      ]),
    );
    const { summary } = await runEngine(concatenate(ng.section(), ...interfaces));
    expect(summary.interfaces).toHaveLength(100);
    expect(summary.said.comments.map(({ text: comment }) => comment.length)).toEqual(Array.from({ length: 100 }, () => 1000));
  });

  it('of something that is no capture is an error that says what it is', async () => {
    await expect(runEngine(text('hello, this is a plain text'))).rejects.toThrow(/text/);
    await expect(runEngine(new Uint8Array(0))).rejects.toMatchObject({ code: 'capture.empty' });
  });
});

describe('detectors', () => {
  const scan = () => {
    const script = new PacketScript();
    for (let port = 1; port <= 300; port++) script.ip(a, b, tcp({ sourcePort: 50_000, destinationPort: port, flags: 'S' }));
    return script.capture();
  };

  it('raise alerts with ids that are the same each time', async () => {
    const { json } = await runEngine(scan(), { alerts: true });
    expect(json['alert']).toMatchObject([{ source: { ip: a }, destination: { ip: b }, threat: { technique: { id: ['T1046'] } } }]);
    expect((await runEngine(scan(), { alerts: true })).json['alert']).toEqual(json['alert']);
  });

  it('can be left out', async () => {
    expect((await runEngine(scan(), { alerts: false })).json['alert']).toBeUndefined();
  });
});
