import { hex, joinBytes, mutants, runProtocol, type Delivery } from '@wirecase/testkit';
import { describe, expect, it } from 'vitest';
import { isMedia } from '../common/rtp.ts';
import { RtpStream } from '../common/rtp-stream.ts';
import { rtp } from './parser.ts';

const digits = (value: number, length: number) => (value >>> 0).toString(16).padStart(2 * length, '0');
/** A packet of `type` with 160 bytes. */
const packet = (sequence: number, timestamp: number, type = 0, ssrc = 0x1234) =>
  joinBytes(hex(`80 ${digits(type, 1)} ${digits(sequence & 0xffff, 2)} ${digits(timestamp, 4)} ${digits(ssrc, 4)}`), new Uint8Array(160));
const run = (deliveries: readonly Delivery[]) =>
  runProtocol(rtp, deliveries, { transport: 'udp', sourcePort: 4000, destinationPort: 5000 });
/** What `RtpStream` makes of sequence numbers that come every 20 ms. */
function streamOf(sequences: readonly number[]): RtpStream {
  const stream = new RtpStream(1, sequences[0]!, 1, 0, 0);
  for (const [i, sequence] of sequences.entries()) stream.packet(sequence, i * 160, 0, 160, 8000, 0, i * 20_000_000);
  return stream;
}

describe('RTP', () => {
  it('is a row for each source and direction, at its first packet', () => {
    const { records } = run([
      [0, packet(10, 0)],
      [1, packet(7, 0, 8, 0x99)],
      [0, packet(11, 160)],
      [0, packet(13, 480, 101)],
    ]);
    expect(records).toMatchObject([
      {
        record: 'rtp',
        packet: 1,
        ssrc: '0x00001234',
        senderIp: Uint8Array.of(10, 0, 0, 1),
        senderPort: 4000,
        payloadTypes: [0, 101],
        codecs: ['PCMU/8000'],
        packets: 3,
        bytes: 480,
        lost: 1,
        lostShare: 0.25,
        firstSequence: 10,
        lastSequence: 13,
        callId: null,
        duration: 3_000_000n,
        maxGapMs: 2,
      },
      { ssrc: '0x00000099', senderPort: 5000, codecs: ['PCMA/8000'], packets: 1, meanJitterMs: null },
    ]);
  });

  it('counts jitter as RFC 3550 A.8 has it', () => {
    const stream = new RtpStream(1, 1, 1, 0, 0);
    // 20 ms of voice each; the second comes 16 ms late, the third in time: differences of 16 ms, twice.
    for (const [i, ms] of [0, 36, 40].entries()) stream.packet(1 + i, 160 * i, 0, 160, 8000, 0, ms * 1e6);
    expect(stream.maxJitter).toBeCloseTo(0.001 + (0.016 - 0.001) / 16, 9);
    expect(stream.jitterSum / stream.jitters).toBeCloseTo((0.001 + 0.0019375) / 2, 9);
  });

  it.each([
    ['in order', [1, 2, 3], { lost: 0, outOfOrder: 0, duplicates: 0, jumps: 0, lastSequence: 3 }],
    ['missing', [1, 2, 5], { lost: 2, outOfOrder: 0 }],
    ['late', [1, 3, 2, 4], { lost: 0, outOfOrder: 1, lastSequence: 4 }],
    ['twice', [1, 2, 2, 4], { lost: 1, duplicates: 1 }],
    ['beyond 65,535', [65_534, 65_535, 0, 1], { lost: 0, lastSequence: 1 }],
    ['anew', [1, 2, 30_000, 30_001, 30_002], { lost: 0, jumps: 1, outOfOrder: 0, lastSequence: 30_002 }],
    ['astray', [1, 2, 30_000, 3, 4], { jumps: 0, outOfOrder: 1, lastSequence: 4 }],
  ])('counts sequence numbers that come %s', (_, sequences, expected) => {
    expect(streamOf(sequences)).toMatchObject(expected);
  });

  it.each([
    ['RTP', packet(1, 0), true],
    ['RTP of a type that nobody has', packet(1, 0, 72), false],
    ['RTP with more sources than bytes', hex('8f 00 0001 00000000 00001234'), false],
    ['RTCP', hex('81 c8 0001 00001234'), true],
    ['RTCP that is longer than its datagram', hex('81 c8 0006 00001234'), false],
    ['STUN', hex('0001 0000 2112a442 000000000000000000000000'), true],
    ['DTLS', hex('16 fefd 0000 000000000000 0001 00'), true],
    ['ZRTP', hex('1000 0001 5a525450 00001234'), true],
    ['DNS', hex('1234 0100 0001 0000 0000 0000'), false],
    ['DNS whose id begins as RTP', hex('8030 0100 0001 0000 0000 0000 01610000010001'), false],
    ['too few bytes', hex('80 00 0001'), false],
  ])('may begin in an announced flow by %s', (_name, bytes, may) => {
    expect(isMedia(bytes, 0, bytes.length)).toBe(may);
  });

  it('has a bound on the sources of a flow', () => {
    const { records, weirds } = run(Array.from({ length: 40 }, (_, i) => [0, packet(1, 1, 0, i + 1)] as Delivery));
    expect(records).toHaveLength(32);
    expect(weirds).toEqual({ rtp_stream_limit: 8 });
  });

  it('passes what else shares the port', () => {
    expect(
      run([
        [0, hex('000100002112a442000000000000000000000000')],
        [0, hex('16fefd0000000000000000')],
        [0, hex('80')],
      ]),
    ).toMatchObject({ records: [], weirds: {} });
  });
});

