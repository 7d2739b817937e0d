/** One direction of HTTP/2 (RFC 9113 4.1): frames, of which only those with header fields or settings are kept. */
import { ByteBuffer } from '../common/byte-buffer.ts';

const HEADER_BYTES = 9;
/** A header block, or a frame that is kept, is given up beyond it. */
const MAX_KEPT_BYTES = 65_536;

/** 6: frame types. */
export const Frame = { Data: 0, Headers: 1, Reset: 3, Settings: 4, PushPromise: 5, Continuation: 9 } as const;

export interface FrameEvents {
  /** The payload `bytes[start, end)` of a frame that is kept. Returns whether to go on. */
  frame(type: number, flags: number, stream: number, bytes: Uint8Array, start: number, end: number): boolean;
  /** A DATA frame of `payloadBytes` began; its first byte, which counts the padding (0 without). */
  data(flags: number, stream: number, payloadBytes: number, padding: number): void;
  /** The next bytes of the content of DATA frames, without padding. */
  content(stream: number, bytes: Uint8Array, start: number, end: number): void;
  weird(name: string): void;
}

const keptTypes = new Set<number>([Frame.Headers, Frame.Reset, Frame.Settings, Frame.PushPromise, Frame.Continuation]);
const PADDED = 0x8;

export class FrameStream {
  /** Whether the framing is lost. */
  isStopped = false;
  private readonly events: FrameEvents;
  private readonly header = new Uint8Array(HEADER_BYTES);
  private headerLength = 0;
  private readonly payload = new ByteBuffer(MAX_KEPT_BYTES);
  private left = 0;
  private isKept = false;
  /** The next byte is the padding of a DATA frame. */
  private wantsPadding = false;
  /** Bytes of a DATA frame's content still to come. */
  private contentLeft = 0;

  constructor(events: FrameEvents) {
    this.events = events;
  }

  data(bytes: Uint8Array, start: number, end: number): void {
    let offset = start;
    while (offset < end && !this.isStopped) {
      if (this.headerLength < HEADER_BYTES) {
        this.header[this.headerLength++] = bytes[offset++]!;
        if (this.headerLength === HEADER_BYTES) this.begin();
      } else offset = this.take(bytes, offset, end);
    }
  }

  /** `missing` bytes were not seen: fine within what is passed over anyway. */
  gap(missing: number): void {
    if (this.isKept || this.wantsPadding || missing > this.left) this.isStopped = true;
    else {
      this.contentLeft = Math.max(0, this.contentLeft - missing);
      if ((this.left -= missing) === 0) this.headerLength = 0;
    }
  }

  private begin(): void {
    const { header } = this;
    this.left = (header[0]! << 16) | (header[1]! << 8) | header[2]!;
    const type = header[3]!;
    this.isKept = keptTypes.has(type);
    this.wantsPadding = type === Frame.Data && (this.flags & PADDED) !== 0 && this.left > 0;
    this.contentLeft = type === Frame.Data && !this.wantsPadding ? this.left : 0;
    if (this.isKept && this.left > MAX_KEPT_BYTES) {
      this.events.weird('http2_frame_too_long');
      this.isStopped = true;
      return;
    }
    if (type === Frame.Data && !this.wantsPadding) this.events.data(this.flags, this.stream, this.left, 0);
    if (this.left === 0) this.finish(header, 0, 0);
  }

  private take(bytes: Uint8Array, start: number, end: number): number {
    const next = Math.min(end, start + this.left);
    let content = start;
    if (this.wantsPadding) {
      this.wantsPadding = false;
      const padding = bytes[content++]! + 1;
      this.events.data(this.flags, this.stream, this.left, padding);
      this.contentLeft = Math.max(0, this.left - padding);
    }
    const contentEnd = Math.min(next, content + this.contentLeft);
    if (contentEnd > content) this.events.content(this.stream, bytes, content, contentEnd);
    this.contentLeft -= contentEnd - content;
    const isWhole = next - start === this.left;
    this.left -= next - start;
    if (this.isKept && (!isWhole || this.payload.length > 0)) this.payload.append(bytes, start, next);
    if (!isWhole) return next;
    if (this.payload.length > 0) this.finish(this.payload.bytes, 0, this.payload.length);
    else this.finish(bytes, start, next);
    return next;
  }

  private finish(bytes: Uint8Array, start: number, end: number): void {
    if (this.isKept && !this.events.frame(this.header[3]!, this.flags, this.stream, bytes, start, end)) this.isStopped = true;
    this.payload.clear();
    this.isKept = false;
    this.headerLength = 0;
  }

  private get flags(): number {
    return this.header[4]!;
  }

  private get stream(): number {
    const { header } = this;
    return ((header[5]! & 127) << 24) | (header[6]! << 16) | (header[7]! << 8) | header[8]!;
  }
}
