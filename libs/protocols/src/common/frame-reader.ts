/**
 * Messages that tell their own length, out of one direction of a TCP stream: found where they lie when a delivery has all of one, gathered
 * when not. Of a message longer than the limit the begin is given as soon as it is there; the rest is passed over without being kept.
 */
import { ByteBuffer } from './byte-buffer.ts';

/**
 * Bytes of the message that begins at `bytes[start]`, its header included. 0: the header is not all there yet; negative: this is no message.
 * Must answer as soon as it has as many bytes as any header has.
 */
export type FrameLength = (bytes: Uint8Array, start: number, end: number) => number;

export class FrameReader {
  /** The message that the last `take` completed: `bytes[start, end)`, valid until the next delivery. */
  bytes: Uint8Array = new Uint8Array(0);
  start = 0;
  end = 0;
  /** Bytes of it behind `end` that were too many to be kept. */
  cutBytes = 0;
  /** Whether the last `take` completed a message. */
  isWhole = false;
  /** Whether the last `take` met what is no message. The rest of that delivery is passed over: the next may begin with one. */
  isBroken = false;
  /** Bytes that the last `take` passed over: the next of those that were too many in the message given before. */
  passedBytes = 0;
  private readonly lengthOf: FrameLength;
  private readonly pending: ByteBuffer;
  private skipBytes = 0;
  /** Whether `pending` holds the message given last. */
  private isGiven = false;

  /** `limit`: bytes kept of a message. */
  constructor(limit: number, lengthOf: FrameLength) {
    this.lengthOf = lengthOf;
    this.pending = new ByteBuffer(limit);
  }

  /** Take `bytes[start, end)` up to the end of a message. Returns the offset behind what was taken. */
  take(bytes: Uint8Array, start: number, end: number): number {
    this.isWhole = this.isBroken = false;
    this.passedBytes = 0;
    if (this.isGiven) {
      this.isGiven = false;
      this.pending.clear();
    }
    if (this.skipBytes > 0) {
      const skipped = Math.min(this.skipBytes, end - start);
      this.skipBytes -= skipped;
      this.passedBytes = skipped;
      return start + skipped;
    }
    return this.pending.length > 0 ? this.gather(bytes, start, end) : this.inPlace(bytes, start, end);
  }

  /** `missing` bytes were lost. What was being gathered is worth nothing; the end of a message being passed over is found again. */
  gap(missing: number): void {
    this.pending.clear();
    this.isGiven = false;
    this.skipBytes = Math.max(0, this.skipBytes - missing);
  }

  private inPlace(bytes: Uint8Array, start: number, end: number): number {
    const total = this.lengthOf(bytes, start, end);
    if (total < 0) return this.broken(end);
    const kept = Math.min(total, this.pending.limit);
    if (total > 0 && start + kept <= end) return this.give(bytes, start, start + kept, total - kept);
    return this.pending.append(bytes, start, end) ? end : this.broken(end);
  }

  private gather(bytes: Uint8Array, start: number, end: number): number {
    const { pending } = this;
    let offset = start;
    while (offset < end) {
      const total = this.lengthOf(pending.bytes, 0, pending.length);
      const isEndless = total === 0 && pending.length === pending.limit;
      if (total < 0 || isEndless || (total > 0 && total < pending.length)) return this.broken(end);
      const wanted = total === 0 ? pending.limit : Math.min(total, pending.limit);
      const next = Math.min(end, offset + wanted - pending.length);
      pending.append(bytes, offset, next);
      offset = next;
      // While the length was not known all was taken: what is behind the message is given back.
      const known = this.lengthOf(pending.bytes, 0, pending.length);
      if (known > 0 && known < pending.length) {
        offset -= pending.length - known;
        pending.length = known;
      }
      const kept = Math.min(known, pending.limit);
      if (known > 0 && pending.length === kept) {
        this.isGiven = true;
        this.give(pending.bytes, 0, kept, known - kept);
        return offset;
      }
    }
    return end;
  }

  private give(bytes: Uint8Array, start: number, end: number, cutBytes: number): number {
    this.isWhole = true;
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    this.cutBytes = this.skipBytes = cutBytes;
    return end;
  }

  private broken(end: number): number {
    this.isBroken = true;
    this.pending.clear();
    return end;
  }
}
