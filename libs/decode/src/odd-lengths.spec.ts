import { concatenate, ethernet, hex, ipv4, ipv6, tcp, text, u32, udp } from '@wirecase/testkit/packets';
import { describe, expect, it } from 'vitest';
import { decoded, weirdsOf } from './decoded.fixture.ts';
import { Bucket, bucketName, LinkType } from './index.ts';

const request = text('GET /');
const ports = { sourcePort: 40000, destinationPort: 80 };

describe('lengths that lie', () => {
  it('IP length 0 (segmentation offload): the frame gives the length', () => {
    const packet = decoded(ethernet({}, ipv4({ statedLength: 0 }, tcp(ports, new Uint8Array(3000)))));
    expect(packet).toMatchObject({ bucket: Bucket.Flow, ipBytes: 3040, payloadBytes: 3000 });
    expect(weirdsOf(packet)).toEqual(['ip_length_zero']);
    expect(decoded(ethernet({}, ipv6({ statedLength: 0 }, tcp(ports, new Uint8Array(3000)))))).toMatchObject({
      ipBytes: 3060,
      payloadBytes: 3000,
    });
  });

  it('IPv6 length 0 of a jumbogram is sound: its option says how long it is (RFC 2675 2)', () => {
    const segment = ipv6({ statedLength: 0 }, tcp(ports, new Uint8Array(70_000))).subarray(40);
    const option = concatenate(hex('06 00 c2 04'), u32(8 + segment.length));
    const packet = decoded(ethernet({}, ipv6({ statedLength: 0, protocol: 0 }, concatenate(option, segment))));
    expect(packet).toMatchObject({ ipBytes: 40 + 8 + segment.length, payloadBytes: 70_000, destinationPort: 80, weirdCount: 0 });
  });

  it('IP length beyond the frame: the frame is believed', () => {
    const packet = decoded(ethernet({}, ipv4({ statedLength: 65535 }, tcp(ports, request))));
    expect(packet).toMatchObject({ ipBytes: 45, payloadLength: 5, payloadBytes: 5, isTruncated: false });
    expect(weirdsOf(packet)).toEqual(['ip_length_beyond_frame']);
  });

  it('UDP length beyond the datagram is odd; within it, it ends the payload', () => {
    expect(weirdsOf(decoded(ethernet({}, ipv4({}, udp({ statedLength: 14 }, request)))))).toEqual(['udp_length_bad']);
    expect(weirdsOf(decoded(ethernet({}, ipv4({}, udp({ statedLength: 7 }, request)))))).toEqual(['udp_length_bad']);
    const shorter = decoded(ethernet({}, ipv4({}, udp({ statedLength: 11 }, request))));
    expect(shorter).toMatchObject({ payloadLength: 3, payloadBytes: 3, weirdCount: 0 });
  });

  it.each([16, 28, 60])('TCP data offset of %i bytes that cannot be: no payload is believed', (statedHeaderLength) => {
    const packet = decoded(ethernet({}, ipv4({}, tcp({ ...ports, statedHeaderLength }, request))));
    expect(packet).toMatchObject({ bucket: Bucket.Flow, ...ports, payloadLength: 0, payloadBytes: 0 });
    expect(weirdsOf(packet)).toEqual(['tcp_header_bad']);
  });

  it('802.3 length beyond the frame', () => {
    expect(weirdsOf(decoded(ethernet({ type: 1000 }, concatenate(hex('424203'), new Uint8Array(35)))))).toEqual(['ethernet_length_bad']);
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
    expect(weirdsOf(flags)).toEqual(['transport_header_cut']);
    expect(decoded(whole.subarray(0, 34 + 4), LinkType.Ethernet, whole.length)).toMatchObject({
      bucket: Bucket.Flow,
      ...ports,
      tcpFlags: 0,
    });
    expect(bucketName(decoded(whole.subarray(0, 34 + 3), LinkType.Ethernet, whole.length).bucket)).toBe('transport-truncated');
  });
});
