import { readFileSync } from 'node:fs';
import type { HostService } from '@wirecase/contract';
import { arp, concatenate, ethernet, hex, ipv4, pcap, PacketScript, tcp, text, u16, u8, udp } from '@wirecase/testkit/packets';
import { describe, expect, it } from 'vitest';
import { runEngine } from '../run.fixture.ts';

interface Host {
  event: { start: string; end: string };
  host: {
    ip: string;
    name: string[];
    mac: string[];
    os?: { name: string; full?: string };
    network: Record<'ingress' | 'egress', { packets: number; bytes: number }>;
  };
  user: { name: string[] };
  wirecase: {
    host: {
      id: string;
      aggregate: number;
      names: { name: string; source: string }[];
      role: string[];
      service: string[];
      services: HostService[];
      uses: string[];
      peers: number;
      top_peers: { ip: string; flows: number; bytes: number }[];
      os_reasons: { source: string }[];
    };
  };
}

async function hostsOf(capture: Uint8Array, options = {}): Promise<Map<string, Host>> {
  const { json } = await runEngine(capture, options);
  return new Map(((json['host'] ?? []) as unknown as Host[]).map((row) => [row.host.ip, row]));
}

const trace = (name: string): Uint8Array => readFileSync(new URL(`../../../../e2e/traces/${name}`, import.meta.url));
const second = 1_000_000_000n;
const capture = (...frames: Uint8Array[]) => pcap(frames.map((data, i) => ({ timeNs: BigInt(i) * second, data })));

/** An answer of a DNS server to a client, with one record for the name that was asked for. */
function dnsAnswer(name: string, type: number, data: Uint8Array, address = { source: '10.0.0.53', destination: '10.0.0.1' }): Uint8Array {
  const labels = name.split('.').map((label) => concatenate(u8(label.length), text(label)));
  const question = concatenate(...labels, u8(0), u16(type), u16(1));
  const answer = concatenate(u16(0xc00c), u16(type), u16(1), hex('00000e10'), u16(data.length), data);
  const message = concatenate(u16(7), u16(0x8180), u16(1), u16(1), u16(0), u16(0), question, answer);
  return ethernet({}, ipv4({ ...address, protocol: 17 }, udp({ sourcePort: 53, destinationPort: 40_000 }, message)));
}

const says = (source: string, destination: string) =>
  ethernet({}, ipv4({ source, destination, protocol: 17 }, udp({ sourcePort: 5000, destinationPort: 6000 }, text('x'))));

describe('the hosts of a capture', () => {
  it('are the addresses that sent something, each once', async () => {
    const script = new PacketScript();
    script.tcp('10.0.0.1', '10.0.0.2', 80, 40_000).handshake();
    script.tcp('10.0.0.1', '10.0.0.3', 80, 40_001).syn();
    const hosts = await hostsOf(script.capture());
    expect([...hosts.keys()].sort()).toEqual(['10.0.0.1', '10.0.0.2']);
    expect(hosts.get('10.0.0.1')!.wirecase.host).toMatchObject({ peers: 2, aggregate: 1, uses: ['tcp/80'], service: [] });
    expect(hosts.get('10.0.0.2')!.wirecase.host).toMatchObject({ peers: 1, service: ['tcp/80'], uses: [] });
  });

  it('have the names of the certificates that they show', async () => {
    const hosts = await hostsOf(trace('tls.pcap'));
    const names = hosts.get('10.20.0.2')!.wirecase.host.names.filter(({ source }) => source === 'certificate');
    expect(names.map(({ name }) => name).sort()).toEqual(['mail.example.test', 'www.example.test']);
    expect(hosts.get('10.20.0.1')!.wirecase.host.names).toEqual([]);
  });

  it('have the packets, bytes and times of their flows', async () => {
    const { json } = await runEngine(trace('sample.pcapng'));
    const flows = json['flow'] as unknown as {
      event: { start: string; end: string };
      source: { ip: string; packets: number; bytes: number };
      destination: { ip: string; packets: number; bytes: number };
    }[];
    for (const { host, event } of json['host'] as unknown as Host[]) {
      const asSource = flows.filter(({ source }) => source.ip === host.ip);
      const asDestination = flows.filter(({ destination }) => destination.ip === host.ip);
      const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
      expect(host.network.egress).toEqual({
        packets: sum([...asSource.map((flow) => flow.source.packets), ...asDestination.map((flow) => flow.destination.packets)]),
        bytes: sum([...asSource.map((flow) => flow.source.bytes), ...asDestination.map((flow) => flow.destination.bytes)]),
      });
      const all = [...asSource, ...asDestination];
      // ARP was before.
      expect(event.start <= all.map((flow) => flow.event.start).sort()[0]!).toBe(true);
      expect(event.end).toBe(
        all
          .map((flow) => flow.event.end)
          .sort()
          .at(-1),
      );
    }
  });

  it('are not told by ports that refused', async () => {
    const script = new PacketScript();
    script.tcp('10.0.0.1', '10.0.0.2', 81, 40_000).syn().rst('b');
    expect((await hostsOf(script.capture())).get('10.0.0.2')!.wirecase.host.service).toEqual([]);
  });

  it('beyond the limit are one row, those first of whom nothing is known', async () => {
    const frames = Array.from({ length: 300 }, (_, i) => says(`10.1.${i >> 8}.${i & 255}`, '10.0.0.9'));
    const script = new PacketScript();
    script.tcp('10.0.0.1', '10.0.0.2', 80, 40_000).handshake();
    const known = script.capture();
    const hosts = await hostsOf(new Uint8Array([...known, ...capture(...frames).subarray(24)]), { maxHosts: 50, collapse: false });
    expect(hosts.get('10.0.0.2')!.wirecase.host.service).toEqual(['tcp/80']);
    expect(hosts.size).toBeLessThanOrEqual(51);
    const others = hosts.get('0.0.0.0')!;
    const rest = [...hosts.values()].filter(({ host }) => host.ip !== '0.0.0.0' && host.ip.startsWith('10.1.'));
    const sent = [...hosts.values()].reduce((sum, { host }) => sum + host.network.egress.packets, 0);
    expect(sent).toBe(300 + 3);
    expect(others.wirecase.host.aggregate / (300 - rest.length)).toBeCloseTo(1, 1);
  });

  it('have ids that are the same again', async () => {
    const ids = async () => [...(await hostsOf(trace('smb.pcap'))).values()].map(({ wirecase }) => wirecase.host.id);
    const first = await ids();
    expect(new Set(first).size).toBe(first.length);
    expect(await ids()).toEqual(first);
  });

  it('are left out when nobody asks for them', async () => {
    expect((await hostsOf(trace('sample.pcapng'), { hosts: false })).size).toBe(0);
  });
});

