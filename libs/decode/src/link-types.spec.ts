import { concatenate, hex } from '@wirecase/testkit/packets';
import { describe, expect, it } from 'vitest';
import { decoded, start } from './decoded.fixture.ts';
import { Bucket, bucketName } from './index.ts';
import { addresses, linkFrames, snap4, wlanHeader } from './link-frames.fixture.ts';
import { LinkType } from './link.ts';
import { inFour } from './tunnels.fixture.ts';

describe('a link type', () => {
  it.each(linkFrames)('leads to the flow: %s', (_, linkType, bytes, behind) => {
    expect(decoded(bytes, linkType)).toMatchObject({
      bucket: Bucket.Flow,
      sourcePort: 40000,
      destinationPort: 80,
      payloadOffset: start + bytes.length - behind - 5,
      payloadBytes: 5,
      weirdCount: 0,
    });
  });

  it.each(linkFrames)('is in no flow without its packet: %s', (_, linkType, bytes, behind) => {
    const packet = decoded(bytes.subarray(0, bytes.length - behind - 48), linkType, bytes.length);
    expect(packet.bucket).not.toBe(Bucket.Flow);
  });

  it.each<[string, number, Uint8Array]>([
    ['wlan-management', LinkType.Wlan, wlanHeader('8000', new Uint8Array(40))],
    ['wlan-control', LinkType.Wlan, hex('d400 0000 020000000001')],
    ['wlan-null', LinkType.Wlan, wlanHeader('4801')],
    ['wlan-encrypted', LinkType.Wlan, wlanHeader('0841', new Uint8Array(40))],
    ['wlan-extension', LinkType.Wlan, wlanHeader('0c00')],
    ['wlan-fragment', LinkType.Wlan, concatenate(hex('0801 0000'), new Uint8Array(18), hex('1100'), snap4, inFour)],
    ['eapol', LinkType.Wlan, wlanHeader('0802', hex('aaaa03 000000 888e'), new Uint8Array(8))],
    ['link-truncated', LinkType.WlanRadiotap, hex('00 00 4000 00000000')],
    ['link-truncated', LinkType.Nflog, hex('02 00 0000 0800 0100 0800 0100')],
    ['link-truncated', LinkType.WlanPrism, hex('44000000 90000000')],
    ['link-type-192', LinkType.Ppi, hex('00 00 0800 c0000000 00')],
    ['q933', LinkType.FrameRelay, hex('1841 03 08 00')],
    ['osi', LinkType.FrameRelay, hex('1841 03 81 00')],
    ['osi', LinkType.CiscoHdlc, hex('0f00 fefe 00')],
    ['macsec', LinkType.Ethernet, concatenate(addresses, hex('88e5 0c 00 00000001'), new Uint8Array(40))],
    ['arp', LinkType.ArcnetLinux, hex('01 02 0000 d5 00 0001')],
    ['can', LinkType.Can, new Uint8Array(16)],
    ['netlink', LinkType.Netlink, new Uint8Array(16)],
    ['llc', LinkType.Fddi, concatenate(hex('4f'), addresses)],
  ])('or to a bucket: %s', (name, linkType, bytes) => {
    expect(bucketName(decoded(bytes, linkType).bucket)).toBe(name);
  });

  it('of 802.11 tells who sent and who receives, whichever way the frame goes', () => {
    const ends = (control: string) => {
      const packet = decoded(wlanHeader(control, hex('020000000004'), snap4, inFour), LinkType.Wlan);
      return [packet.sourceMacOffset, packet.destinationMacOffset].map((offset) => (offset - start - 4) / 6);
    };
    // Addresses count from 0; the fourth stands behind the sequence number (IEEE 802.11-2020 table 9-30).
    expect(ends('0800')).toEqual([1, 0]);
    expect(ends('0801')).toEqual([1, 2]);
    expect(ends('0802')).toEqual([2, 0]);
    expect(ends('0803')).toEqual([20 / 6, 2]);
  });
});
