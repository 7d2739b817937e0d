import {
  concatenate,
  ethernet,
  fragmentHeader,
  hex,
  icmp,
  icmpv6,
  ipv4,
  ipv6,
  tcp,
  text,
  u16,
  u32,
  u8,
  udp,
} from '@wirecase/testkit/packets';
import { describe, expect, it } from 'vitest';
import { decoded, start } from './decoded.fixture.ts';
import { Bucket, decode, LinkType, Packet } from './index.ts';

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
    ['loopback with an EtherType in the family', LinkType.Null, concatenate(hex('0f000800'), overIpv4)],
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
