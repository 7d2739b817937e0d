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

/** Bytes of a part, unless more are wanted at once. */
const partBytes = 1 << 20;

/** Bytes appended to parts that stay where they are: however many there are, none is copied. Numbers little-endian. */
export class ByteSink {
  private readonly full: Uint8Array[] = [];
  /** Bytes in `full`. */
  private fullBytes = 0;
  private buffer = new Uint8Array(partBytes);
  private view = new DataView(this.buffer.buffer);
  private used = 0;

  get length(): number {
    return this.fullBytes + this.used;
  }

  bytes(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.buffer.set(bytes, this.used);
    this.used += bytes.length;
  }

  uint32(value: number): void {
    this.reserve(4);
    this.view.setUint32(this.used, value, true);
    this.used += 4;
  }

  float64(value: number): void {
    this.reserve(8);
    this.view.setFloat64(this.used, value, true);
    this.used += 8;
  }

  /** LEB128 of an integer 0 .. 2^53. */
  varint(value: number): void {
    this.reserve(maxVarintBytes);
    this.used = putVarint(this.buffer, this.used, value);
  }

  /** A buffer to write at most `count` bytes into, from `position` on; `wrote` says up to where it was done. Valid until the next call. */
  room(count: number): Uint8Array {
    this.reserve(count);
    return this.buffer;
  }

  get position(): number {
    return this.used;
  }

  wrote(position: number): void {
    this.used = position;
  }

  /** What was written, in order, not copied. */
  parts(): readonly Uint8Array[] {
    return [...this.full, this.buffer.subarray(0, this.used)];
  }

  private reserve(count: number): void {
    if (this.used + count <= this.buffer.length) return;
    this.full.push(this.buffer.subarray(0, this.used));
    this.fullBytes += this.used;
    this.buffer = new Uint8Array(Math.max(partBytes, count));
    this.view = new DataView(this.buffer.buffer);
    this.used = 0;
  }
}

/** `parts` one after the other, a copy. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
