import { arp, concatenate, ethernet, hex, ipv4, ipv6, u16, udp } from '@wirecase/testkit/packets';
import { describe, expect, it } from 'vitest';
import { decoded } from './decoded.fixture.ts';
import { bucketName, LinkType } from './index.ts';

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
