/** Finds the content in the body of an HTTP/1 message without copying it (RFC 9112 6 and 7.1). */
import type { ByteTarget } from '@wirecase/contract';
import type { BodyLength } from './head.ts';

/** As of a head, where nothing given means that it goes on until the connection ends. */
export type BodyFraming = Exclude<BodyLength, 'none-given'> | 'until-close';

/** Characters of a chunk-size line or trailer line that are looked at. */
const MAX_LINE_BYTES = 4096;

type State = 'length' | 'until-close' | 'chunk-size' | 'chunk-data' | 'chunk-end' | 'trailer' | 'done' | 'bad';

export class BodyReader {
  private state: State = 'done';
  /** Bytes of the body or chunk still to come. */
  private remaining = 0;
  private lineBytes = 0;
  private lineSize = 0;
  private hasDigit = false;
  private isExtension = false;
  /** Without a size at its begin it is no chunk, and the body goes on until the connection ends. */
  private isPerhaps = false;
  /** Whether a chunk's size had something behind it that does not belong there. */
  hasOddSize = false;
  /** Takes the content. */
  target: ByteTarget | null = null;
  /** Bytes of content so far, without framing. */
  contentBytes = 0;
  /** Bytes of the body as sent so far. */
  wireBytes = 0;

  begin(body: BodyFraming): void {
    this.contentBytes = 0;
    this.wireBytes = 0;
    this.hasOddSize = false;
    this.isPerhaps = body === 'perhaps-chunked';
    if (body === 'until-close') this.state = 'until-close';
    else if (body === 'chunked' || body === 'perhaps-chunked') this.beginLine('chunk-size');
    else {
      this.remaining = body;
      this.state = body === 0 ? 'done' : 'length';
    }
  }

  get isDone(): boolean {
    return this.state === 'done';
  }
  /** Whether the body goes on until the connection ends. */
  get isOpenEnded(): boolean {
    return this.state === 'until-close';
  }
  /** Whether the framing broke: where the next message begins is unknown. */
  get isBad(): boolean {
    return this.state === 'bad';
  }

  /** Take what belongs to the body from `bytes[start, end)`; returns the offset behind it. */
  take(bytes: Uint8Array, start: number, end: number): number {
    let offset = start;
    if (this.isPerhaps && offset < end) {
      this.isPerhaps = false;
      if (hexDigit(bytes[offset]!) < 0) this.state = 'until-close';
    }
    while (offset < end && this.state !== 'done' && this.state !== 'bad') {
      const from = offset;
      if (this.state === 'until-close') offset = this.content(offset, end, end - offset);
      else if (this.state === 'length' || this.state === 'chunk-data') offset = this.content(offset, end, this.remaining);
      else {
        this.framing(bytes[offset++]!);
        continue;
      }
      this.target?.data(bytes, from, offset);
    }
    this.wireBytes += offset - start;
    return offset;
  }

  /** Bytes that were never seen. Returns whether they were all content, so that the framing holds. */
  gap(missing: number): boolean {
    if (this.state === 'until-close' || ((this.state === 'length' || this.state === 'chunk-data') && missing <= this.remaining)) {
      this.content(0, missing, this.state === 'until-close' ? missing : this.remaining);
      this.wireBytes += missing;
      this.target?.gap(missing);
      return true;
    }
    this.state = 'bad';
    return false;
  }

  private content(offset: number, end: number, limit: number): number {
    const taken = Math.min(end - offset, limit);
    this.contentBytes += taken;
    if (this.state === 'until-close') return offset + taken;
    this.remaining -= taken;
    if (this.remaining === 0) {
      if (this.state === 'length') this.state = 'done';
      else this.beginLine('chunk-end');
    }
    return offset + taken;
  }

  private framing(byte: number): void {
    if (++this.lineBytes > MAX_LINE_BYTES) {
      this.state = 'bad';
      return;
    }
    if (this.state === 'chunk-size') this.chunkSize(byte);
    else if (byte === 10) this.endLine();
    else if (byte !== 13 && this.state === 'chunk-end') this.state = 'bad';
    else if (byte !== 13) this.lineSize++;
  }

  /** Hexadecimal digits, then perhaps `;extension`, to the end of the line. Browsers put up with control characters behind the digits. */
  private chunkSize(byte: number): void {
    if (byte === 10) {
      if (this.hasDigit) this.endLine();
      else this.state = 'bad';
      return;
    }
    if (this.isExtension || byte === 13 || byte === 32 || byte === 9) return;
    const digit = hexDigit(byte);
    if (digit >= 0 && this.lineSize < 2 ** 44) {
      this.lineSize = this.lineSize * 16 + digit;
      this.hasDigit = true;
    } else if (byte === 59 && this.hasDigit) this.isExtension = true;
    else if (byte < 32 && this.hasDigit) this.isExtension = this.hasOddSize = true;
    else this.state = 'bad';
  }

  private endLine(): void {
    if (this.state === 'chunk-size') {
      this.remaining = this.lineSize;
      if (this.remaining === 0) this.beginLine('trailer');
      else this.state = 'chunk-data';
    } else if (this.state === 'chunk-end') this.beginLine('chunk-size');
    else if (this.lineSize === 0) this.state = 'done';
    else this.beginLine('trailer');
  }

  private beginLine(state: State): void {
    this.state = state;
    this.lineBytes = 0;
    this.lineSize = 0;
    this.hasDigit = false;
    this.isExtension = false;
  }
}

function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const lower = byte | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}
