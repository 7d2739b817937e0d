import {
  arp,
  concatenate,
  ethernet,
  fragmentHeader,
  hex,
  icmp,
  icmpv6,
  ipv4,
  ipv6,
  optionsHeader,
  tcp,
  text,
  u16,
  u32,
  u8,
  udp,
} from '@wirecase/testkit/packets';
import { describe, expect, it } from 'vitest';
import { Bucket, bucketName, decode, LinkType, Packet, weirdNames } from './index.ts';

/** Decode a whole frame at an odd position in a larger buffer of ones, so that reading outside of it shows. */
function decoded(frame: Uint8Array, linkType: number = LinkType.Ethernet, originalLength = frame.length): Packet {
  const buffer = concatenate(new Uint8Array(start).fill(255), frame, new Uint8Array(64).fill(255));
  const packet = new Packet();
  decode(packet, new DataView(buffer.buffer), start, frame.length, originalLength, linkType);
  return packet;
}
const start = 3;

function weirdsOf(packet: Packet): string[] {
  return Array.from(packet.weirds.subarray(0, packet.weirdCount), (code) => weirdNames[code]!);
}

const request = text('GET /');
const ports = { sourcePort: 40000, destinationPort: 80 };

describe('frames that belong to a flow', () => {
  it('reads TCP over IPv4 over Ethernet, field by field', () => {
    const frame = hex(`
      02 00 00 00 00 02  02 00 00 00 00 01  08 00  # to, from, IPv4
      45 00  00 2d                                 # version 4, 20 bytes of header; 45 bytes in all
      12 34  40 00  3f 06  00 00                   # id, don't fragment, TTL 63, TCP
      c0 00 02 01  c6 33 64 02                     # 192.0.2.1 -> 198.51.100.2
      9c 40  00 50                                 # 40000 -> 80
      ff ff ff fe  00 00 00 07                     # seq, ack
      50 18  72 10  00 00  00 00                   # 20 bytes of header, PSH ACK, window 29200
      47 45 54 20 2f                               # "GET /"
    `);
    expect(decoded(frame)).toMatchObject({
      bucket: Bucket.Flow,
      frameOffset: 3,
      capturedLength: 59,
      frameBytes: 59,
      destinationMacOffset: 3,
      sourceMacOffset: 9,
      etherType: 0x0800,
      vlanDepth: 0,
      ipVersion: 4,
      ipOffset: 17,
      ipBytes: 45,
      ipProtocol: 6,
      ttl: 63,
      sourceIpOffset: 29,
      destinationIpOffset: 33,
      sourceWord0: 0xc0000201 | 0,
      sourceWord1: 0,
      destinationWord0: 0xc6336402 | 0,
      isFragment: false,
      fragmentId: 0x1234,
      transportOffset: 37,
      hasPorts: true,
      sourcePort: 40000,
      destinationPort: 80,
      tcpSeq: -2,
      tcpAck: 7,
      tcpFlags: 0x18,
      tcpWindow: 29200,
      tcpHeaderLength: 20,
      payloadOffset: 57,
      payloadLength: 5,
      payloadBytes: 5,
      isTruncated: false,
      weirdCount: 0,
    });
  });

  it('reads IPv6 addresses as four words', () => {
    const packet = decoded(ethernet({}, ipv6({ source: '2001:db8::1', destination: 'ff02::fb' }, udp({}, request))));
    expect(packet).toMatchObject({
      bucket: Bucket.Flow,
      ipVersion: 6,
      ipBytes: 53,
      ipProtocol: 17,
      sourceWord0: 0x20010db8,
      sourceWord3: 1,
      destinationWord0: 0xff020000 | 0,
      destinationWord3: 0xfb,
      payloadBytes: 5,
      weirdCount: 0,
    });
  });

  const tcpRequest = tcp(ports, request);
  const overIpv4 = ipv4({}, tcpRequest);
  const overIpv6 = ipv6({}, tcpRequest);
  const sll = (arphrd: number, protocol: number, payload: Uint8Array) =>
    concatenate(u16(0, arphrd, 6), hex('020000000001 0000'), u16(protocol), payload);
  const sll2 = (protocol: number, payload: Uint8Array) =>
    concatenate(u16(protocol, 0), u32(3), u16(1), u8(0, 6), hex('020000000001 0000'), payload);

  const pppoe = (payload: Uint8Array) => concatenate(hex('11 00 0001'), u16(payload.length), payload);

  it.each<[string, number, Uint8Array]>([
    ['one VLAN tag', LinkType.Ethernet, ethernet({ vlans: [7] }, overIpv4)],
    ['QinQ by 802.1ad', LinkType.Ethernet, ethernet({ vlans: [{ tpid: 0x88a8, control: 5 }, 7] }, overIpv4)],
    ['QinQ before 802.1ad', LinkType.Ethernet, ethernet({ vlans: [{ tpid: 0x9100, control: 5 }, 7] }, overIpv6)],
    ['LLC and SNAP', LinkType.Ethernet, ethernet({ type: 8 + overIpv4.length }, concatenate(hex('aaaa03 000000 0800'), overIpv4))],
    ['raw IPv4', LinkType.Raw, overIpv4],
    ['raw IPv6', LinkType.Raw, overIpv6],
    ["DLT_RAW as OpenBSD's files have it", LinkType.RawOpenBsd, overIpv4],
    ["DLT_RAW as BSD's files have it", LinkType.RawBsd, overIpv6],
    ['LINKTYPE_IPV4', LinkType.Ipv4, overIpv4],
    ['LINKTYPE_IPV6', LinkType.Ipv6, overIpv6],
    ['BSD loopback, little-endian host', LinkType.Null, concatenate(hex('02000000'), overIpv4)],
    ['BSD loopback, big-endian host', LinkType.Null, concatenate(hex('00000002'), overIpv4)],
    ['BSD loopback, IPv6 on macOS', LinkType.Null, concatenate(hex('1e000000'), overIpv6)],
    ['BSD loopback, IPv6 on FreeBSD', LinkType.Null, concatenate(hex('1c000000'), overIpv6)],
    ['OpenBSD loopback', LinkType.Loop, concatenate(hex('00000018'), overIpv6)],
    ['Linux cooked', LinkType.LinuxSll, sll(1, 0x0800, overIpv4)],
    ['Linux cooked with a VLAN tag', LinkType.LinuxSll, sll(1, 0x8100, concatenate(u16(7, 0x86dd), overIpv6))],
    ['an MPLS label', LinkType.Ethernet, ethernet({ type: 0x8847 }, concatenate(hex('00010140'), overIpv4))],
    ['three MPLS labels', LinkType.Ethernet, ethernet({ type: 0x8848 }, concatenate(hex('00010040 00020040 00030140'), overIpv6))],
    ['PPPoE', LinkType.Ethernet, ethernet({ type: 0x8864, vlans: [7] }, pppoe(concatenate(hex('0021'), overIpv4)))],
    ['PPPoE, IPv6, compressed protocol', LinkType.PppEther, pppoe(concatenate(hex('57'), overIpv6))],
    ['PPP', LinkType.Ppp, concatenate(hex('0021'), overIpv4)],
    ['PPP in HDLC framing', LinkType.PppHdlc, concatenate(hex('ff03 0057'), overIpv6)],
    ['Cisco HDLC on a PPP link type', LinkType.Ppp, concatenate(hex('0f00 0800'), overIpv4)],
    ['Cisco HDLC', LinkType.CiscoHdlc, concatenate(hex('8f00 86dd'), overIpv6)],
    ['Linux cooked 2', LinkType.LinuxSll2, sll2(0x86dd, overIpv6)],
  ])('finds the ports and the payload behind %s', (_, linkType, frame) => {
    const packet = decoded(frame, linkType);
    expect(packet).toMatchObject({
      bucket: Bucket.Flow,
      ...ports,
      payloadOffset: start + frame.length - 5,
      payloadLength: 5,
      weirdCount: 0,
    });
  });

  it('keeps the outermost and the innermost VLAN id', () => {
    expect(decoded(ethernet({ vlans: [5, 6, 7] }, overIpv4))).toMatchObject({ vlanDepth: 3, outerVlan: 5, innerVlan: 7 });
    expect(decoded(ethernet({ vlans: [0xe007] }, overIpv4))).toMatchObject({ vlanDepth: 1, outerVlan: 7, innerVlan: 7 });
  });

  it('knows the source address of a cooked frame where it is one of Ethernet', () => {
    expect(decoded(sll(1, 0x0800, overIpv4), LinkType.LinuxSll).sourceMacOffset).toBe(start + 6);
    expect(decoded(sll2(0x0800, overIpv4), LinkType.LinuxSll2).sourceMacOffset).toBe(start + 12);
  });

  it('does not count Ethernet padding as payload', () => {
    const packet = decoded(ethernet({ padding: 6 }, ipv4({}, tcp({ ...ports, flags: 'S' }))));
    expect(packet).toMatchObject({ frameBytes: 60, ipBytes: 40, payloadLength: 0, payloadBytes: 0, weirdCount: 0 });
  });

  it('reads ICMP and ICMPv6 by type and code, without ports', () => {
    const ping = decoded(ethernet({}, ipv4({}, icmp(8, 0, 0x00010002, text('abcd')))));
    expect(ping).toMatchObject({ bucket: Bucket.Flow, hasPorts: false, icmpType: 8, icmpCode: 0, payloadBytes: 4 });
    const unreachable = decoded(ethernet({}, ipv6({}, icmpv6(1, 4))));
    expect(unreachable).toMatchObject({ bucket: Bucket.Flow, hasPorts: false, icmpType: 1, icmpCode: 4, payloadBytes: 0 });
  });

  it('reads the ports of SCTP', () => {
    const packet = decoded(ethernet({}, ipv4({ protocol: 132 }, concatenate(u16(36412, 36412), u32(1, 2), text('chunk')))));
    expect(packet).toMatchObject({ bucket: Bucket.Flow, hasPorts: true, sourcePort: 36412, destinationPort: 36412, payloadBytes: 5 });
  });

  it('makes a flow without ports of any other IP protocol', () => {
    const packet = decoded(ethernet({}, ipv4({ protocol: 89 }, text('OSPF'))));
    expect(packet).toMatchObject({ bucket: Bucket.Flow, ipProtocol: 89, hasPorts: false, icmpType: -1, payloadLength: 4, payloadBytes: 4 });
  });

  it('skips IPv4 options and finds TCP options', () => {
    const packet = decoded(ethernet({}, ipv4({ options: hex('94040000') }, tcp({ ...ports, options: hex('020405b4 01010101') }, request))));
    expect(packet).toMatchObject({
      ...ports,
      ipBytes: 57,
      tcpHeaderLength: 28,
      payloadBytes: 5,
      payloadOffset: packet.transportOffset + 28,
    });
  });

  it('forgets the packet before', () => {
    const packet = new Packet();
    const first = ethernet({ vlans: [5] }, ipv6({ extensions: [fragmentHeader(0, true, 9)] }, tcp(ports, new Uint8Array(12))));
    decode(packet, new DataView(first.buffer), 0, first.length, first.length, LinkType.Ethernet);
    const second = ethernet({ type: 0x0806 }, new Uint8Array(28));
    decode(packet, new DataView(second.buffer), 0, second.length, second.length, LinkType.Ethernet);
    const fresh = new Packet();
    decode(fresh, new DataView(second.buffer), 0, second.length, second.length, LinkType.Ethernet);
    expect({ ...packet, ...noWords }).toEqual({ ...fresh, ...noWords });
  });
  /** Address words are meant only where `ipVersion` is set. */
  const noWords = Object.fromEntries([0, 1, 2, 3].flatMap((i) => [`sourceWord${i}`, `destinationWord${i}`]).map((name) => [name, 0]));
});

