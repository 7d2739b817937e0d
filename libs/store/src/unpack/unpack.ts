/** Unpacks one kind of container as its bytes come: gives what comes out, then throws `UnpackError` where the packed bytes are damaged. */
export type Unpack = (packed: AsyncIterable<Uint8Array>) => AsyncGenerator<Uint8Array, void, undefined>;

/** The packed bytes are damaged, cut short, or packed in a way that is not read. */
export class UnpackError extends Error {}

/** Bytes of a stream taken in the lengths that a format asks for. */
export class ByteQueue {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #bytes: Uint8Array = new Uint8Array(0);
  #start = 0;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** The next `length` bytes, or fewer where the stream ends. They are the caller's. Memory follows what came, not `length`. */
  async take(length: number): Promise<Uint8Array> {
    while (this.#bytes.length - this.#start < length) {
      const { done, value } = await this.#chunks.next();
      if (done) break;
      const unread = this.#bytes.subarray(this.#start);
      const joined = new Uint8Array(unread.length + value.length);
      joined.set(unread);
      joined.set(value, unread.length);
      this.#bytes = joined;
      this.#start = 0;
    }
    const taken = this.#bytes.slice(this.#start, this.#start + length);
    this.#start += taken.length;
    return taken;
  }
}
