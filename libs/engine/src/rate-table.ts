/**
 * How often something happened of late, for many things at once: buckets that leak, in typed arrays of a fixed size. A thing is named by
 * two hashes. When its set is full the lowest bucket goes: mostly an empty one, so that a flood of new names does not hide a busy one.
 */
const ways = 8;
const sets = 1 << 13;

export class RateTable {
  private readonly perMinute: number;
  /** Two words an entry: the hashes; both 0 when free. */
  private readonly names = new Int32Array(2 * ways * sets);
  /** Two values an entry: level, and packet time in seconds as of which it is that. */
  private readonly levels = new Float64Array(2 * ways * sets);

  /** `perMinute`: how many are not too many. */
  constructor(perMinute: number) {
    this.perMinute = perMinute;
  }

  /** Count one more at `seconds` of packet time. Gives whether these are too many. */
  isTooMany(low: number, high: number, seconds: number): boolean {
    const { levels, perMinute } = this;
    const at = this.find(low, high, seconds);
    const level = this.level(at, seconds) + 1;
    if (seconds > levels[at + 1]!) levels[at + 1] = seconds;
    // Full is full: a flood does not fill the bucket for hours.
    levels[at] = level <= perMinute ? level : perMinute + 1;
    return level > perMinute;
  }

  /** The entry of a name, a new one when it has none. */
  private find(low: number, high: number, seconds: number): number {
    const { names, levels } = this;
    const first = (low & (sets - 1)) * ways * 2;
    let lowest = first;
    let lowestLevel = Number.POSITIVE_INFINITY;
    for (let at = first; at < first + 2 * ways; at += 2) {
      if (names[at] === low && names[at + 1] === high) return at;
      const level = this.level(at, seconds);
      if (level < lowestLevel) {
        lowest = at;
        lowestLevel = level;
      }
    }
    names[lowest] = low;
    names[lowest + 1] = high;
    levels[lowest] = 0;
    levels[lowest + 1] = seconds;
    return lowest;
  }

  private level(at: number, seconds: number): number {
    const elapsed = Math.max(0, seconds - this.levels[at + 1]!);
    return Math.max(0, this.levels[at]! - (elapsed * this.perMinute) / 60);
  }
}
