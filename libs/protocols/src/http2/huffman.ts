/** The Huffman code of HPACK (RFC 7541 5.2). */

/** Bits of each symbol's code, the last one is EOS (appendix B). The codes follow from them: by length, then by symbol, counting up. */
// prettier-ignore
const codeBits = [
  13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
  6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10, 13, 6, 7, 7, 7, 7, 7,
  7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6, 15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5,
  6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28, 20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22,
  23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24, 22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22,
  21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23, 26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26,
  27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27, 20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, 26, 27, 26,
  26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26, 30
];
const EOS = 256;
const LONGEST = 30;

/** Symbols ordered by their codes; by length: its first code, and where its symbols begin. */
const symbols = Array.from(codeBits.keys()).sort((a, b) => codeBits[a]! - codeBits[b]! || a - b);
const firstCodes = new Uint32Array(LONGEST + 2);
const firstSymbols = new Uint32Array(LONGEST + 2);
for (let bits = 1, code = 0, at = 0; bits <= LONGEST + 1; bits++) {
  code *= 2;
  firstCodes[bits] = code;
  firstSymbols[bits] = at;
  while (at < symbols.length && codeBits[symbols[at]!] === bits) {
    code++;
    at++;
  }
}

/** Decode `bytes[start, end)`; `null` where that breaks the code: EOS within, or padding that is not the begin of EOS or too long. */
export function decodeHuffman(bytes: Uint8Array, start: number, end: number): Uint8Array | null {
  // The shortest code has five bits.
  const decoded = new Uint8Array(Math.floor((8 * (end - start)) / 5));
  let length = 0;
  let code = 0;
  let bits = 0;
  for (let i = start; i < end; i++) {
    for (let shift = 7; shift >= 0; shift--) {
      code = (code << 1) | ((bytes[i]! >> shift) & 1);
      if (++bits > LONGEST) return null;
      const index = code - firstCodes[bits]!;
      if (index < 0 || index >= firstSymbols[bits + 1]! - firstSymbols[bits]!) continue;
      const symbol = symbols[firstSymbols[bits]! + index]!;
      if (symbol === EOS) return null;
      decoded[length++] = symbol;
      code = bits = 0;
    }
  }
  const isPadding = bits < 8 && code === 2 ** bits - 1;
  return isPadding ? decoded.subarray(0, length) : null;
}
