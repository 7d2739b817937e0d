import { ethernet, fragmentHeader, hex, ipv4, ipv6, optionsHeader, tcp, text, u16, udp } from '@wirecase/testkit/packets';
import { describe, expect, it } from 'vitest';
import { decoded, weirdsOf } from './decoded.fixture.ts';
import { Bucket, bucketName } from './index.ts';

const request = text('GET /');
const ports = { sourcePort: 40000, destinationPort: 80 };

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
    expect(weirdsOf(tooDeep)).toEqual(['ipv6_header_chain_too_long']);
  });

  it('that end beyond the datagram are not believed', () => {
    const frame = ethernet({}, ipv6({ protocol: 60 }, hex('06 ff 0104 00000000')));
    expect(weirdsOf(decoded(frame))).toEqual(['ipv6_header_truncated']);
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
    expect(weirdsOf(decoded(ethernet({}, death)))).toEqual(['fragment_beyond_datagram']);
    const crooked = ipv4({ fragmentOffset: 8, moreFragments: true, protocol: 1 }, new Uint8Array(13));
    expect(weirdsOf(decoded(ethernet({}, crooked)))).toEqual(['fragment_length_odd']);
  });
});
