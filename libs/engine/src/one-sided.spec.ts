/** Captures that lack one direction: nobody failed only because the answers are missing. */
import { arp, ethernet, icmp, PacketScript, text } from '@wirecase/testkit/packets';
import { describe, expect, it } from 'vitest';
import { runEngine } from './run.fixture.ts';

const client = '10.0.0.1';
const classesOf = async (script: PacketScript) =>
  ((await runEngine(script.capture(), { alerts: true })).rows['alert'] ?? []).map(({ alertClass }) => alertClass);

/** The client's side of connections with ever other hosts, each of which was answered. */
function browse(script: PacketScript, connections: number, port = 80): void {
  for (let i = 0; i < connections; i++) {
    const talk = script.tcp(client, `10.0.${1 + (i >> 7)}.${1 + (i & 127)}`, port, 20_000 + i).syn();
    talk.next.b++;
    talk.ack('a').send('a', 'GET').lose('b', 1_000).ack('a').fin('a');
  }
}

describe('in a capture without answers', () => {
  it('a client of many servers is no scanner', async () => {
    const script = new PacketScript();
    browse(script, 200);
    expect(await classesOf(script)).toEqual([]);
  });

  it('a client of many services of one host is no scanner', async () => {
    const script = new PacketScript();
    for (let port = 1; port <= 60; port++) {
      const talk = script.tcp(client, '10.0.0.2', port, 20_000 + port).syn();
      talk.next.b++;
      talk.ack('a').send('a', 'hello');
    }
    expect(await classesOf(script)).toEqual([]);
  });

  it('questions by UDP to many hosts or services are no scan, as long as nothing is refused', async () => {
    const script = new PacketScript();
    browse(script, 20);
    for (let i = 1; i <= 100; i++) script.udp(client, `10.0.9.${i}`, 161, text('status?'), 30_000 + i);
    for (let port = 1; port <= 100; port++) script.udp(client, '10.0.0.2', port, text('hello?'), 31_000 + port);
    expect(await classesOf(script)).toEqual([]);
  });

  it('a stream of datagrams is no flood', async () => {
    const script = new PacketScript();
    browse(script, 20);
    for (let i = 0; i < 3_000; i++) script.udp(client, '10.0.0.2', 5004, text('x'.repeat(160)), 5004);
    expect(await classesOf(script)).toEqual([]);
  });

  it('pings of many hosts are no sweep', async () => {
    const script = new PacketScript();
    browse(script, 20);
    for (let i = 1; i <= 40; i++) script.ip(client, `10.0.9.${i}`, icmp(8, 0, (7 << 16) | i, text('abcdefgh')));
    script
      .at(300)
      .frame(ethernet({ type: 0x0806 }, arp(1, { mac: '02:00:00:00:00:01', ip: client }, { mac: '00:00:00:00:00:00', ip: client })));
    expect(await classesOf(script)).toEqual([]);
  });

  it('servers of which only the answers are seen scan nobody', async () => {
    const script = new PacketScript();
    for (let i = 0; i < 200; i++) {
      const talk = script.tcp(`10.0.7.${1 + (i % 100)}`, '10.0.0.2', 80, 20_000 + i);
      talk.synAck().ack('b').send('b', 'HTTP/1.1 200 OK\r\n\r\n').fin('b');
    }
    expect(await classesOf(script)).toEqual([]);
  });
});

describe('with answers, or without connections that show that they are missing', () => {
  it('SYNs that nobody follows up are a scan', async () => {
    const script = new PacketScript();
    browse(script, 20);
    for (let port = 1; port <= 60; port++) script.tcp('10.0.0.66', '10.0.0.2', port, 40_000).syn();
    expect(await classesOf(script)).toEqual(['scan.vertical']);
  });

  it('pings that nobody answers are a sweep', async () => {
    const script = new PacketScript();
    for (let i = 1; i <= 40; i++) script.ip(client, `10.0.9.${i}`, icmp(8, 0, (7 << 16) | i, text('abcdefgh')));
    expect(await classesOf(script)).toEqual(['scan.ping']);
  });
});
