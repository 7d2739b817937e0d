/**
 * The unread part of a stream: `bytes[start, end)`. A chunk is read where it lies; only what is left of it at its end is copied, and put
 * together with the beginning of the next. It grows with what was pushed, never with what a header claims, and holds at most twice the
 * largest unread part and one chunk.
 */
export class ByteWindow {
  bytes: Uint8Array;
  view: DataView;
  start: number;
  end: number;
  /** Position of `bytes[0]` in the stream; below 0 where a chunk lies far into its buffer. */
  baseOffset: number;
  /** Whether no more bytes will come. */
  isFinished: boolean;

  /** Holds what is left of a chunk. */
  #own: Uint8Array;
  #ownView: DataView;
  /** The caller's buffer, the same for many chunks. */
  #theirs: Uint8Array;
  #theirView: DataView;
  /** Whether `bytes` is the caller's. */
  #isBorrowed: boolean;
  /** The chunk that is not (wholly) in `bytes` yet, and how much of it is. */
  #chunk: Uint8Array | null;
  #taken: number;
  /** Whether `#chunk` is the last one. */
  #isLast: boolean;

  constructor() {
    this.#own = this.bytes = new Uint8Array(0);
    this.#ownView = this.view = new DataView(this.bytes.buffer);
    this.#theirs = this.#own;
    this.#theirView = this.#ownView;
    this.start = 0;
    this.end = 0;
    this.baseOffset = 0;
    this.isFinished = false;
    this.#isBorrowed = false;
    this.#chunk = null;
    this.#taken = 0;
    this.#isLast = false;
  }

  /** The next chunk. It must stay as it is until `more` has given false. */
  append(chunk: Uint8Array): void {
    if (this.#isBorrowed) this.#keepRest();
    if (this.#chunk) this.#copy(this.#chunk.length - this.#taken);
    this.#chunk = chunk;
    this.#taken = 0;
  }

  /** No chunk will follow. */
  finish(): void {
    this.#isLast = true;
    this.isFinished = this.#chunk === null;
  }

  /** What is in the window is not enough: have more of the chunk in it. False: there is no more of it, and it is no longer needed. */
  more(): boolean {
    const chunk = this.#chunk;
    if (!chunk) {
      if (this.#isBorrowed) this.#keepRest();
      return false;
    }
    const unread = this.end - this.start;
    if (unread <= this.#taken) this.#borrow(chunk, this.#taken - unread);
    else this.#copy(Math.min(chunk.length - this.#taken, Math.max(4096, unread)));
    return true;
  }

  /** Read the chunk in place, from `from` on. */
  #borrow(chunk: Uint8Array, from: number): void {
    const position = this.baseOffset + this.start;
    if (this.#theirs.buffer !== chunk.buffer) {
      this.#theirs = new Uint8Array(chunk.buffer);
      this.#theirView = new DataView(chunk.buffer);
    }
    this.bytes = this.#theirs;
    this.view = this.#theirView;
    this.start = chunk.byteOffset + from;
    this.end = chunk.byteOffset + chunk.length;
    this.baseOffset = position - this.start;
    this.#isBorrowed = true;
    this.#setChunkTaken();
  }

  /** Copy what is unread, so that the caller may have the chunk back. */
  #keepRest(): void {
    const rest = this.bytes.subarray(this.start, this.end);
    if (rest.length > this.#own.length) this.#setOwn(new Uint8Array(Math.max(65536, 2 * rest.length)));
    this.#own.set(rest);
    this.#show(this.start, rest.length);
    this.#isBorrowed = false;
  }

  /** Copy the next `count` bytes of the chunk behind what is unread. */
  #copy(count: number): void {
    const unread = this.end - this.start;
    if (this.end + count > this.#own.length) {
      const rest = this.#own.subarray(this.start, this.end);
      // Moving costs no more than it makes room for, or happens once for every `unread` bytes read.
      const isRoomy = unread + count <= this.#own.length && (this.start >= unread || count >= unread);
      if (!isRoomy) this.#setOwn(new Uint8Array(Math.max(65536, 2 * (unread + count))));
      this.#own.set(rest);
      this.#show(this.start, unread);
    }
    const chunk = this.#chunk!;
    this.#own.set(chunk.subarray(this.#taken, this.#taken + count), this.end);
    this.end += count;
    this.#taken += count;
    if (this.#taken === chunk.length) this.#setChunkTaken();
  }

  #setOwn(own: Uint8Array): void {
    this.#own = own;
    this.#ownView = new DataView(own.buffer);
  }

  /** The unread bytes, `length` of them, which were at `start`, are at the front of the own buffer now. */
  #show(start: number, length: number): void {
    this.bytes = this.#own;
    this.view = this.#ownView;
    this.baseOffset += start;
    this.start = 0;
    this.end = length;
  }

  #setChunkTaken(): void {
    this.#chunk = null;
    this.isFinished = this.#isLast;
  }
}
