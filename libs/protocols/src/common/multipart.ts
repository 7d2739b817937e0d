/**
 * Parts of a multipart body (RFC 2046 5.1, RFC 7578), as the bytes pass: each up to the next delimiter line, header and content. They are
 * handed on without being kept but for the beginnings of lines that may be a delimiter.
 */
import type { ByteTarget, FileFault } from '@wirecase/contract';

/** RFC 2046 5.1.1 allows 70 characters. */
const MAX_BOUNDARY_BYTES = 256;
const CR = 13;
const LF = 10;
const DASH = 45;

export class MultipartReader implements ByteTarget {
  private readonly open: () => ByteTarget;
  /** `--boundary`. */
  private readonly delimiter: Uint8Array;
  private isOver = false;
  private part: ByteTarget | null = null;
  /** What may be the end of a line before a delimiter, and the begin of that: not yet handed on. */
  private readonly held: Uint8Array;
  private heldBytes = 0;
  /** How many of the held bytes are the end of the line before: 0 at the begin of the body, else 1 or 2. */
  private lineEndBytes = 0;
  /** Whether what comes may be a delimiter, as far as it was compared. */
  private isLineStart = true;
  /** Behind a delimiter: what the rest of its line says. */
  private isClosing = false;
  private afterDelimiter = -1;

  /** `open`: a part begins. */
  constructor(boundary: string, open: () => ByteTarget) {
    this.open = open;
    this.delimiter = new TextEncoder().encode(`--${boundary}`).slice(0, MAX_BOUNDARY_BYTES);
    this.held = new Uint8Array(this.delimiter.length + 2);
  }

  data(bytes: Uint8Array, start: number, end: number): void {
    let at = start;
    while (at < end && !this.isOver) {
      if (this.afterDelimiter >= 0) at = this.restOfDelimiter(bytes, at, end);
      else if (this.isLineStart) at = this.compare(bytes, at, end);
      else at = this.line(bytes, at, end);
    }
  }

  gap(missing: number): void {
    this.release();
    this.isLineStart = false;
    this.afterDelimiter = -1;
    this.part?.gap(missing);
  }

  /** `fault` null: the body is over. Without the last delimiter its last part is cut off. */
  end(fault: FileFault | null): void {
    // The last delimiter may be the very end.
    this.release();
    this.endPart(fault ?? 'cut-off');
    this.isOver = true;
  }

  /** At the begin of a line: gather as long as it may be a delimiter. */
  private compare(bytes: Uint8Array, start: number, end: number): number {
    const { delimiter } = this;
    let at = start;
    while (at < end) {
      const compared = this.heldBytes - this.lineEndBytes;
      if (compared === delimiter.length) break;
      if (bytes[at] !== delimiter[compared]) {
        this.release();
        this.isLineStart = false;
        return at;
      }
      this.held[this.heldBytes++] = bytes[at++]!;
    }
    if (this.heldBytes - this.lineEndBytes < delimiter.length) return at;
    this.heldBytes = this.lineEndBytes = 0;
    this.isLineStart = false;
    this.endPart(null);
    this.isClosing = false;
    this.afterDelimiter = 0;
    return at;
  }

  /** Two dashes end it all; blanks may follow; the line's end begins the next part. */
  private restOfDelimiter(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    while (at < end) {
      const byte = bytes[at++]!;
      if (byte === DASH && this.afterDelimiter < 2) {
        this.isClosing = ++this.afterDelimiter === 2;
        if (!this.isClosing) continue;
        this.isOver = true;
      }
      if (byte === LF || this.isClosing) {
        if (!this.isClosing) this.part = this.open();
        this.afterDelimiter = -1;
        this.isLineStart = !this.isClosing;
        return at;
      }
    }
    return at;
  }

  /** Inside a line: hand on up to its end, which is held. */
  private line(bytes: Uint8Array, start: number, end: number): number {
    if (this.heldBytes > 0 && bytes[start] !== LF) this.release();
    let at = start;
    while (at < end && bytes[at] !== LF) at++;
    // A CR may belong to the end of the line.
    const isEnd = at < end;
    const stop = at > start && bytes[at - 1] === CR ? at - 1 : at;
    this.take(bytes, start, stop);
    for (let i = stop; i < at; i++) this.held[this.heldBytes++] = bytes[i]!;
    if (!isEnd) return end;
    this.held[this.heldBytes++] = LF;
    this.lineEndBytes = this.heldBytes;
    this.isLineStart = true;
    return at + 1;
  }

  /** What was held is content after all. */
  private release(): void {
    const { heldBytes } = this;
    this.heldBytes = this.lineEndBytes = 0;
    this.take(this.held, 0, heldBytes);
  }

  private take(bytes: Uint8Array, start: number, end: number): void {
    if (end > start) this.part?.data(bytes, start, end);
  }

  private endPart(fault: FileFault | null): void {
    this.part?.end(fault);
    this.part = null;
  }
}
