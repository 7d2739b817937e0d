/** HTTP/2 in clear (RFC 9113): begun with its preface, or after an upgrade of HTTP/1.1 (RFC 7540 3.2). Requests are rows of HTTP. */
import type { Direction, FlowContext, ProbeAnswer, ProtocolModule, ProtocolParser } from '@wirecase/contract';
import { read16, read32 } from '../common/binary.ts';
import { BoundedMap } from '../common/bounded-map.ts';
import { ByteBuffer } from '../common/byte-buffer.ts';
import { loginOf } from '../common/http-login.ts';
import { httpRecord } from '../common/http-record.ts';
import { Exchange } from './exchange.ts';
import { Frame, FrameStream } from './frames.ts';
import { type HeaderField, HpackDecoder } from './hpack.ts';

/** 3.4. */
const preface = Uint8Array.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', (character) => character.charCodeAt(0));
const FRAME_HEADER_BYTES = 9;
const MAX_BLOCK_BYTES = 65_536;
/** Streams that are open at once; beyond it the oldest is told as it stands. */
const MAX_STREAMS = 1024;
const MAX_SETTINGS = 64;
const HEADER_TABLE_SIZE = 1;
const ACK = 0x1;
const END_STREAM = 0x1;
const END_HEADERS = 0x4;
const PADDED = 0x8;
const PRIORITY = 0x20;

/** What is known of one direction. */
interface Side {
  readonly frames: FrameStream;
  readonly hpack: HpackDecoder;
  /** Header block of a frame that others continue, and what it is for. */
  readonly block: ByteBuffer;
  blockStream: number;
  isBlockLast: boolean;
  isPromise: boolean;
  /** Bytes of the preface that were met. */
  prefaceBytes: number;
}

class Http2Parser implements ProtocolParser {
  private readonly context: FlowContext;
  private readonly sides: readonly [Side, Side];
  /** Who sent the preface. */
  private client: Direction = 0;
  private readonly exchanges = new BoundedMap<number, Exchange>(MAX_STREAMS);

  constructor(context: FlowContext) {
    this.context = context;
    this.sides = [this.side(0), this.side(1)];
  }

  data(direction: Direction, bytes: Uint8Array, start: number, end: number): boolean {
    const side = this.sides[direction];
    side.frames.data(bytes, this.passPreface(direction, bytes, start, end), end);
    return !side.frames.isStopped;
  }

  gap(direction: Direction, missing: number): boolean {
    const { frames } = this.sides[direction];
    frames.gap(missing);
    return !frames.isStopped;
  }

  end(): void {
    for (const exchange of this.exchanges.values()) this.emit(exchange);
    this.exchanges.clear();
  }

  private side(direction: Direction): Side {
    const frames = new FrameStream({
      frame: (type, flags, stream, bytes, start, end) => this.frame(direction, type, flags, stream, bytes, start, end),
      data: (flags, stream, payloadBytes, padding) => this.body(direction, flags, stream, payloadBytes, padding),
      content: (stream, bytes, start, end) => {
        if (direction === this.client) this.exchanges.get(stream)?.request.content(bytes, start, end);
      },
      weird: (name) => this.context.weird(name),
    });
    return { frames, hpack: new HpackDecoder(), block: new ByteBuffer(MAX_BLOCK_BYTES), blockStream: 0, isBlockLast: false, isPromise: false, prefaceBytes: 0 }; // prettier-ignore
  }

  /** Returns where frames begin. */
  private passPreface(direction: Direction, bytes: Uint8Array, start: number, end: number): number {
    const side = this.sides[direction];
    let offset = start;
    while (offset < end && side.prefaceBytes < preface.length && bytes[offset] === preface[side.prefaceBytes]) {
      side.prefaceBytes++;
      offset++;
    }
    // A frame never begins as the preface does: its length would be 5 MB, its type unknown.
    if (side.prefaceBytes === preface.length && offset > start) this.client = direction;
    else if (offset < end && side.prefaceBytes === 0) side.prefaceBytes = preface.length + 1;
    return offset;
  }

  /** A frame that is kept. Returns whether this direction can be read on. */
  private frame(direction: Direction, type: number, flags: number, stream: number, bytes: Uint8Array, start: number, end: number): boolean {
    const side = this.sides[direction];
    switch (type) {
      case Frame.Settings:
        if ((flags & ACK) === 0) this.settings(direction, bytes, start, end);
        return true;
      case Frame.Reset:
        this.finish(stream);
        return true;
      case Frame.Continuation:
        if (stream !== side.blockStream || !side.block.append(bytes, start, end)) return this.broken('http2_bad_frame');
        return (flags & END_HEADERS) === 0 || this.endBlock(direction);
      default:
        return this.beginBlock(direction, type, flags, stream, bytes, start, end);
    }
  }

