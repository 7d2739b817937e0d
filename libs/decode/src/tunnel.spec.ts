import { arp, concatenate, ethernet, hex, icmp, ipv4, ipv6, tcp, text, u8, udp } from '@wirecase/testkit/packets';
import { describe, expect, it } from 'vitest';
import { decoded, start, weirdsOf } from './decoded.fixture.ts';
import { Bucket, type Packet, tunnelTypeNames, TunnelWord, tunnelWords } from './index.ts';
import { carriedBy, inFour, overUdp, request, tunnelFrames } from './tunnels.fixture.ts';

function tunnelsOf(packet: Packet): { type: string; key: number | null }[] {
  return Array.from({ length: packet.tunnelCount }, (_, layer) => {
    const at = layer * tunnelWords;
    const key = packet.tunnels[at + TunnelWord.HasKey] ? packet.tunnels[at + TunnelWord.Key]! >>> 0 : null;
    return { type: tunnelTypeNames[packet.tunnels[at + TunnelWord.Type]!]!, key };
  });
}

describe('a tunnel', () => {
  it.each(tunnelFrames)('is opened: %s', (_, type, key, frame) => {
    const packet = decoded(frame);
    expect(tunnelsOf(packet)).toEqual([{ type, key }]);
    expect(packet).toMatchObject({
      bucket: Bucket.Flow,
      frameBytes: frame.length,
      sourcePort: 40000,
      destinationPort: 80,
      payloadOffset: start + frame.length - 5,
      payloadLength: 5,
      payloadBytes: 5,
      weirdCount: 0,
    });
  });

  it('keeps the endpoints that carry it, and gives those within', () => {
    const packet = decoded(overUdp(4789, hex('08000000 00000700'), ethernet({ vlans: [9] }, inFour)));
    expect([...packet.tunnels.subarray(TunnelWord.IpVersion, TunnelWord.Destination + 1)]).toEqual([
      4,
      51000,
      4789,
      0xc0000201 | 0,
      0,
      0,
      0,
      0xc0000202 | 0,
    ]);
    expect(packet).toMatchObject({ sourceWord0: 0x0a000001, destinationWord0: 0x0a000002, vlanDepth: 1, innerVlan: 9, ipBytes: 45 });
  });

  it('leaves no ports to what has none', () => {
    expect(decoded(overUdp(2152, hex('30ff 001c 00000001'), ipv4({}, icmp(8, 0))))).toMatchObject({
      icmpType: 8,
      hasPorts: false,
      sourcePort: 0,
    });
    expect(decoded(overUdp(4789, hex('08000000 00000700'), ethernet({}, ipv4({ protocol: 89 }, text('OSPF')))))).toMatchObject({
      ipProtocol: 89,
      hasPorts: false,
      destinationPort: 0,
    });
  });

  it('in a tunnel is opened too, up to eight', () => {
    const nested = (depth: number) => {
      let packet = ipv4({}, request);
      for (let i = 0; i < depth; i++) packet = ipv4({ source: `10.1.0.${i}`, protocol: 4 }, packet);
      return ethernet({}, packet);
    };
    expect(decoded(nested(8))).toMatchObject({ tunnelCount: 8, destinationPort: 80, weirdCount: 0 });
    const tooDeep = decoded(nested(9));
    expect(tooDeep).toMatchObject({ bucket: Bucket.Flow, tunnelCount: 8, ipProtocol: 4, hasPorts: false });
    expect(weirdsOf(tooDeep)).toEqual(['tunnel_too_deep']);
  });

  it('of different types may nest', () => {
    const packet = decoded(carriedBy(41, ipv6({ protocol: 47 }, concatenate(hex('0000 0800'), inFour))));
    expect(tunnelsOf(packet).map(({ type }) => type)).toEqual(['6in4', 'gre']);
  });
});

