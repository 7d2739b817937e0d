/** SIP over UDP and TCP (RFC 3261): requests joined to their final responses by Call-ID and CSeq. */
import {
  type Direction,
  type FlowContext,
  type OwnRow,
  type PacketMark,
  parseIp,
  type ProbeAnswer,
  type ProtocolModule,
  type ProtocolParser,
} from '@wirecase/contract';
import { FrameReader } from '../common/frame-reader.ts';
import { isMedia, type RtpCall, RtpParser } from '../common/rtp.ts';
import { decodeText } from '../common/text.ts';
import { sipRecord } from './fields.ts';
import { sipDigest } from './digest.ts';
import { authorizedUser, contentLength, readSip, type SipMessage } from './message.ts';

const MAX_MESSAGE_BYTES = 16_384;
const MAX_PENDING = 128;
/** Calls whose media are known, the newest; codecs of one. */
const MAX_CALLS = 1024;
const MAX_CODECS = 128;
const methods = [
  'INVITE',
  'ACK',
  'BYE',
  'CANCEL',
  'OPTIONS',
  'REGISTER',
  'PRACK',
  'SUBSCRIBE',
  'NOTIFY',
  'PUBLISH',
  'INFO',
  'REFER',
  'MESSAGE',
  'UPDATE',
];

type Row = OwnRow<typeof sipRecord>;

interface Pending {
  row: Row;
  at: PacketMark;
  authorization: string | null;
}

class SipParser implements ProtocolParser {
  private readonly context: FlowContext;
  private readonly frames: readonly [FrameReader, FrameReader];
  private readonly pending = new Map<string, Pending>();
  private readonly calls = new Map<string, RtpCall>();

  constructor(context: FlowContext) {
    this.context = context;
    this.frames = [new FrameReader(MAX_MESSAGE_BYTES, messageLength), new FrameReader(MAX_MESSAGE_BYTES, messageLength)];
  }

  data(direction: Direction, bytes: Uint8Array, start: number, end: number): boolean {
    if (this.context.transport === 'udp') {
      // Empty lines keep a path through NAT open (RFC 5626 3.5.1).
      if (!isBlank(bytes, start, end)) this.message(bytes, start, end);
      return true;
    }
    const frames = this.frames[direction];
    let offset = start;
    while (offset < end) {
      offset = frames.take(bytes, offset, end);
      if (frames.isWhole && frames.end - frames.start > 4) this.message(frames.bytes, frames.start, frames.end);
      if (frames.isBroken) this.context.weird('sip_bad_message');
    }
    return true;
  }

  gap(direction: Direction, missing: number): boolean {
    this.frames[direction].gap(missing);
    return true;
  }

  end(): void {
    for (const pending of this.pending.values()) this.unanswered(pending);
    this.pending.clear();
  }

  private message(bytes: Uint8Array, start: number, end: number): void {
    const message = readSip(decodeText(bytes, start, Math.min(end, start + MAX_MESSAGE_BYTES)));
    if (!message) return this.context.weird('sip_bad_message');
    const key = `${message.headers.get('call-id') ?? ''} ${message.headers.get('cseq') ?? ''}`;
    if (message.streams.length > 0) this.announce(message);
    if (message.method !== null) this.request(message, key);
    else this.response(message, key);
  }

  /** The media of a call come to these ports, with the codecs that either side names. */
  private announce({ headers, streams }: SipMessage): void {
    const call = this.callOf(headers.get('call-id') ?? '');
    for (const { address, port, rtcpPort, codecs } of streams) {
      for (const [type, codec] of codecs) if (call.codecs.size < MAX_CODECS) call.codecs.set(type, codec);
      const ip = parseIp(address);
      // A call on hold names no address (RFC 3264 8.4).
      if (!ip || ip.every((byte) => byte === 0)) continue;
      this.expectMedia('rtp', ip, port, call);
      if (rtcpPort !== port && rtcpPort < 65_536) this.expectMedia('rtcp', ip, rtcpPort, call);
    }
  }

  private expectMedia(protocol: string, ip: Uint8Array, port: number, call: RtpCall): void {
    this.context.expect({ transport: 'udp', ip, port, protocol, create: (flow) => new RtpParser(flow, call), accepts: isMedia });
  }

  private callOf(callId: string): RtpCall {
    let call = this.calls.get(callId);
    if (!call) this.calls.set(callId, (call = { callId, flowId: this.context.flowId, codecs: new Map() }));
    if (this.calls.size > MAX_CALLS) this.calls.delete(this.calls.keys().next().value!);
    return call;
  }

