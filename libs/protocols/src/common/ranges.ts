/** Parts that a Range header asks for (RFC 9110 14.1.1): `bytes=0-99,200-` has two. Null: it asks for none. */
export function countRanges(value: string): number | null {
  const start = value.indexOf('=') + 1;
  if (start === 0) return null;
  let count = 1;
  for (let at = value.indexOf(',', start); at >= 0; at = value.indexOf(',', at + 1)) count++;
  return count;
}