describe('what is no flow in a tunnel leaves the packet to the flow that carries it', () => {
  const hosts = { mac: '02:00:00:00:00:01', ip: '10.0.0.1' };
  it.each<[string, Uint8Array, object]>([
    ['ARP in VXLAN', overUdp(4789, hex('08000000 00000700'), ethernet({ type: 0x0806 }, arp(1, hosts, hosts))), { destinationPort: 4789 }],
    ['a GRE keepalive', carriedBy(47, hex('0000 0000')), { ipProtocol: 47 }],
    ['an unknown protocol in GRE', carriedBy(47, hex('0000 9999 00000000')), { ipProtocol: 47 }],
    ['an acknowledgment of PPTP', carriedBy(47, hex('2081 880b 0000 0001 00000001')), { ipProtocol: 47 }],
    ['an echo of GTP-U', overUdp(2152, hex('32 01 0004 00000000 0001 0000')), { destinationPort: 2152 }],
    ['LCP in L2TP', overUdp(1701, hex('0002 0001 0002 ff03 c021 01010004')), { destinationPort: 1701 }],
    ['a control message of L2TP', overUdp(1701, hex('c802 000c 0001 0000 0000 0001')), { destinationPort: 1701 }],
    ['a keep-alive of CAPWAP', overUdp(5247, hex('00 10 02 08 0000 0000'), new Uint8Array(20)), { destinationPort: 5247 }],
    ['a bubble of Teredo whose IPv6 is cut', overUdp(3544, hex('60000000 0008 3b 15'), new Uint8Array(32)), { destinationPort: 3544 }],
  ])('%s', (_, frame, expected) => {
    expect(decoded(frame)).toMatchObject({ bucket: Bucket.Flow, tunnelCount: 0, weirdCount: 0, ...expected });
  });

  it('the inner tunnel only, when the outer one carries a flow', () => {
    const packet = decoded(carriedBy(4, ipv4({ protocol: 47 }, hex('0000 0806 00000000'))));
    expect(packet).toMatchObject({ bucket: Bucket.Flow, tunnelCount: 1, ipProtocol: 47 });
  });
});

describe('other traffic on a port of tunnels', () => {
  const payload = text('a line of text that is long enough for any header, and then some more of it');
  it.each([1701, 2152, 3544, 4341, 4789, 4790, 5072, 5247, 6080, 6081, 6635, 8472, 37008])('stays a flow of UDP: %i', (port) => {
    expect(decoded(overUdp(port, payload))).toMatchObject({ bucket: Bucket.Flow, tunnelCount: 0, destinationPort: port, weirdCount: 0 });
    expect(decoded(overUdp(port, new Uint8Array(60)))).toMatchObject({ tunnelCount: 0, destinationPort: port });
  });

  it.each<[string, Uint8Array]>([
    ['the flag of VXLAN that is missing', overUdp(4789, hex('00000000 00000700'), ethernet({}, inFour))],
    ['a version of GENEVE that there is not', overUdp(6081, hex('40 00 6558 000007 00'), ethernet({}, inFour))],
    ['an inner length beyond the datagram', overUdp(4789, hex('08000000 00000700'), ethernet({}, ipv4({ statedLength: 900 }, request)))],
    ['IPv6 without a Teredo address', overUdp(61000, ipv6({}, request))],
    ['a stack of labels without a bottom', overUdp(6635, hex('00010040 00020040'), inFour)],
    ['IP behind LISP that is not whole', overUdp(4341, hex('80 010203 00000001'), ipv4({ statedLength: 30 }, request))],
    ['a length of GTP-U beyond the datagram', overUdp(2152, hex('30ff 0500 00000001'), inFour)],
  ])('is told by %s', (_, frame) => {
    expect(decoded(frame)).toMatchObject({ bucket: Bucket.Flow, tunnelCount: 0, ipProtocol: 17, weirdCount: 0 });
  });
});

