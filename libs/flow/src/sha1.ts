/**
 * SHA-1 (FIPS 180-4) of a message of one block. A community id is one for every flow, and handing 40 bytes to a library costs more than
 * hashing them.
 */

/** Longest message, bytes. */
export const maxMessageBytes = 55;

const schedule = new Int32Array(80);
const digest = new Uint8Array(20);

/** Digest of `message[0, length)`. The result is overwritten by the next call. */
export function sha1(message: Uint8Array, length: number): Uint8Array {
  const w = schedule;
  w.fill(0, 0, 15);
  for (let i = 0; i < length; i++) w[i >> 2]! |= message[i]! << (24 - 8 * (i & 3));
  w[length >> 2]! |= 0x80 << (24 - 8 * (length & 3));
  w[15] = length * 8;
  for (let i = 16; i < 80; i++) {
    const mixed = w[i - 3]! ^ w[i - 8]! ^ w[i - 14]! ^ w[i - 16]!;
    w[i] = (mixed << 1) | (mixed >>> 31);
  }
  let a = 0x67452301;
  let b = 0xefcdab89 | 0;
  let c = 0x98badcfe | 0;
  let d = 0x10325476;
  let e = 0xc3d2e1f0 | 0;
  for (let i = 0; i < 80; i++) {
    const next = (((a << 5) | (a >>> 27)) + mix(i, b, c, d) + e + w[i]!) | 0;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = next;
  }
  put(0, (a + 0x67452301) | 0);
  put(4, (b + 0xefcdab89) | 0);
  put(8, (c + 0x98badcfe) | 0);
  put(12, (d + 0x10325476) | 0);
  put(16, (e + 0xc3d2e1f0) | 0);
  return digest;
}

/** Function and constant of round `i`. */
function mix(i: number, b: number, c: number, d: number): number {
  if (i < 20) return ((b & c) | (~b & d)) + 0x5a827999;
  if (i < 40) return (b ^ c ^ d) + 0x6ed9eba1;
  if (i < 60) return ((b & c) | (b & d) | (c & d)) + (0x8f1bbcdc | 0);
  return (b ^ c ^ d) + (0xca62c1d6 | 0);
}

function put(at: number, word: number): void {
  digest[at] = word >>> 24;
  digest[at + 1] = word >>> 16;
  digest[at + 2] = word >>> 8;
  digest[at + 3] = word;
}
