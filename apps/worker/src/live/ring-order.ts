/** Names of ring files in the order in which they were written: `<ms since 1970 of the start>_<number>_<date>.pcapng`. */

export const ringSuffix = '.pcapng';

/** Negative when `a` was begun before `b`. Numbers are compared as such: dumpcap's grow beyond their five digits. */
export function compareRingFiles(a: string, b: string): number {
  const [startA = 0, countA = 0] = numbersOf(a);
  const [startB = 0, countB = 0] = numbersOf(b);
  return startA - startB || countA - countB || (a < b ? -1 : Number(a > b));
}

function numbersOf(name: string): number[] {
  return name.split('_', 2).map(Number);
}
