/** Bytes of the longest varint. */
export const maxVarintBytes = 8;

/** LEB128 of an integer 0 .. 2^53 at `at`; gives the position after it. */
export function putVarint(buffer: Uint8Array, at: number, value: number): number {
  while (value > 0x7fff_ffff) {
    buffer[at++] = (value % 128) | 128;
    value = Math.floor(value / 128);
  }
  while (value > 127) {
    buffer[at++] = (value & 127) | 128;
    value >>>= 7;
  }
  buffer[at++] = value;
  return at;
}

/** Bytes appended to a buffer that grows. Numbers little-endian. */
export class ByteSink {
  length = 0;
  private buffer = new Uint8Array(64 * 1024);
  private view = new DataView(this.buffer.buffer);

  bytes(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.buffer.set(bytes, this.length);
    this.length += bytes.length;
  }

  uint32(value: number): void {
    this.reserve(4);
    this.view.setUint32(this.length, value, true);
    this.length += 4;
  }

  float64(value: number): void {
    this.reserve(8);
    this.view.setFloat64(this.length, value, true);
    this.length += 8;
  }

  /** LEB128 of an integer 0 .. 2^53. */
  varint(value: number): void {
    this.reserve(maxVarintBytes);
    this.length = putVarint(this.buffer, this.length, value);
  }

  /** Where to write at most `count` bytes from `length` on; whoever did moves `length`. Valid until the next call. */
  room(count: number): Uint8Array {
    this.reserve(count);
    return this.buffer;
  }

  /** A copy of what was written. */
  toBytes(): Uint8Array {
    return this.buffer.slice(0, this.length);
  }

  private reserve(count: number): void {
    if (this.length + count <= this.buffer.length) return;
    const larger = new Uint8Array(Math.max(this.buffer.length * 2, this.length + count));
    larger.set(this.buffer.subarray(0, this.length));
    this.buffer = larger;
    this.view = new DataView(larger.buffer);
  }
}
