/**
 * The unread part of a stream in one growing buffer: `bytes[start, end)`. It grows with what was pushed, never with what a header
 * claims, and holds at most twice the largest unread part and one chunk.
 */
export class ByteWindow {
  bytes: Uint8Array;
  view: DataView;
  start: number;
  end: number;
  /** Position of `bytes[0]` in the stream. */
  baseOffset: number;
  /** Whether no more bytes will come. */
  isFinished: boolean;

  constructor() {
    this.bytes = new Uint8Array(0);
    this.view = new DataView(this.bytes.buffer);
    this.start = 0;
    this.end = 0;
    this.baseOffset = 0;
    this.isFinished = false;
  }

  /** Copy `chunk` behind the unread bytes. Positions in `bytes` change; positions in the stream do not. */
  append(chunk: Uint8Array): void {
    const unread = this.end - this.start;
    const isFull = this.end + chunk.length > this.bytes.length;
    // Moving costs no more than the chunk's own copy, or happens once for every `unread` bytes read.
    if (unread <= chunk.length || (isFull && this.start >= unread)) this.#moveToFront(this.bytes);
    if (this.end + chunk.length > this.bytes.length) {
      const larger = new Uint8Array(Math.max(65536, unread === 0 ? chunk.length : 2 * (unread + chunk.length)));
      this.#moveToFront(larger);
      this.bytes = larger;
      this.view = new DataView(larger.buffer);
    }
    this.bytes.set(chunk, this.end);
    this.end += chunk.length;
  }

  #moveToFront(target: Uint8Array): void {
    if (target !== this.bytes) target.set(this.bytes.subarray(this.start, this.end));
    else if (this.start > 0) target.copyWithin(0, this.start, this.end);
    this.baseOffset += this.start;
    this.end -= this.start;
    this.start = 0;
  }
}
