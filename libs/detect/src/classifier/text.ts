/** How much of a surprise the characters of a name are. */

const counts = new Int32Array(128);

/** Bits a character: 0 for "aaaa", 4 for 16 different ones, about 2.5-3.5 for names made of words. Beyond ASCII all count as one. */
export function characterEntropy(text: string): number {
  counts.fill(0);
  for (let i = 0; i < text.length; i++) counts[Math.min(127, text.charCodeAt(i))]!++;
  let sum = 0;
  for (let i = 0; i < counts.length; i++) if (counts[i]! > 0) sum += counts[i]! * Math.log2(counts[i]!);
  return text.length === 0 ? 0 : Math.log2(text.length) - sum / text.length;
}