describe('a tunnel that the snap length cuts', () => {
  const whole = overUdp(4789, hex('08000000 00000700'), ethernet({}, ipv4({}, tcp({ destinationPort: 80 }, new Uint8Array(1000)))));

  it('is opened as long as its flow can be told', () => {
    const packet = decoded(whole.subarray(0, 128), 1, whole.length);
    expect(packet).toMatchObject({ tunnelCount: 1, destinationPort: 80, payloadBytes: 1000, isTruncated: true, weirdCount: 0 });
  });

  it('is not guessed otherwise', () => {
    expect(decoded(whole.subarray(0, 70), 1, whole.length)).toMatchObject({
      bucket: Bucket.Flow,
      tunnelCount: 0,
      destinationPort: 4789,
      isTruncated: true,
    });
  });
});

describe('what begins like GUE', () => {
  it.each([
    ['IPv6 with a length of its own', '60fbc1ba 0000 50 00 8080ebf1ca52f02000075b2d0ff60398 df045b34c9783832c004c00263032002 36000000'],
    ['IPv4 shorter than the datagram', '45080023 451f1b0b ff2a695a 6d000000 76280004 9c8e000000b91182ff3930fbde0000d51837dd3005eb08fc'],
    ['GRE with reserved bits', '002f0d0f f580004091305a453011f6570aa90800'],
    ['GRE of no known type', '002f6300 2000 40d9 00adced628c9000a'],
  ])('is an ordinary datagram where nothing whole is in it: %s', (_, payload) => {
    const packet = decoded(overUdp(6080, hex(payload)));
    expect(packet).toMatchObject({ bucket: Bucket.Flow, tunnelCount: 0, destinationPort: 6080, weirdCount: 0 });
  });

  it('is GUE with GRE in it', () => {
    expect(tunnelsOf(decoded(overUdp(6080, hex('002f0000 0000 0800'), inFour))).map(({ type }) => type)).toEqual(['gue', 'gre']);
  });
});

describe('other transports', () => {
  it('UDP-Lite has the ports of UDP, and its payload to the end (RFC 3828 3.1)', () => {
    const packet = decoded(ethernet({}, ipv4({ protocol: 136 }, hex('9c40 0050  0008 0000  4745542f'))));
    expect(packet).toMatchObject({ hasPorts: true, sourcePort: 40000, destinationPort: 80, payloadBytes: 4, weirdCount: 0 });
  });

  it('DCCP states the length of its header (RFC 4340 5.1)', () => {
    const request = hex('9c40 0050  05 00 0000  01 000000  00000001 00000000  4745542f');
    expect(decoded(ethernet({}, ipv4({ protocol: 33 }, request)))).toMatchObject({ hasPorts: true, destinationPort: 80, payloadBytes: 4 });
  });

  it('what the authentication header protects is the flow (RFC 4302 2)', () => {
    const header = hex('06 04 0000 00000001 00000001 000000000000000000000000');
    const plain = ipv4({}, request).subarray(20);
    const packet = decoded(ethernet({}, ipv4({ protocol: 51 }, concatenate(header, plain))));
    expect(packet).toMatchObject({ ipProtocol: 6, destinationPort: 80, payloadBytes: 5, weirdCount: 0 });
    const cut = decoded(ethernet({}, ipv4({ protocol: 51 }, header.subarray(0, 16))));
    expect(cut).toMatchObject({ bucket: Bucket.Flow, ipProtocol: 51, hasPorts: false });
  });

  it('encrypted payload is a flow of its endpoints', () => {
    expect(decoded(ethernet({}, ipv4({ protocol: 50 }, new Uint8Array(40))))).toMatchObject({ bucket: Bucket.Flow, ipProtocol: 50 });
    expect(decoded(ethernet({}, ipv4({}, udp({ sourcePort: 4500, destinationPort: 4500 }, u8(1, 2, 3, 4))))).destinationPort).toBe(4500);
  });
});
