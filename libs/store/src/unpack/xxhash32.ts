const primes = [0x9e3779b1, 0x85ebca77, 0xc2b2ae3d, 0x27d4eb2f, 0x165667b1] as const;
const [prime1, prime2, prime3, prime4, prime5] = primes;

/** xxHash, 32 bit, seed 0 (xxHash specification 0.1.1): the checksum of LZ4 frames. `update` any number of times, then `digest`. */
export class XxHash32 {
  readonly #lanes = Int32Array.of(prime1 + prime2, prime2, 0, -prime1);
  readonly #stripe = new Uint8Array(16);
  readonly #stripeView = new DataView(this.#stripe.buffer);
  #filled = 0;
  #length = 0;

  update(bytes: Uint8Array): void {
    this.#length += bytes.length;
    let at = 0;
    if (this.#filled > 0) {
      at = Math.min(16 - this.#filled, bytes.length);
      this.#stripe.set(bytes.subarray(0, at), this.#filled);
      this.#filled += at;
      if (this.#filled < 16) return;
      this.#mix(this.#stripeView, 0);
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (; at + 16 <= bytes.length; at += 16) this.#mix(view, at);
    this.#stripe.set(bytes.subarray(at));
    this.#filled = bytes.length - at;
  }

  /** The hash as an unsigned number. */
  digest(): number {
    const [a, b, c, d] = this.#lanes as unknown as [number, number, number, number];
    let hash = this.#length >= 16 ? (rotate(a, 1) + rotate(b, 7) + rotate(c, 12) + rotate(d, 18)) | 0 : prime5 | 0;
    hash = (hash + this.#length) | 0;
    let at = 0;
    for (; at + 4 <= this.#filled; at += 4) {
      hash = Math.imul(rotate((hash + Math.imul(this.#stripeView.getUint32(at, true), prime3)) | 0, 17), prime4);
    }
    for (; at < this.#filled; at++) hash = Math.imul(rotate((hash + Math.imul(this.#stripe[at]!, prime5)) | 0, 11), prime1);
    hash = Math.imul(hash ^ (hash >>> 15), prime2);
    hash = Math.imul(hash ^ (hash >>> 13), prime3);
    return (hash ^ (hash >>> 16)) >>> 0;
  }

  #mix(view: DataView, at: number): void {
    const lanes = this.#lanes;
    for (let i = 0; i < 4; i++) {
      lanes[i] = Math.imul(rotate((lanes[i]! + Math.imul(view.getInt32(at + 4 * i, true), prime2)) | 0, 13), prime1);
    }
  }
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
