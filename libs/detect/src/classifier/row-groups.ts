/**
 * Groups of words, so many a row, of which most rows use few: a group is emptied when it is first written to, so that a row costs nothing
 * before that.
 */
export class RowGroups {
  /** words[rows x groups x size]; what a group holds that `find` does not find is of an earlier row. */
  words: Int32Array<ArrayBuffer>;
  private readonly groups: number;
  private readonly size: number;
  /** By row: one bit for each group that is used. */
  private used: Int32Array<ArrayBuffer>;

  /** `groups`: at most 32. `size`: words of a group. `rows`: how many there is room for at first. */
  constructor(groups: number, size: number, rows: number) {
    this.groups = groups;
    this.size = size;
    this.words = new Int32Array(rows * groups * size);
    this.used = new Int32Array(rows);
  }

  /** Nothing is in the row. */
  clear(row: number): void {
    this.used[row] = 0;
  }

  /** Where a group begins in `words`, to write to it. */
  open(row: number, group: number): number {
    const at = (row * this.groups + group) * this.size;
    if ((this.used[row]! & (1 << group)) !== 0) return at;
    this.used[row]! |= 1 << group;
    for (let i = 0; i < this.size; i++) this.words[at + i] = 0;
    return at;
  }

  /** Where a group begins in `words`, to read it; -1 when nothing was written to it. */
  find(row: number, group: number): number {
    return (this.used[row]! & (1 << group)) === 0 ? -1 : (row * this.groups + group) * this.size;
  }

  /** Room for twice as many rows. */
  grow(): void {
    const { words, used } = this;
    this.words = new Int32Array(2 * words.length);
    this.words.set(words);
    this.used = new Int32Array(2 * used.length);
    this.used.set(used);
  }
}