  private request(message: SipMessage, key: string): void {
    const { packet, timeNs } = this.context;
    // ACK has no response. The same request once more is sent because no answer came.
    if (message.method === 'ACK') return this.context.emit(sipRecord, rowOf(message, message.method));
    if (this.pending.has(key)) return;
    const { authorization } = message;
    this.pending.set(key, { row: rowOf(message, message.method!), at: { packet, timeNs }, authorization });
    if (this.pending.size <= MAX_PENDING) return;
    this.context.weird('sip_pending_limit');
    const [oldest, pending] = this.pending.entries().next().value!;
    this.pending.delete(oldest);
    this.unanswered(pending);
  }

  private response(message: SipMessage, key: string): void {
    const asked = this.pending.get(key);
    // Media may be offered by a response, also by one that is not final.
    if (asked && asked.row.media.length < 16) asked.row.media = [...new Set([...asked.row.media, ...message.media])];
    if (message.status! < 200) return;
    const row = asked?.row ?? rowOf(message, methodOf(message));
    this.pending.delete(key);
    if (asked?.authorization) this.login(row, asked.authorization, message.status!);
    row.statusCode = message.status;
    row.statusText = message.statusText;
    row.server = message.headers.get('server') ?? message.headers.get('user-agent') ?? null;
    row.responseBytes = contentLength(message.headers);
    this.context.emit(sipRecord, row);
  }

  private unanswered({ row, at, authorization }: Pending): void {
    if (authorization !== null) this.login(row, authorization, null);
    this.context.emit(sipRecord, row, at);
  }

  /** The server asks again where it does not take the answer (RFC 3261 22.2), or forbids. */
  private login({ method, authUser }: Row, authorization: string, status: number | null): void {
    const secret = sipDigest(authorization, method);
    const isRefused = status === 401 || status === 407 || status === 403;
    const outcome = isRefused ? 'failure' : status !== null && status < 300 ? 'success' : 'unknown';
    this.context.login({ user: authUser, outcome, isClear: false, kind: 'digest', secret });
  }
}

function rowOf(message: SipMessage, method: string): Row {
  const { headers } = message;
  const isRequest = message.method !== null;
  return {
    method,
    uri: message.uri,
    from: headers.get('from') ?? null,
    to: headers.get('to') ?? null,
    callId: headers.get('call-id') ?? null,
    sequence: headers.get('cseq') ?? null,
    contact: isRequest ? (headers.get('contact') ?? null) : null,
    userAgent: isRequest ? (headers.get('user-agent') ?? null) : null,
    server: null,
    subject: headers.get('subject') ?? null,
    authUser: authorizedUser(headers),
    statusCode: null,
    statusText: null,
    path: message.via,
    media: message.media,
    requestBytes: isRequest ? contentLength(headers) : null,
    responseBytes: null,
  };
}

/** A response names the method that it answers in its CSeq. */
function methodOf({ headers }: SipMessage): string {
  return /^\d+ +([A-Z][A-Z0-9]{0,31})$/.exec(headers.get('cseq') ?? '')?.[1] ?? '';
}

/** Over TCP a message ends where its Content-Length says; empty lines may stand between (RFC 3261 7.5, 18.3). */
function messageLength(bytes: Uint8Array, start: number, end: number): number {
  if (bytes[start] === 13 || bytes[start] === 10) return 1;
  let at = start;
  while (at + 3 < end && !(bytes[at] === 13 && bytes[at + 1] === 10 && bytes[at + 2] === 13 && bytes[at + 3] === 10)) at++;
  if (at + 3 >= end) return end - start >= MAX_MESSAGE_BYTES ? -1 : 0;
  const length = /^(?:content-length|l)[ \t]*:[ \t]*(\d{1,9})[ \t]*\r?$/im.exec(decodeText(bytes, start, at + 2));
  return at + 4 - start + (length ? Number(length[1]) : 0);
}

function isBlank(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (bytes[i] !== 13 && bytes[i] !== 10 && bytes[i] !== 0 && bytes[i] !== 32) return false;
  return true;
}

function probe(transport: 'tcp' | 'udp', bytes: Uint8Array, start: number, end: number): ProbeAnswer {
  const first = bytes[start]!;
  if (first < 0x41 || first > 0x5a) return 'no';
  const text = decodeText(bytes, start, Math.min(end, start + 512));
  if (/^SIP\/2\.0 \d{3}/.test(text)) return 'yes';
  const method = methods.find((one) => text.startsWith(`${one} `));
  if (method) {
    const line = text.split('\n', 1)[0]!;
    if (/ SIP\/2\.0\r?$/.test(line)) return 'yes';
    return transport === 'tcp' && line === text && text.length < 512 ? 'more' : 'no';
  }
  return transport === 'tcp' && text.length < 10 && [...methods, 'SIP/2.0 '].some((one) => one.startsWith(text)) ? 'more' : 'no';
}

export const sip: ProtocolModule = {
  name: 'sip',
  records: [sipRecord],
  transports: ['tcp', 'udp'],
  ports: [5060],
  probe: (transport, _direction, bytes, start, end) => probe(transport, bytes, start, end),
  create: (context) => new SipParser(context),
};