  /** 6.2 HEADERS and 6.6 PUSH_PROMISE: what stands before the header block is taken off. */
  private beginBlock(
    direction: Direction,
    type: number,
    flags: number,
    stream: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): boolean {
    const side = this.sides[direction];
    const isPromise = type === Frame.PushPromise;
    const padding = flags & PADDED && start < end ? bytes[start]! : 0;
    const promised = start + (flags & PADDED ? 1 : 0);
    const from = promised + (isPromise ? 4 : flags & PRIORITY ? 5 : 0);
    const to = end - padding;
    if (stream === 0 || from > to) return this.broken('http2_bad_frame');
    side.blockStream = isPromise ? read32(bytes, promised) & 0x7fff_ffff : stream;
    side.isPromise = isPromise;
    side.isBlockLast = !isPromise && (flags & END_STREAM) !== 0;
    side.block.clear();
    side.block.append(bytes, from, to);
    this.exchange(side.blockStream)[this.isRequest(direction, isPromise) ? 'request' : 'response'].bytes +=
      FRAME_HEADER_BYTES + end - start;
    return (flags & END_HEADERS) === 0 || this.endBlock(direction);
  }

  private endBlock(direction: Direction): boolean {
    const side = this.sides[direction];
    const fields = side.hpack.decode(side.block.bytes, 0, side.block.length);
    const stream = side.blockStream;
    side.block.clear();
    side.blockStream = 0;
    if (!fields) return this.broken('http2_bad_header_block');
    this.head(direction, stream, fields, side.isPromise);
    if (side.isBlockLast) this.last(direction, stream);
    return true;
  }

  private head(direction: Direction, stream: number, fields: readonly HeaderField[], isPromise: boolean): void {
    const exchange = this.exchange(stream);
    if (this.isRequest(direction, isPromise)) exchange.request.head(fields);
    // RFC 9110 15.2: an interim response precedes the final one.
    else if (!fields.some(({ name, value }) => name === ':status' && value.startsWith('1'))) exchange.response.head(fields);
  }

  private body(direction: Direction, flags: number, stream: number, payloadBytes: number, padding: number): void {
    const exchange = this.exchange(stream);
    const message = direction === this.client ? exchange.request : exchange.response;
    message.bytes += FRAME_HEADER_BYTES + payloadBytes;
    message.bodyBytes += Math.max(0, payloadBytes - padding);
    message.isLast = (flags & END_STREAM) !== 0;
    if (flags & END_STREAM) this.last(direction, stream);
  }

  /** A side of a stream has said all. */
  private last(direction: Direction, stream: number): void {
    if (direction !== this.client) return this.finish(stream);
    const target = this.exchanges.get(stream)?.request.text(':path');
    if (target != null) this.context.requested(target);
  }

  /** 6.5: what a side says of itself binds the other one. */
  private settings(direction: Direction, bytes: Uint8Array, start: number, end: number): void {
    const stop = Math.min(end, start + 6 * MAX_SETTINGS);
    for (let offset = start; offset + 6 <= stop; offset += 6)
      if (read16(bytes, offset) === HEADER_TABLE_SIZE) this.sides[direction === 0 ? 1 : 0].hpack.allow(read32(bytes, offset + 2));
  }

  private isRequest(direction: Direction, isPromise: boolean): boolean {
    return isPromise || direction === this.client;
  }

  private exchange(stream: number): Exchange {
    let exchange = this.exchanges.get(stream);
    if (exchange) return exchange;
    exchange = new Exchange({ packet: this.context.packet, timeNs: this.context.timeNs });
    const lost = this.exchanges.set(stream, exchange);
    if (lost) {
      this.context.weird('http2_stream_limit');
      this.emit(lost);
    }
    return exchange;
  }

  /** The response is complete, or the stream was given up. */
  private finish(stream: number): void {
    const exchange = this.exchanges.get(stream);
    if (!exchange) return;
    this.exchanges.delete(stream);
    this.emit(exchange);
  }

  private emit(exchange: Exchange): void {
    if (!exchange.request.fields && !exchange.response.fields) return;
    const request = exchange.login;
    const login = request && loginOf(request, exchange.status, exchange.request.formLogin());
    if (login) this.context.login(login);
    this.context.emit(httpRecord, exchange.row(), exchange.response.fields ? undefined : exchange.at);
  }

  private broken(weird: string): false {
    this.context.weird(weird);
    return false;
  }
}

/** The client's preface; after an upgrade the server's SETTINGS may come first (3.4): a first frame of some settings that exist. */
function probe(direction: Direction, bytes: Uint8Array, start: number, end: number): ProbeAnswer {
  if (bytes[start] === preface[0]) {
    const length = Math.min(end - start, preface.length);
    for (let i = 1; i < length; i++) if (bytes[start + i] !== preface[i]) return 'no';
    return length === preface.length ? 'yes' : 'more';
  }
  if (direction === 0 || end - start < FRAME_HEADER_BYTES || bytes[start] !== 0 || bytes[start + 3] !== Frame.Settings) return 'no';
  const length = read16(bytes, start + 1);
  const isFirst = bytes[start + 4] === 0 && read32(bytes, start + 5) === 0;
  if (!isFirst || length % 6 !== 0 || length > 6 * 16 || start + FRAME_HEADER_BYTES + length > end) return 'no';
  for (let i = 0; i < length; i += 6) if (read16(bytes, start + FRAME_HEADER_BYTES + i) > 16) return 'no';
  return 'yes';
}

export const http2: ProtocolModule = {
  name: 'http2',
  records: [httpRecord],
  transports: ['tcp'],
  ports: [80, 8080],
  probe: (_transport, direction, bytes, start, end) => probe(direction, bytes, start, end),
  create: (context) => new Http2Parser(context),
};
