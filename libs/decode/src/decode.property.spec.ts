import { arp, concatenate, ethernet, fragmentHeader, hex, icmp, ipv4, ipv6, optionsHeader, tcp, udp } from '@wirecase/testkit/packets';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeAny } from './decode.ts';
import { Bucket, bucketName, decode, LinkType, Packet } from './index.ts';
import { linkFrames } from './link-frames.fixture.ts';
import { tunnelFrames } from './tunnels.fixture.ts';

const margin = 64;

/** Decode `frame` with `filler` all around it: whatever is read outside of the frame makes the result depend on it. */
function decodedWithin(filler: number, frame: Uint8Array, linkType: number, originalLength = frame.length): Packet {
  const around = new Uint8Array(margin).fill(filler);
  const buffer = concatenate(around, frame, around);
  const packet = new Packet();
  decode(packet, new DataView(buffer.buffer), margin, frame.length, originalLength, linkType);
  return packet;
}

/** What holds for every frame whatsoever. */
function checkInvariants(packet: Packet): void {
  const end = packet.frameOffset + packet.capturedLength;
  expect(bucketName(packet.bucket)).toMatch(/^[a-z0-9-]+$/);
  if (packet.bucket !== Bucket.Flow) return;
  expect(packet.ipVersion === 4 || packet.ipVersion === 6).toBe(true);
  expect(packet.payloadOffset).toBeGreaterThanOrEqual(packet.ipOffset);
  expect(packet.payloadOffset + packet.payloadLength).toBeLessThanOrEqual(end);
  expect(packet.payloadLength).toBeGreaterThanOrEqual(0);
  expect(packet.payloadBytes).toBeGreaterThanOrEqual(packet.payloadLength);
  expect(packet.payloadBytes).toBeLessThanOrEqual(packet.ipBytes);
  expect(packet.ipBytes).toBeLessThanOrEqual(packet.frameBytes);
  expect(packet.hasPorts && packet.fragmentOffset > 0).toBe(false);
  if (!packet.isTruncated) expect(packet.ipOffset + packet.ipBytes).toBeLessThanOrEqual(end);
}

const frames: [string, number, Uint8Array][] = [
  [
    'TCP with options over IPv4 with options',
    1,
    ethernet({ vlans: [1, 2] }, ipv4({ options: hex('94040000') }, tcp({ options: hex('020405b4') }))),
  ],
  [
    'UDP behind every extension header',
    1,
    ethernet({}, ipv6({ extensions: [optionsHeader(0), optionsHeader(60, 2), fragmentHeader(0, true, 1)] }, udp({}, new Uint8Array(8)))),
  ],
  ['a later fragment', 1, ethernet({}, ipv4({ fragmentOffset: 8, protocol: 17 }, new Uint8Array(12)))],
  ['ICMP', 1, ethernet({}, ipv4({}, icmp(8, 0, 1, new Uint8Array(8))))],
  ['SCTP', LinkType.Raw, ipv4({ protocol: 132 }, new Uint8Array(20))],
  ['SNAP', 1, ethernet({ type: 60 }, concatenate(hex('aaaa03 000000 0800'), ipv4({}, udp({}))))],
  [
    'ARP',
    1,
    ethernet({ type: 0x0806 }, arp(1, { mac: '02:00:00:00:00:01', ip: '10.0.0.1' }, { mac: '00:00:00:00:00:00', ip: '10.0.0.2' })),
  ],
  ['Linux cooked', LinkType.LinuxSll, concatenate(hex('0000 0001 0006 020000000001 0000 8100 0005 0800'), ipv4({}, tcp({})))],
  ['Linux cooked 2', LinkType.LinuxSll2, concatenate(hex('86dd 0000 00000003 0001 00 06 020000000001 0000'), ipv6({}, tcp({})))],
  ['PPPoE', 1, ethernet({ type: 0x8864 }, concatenate(hex('11 00 0001 0032 0021'), ipv4({}, tcp({}, new Uint8Array(8)))))],
  ['MPLS', 1, ethernet({ type: 0x8847 }, concatenate(hex('00010040 00020140'), ipv6({}, udp({}))))],
  ['BSD loopback', LinkType.Null, concatenate(hex('1e000000'), ipv6({}, udp({})))],
  ['DCCP', LinkType.Raw, ipv4({ protocol: 33 }, hex('9c40 0050  05 00 0000  01 000000  00000001 00000000  4745542f'))],
  ['UDP-Lite', LinkType.Raw, ipv4({ protocol: 136 }, hex('9c40 0050  0008 0000  4745542f'))],
  ...tunnelFrames.map(([name, , , frame]): [string, number, Uint8Array] => [name, LinkType.Ethernet, frame]),
  ...linkFrames.map(([name, linkType, frame]): [string, number, Uint8Array] => [name, linkType, frame]),
];

