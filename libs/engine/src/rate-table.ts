/**
 * How often something happened of late, for many things at once: buckets that leak, in typed arrays of a bounded size. A thing is named by
 * two hashes. When its set is full the lowest bucket goes: mostly an empty one, so that a flood of new names does not hide a busy one. A
 * small table grows before a bucket that holds something has to go.
 */
const ways = 8;
/** Values an entry has in either array. */
const width = 2;
const fewestSets = 1 << 4;
const mostSets = 1 << 13;

export class RateTable {
  private readonly perMinute: number;
  /** Two words an entry: the hashes; both 0 when free. */
  private names = new Int32Array(width * ways * fewestSets);
  /** Two values an entry: level, and packet time in seconds as of which it is that. */
  private levels = new Float64Array(width * ways * fewestSets);
  private sets = fewestSets;

  /** `perMinute`: how many are not too many. */
  constructor(perMinute: number) {
    this.perMinute = perMinute;
  }

  /** Count one more at `seconds` of packet time. Gives whether these are too many. */
  isTooMany(low: number, high: number, seconds: number): boolean {
    const at = this.find(low, high, seconds);
    const { levels, perMinute } = this;
    const level = this.level(at, seconds) + 1;
    if (seconds > levels[at + 1]!) levels[at + 1] = seconds;
    // Full is full: a flood does not fill the bucket for hours.
    levels[at] = level <= perMinute ? level : perMinute + 1;
    return level > perMinute;
  }

  /** The entry of a name, a new one when it has none. */
  private find(low: number, high: number, seconds: number): number {
    const { names, levels, sets } = this;
    const first = (low & (sets - 1)) * ways * width;
    let lowest = first;
    let lowestLevel = Number.POSITIVE_INFINITY;
    for (let at = first; at < first + ways * width; at += width) {
      if (names[at] === low && names[at + 1] === high) return at;
      const level = this.level(at, seconds);
      if (level < lowestLevel) {
        lowest = at;
        lowestLevel = level;
      }
    }
    if (lowestLevel > 0 && sets < mostSets) {
      this.grow();
      return this.find(low, high, seconds);
    }
    names[lowest] = low;
    names[lowest + 1] = high;
    levels[lowest] = 0;
    levels[lowest + 1] = seconds;
    return lowest;
  }

  /** Twice as many sets: the entries of each are divided among two. */
  private grow(): void {
    const { names, levels, sets } = this;
    const [grownNames, grownLevels] = [new Int32Array(2 * names.length), new Float64Array(2 * levels.length)];
    for (let at = 0; at < names.length; at += width) {
      const to = (names[at]! & sets) === 0 ? at : at + names.length;
      for (let i = 0; i < width; i++) {
        grownNames[to + i] = names[at + i]!;
        grownLevels[to + i] = levels[at + i]!;
      }
    }
    this.sets = 2 * sets;
    this.names = grownNames;
    this.levels = grownLevels;
  }

  private level(at: number, seconds: number): number {
    const elapsed = Math.max(0, seconds - this.levels[at + 1]!);
    return Math.max(0, this.levels[at]! - (elapsed * this.perMinute) / 60);
  }
}
