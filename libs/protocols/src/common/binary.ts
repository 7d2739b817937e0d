/** Numbers out of packet bytes. The caller has checked the length. */

/** Network byte order. */
export function read16(bytes: Uint8Array, offset: number): number {
  return (bytes[offset]! << 8) | bytes[offset + 1]!;
}

/** Network byte order. */
export function read32(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset]! << 24) | (bytes[offset + 1]! << 16) | (bytes[offset + 2]! << 8) | bytes[offset + 3]!) >>> 0;
}

/** Little-endian. */
export function read16Le(bytes: Uint8Array, offset: number): number {
  return bytes[offset]! | (bytes[offset + 1]! << 8);
}

/** Little-endian. */
export function read24Le(bytes: Uint8Array, offset: number): number {
  return bytes[offset]! | (bytes[offset + 1]! << 8) | (bytes[offset + 2]! << 16);
}

/** Little-endian. */
export function read32Le(bytes: Uint8Array, offset: number): number {
  return (bytes[offset]! | (bytes[offset + 1]! << 8) | (bytes[offset + 2]! << 16) | (bytes[offset + 3]! << 24)) >>> 0;
}

/** Little-endian, as a number: exact up to 2^53, clamped there. */
export function read64Le(bytes: Uint8Array, offset: number): number {
  return Math.min(Number.MAX_SAFE_INTEGER, read32Le(bytes, offset + 4) * 2 ** 32 + read32Le(bytes, offset));
}