describe('RTCP', () => {
  const block = (lost: string, jitter: number) => `00001234 ${lost} 00000010 ${digits(jitter, 4)} 00000000 00000000`;
  const senderReport = (lost: string, jitter: number) => `81c8000c 00000099 ${'00'.repeat(12)} 00000020 00001400 ${block(lost, jitter)}`;
  const names = '81ca0004 00000099 0107 61406578616d70 00 00 00'.replaceAll(' ', '').slice(0, 40);

  it('is a row for each reporter and source, with what was said last and the worst', () => {
    const { records } = run([
      [1, hex(`${senderReport('80000003', 80)} ${names}`)],
      [1, hex(senderReport('00fffffe', 16))],
    ]);
    expect(records).toMatchObject([
      {
        record: 'rtcp',
        packet: 1,
        reporter: '0x00000099',
        source: '0x00001234',
        reports: 2,
        maxLostShare: 0.5,
        lost: -2,
        jitter: 16,
        maxJitter: 80,
        sentPackets: 32,
        sentBytes: 5120,
        canonicalName: 'a@examp',
      },
    ]);
  });

  it('is a row of a sender that reports of none, and of receivers', () => {
    const { records } = run([
      [0, hex(`80c80006 00000099 ${'00'.repeat(12)} 00000020 00001400`)],
      [0, hex(`81c90007 00000077 ${block('01000001', 5)}`)],
    ]);
    expect(records).toMatchObject([
      { reporter: '0x00000099', source: null, reports: 1, lost: null, sentPackets: 32 },
      { reporter: '0x00000077', source: '0x00001234', lost: 1, sentPackets: null },
    ]);
  });

  it('is not read where packets do not fill the datagram: it is encrypted or cut', () => {
    expect(run([[0, hex(`${senderReport('80000003', 80)} 80000001 00112233`)]]).records).toEqual([]);
    expect(run([[0, hex(senderReport('80000003', 80)).subarray(0, 50)]]).records).toEqual([]);
  });

  it('survives everything', () => {
    const whole = joinBytes(hex(senderReport('80000003', 80)), hex(names));
    for (const mutant of mutants(whole, 500))
      run([
        [0, mutant],
        [0, packet(1, 1)],
      ]);
    for (const mutant of mutants(packet(1, 1), 500))
      run([
        [0, mutant],
        [0, mutant],
      ]);
  });
});