describe('IPv6 extension headers', () => {
  it.each<[string, Parameters<typeof ipv6>[0]['extensions']]>([
    ['hop-by-hop options', [optionsHeader(0)]],
    ['long destination options', [optionsHeader(60, 3)]],
    ['routing', [{ protocol: 43, bytes: hex('00 02 00 01 00000000 fd000000000000000000000000000009') }]],
    ['authentication', [{ protocol: 51, bytes: hex('00 04 0000 00000001 00000001 000000000000000000000000') }]],
    ['all of them', [optionsHeader(0), optionsHeader(60), { protocol: 43, bytes: hex('00 00 00 00 00000000') }, optionsHeader(60)]],
    ['an atomic fragment (RFC 6946)', [fragmentHeader(0, false, 5)]],
  ])('are passed: %s', (_, extensions) => {
    const packet = decoded(ethernet({}, ipv6({ extensions }, tcp(ports, request))));
    expect(packet).toMatchObject({ bucket: Bucket.Flow, ipProtocol: 6, ...ports, payloadBytes: 5, isFragment: false, weirdCount: 0 });
  });

  it('are followed 16 deep', () => {
    const chain = (depth: number) => Array.from({ length: depth }, () => optionsHeader(60));
    expect(decoded(ethernet({}, ipv6({ extensions: chain(15) }, tcp(ports))))).toMatchObject({ bucket: Bucket.Flow, ...ports });
    const tooDeep = decoded(ethernet({}, ipv6({ extensions: chain(17) }, tcp(ports))));
    expect(bucketName(tooDeep.bucket)).toBe('ip-malformed');
    expect(weirdsOf(tooDeep)).toEqual(['ipv6-header-chain-too-long']);
  });

  it('that end beyond the datagram are not believed', () => {
    const frame = ethernet({}, ipv6({ protocol: 60 }, hex('06 ff 0104 00000000')));
    expect(weirdsOf(decoded(frame))).toEqual(['ipv6-header-truncated']);
    expect(bucketName(decoded(frame).bucket)).toBe('ip-malformed');
  });

  it('without a next header leave a flow without ports', () => {
    const packet = decoded(ethernet({ padding: 6 }, ipv6({}, new Uint8Array(0))));
    expect(packet).toMatchObject({ bucket: Bucket.Flow, ipProtocol: 59, ipBytes: 40, payloadBytes: 0, weirdCount: 0 });
  });
});