describe('a frame cut at every byte', () => {
  it.each(frames)('reads nothing outside of itself: %s', (_, linkType, frame) => {
    for (let length = 0; length <= frame.length; length++) {
      const cut = frame.subarray(0, length);
      const packet = decodedWithin(0, cut, linkType, frame.length);
      checkInvariants(packet);
      expect(decodedWithin(255, cut, linkType, frame.length)).toEqual(packet);
      const shorter = decodedWithin(0, cut, linkType);
      checkInvariants(shorter);
      expect(decodedWithin(255, cut, linkType)).toEqual(shorter);
    }
  });
});

describe('any bytes at all', () => {
  const linkTypes = fc.constantFrom<number>(...Object.values(LinkType), 147);

  it('are decoded without reading outside of them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), linkTypes, fc.nat(200), (frame, linkType, more) => {
        const packet = decodedWithin(0, frame, linkType, frame.length + more);
        checkInvariants(packet);
        expect(decodedWithin(255, frame, linkType, frame.length + more)).toEqual(packet);
      }),
      { numRuns: 2000 },
    );
  });

  it('changed in a sound frame keep the invariants', () => {
    const change = fc.array(fc.tuple(fc.nat(130), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.constantFrom(...frames), change, ([, linkType, frame], changes) => {
        const mutant = frame.slice();
        for (const [position, value] of changes) mutant[position % mutant.length] = value;
        const packet = decodedWithin(0, mutant, linkType);
        checkInvariants(packet);
        expect(decodedWithin(255, mutant, linkType)).toEqual(packet);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('the short way for plain frames', () => {
  const plain = frames.filter(([, linkType]) => linkType === LinkType.Ethernet).map(([, , frame]) => frame);
  for (const payload of [0, 7, 40]) {
    plain.push(ethernet({}, ipv4({}, tcp({ options: hex('020405b4') }, new Uint8Array(payload)))));
    plain.push(ethernet({ padding: 9 }, ipv4({ protocol: 17 }, udp({}, new Uint8Array(payload)))));
    plain.push(ethernet({}, ipv6({}, tcp({}, new Uint8Array(payload)))));
    plain.push(ethernet({}, ipv6({}, udp({}, new Uint8Array(payload)))));
  }

  it('says what the general way says, of sound, cut and changed frames, whatever the packet held before', () => {
    const change = fc.array(fc.tuple(fc.nat(70), fc.nat(255)), { maxLength: 3 });
    const cut = fc.tuple(fc.nat(20), fc.integer({ min: -3, max: 20 }));
    fc.assert(
      fc.property(fc.constantFrom(...plain), fc.constantFrom(...plain), change, cut, (before, frame, changes, [missing, more]) => {
        const mutant = frame.slice(0, Math.max(0, frame.length - missing));
        for (const [position, value] of changes) if (position < mutant.length) mutant[position] = value;
        const [general, short] = [decodeAny, decode].map((way) => {
          const packet = new Packet();
          decodeAny(packet, new DataView(before.buffer), before.byteOffset, before.length, before.length, LinkType.Ethernet);
          way(packet, new DataView(mutant.buffer), 0, mutant.length, mutant.length + more, LinkType.Ethernet);
          return packet;
        });
        expect(short).toEqual(general);
      }),
      { numRuns: 5000 },
    );
  });
});

describe('what a builder puts in', () => {
  const ports = fc.tuple(fc.nat(65535), fc.nat(65535));
  const word = fc.integer({ min: 0, max: 0xffffffff });

  it('comes out again for TCP', () => {
    fc.assert(
      fc.property(
        ports,
        word,
        word,
        fc.uint8Array({ maxLength: 64 }),
        fc.boolean(),
        ([sourcePort, destinationPort], seq, ack, payload, isV6) => {
          const segment = tcp({ sourcePort, destinationPort, seq, ack, flags: 'PA' }, payload);
          const frame = ethernet({ padding: 6 }, isV6 ? ipv6({}, segment) : ipv4({}, segment));
          expect(decodedWithin(0, frame, LinkType.Ethernet)).toMatchObject({
            bucket: Bucket.Flow,
            sourcePort,
            destinationPort,
            tcpSeq: seq | 0,
            tcpAck: ack | 0,
            tcpFlags: 0x18,
            payloadLength: payload.length,
            payloadBytes: payload.length,
            weirdCount: 0,
          });
        },
      ),
    );
  });

  it('comes out again for UDP', () => {
    fc.assert(
      fc.property(ports, fc.uint8Array({ maxLength: 64 }), ([sourcePort, destinationPort], payload) => {
        const frame = ipv6({ extensions: [optionsHeader(0)] }, udp({ sourcePort, destinationPort }, payload));
        expect(decodedWithin(0, frame, LinkType.Raw)).toMatchObject({
          sourcePort,
          destinationPort,
          payloadLength: payload.length,
          weirdCount: 0,
        });
      }),
    );
  });
});
