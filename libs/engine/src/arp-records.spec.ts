import { arp, ethernet, PacketScript } from '@wirecase/testkit/packets';
import { describe, expect, it } from 'vitest';
import { runEngine } from './run.fixture.ts';

const a = { mac: '02:00:00:00:00:0a', ip: '10.0.0.1' };
const b = { mac: '02:00:00:00:00:0b', ip: '10.0.0.2' };
const nobody = '00:00:00:00:00:00';
type End = typeof a;

function frame(operation: number, sender: End, target: End, source = sender.mac, vlans: number[] = []): Uint8Array {
  return ethernet({ source, type: 0x0806, vlans }, arp(operation, sender, target));
}
const asks = (sender: End, ip: string) => frame(1, sender, { mac: nobody, ip });
const answers = (sender: End, target: End) => frame(2, sender, target);
const ipOf = (i: number) => `10.1.${i >> 8}.${i & 255}`;
const macOf = (i: number) => `02:01:00:00:${(i >> 8).toString(16).padStart(2, '0')}:${(i & 255).toString(16).padStart(2, '0')}`;

async function rowsOf(script: PacketScript) {
  return (await runEngine(script.capture())).json['arp']!;
}

describe('records of ARP', () => {
  it('are one row for an operation between the same two, with how often it was said and answered', async () => {
    const script = new PacketScript();
    script.at(0).frame(asks(a, b.ip)).at(1).frame(asks(a, b.ip)).at(2).frame(answers(b, a));
    expect(await rowsOf(script)).toMatchObject([
      {
        '@timestamp': '2023-11-14T22:13:20.000000000Z',
        event: { end: '2023-11-14T22:13:21.000000000Z' },
        arp: { opcode: 1, sender: a, target: { mac: nobody, ip: b.ip }, gratuitous: false },
        wirecase: { packet: { number: 1 }, arp: { meaning: 'request', count: 2, answers: 1 } },
      },
      {
        arp: { opcode: 2, sender: b, target: a },
        wirecase: { packet: { number: 3 }, arp: { meaning: 'reply', count: 1, unsolicited: 0 } },
      },
    ]);
  });

  it('tell a probe, an announcement and a gratuitous reply (RFC 5227)', async () => {
    const script = new PacketScript();
    script
      .frame(asks({ ...a, ip: '0.0.0.0' }, a.ip))
      .frame(asks(a, a.ip))
      .frame(answers(a, { mac: 'ff:ff:ff:ff:ff:ff', ip: a.ip }));
    expect(await rowsOf(script)).toMatchObject([
      { arp: { gratuitous: false, sender: { ip: '0.0.0.0' } }, wirecase: { arp: { meaning: 'probe' } } },
      { arp: { gratuitous: true }, wirecase: { arp: { meaning: 'announcement' } } },
      { arp: { gratuitous: true }, wirecase: { arp: { meaning: 'gratuitous_reply', unsolicited: 0 } } },
    ]);
  });

  it('tell a reply that nobody asked for, or not within 10 seconds', async () => {
    const script = new PacketScript();
    script.at(0).frame(answers(b, a)).at(1).frame(asks(a, b.ip)).at(11).frame(answers(b, a)).at(13).frame(answers(b, a));
    expect(await rowsOf(script)).toMatchObject([
      { wirecase: { arp: { meaning: 'reply', count: 3, unsolicited: 2 } } },
      { wirecase: { arp: { meaning: 'request', answers: 1 } } },
    ]);
  });

  it('tell who sent the frame where it is not the sender, and the VLAN', async () => {
    const script = new PacketScript();
    script.frame(frame(2, b, a, '02:00:00:00:00:0c', [7]));
    expect(await rowsOf(script)).toMatchObject([{ network: { vlan: { id: [7] } }, wirecase: { arp: { frame_mac: '02:00:00:00:00:0c' } } }]);
  });

  it('are 64 rows of a sender of many addresses, and one for the others', async () => {
    const script = new PacketScript();
    for (let i = 0; i < 2000; i++) script.frame(asks(a, ipOf(i)));
    script.frame(answers({ mac: b.mac, ip: ipOf(1999) }, a));
    const rows = (await runEngine(script.capture())).rows['arp']!;
    expect(rows).toHaveLength(66);
    expect(rows.find(({ targets }) => targets !== null)).toMatchObject({ senderMac: a.mac, targetIp: null, count: 1936, answers: 1 });
    expect(rows.find(({ targets }) => targets !== null)!['targets']).toHaveLength(1000);
    expect(rows.at(-1)).toMatchObject({ meaning: 'reply', unsolicited: 0 });
  });

  it('are bounded in a flood of senders, and count every packet', async () => {
    const script = new PacketScript();
    for (let i = 0; i < 12_000; i++) script.frame(asks({ mac: macOf(i), ip: ipOf(i) }, b.ip));
    const rows = (await runEngine(script.capture())).rows['arp']!;
    expect(rows.length).toBeLessThanOrEqual(5001);
    expect(rows.reduce((sum, { count }) => sum + (count as number), 0)).toBe(12_000);
    expect(rows.find(({ senderMac }) => senderMac === null)).toMatchObject({ opcode: 1, senderIp: null, targetIp: null, targetMac: null });
  });

  it('are none of ARP for other addresses or cut short', async () => {
    const script = new PacketScript();
    const sound = asks(a, b.ip);
    const other = sound.slice();
    other[14] = 6;
    script.frame(other).frame(sound.subarray(0, 41));
    const { rows, summary } = await runEngine(script.capture());
    expect(rows['arp']).toBeUndefined();
    expect(summary.nonFlow).toEqual({ arp: 2 });
  });
});
