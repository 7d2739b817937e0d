/** Most deliveries are whole, so most buffers stay empty: these share one array. */
const nothing = new Uint8Array(0);

/** Bytes kept between deliveries because a message was split. Grows to `limit`, never beyond. */
export class ByteBuffer {
  bytes: Uint8Array = nothing;
  length = 0;
  readonly limit: number;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** Copy `source[start, end)` to the end. Returns false, keeping what it had, when that would pass the limit. */
  append(source: Uint8Array, start: number, end: number): boolean {
    const wanted = this.length + end - start;
    if (wanted > this.limit) return false;
    if (wanted > this.bytes.length) {
      const grown = new Uint8Array(Math.min(this.limit, Math.max(wanted, 2 * this.bytes.length, 256)));
      grown.set(this.bytes.subarray(0, this.length));
      this.bytes = grown;
    }
    for (let i = start; i < end; i++) this.bytes[this.length++] = source[i]!;
    return true;
  }

  /** Forget everything and give the memory back. */
  clear(): void {
    this.length = 0;
    if (this.bytes.length > 4096) this.bytes = nothing;
  }
}
