/** Builds elements of ASN.1's Basic Encoding Rules (X.690), for tests of protocols that use them. */

/** An element: tag, length, and its parts joined: bytes as they are, a text as one byte each character, a number as one byte. */
export function ber(tag: number, ...parts: (Uint8Array | string | number)[]): Uint8Array {
  const value = joinBytes(...parts);
  const { length } = value;
  const header = length < 128 ? [tag, length] : [tag, 0x82, length >> 8, length & 255];
  return joinBytes(Uint8Array.from(header), value);
}

/** The parts behind each other: bytes as they are, a text as one byte each character, a number as one byte. */
export function joinBytes(...parts: (Uint8Array | string | number)[]): Uint8Array {
  const arrays = parts.map((part) =>
    typeof part === 'string' ? Uint8Array.from(part, (one) => one.charCodeAt(0)) : typeof part === 'number' ? Uint8Array.of(part) : part,
  );
  const joined = new Uint8Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const array of arrays) {
    joined.set(array, at);
    at += array.length;
  }
  return joined;
}
