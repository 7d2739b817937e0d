/** RTP and RTCP over UDP (RFC 3550): statistics of each source, and what participants report. One row a source when the flow is over. */
import type { Direction, FlowContext, ProtocolParser } from '@wirecase/contract';
import { read16, read32 } from './binary.ts';
import { RtcpReports } from './rtcp.ts';
import { rtpRecord } from './rtp-record.ts';
import { RtpStream } from './rtp-stream.ts';

const HEADER_BYTES = 12;
const STUN_COOKIE = 0x2112_a442;
const ZRTP_COOKIE = 0x5a52_5450;
/** Sources of one direction. */
const MAX_STREAMS = 32;

/** A call that announced media: who reads its description fills in what payload types mean, as far as it is known. */
export interface RtpCall {
  readonly callId: string;
  readonly flowId: string;
  /** By payload type, as `opus/48000`. */
  readonly codecs: Map<number, string>;
}

/** Static payload types (RFC 3551 6). */
const staticCodecs: Readonly<Record<number, string>> = {
  0: 'PCMU/8000',
  3: 'GSM/8000',
  4: 'G723/8000',
  5: 'DVI4/8000',
  6: 'DVI4/16000',
  7: 'LPC/8000',
  8: 'PCMA/8000',
  9: 'G722/8000',
  10: 'L16/44100',
  11: 'L16/44100',
  12: 'QCELP/8000',
  13: 'CN/8000',
  14: 'MPA/90000',
  15: 'G728/8000',
  16: 'DVI4/11025',
  17: 'DVI4/22050',
  18: 'G729/8000',
  25: 'CelB/90000',
  26: 'JPEG/90000',
  28: 'nv/90000',
  31: 'H261/90000',
  32: 'MPV/90000',
  33: 'MP2T/90000',
  34: 'H263/90000',
};

/**
 * Whether a datagram may be of a call: RTP, RTCP, or what shares their port before them, STUN, ZRTP and DTLS (RFC 7983 7). Payload types
 * 35 to 95 are not assigned (RFC 3551 6).
 */
export function isMedia(bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start;
  const first = bytes[start]!;
  if (length < 8) return false;
  if (first < 4) return read32(bytes, start + 4) === STUN_COOKIE;
  if (first < 20) return first === 16 && read32(bytes, start + 4) === ZRTP_COOKIE;
  if (first < 64) return bytes[start + 1] === 0xfe;
  if (first >> 6 !== 2) return false;
  const second = bytes[start + 1]!;
  // A report says its length in words of 32 bits, less one.
  if (second >= 192 && second <= 223) return 4 * (read16(bytes, start + 2) + 1) <= length;
  const type = second & 0x7f;
  return (type < 35 || type >= 96) && HEADER_BYTES + 4 * (first & 15) <= length;
}

export class RtpParser implements ProtocolParser {
  private readonly context: FlowContext;
  private readonly call: RtpCall | null;
  private readonly streams: [RtpStream[], RtpStream[]] = [[], []];
  private readonly reports: RtcpReports;
  /** Clock rates by payload type, -1 where they were not looked up. */
  private readonly rates = new Int32Array(128).fill(-1);
  private codecsKnown = 0;

  constructor(context: FlowContext, call: RtpCall | null) {
    this.context = context;
    this.call = call;
    this.reports = new RtcpReports(context, call?.callId ?? null);
  }

  data(direction: Direction, bytes: Uint8Array, start: number, end: number): boolean {
    // What else shares the port (STUN, DTLS) begins with other bits (RFC 7983 7).
    if (end - start < 8 || bytes[start]! >> 6 !== 2) return true;
    const second = bytes[start + 1]!;
    // RFC 5761 4: payload types that RTCP's packets would have are not used.
    if (second >= 192 && second <= 223) this.reports.take(bytes, start, end);
    else if (end - start >= HEADER_BYTES) this.packet(direction, bytes, start, end);
    return true;
  }