describe('a name', () => {
  it.each([
    ['of an address record', dnsAnswer('www.example.test', 1, u8(10, 0, 0, 7)), '10.0.0.7', 'www.example.test', 'dns'],
    ['of a pointer record', dnsAnswer('7.0.0.10.in-addr.arpa', 12, concatenate(u8(2), text('ws'), u8(0))), '10.0.0.7', 'ws', 'dns'],
  ])('%s is that of the address', async (_what, answer, ip, name, source) => {
    const hosts = await hostsOf(capture(answer, says('10.0.0.7', '10.0.0.1')));
    expect(hosts.get(ip)!.host.name).toEqual([name]);
    expect(hosts.get(ip)!.wirecase.host.names).toMatchObject([{ name, source }]);
  });

  it('of TLS, HTTP and DHCP says who told it', async () => {
    const server = (await hostsOf(trace('sample.pcapng'))).get('10.20.0.2')!;
    expect(server.wirecase.host.names.map(({ name, source }) => `${source} ${name}`)).toEqual(
      expect.arrayContaining(['dns www.example.test', 'http www.example.test', 'tls mail.example.test']),
    );
    expect(server.host.name.filter((name) => name === 'www.example.test')).toHaveLength(1);
  });
});

describe('services, users and systems', () => {
  it('of a server are those that it answered with, and what it says of itself', async () => {
    const server = (await hostsOf(trace('sample.pcapng'))).get('10.20.0.2')!;
    expect(server.wirecase.host.role).toEqual(expect.arrayContaining(['dns-server', 'web-server']));
    const ssh = server.wirecase.host.services.find(({ port }) => port === 22)!;
    expect(ssh).toMatchObject({ transport: 'tcp', protocols: ['ssh'] });
    expect(ssh.product).toMatch(/^OpenSSH_/);
    expect(server.host.os).toEqual({ name: 'Linux', full: 'Debian' });
  });

  it('of a client are the options of its SYN, its TTL and its user agents', async () => {
    const client = (await hostsOf(trace('sample.pcapng'))).get('10.20.0.1')!;
    expect(client.wirecase.host.os_reasons.map(({ source }) => source)).toEqual(
      expect.arrayContaining(['user agent', 'tcp syn', 'ssh banner', 'ttl']),
    );
    expect(client.user.name).toEqual(['alice']);
  });

  it('of Windows are told by a SYN alone', async () => {
    const options = hex('020405b4 01 030308 01 01 0402'.replaceAll(' ', ''));
    const syn = tcp({ sourcePort: 50_000, destinationPort: 80, flags: 'S', window: 64_240, options });
    const hosts = await hostsOf(capture(ethernet({}, ipv4({ source: '10.0.0.5', destination: '10.0.0.6', protocol: 6, ttl: 128 }, syn))));
    expect(hosts.get('10.0.0.5')!.host.os?.name).toBe('Windows');
  });
});

describe('MAC addresses', () => {
  const router = '02:00:00:00:00:fe';
  const frame = (sourceMac: string, source: string) =>
    ethernet(
      { source: sourceMac, destination: '02:00:00:00:00:01' },
      ipv4({ source, destination: '10.0.0.1', protocol: 17 }, udp({ sourcePort: 53, destinationPort: 5353 })),
    );

  it('are those that ARP says', async () => {
    const said = arp(1, { mac: '02:00:00:00:00:0a', ip: '10.0.0.10' }, { mac: '00:00:00:00:00:00', ip: '10.0.0.1' });
    const hosts = await hostsOf(capture(ethernet({ type: 0x0806 }, said)));
    expect(hosts.get('10.0.0.10')!.host.mac).toEqual(['02:00:00:00:00:0a']);
  });

  it('of a router are not those of the hosts behind it, and it is the gateway', async () => {
    const said = arp(2, { mac: router, ip: '10.0.0.254' }, { mac: '02:00:00:00:00:01', ip: '10.0.0.1' });
    const outside = ['198.51.100.1', '198.51.100.2', '203.0.113.3'];
    const hosts = await hostsOf(capture(ethernet({ type: 0x0806 }, said), ...outside.map((ip) => frame(router, ip))));
    expect(hosts.get('10.0.0.254')!.host.mac).toEqual([router]);
    expect(hosts.get('10.0.0.254')!.wirecase.host.role).toEqual(['gateway']);
    for (const ip of outside) expect(hosts.get(ip)!.host.mac).toEqual([]);
  });
});