describe('fragments', () => {
  it('have ports in the first piece only (IPv4)', () => {
    const whole = ipv4({}, udp({ sourcePort: 1, destinationPort: 2 }, new Uint8Array(32))).subarray(20);
    const first = decoded(ethernet({}, ipv4({ id: 77, moreFragments: true, protocol: 17 }, whole.subarray(0, 16))));
    expect(first).toMatchObject({
      bucket: Bucket.Flow,
      isFragment: true,
      moreFragments: true,
      fragmentOffset: 0,
      fragmentId: 77,
      hasPorts: true,
      sourcePort: 1,
      payloadBytes: 8,
      weirdCount: 0,
    });
    const last = decoded(ethernet({}, ipv4({ id: 77, fragmentOffset: 16, protocol: 17 }, whole.subarray(16))));
    expect(last).toMatchObject({
      bucket: Bucket.Flow,
      isFragment: true,
      moreFragments: false,
      fragmentOffset: 16,
      fragmentId: 77,
      hasPorts: false,
      transportOffset: -1,
      payloadBytes: 24,
    });
  });

  it('have ports in the first piece only (IPv6), and the protocol in all', () => {
    const first = decoded(ethernet({}, ipv6({ extensions: [fragmentHeader(0, true, 0xfffffffe)], protocol: 17 }, u16(1, 2, 32, 0))));
    expect(first).toMatchObject({ isFragment: true, moreFragments: true, fragmentId: -2, hasPorts: true, ipProtocol: 17 });
    const later = decoded(ethernet({}, ipv6({ extensions: [fragmentHeader(8, false, 0xfffffffe)], protocol: 17 }, new Uint8Array(9))));
    expect(later).toMatchObject({ isFragment: true, fragmentOffset: 8, fragmentId: -2, hasPorts: false, ipProtocol: 17, payloadBytes: 9 });
  });

  it('are odd when they would end beyond 65,535 bytes or are not a multiple of 8', () => {
    const death = ipv4({ fragmentOffset: 65528, protocol: 1 }, new Uint8Array(100));
    expect(weirdsOf(decoded(ethernet({}, death)))).toEqual(['fragment-beyond-datagram']);
    const crooked = ipv4({ fragmentOffset: 8, moreFragments: true, protocol: 1 }, new Uint8Array(13));
    expect(weirdsOf(decoded(ethernet({}, crooked)))).toEqual(['fragment-length-odd']);
  });
});