  gap(): boolean {
    return true;
  }

  end(): void {
    for (const direction of [0, 1] as const) for (const stream of this.streams[direction]) this.emit(direction, stream);
    this.reports.end();
  }

  private packet(direction: Direction, bytes: Uint8Array, start: number, end: number): void {
    const sequence = read16(bytes, start + 2);
    const { seconds, nanos } = this.context;
    const stream = this.streamOf(direction, read32(bytes, start + 8), sequence, seconds, nanos);
    if (!stream) return;
    const payloadType = bytes[start + 1]! & 0x7f;
    const header = HEADER_BYTES + 4 * (bytes[start]! & 15);
    const length = Math.max(0, end - start - header);
    stream.packet(sequence, read32(bytes, start + 4), payloadType, length, this.rateOf(payloadType), seconds, nanos);
  }

  private streamOf(direction: Direction, ssrc: number, sequence: number, seconds: number, nanos: number): RtpStream | null {
    const streams = this.streams[direction];
    for (let i = 0; i < streams.length; i++) if (streams[i]!.ssrc === ssrc) return streams[i]!;
    if (streams.length === MAX_STREAMS) {
      this.context.weird('rtp_stream_limit');
      return null;
    }
    const stream = new RtpStream(ssrc, sequence, this.context.packet, seconds, nanos);
    streams.push(stream);
    return stream;
  }

  /** 0 for what is not known, and for tones and comfort noise, whose timestamps stand still. */
  private rateOf(payloadType: number): number {
    const known = this.call?.codecs.size ?? 0;
    if (known !== this.codecsKnown) this.rates.fill(-1);
    this.codecsKnown = known;
    if (this.rates[payloadType]! < 0) {
      const codec = this.codecOf(payloadType);
      this.rates[payloadType] = codec && !/^(?:telephone-event|CN|tone)\//i.test(codec) ? Number(codec.split('/')[1]) : 0;
    }
    return this.rates[payloadType]!;
  }

  private codecOf(payloadType: number): string | undefined {
    return this.call?.codecs.get(payloadType) ?? staticCodecs[payloadType];
  }

  private emit(direction: Direction, stream: RtpStream): void {
    const { context, call } = this;
    const { payloadTypes, packets, jitters, expected, lost } = stream;
    const timeNs = nanoseconds(stream.firstSeconds, stream.firstNanos);
    const end = nanoseconds(stream.lastSeconds, stream.lastNanos);
    const row = {
      ssrc: ssrcText(stream.ssrc),
      senderIp: direction === 0 ? context.sourceIp : context.destinationIp,
      senderPort: direction === 0 ? context.sourcePort : context.destinationPort,
      end,
      duration: end - timeNs,
      payloadTypes,
      codecs: payloadTypes.map((type) => this.codecOf(type)).filter((codec) => codec !== undefined),
      packets,
      bytes: stream.bytes,
      lost,
      lostShare: lost / expected,
      outOfOrder: stream.outOfOrder,
      duplicates: stream.duplicates,
      jumps: stream.jumps,
      meanJitterMs: jitters > 0 ? (1000 * stream.jitterSum) / jitters : null,
      maxJitterMs: jitters > 0 ? 1000 * stream.maxJitter : null,
      maxGapMs: stream.maxGapMs,
      firstSequence: stream.firstSequence,
      lastSequence: stream.lastSequence,
      callId: call?.callId ?? null,
      sipFlowId: call?.flowId ?? null,
    };
    context.emit(rtpRecord, row, { packet: stream.firstPacket, timeNs });
  }
}

/** As tshark writes it. */
export function ssrcText(ssrc: number): string {
  return `0x${(ssrc >>> 0).toString(16).padStart(8, '0')}`;
}

function nanoseconds(seconds: number, nanos: number): bigint {
  return BigInt(seconds) * 1_000_000_000n + BigInt(nanos);
}
