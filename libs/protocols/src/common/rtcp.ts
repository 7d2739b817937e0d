/** RTCP (RFC 3550 6): what sender and receiver reports of a flow say, by reporter and source. Network byte order. */
import type { FlowContext, PacketMark } from '@wirecase/contract';
import { read16, read32 } from './binary.ts';
import { rtcpRecord } from './rtp-record.ts';
import { decodeText, rowText } from './text.ts';

const SENDER_REPORT = 200;
const RECEIVER_REPORT = 201;
const DESCRIPTION = 202;
const CANONICAL_NAME = 1;
const BLOCK_BYTES = 24;
/** Pairs of reporter and source, and names of reporters, of one flow. */
const MAX_PAIRS = 64;

interface Reports {
  reporter: number;
  /** -1: of itself only. */
  source: number;
  reports: number;
  maxLostShare: number;
  lost: number;
  jitter: number;
  maxJitter: number;
  at: PacketMark;
}

interface Sender {
  packets: number;
  bytes: number;
}

export class RtcpReports {
  private readonly context: FlowContext;
  private readonly callId: string | null;
  private readonly pairs = new Map<string, Reports>();
  private readonly senders = new Map<number, Sender>();
  private readonly names = new Map<number, string>();

  constructor(context: FlowContext, callId: string | null) {
    this.context = context;
    this.callId = callId;
  }

  /** One compound packet, whose packets fill it: what is encrypted (RFC 3711 3.4) or cut does not. */
  take(bytes: Uint8Array, start: number, end: number): void {
    if (!isWhole(bytes, start, end)) return;
    for (let at = start; at < end;) {
      const next = at + 4 + 4 * read16(bytes, at + 2);
      const count = bytes[at]! & 31;
      switch (bytes[at + 1]) {
        case SENDER_REPORT:
          this.sender(bytes, at, next, count);
          break;
        case RECEIVER_REPORT:
          if (at + 8 <= next) this.blocks(read32(bytes, at + 4), bytes, at + 8, next, count);
          break;
        case DESCRIPTION:
          this.describe(bytes, at + 4, next, count);
      }
      at = next;
    }
  }

  end(): void {
    for (const { reporter, source, reports, maxLostShare, lost, jitter, maxJitter, at } of this.pairs.values()) {
      const isOfSource = source >= 0;
      const sender = this.senders.get(reporter);
      const row = {
        reporter: ssrc(reporter),
        source: isOfSource ? ssrc(source) : null,
        reports,
        maxLostShare: isOfSource ? maxLostShare : null,
        lost: isOfSource ? lost : null,
        jitter: isOfSource ? jitter : null,
        maxJitter: isOfSource ? maxJitter : null,
        sentPackets: sender?.packets ?? null,
        sentBytes: sender?.bytes ?? null,
        canonicalName: this.names.get(reporter) ?? null,
        callId: this.callId,
      };
      this.context.emit(rtcpRecord, row, at);
    }
    this.pairs.clear();
  }

  /** 6.4.1: NTP and RTP time, packets and bytes sent, then report blocks. */
  private sender(bytes: Uint8Array, at: number, end: number, count: number): void {
    if (at + 28 > end) return;
    const reporter = read32(bytes, at + 4);
    if (this.senders.size < MAX_PAIRS || this.senders.has(reporter))
      this.senders.set(reporter, { packets: read32(bytes, at + 20), bytes: read32(bytes, at + 24) });
    this.blocks(reporter, bytes, at + 28, end, count);
  }

  /** Source, fraction lost (8 bits), cumulative loss (24 with sign), highest sequence number, jitter, last report. */
  private blocks(reporter: number, bytes: Uint8Array, start: number, end: number, count: number): void {
    if (count === 0) this.pair(reporter, -1);
    for (let i = 0, at = start; i < count && at + BLOCK_BYTES <= end; i++, at += BLOCK_BYTES) {
      const pair = this.pair(reporter, read32(bytes, at));
      if (!pair) return;
      pair.maxLostShare = Math.max(pair.maxLostShare, bytes[at + 4]! / 256);
      pair.lost = (read32(bytes, at + 4) << 8) >> 8;
      pair.jitter = read32(bytes, at + 12);
      pair.maxJitter = Math.max(pair.maxJitter, pair.jitter);
    }
  }

  private pair(reporter: number, source: number): Reports | null {
    const key = `${reporter} ${source}`;
    let pair = this.pairs.get(key);
    if (!pair) {
      if (this.pairs.size === MAX_PAIRS) {
        this.context.weird('rtcp_report_limit');
        return null;
      }
      const { packet, timeNs } = this.context;
      pair = { reporter, source, reports: 0, maxLostShare: 0, lost: 0, jitter: 0, maxJitter: 0, at: { packet, timeNs } };
      this.pairs.set(key, pair);
    }
    pair.reports++;
    return pair;
  }

  /** 6.5: chunks of a source and items, which end with a zero up to the next word. */
  private describe(bytes: Uint8Array, start: number, end: number, count: number): void {
    for (let i = 0, at = start; i < count && at + 6 <= end; i++) {
      const reporter = read32(bytes, at);
      let item = at + 4;
      while (item + 2 <= end && bytes[item] !== 0) {
        const next = item + 2 + bytes[item + 1]!;
        if (next > end) return;
        if (bytes[item] === CANONICAL_NAME && this.names.size < MAX_PAIRS && !this.names.has(reporter))
          this.names.set(reporter, rowText(decodeText(bytes, item + 2, next), 255));
        item = next;
      }
      at = item + 4 - ((item - at) & 3);
    }
  }
}

function isWhole(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start;
  while (at + 4 <= end && bytes[at]! >> 6 === 2 && bytes[at + 1]! >= 192 && bytes[at + 1]! <= 223) at += 4 + 4 * read16(bytes, at + 2);
  return at === end;
}

function ssrc(number: number): string {
  return `0x${number.toString(16).padStart(8, '0')}`;
}