describe('frames that belong to no flow', () => {
  const hosts = { mac: '02:00:00:00:00:01', ip: '10.0.0.1' };
  it.each<[string, Uint8Array]>([
    ['arp', ethernet({ type: 0x0806 }, arp(1, hosts, hosts))],
    ['arp', ethernet({ type: 0x0806, vlans: [5] }, arp(1, hosts, hosts))],
    ['lldp', ethernet({ type: 0x88cc }, new Uint8Array(46))],
    ['eapol', ethernet({ type: 0x888e }, new Uint8Array(46))],
    ['mpls', ethernet({ type: 0x8847 }, hex('00010140 00000000 020000000001'))],
    ['mpls', ethernet({ type: 0x8847 }, new Uint8Array(100))],
    ['mpls', ethernet({ type: 0x8847 }, hex('00010140'))],
    ['pppoe', ethernet({ type: 0x8864 }, hex('11 01 0001 0002 0021'))],
    ['ppp-0xc021', ethernet({ type: 0x8864, padding: 30 }, hex('11 00 0001 0006 c021 01010004'))],
    ['pppoe-discovery', ethernet({ type: 0x8863 }, hex('11 09 0000 0000'))],
    ['link-truncated', ethernet({ type: 0x8864 }, hex('11 00 0001 0002 00'))],
    ['slow-protocols', ethernet({ type: 0x8809 }, new Uint8Array(46))],
    ['ethertype-0x88a4', ethernet({ type: 0x88a4 }, new Uint8Array(46))],
    ['ethertype-0x0601', ethernet({ type: 0x0601 }, new Uint8Array(46))],
    ['stp', ethernet({ type: 38 }, concatenate(hex('424203'), new Uint8Array(35)))],
    ['stp', ethernet({ type: 50 }, concatenate(hex('aaaa03 00000c 010b'), new Uint8Array(42)))],
    ['cdp', ethernet({ type: 50 }, concatenate(hex('aaaa03 00000c 2000'), new Uint8Array(42)))],
    ['snap', ethernet({ type: 50 }, concatenate(hex('aaaa03 00000c 9999'), new Uint8Array(42)))],
    ['arp', ethernet({ type: 36 }, concatenate(hex('aaaa03 000000 0806'), new Uint8Array(28)))],
    ['ipx', ethernet({ type: 40 }, concatenate(hex('ffff'), new Uint8Array(38)))],
    ['llc', ethernet({ type: 40 }, concatenate(hex('0401'), new Uint8Array(38)))],
    ['vlan-too-deep', ethernet({ vlans: [1, 2, 3, 4, 5, 6, 7, 8, 9] }, ipv4({}, udp({})))],
    ['ethernet-truncated', new Uint8Array(13)],
    ['ethernet-truncated', new Uint8Array(0)],
    ['vlan-truncated', hex('020000000002 020000000001 8100 0005')],
    ['link-truncated', hex('020000000002 020000000001 0020 aaaa')],
    ['ip-truncated', ethernet({ type: 0x0800 }, new Uint8Array(19).fill(0x45))],
    ['ip-truncated', ethernet({ type: 0x86dd }, new Uint8Array(39).fill(0x60))],
    ['ip-malformed', ethernet({ type: 0x0800 }, concatenate(hex('65000014'), new Uint8Array(16)))],
    ['ip-malformed', ethernet({ type: 0x0800 }, concatenate(hex('44000014'), new Uint8Array(16)))],
    ['ip-malformed', ethernet({ type: 0x0800 }, concatenate(hex('45000013'), new Uint8Array(16)))],
    ['ip-malformed', ethernet({ type: 0x86dd }, concatenate(hex('40000000'), new Uint8Array(36)))],
    ['transport-truncated', ethernet({}, ipv4({ protocol: 6 }, hex('9c4000')))],
    ['transport-truncated', ethernet({}, ipv4({ protocol: 1 }, hex('08')))],
  ])('%s: %#', (name, frame) => {
    const packet = decoded(frame);
    expect(bucketName(packet.bucket)).toBe(name);
    expect(packet.hasPorts).toBe(false);
  });

  it.each<[string, number, Uint8Array]>([
    ['ppp-0xc021', LinkType.Ppp, hex('ff03 c021 01010004')],
    ['rarp', LinkType.CiscoHdlc, hex('8f00 8035 00000000')],
    ['link-truncated', LinkType.Ppp, hex('ff03 00')],
    ['link-truncated', LinkType.CiscoHdlc, hex('0f00 08')],
    ['link-type-147', 147, ipv4({}, udp({}))],
    ['address-family-7', LinkType.Null, hex('07000000 0000')],
    ['link-truncated', LinkType.Null, hex('020000')],
    ['link-truncated', LinkType.LinuxSll, new Uint8Array(15)],
    ['link-truncated', LinkType.LinuxSll2, new Uint8Array(19)],
    ['netlink', LinkType.LinuxSll, concatenate(u16(4, 824, 0), new Uint8Array(8), u16(0), new Uint8Array(16))],
    ['can', LinkType.LinuxSll, concatenate(u16(4, 280, 0), new Uint8Array(8), u16(0x000c), new Uint8Array(16))],
    ['stp', LinkType.LinuxSll, concatenate(u16(2, 1, 6), new Uint8Array(8), u16(0x0004), hex('424203'), new Uint8Array(35))],
    ['ip-truncated', LinkType.Raw, new Uint8Array(0)],
    ['ip-malformed', LinkType.Raw, hex('00')],
    ['ip-malformed', LinkType.Ipv4, ipv6({}, udp({}))],
  ])('%s of another link type: %#', (name, linkType, frame) => {
    expect(bucketName(decoded(frame, linkType).bucket)).toBe(name);
  });
});

