/** Lines of one direction of a stream: gathered across deliveries; of a line that is longer than the limit the begin is given. */
import { ByteBuffer } from './byte-buffer.ts';
import { decodeText } from './text.ts';

const LF = 10;

export class LineReader {
  private readonly pending: ByteBuffer;
  private isSkipping = false;
  private line: string | null = null;

  /** `limit`: bytes kept of a line. */
  constructor(limit: number) {
    this.pending = new ByteBuffer(limit);
  }

  /** Take `bytes[start, end)` up to the end of a line. Returns the offset behind what was taken; `takeLine` gives the line if it is whole. */
  take(bytes: Uint8Array, start: number, end: number): number {
    let next = start;
    while (next < end && bytes[next] !== LF) next++;
    const isWhole = next < end;
    if (isWhole && this.isAtStart && next - start <= this.pending.limit) {
      this.line = text(bytes, start, next);
      return next + 1;
    }
    this.gather(bytes, start, next);
    if (!isWhole) return end;
    this.line = text(this.pending.bytes, 0, this.pending.length);
    this.forget();
    return next + 1;
  }

  /** The line that the last `take` completed, without its end, or `null`. */
  takeLine(): string | null {
    const { line } = this;
    this.line = null;
    return line;
  }

  /** Bytes were lost: what was gathered is worth nothing. */
  forget(): void {
    this.pending.clear();
    this.isSkipping = false;
  }

  private gather(bytes: Uint8Array, start: number, end: number): void {
    if (this.isSkipping) return;
    const fits = Math.min(end, start + this.pending.limit - this.pending.length);
    this.pending.append(bytes, start, fits);
    this.isSkipping = fits < end;
  }

  /** Whether nothing of the line at hand came before. */
  private get isAtStart(): boolean {
    return this.pending.length === 0 && !this.isSkipping;
  }
}

/** A line without the CR at its end. */
function text(bytes: Uint8Array, start: number, end: number): string {
  return decodeText(bytes, start, end > start && bytes[end - 1] === 13 ? end - 1 : end);
}
