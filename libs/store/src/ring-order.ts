/**
 * Names of ring files: `<ms since 1970 of the start>_<number>_<date>.pcapng` of dumpcap, `<ms>_<s since 1970>.pcap[number]` of tcpdump.
 * A program opens a file only after it has closed the one before, so every file of a run but the last is closed.
 */

const ringName = /^(\d+)_(\d+)(?:_\d+)?\.pcap(?:ng)?(\d*)$/;

/** Whether it is a file that a capture program writes or wrote; not what was set aside. */
export function isRingFile(name: string): boolean {
  return ringName.test(name);
}

/** Negative when `a` was begun before `b`. Numbers are compared as such: dumpcap's grow beyond their five digits. */
export function compareRingFiles(a: string, b: string): number {
  const [startA = 0, countA = 0, partA = 0] = numbersOf(a);
  const [startB = 0, countB = 0, partB = 0] = numbersOf(b);
  return startA - startB || countA - countB || partA - partB || (a < b ? -1 : Number(a > b));
}

function numbersOf(name: string): number[] {
  return ringName.exec(name)?.slice(1).map(Number) ?? [];
}
