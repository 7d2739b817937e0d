/** Text that ends with a line of one point, and whose lines that begin with one have another before it (RFC 5321 4.5.2, RFC 1939 3). */
import type { ByteTarget } from '@wirecase/contract';

const CR = 13;
const LF = 10;
const DOT = 46;
const crOnly = Uint8Array.of(CR);

export class DotReader {
  private readonly target: ByteTarget;
  /** `dot`: a line began with a point, which may be its end; `dot-cr`: CR behind it. */
  private state: 'line-start' | 'dot' | 'dot-cr' | 'text' | 'over' = 'line-start';

  constructor(target: ByteTarget) {
    this.target = target;
  }

  data(bytes: Uint8Array, start: number, end: number): void {
    let at = start;
    while (at < end && this.state !== 'over') {
      if (this.state === 'text' || this.state === 'line-start') at = this.text(bytes, at, end);
      else if (this.state === 'dot') at = this.behindDot(bytes, at);
      else {
        this.state = bytes[at] === LF ? 'over' : 'text';
        if (this.state === 'text') this.target.data(crOnly, 0, 1);
        else at++;
      }
    }
  }

  gap(missing: number): void {
    if (this.state === 'over') return;
    this.state = 'text';
    this.target.gap(missing);
  }

  /** The protocol is through with it. A text that did not come to its point is cut off. */
  end(): void {
    this.target.end(this.state === 'over' ? null : 'cut-off');
  }

  /** Hand on up to a line that begins with a point; the point itself goes. */
  private text(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    let isStart = this.state === 'line-start';
    while (at < end) {
      const byte = bytes[at]!;
      if (isStart && byte === DOT) break;
      isStart = byte === LF;
      at++;
    }
    if (at > start) this.target.data(bytes, start, at);
    this.state = at < end ? 'dot' : isStart ? 'line-start' : 'text';
    return at < end ? at + 1 : end;
  }

  private behindDot(bytes: Uint8Array, at: number): number {
    const byte = bytes[at]!;
    this.state = byte === CR ? 'dot-cr' : byte === LF ? 'over' : 'text';
    return this.state === 'text' ? at : at + 1;
  }
}