describe('lengths that lie', () => {
  it('IP length 0 (segmentation offload): the frame gives the length', () => {
    const packet = decoded(ethernet({}, ipv4({ statedLength: 0 }, tcp(ports, new Uint8Array(3000)))));
    expect(packet).toMatchObject({ bucket: Bucket.Flow, ipBytes: 3040, payloadBytes: 3000 });
    expect(weirdsOf(packet)).toEqual(['ip-length-zero']);
    expect(decoded(ethernet({}, ipv6({ statedLength: 0 }, tcp(ports, new Uint8Array(3000)))))).toMatchObject({
      ipBytes: 3060,
      payloadBytes: 3000,
    });
  });

  it('IP length beyond the frame: the frame is believed', () => {
    const packet = decoded(ethernet({}, ipv4({ statedLength: 65535 }, tcp(ports, request))));
    expect(packet).toMatchObject({ ipBytes: 45, payloadLength: 5, payloadBytes: 5, isTruncated: false });
    expect(weirdsOf(packet)).toEqual(['ip-length-beyond-frame']);
  });

  it('UDP length beyond the datagram is odd; within it, it ends the payload', () => {
    expect(weirdsOf(decoded(ethernet({}, ipv4({}, udp({ statedLength: 14 }, request)))))).toEqual(['udp-length-bad']);
    expect(weirdsOf(decoded(ethernet({}, ipv4({}, udp({ statedLength: 7 }, request)))))).toEqual(['udp-length-bad']);
    const shorter = decoded(ethernet({}, ipv4({}, udp({ statedLength: 11 }, request))));
    expect(shorter).toMatchObject({ payloadLength: 3, payloadBytes: 3, weirdCount: 0 });
  });

  it.each([16, 28, 60])('TCP data offset of %i bytes that cannot be: no payload is believed', (statedHeaderLength) => {
    const packet = decoded(ethernet({}, ipv4({}, tcp({ ...ports, statedHeaderLength }, request))));
    expect(packet).toMatchObject({ bucket: Bucket.Flow, ...ports, payloadLength: 0, payloadBytes: 0 });
    expect(weirdsOf(packet)).toEqual(['tcp-header-bad']);
  });

  it('802.3 length beyond the frame', () => {
    expect(weirdsOf(decoded(ethernet({ type: 1000 }, concatenate(hex('424203'), new Uint8Array(35)))))).toEqual(['ethernet-length-bad']);
  });
});

