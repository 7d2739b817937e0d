import type { DetectorModule, NeighbourView } from '@wirecase/detect';
import { testPlatform } from '@wirecase/testkit';
import {
  concatenate,
  ethernet,
  hex,
  icmp,
  icmpv6,
  ipv4,
  ipv6,
  PacketScript,
  type Transport,
  u32,
  u8,
  udp,
} from '@wirecase/testkit/packets';
import { expect, it } from 'vitest';
import { Analyzer } from './analyze.ts';

const [a, b] = ['fe80::a', 'ff02::1'];
const address = (last: number) => concatenate(hex('20010db8000000000000000000000000').subarray(0, 15), u8(last));
const link = (type: number) => concatenate(u8(type, 1), hex('02000000000a'));
const advertised = icmpv6(136, 0, 0xa0000000, concatenate(address(7), link(2)));

/** What detectors are told of a frame, as copies: views are valid during the call. */
function toldOf(frame: Uint8Array): NeighbourView[] {
  const told: NeighbourView[] = [];
  const listener: DetectorModule = {
    rule: { id: 'listener', name: '', version: '1', needs: [], doc: '' },
    options: {},
    create: () => ({ neighbour: (message) => void told.push(structuredClone(message)), finish: () => {} }),
  };
  const sink = { record: () => {} };
  const analyzer = new Analyzer({ platform: testPlatform, sink, captureSha256: new Uint8Array(32), detectors: [listener] });
  analyzer.push(new PacketScript().frame(frame).capture());
  analyzer.finish();
  return told;
}
const inIpv6 = (transport: Transport, hopLimit = 255, vlans: number[] = []) =>
  ethernet({ vlans }, ipv6({ source: a, destination: b, ttl: hopLimit }, transport));
const words = (...values: number[]) => Int32Array.from(values);
const db8 = (last: number) => words(0x20010db8, 0, 0, last);

it('reads a neighbour that is told of, with its flags and link-layer address', () => {
  expect(toldOf(inIpv6(advertised, 255, [7]))).toMatchObject([
    {
      ...{ ipVersion: 6, icmpType: 136, vlan: 7, sourceMac: 0x02_00_00_00_00_01, target: db8(7), linkMac: 0x02_00_00_00_00_0a },
      ...{ isRouter: true, isSolicited: false, isOverride: true, source: words(0xfe800000, 0, 0, 10) },
    },
  ]);
});

it('reads a router with its prefixes and DNS servers', () => {
  const prefix = concatenate(u8(3, 4, 64, 0xc0), u32(86400, 14400, 0), address(0));
  const servers = concatenate(u8(25, 5, 0, 0), u32(600), address(0x53), address(0x54));
  const router = icmpv6(134, 0, 0x40000708, concatenate(u32(0, 0), link(1), prefix, servers));
  expect(toldOf(inIpv6(router))).toMatchObject([
    { icmpType: 134, lifetime: 1800, linkMac: 0x02_00_00_00_00_0a, prefixCount: 1, dnsServerCount: 2, isOverride: false },
  ]);
  const [{ prefixes, dnsServers }] = toldOf(inIpv6(router)) as [NeighbourView];
  expect(prefixes.subarray(0, 4)).toEqual(db8(0));
  expect(dnsServers.subarray(0, 8)).toEqual(words(...db8(0x53), ...db8(0x54)));
});

it('reads redirects: the router that they lead to, and what it leads to', () => {
  const six = icmpv6(137, 0, 0, concatenate(address(1), address(2), link(2)));
  expect(toldOf(inIpv6(six))).toMatchObject([{ icmpType: 137, target: db8(1), about: db8(2), linkMac: 0x02_00_00_00_00_0a }]);
  const quoted = ipv4({ source: '10.0.0.1', destination: '192.0.2.9' }, udp({ destinationPort: 9 }));
  const four = ethernet({}, ipv4({ source: '10.0.0.254', destination: '10.0.0.1' }, icmp(5, 1, 0x0a000042, quoted)));
  expect(toldOf(four)).toMatchObject([
    { ipVersion: 4, icmpType: 5, target: words(0x0a000042, 0, 0, 0), about: words(0xc0000209, 0, 0, 0), linkMac: -1 },
  ]);
});

it.each([
  ['was forwarded on its way', inIpv6(advertised, 254)],
  ['has a code', inIpv6(icmpv6(136, 1, 0, concatenate(address(7), link(2))))],
  ['is cut short', inIpv6(icmpv6(136, 0, 0, address(7).subarray(0, 15)))],
  ['is of another type', inIpv6(icmpv6(128, 0, 0, address(7)))],
  ['redirects without saying what', ethernet({}, ipv4({ source: '10.0.0.254', destination: '10.0.0.1' }, icmp(5, 1, 1)))],
])('tells of none that %s', (_, frame) => {
  expect(toldOf(frame)).toEqual([]);
});

it('believes no option behind one whose length is 0 or beyond the end', () => {
  for (const bad of [u8(1, 0, 0, 0, 0, 0, 0, 0), u8(1, 9, 0, 0, 0, 0, 0, 0)])
    expect(toldOf(inIpv6(icmpv6(136, 0, 0, concatenate(address(7), bad, link(2)))))).toMatchObject([{ linkMac: -1 }]);
});
