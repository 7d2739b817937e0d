/**
 * Which files of the watched folder are complete. A file says nothing itself about being whole, so it is taken when it stayed as it is for
 * a while; whether somebody still has it open for writing is asked separately, of those that are due.
 */

/** One name as a look at the folder shows it. `at` and `mtimeMs`: milliseconds since 1970. */
export interface Sighting {
  name: string;
  isFile: boolean;
  inode: number;
  size: number;
  mtimeMs: number;
}

interface Watched extends Sighting {
  unchangedSince: number;
  sightings: number;
}

/** A file must be unchanged for this long. */
export const SETTLE_MS = 3_000;
/** What was last written this long ago was moved here when it was whole: two equal sightings are enough. */
const OLD_MS = 10_000;
/** An empty file is usually one whose writer has not begun. */
const EMPTY_SETTLE_MS = 10_000;

/** Whether the folder's owner means the file to be looked at: not hidden, not a file on its way. */
export function isWatchedName(name: string): boolean {
  return !name.startsWith('.') && !/\.(part|partial|tmp|temp|crdownload|filepart)$/i.test(name);
}

export class WatchList {
  private watched = new Map<string, Watched>();

  /** Names that are due, in the order of `sightings`, which is everything in the folder now. */
  observe(sightings: readonly Sighting[], at: number): string[] {
    const next = new Map<string, Watched>();
    for (const sighting of sightings) {
      const before = this.watched.get(sighting.name);
      const isSame = before !== undefined && isUnchanged(before, sighting);
      next.set(sighting.name, {
        ...sighting,
        unchangedSince: isSame ? before.unchangedSince : at,
        sightings: isSame ? before.sightings + 1 : 1,
      });
    }
    this.watched = next;
    return [...next.values()].filter((watched) => isDue(watched, at)).map((watched) => watched.name);
  }

  /** Begin anew with a file: it changed, or was open for writing, when it should have been taken. */
  postpone(name: string): void {
    this.watched.delete(name);
  }
}

function isUnchanged(before: Sighting, now: Sighting): boolean {
  return before.inode === now.inode && before.size === now.size && before.mtimeMs === now.mtimeMs && before.isFile === now.isFile;
}

function isDue(watched: Watched, at: number): boolean {
  if (!watched.isFile) return watched.sightings > 1;
  const unchangedMs = at - watched.unchangedSince;
  if (watched.size === 0) return unchangedMs >= EMPTY_SETTLE_MS;
  return unchangedMs >= SETTLE_MS || (watched.sightings > 1 && at - watched.mtimeMs >= OLD_MS);
}
