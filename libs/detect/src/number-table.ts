/**
 * A map whose keys are numbers beyond 32 bits, in the order in which they were set: what `Map` does, at a third of its cost for such keys,
 * which `Map` keeps and compares as objects.
 */

const SMALLEST = 8;
/** What a table has before anything is set: most never get so far. Not written to. */
const noKeys = new Float64Array(0);
const noPlaces = new Int32Array(1);

export class NumberTable<Value> {
  /** Values that are held. */
  size = 0;
  /** By order of setting; deleted ones have no value. */
  private keys = noKeys;
  private values: (Value | undefined)[] = [];
  /** Open addressing, at most half full: place in `keys` + 1, 0 where nothing is. */
  private places = noPlaces;

  /** `key`: an integer from 0 to 2^53. */
  get(key: number): Value | undefined {
    const at = this.find(key);
    return at < 0 ? undefined : this.values[at];
  }

  set(key: number, value: Value): void {
    let place = this.placeOf(key);
    const at = this.places[place]! - 1;
    if (at >= 0) {
      if (this.values[at] === undefined) this.size++;
      this.values[at] = value;
      return;
    }
    if (this.values.length === this.keys.length) {
      this.makeRoom();
      place = this.placeOf(key);
    }
    this.keys[this.values.length] = key;
    this.places[place] = this.values.push(value);
    this.size++;
  }

  /** Delete a value and give it. */
  take(key: number): Value | undefined {
    const at = this.find(key);
    const value = at < 0 ? undefined : this.values[at];
    if (value === undefined) return undefined;
    this.values[at] = undefined;
    this.size--;
    return value;
  }

  *entries(): Generator<[number, Value]> {
    for (let i = 0; i < this.values.length; i++) if (this.values[i] !== undefined) yield [this.keys[i]!, this.values[i]!];
  }

  private find(key: number): number {
    return this.places[this.placeOf(key)]! - 1;
  }

  /** The place of a key, or the free one where it belongs. */
  private placeOf(key: number): number {
    const { places, keys } = this;
    const mask = places.length - 1;
    let place = hash(key) & mask;
    for (let taken = places[place]!; taken !== 0 && keys[taken - 1] !== key; taken = places[place]!) place = (place + 1) & mask;
    return place;
  }

  /** Drop what was deleted; twice as much room if that is little. */
  private makeRoom(): void {
    const { keys, values } = this;
    if (2 * this.size >= keys.length) {
      const room = Math.max(SMALLEST, 2 * keys.length);
      this.keys = new Float64Array(room);
      this.places = new Int32Array(2 * room);
    } else this.places.fill(0);
    let kept = 0;
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if (value === undefined) continue;
      const key = keys[i]!;
      values[kept] = value;
      this.keys[kept] = key;
      this.places[this.placeOf(key)] = ++kept;
    }
    values.length = kept;
  }
}

/** 31 bits. */
function hash(key: number): number {
  const high = Math.floor(key / 0x1_0000_0000);
  let mixed = Math.imul((key - high * 0x1_0000_0000) | 0, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x45d9f3b);
  return (mixed ^ (mixed >>> 16)) & 0x7fff_ffff;
}