describe('packets cut by the snap length', () => {
  const whole = ethernet({}, ipv4({}, tcp({ ...ports, flags: 'S' }, new Uint8Array(1000))));

  it('keep their lengths on the wire', () => {
    const packet = decoded(whole.subarray(0, 96), LinkType.Ethernet, whole.length);
    expect(packet).toMatchObject({
      capturedLength: 96,
      frameBytes: 1054,
      ipBytes: 1040,
      isTruncated: true,
      payloadLength: 42,
      payloadBytes: 1000,
      weirdCount: 0,
    });
  });

  it('keep their flags when the TCP header is cut after them, and their ports when it is cut after those', () => {
    const flags = decoded(whole.subarray(0, 34 + 14), LinkType.Ethernet, whole.length);
    expect(flags).toMatchObject({ bucket: Bucket.Flow, ...ports, tcpFlags: 2, payloadLength: 0, payloadBytes: 1000, isTruncated: true });
    expect(weirdsOf(flags)).toEqual(['transport-header-cut']);
    expect(decoded(whole.subarray(0, 34 + 4), LinkType.Ethernet, whole.length)).toMatchObject({
      bucket: Bucket.Flow,
      ...ports,
      tcpFlags: 0,
    });
    expect(bucketName(decoded(whole.subarray(0, 34 + 3), LinkType.Ethernet, whole.length).bucket)).toBe('transport-truncated');
  });
});
