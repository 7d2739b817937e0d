/** Slots of the smallest table of places. */
const smallest = 16;

/**
 * Up to so many different values of one word or four, in the order in which they came: 6 bytes for a value of one word, where a Set of
 * JavaScript takes 40. There are thousands of these in a flood.
 */
export class SampleSet {
  size = 0;

  private readonly width: number;
  private readonly most: number;
  /** `width` words a value. */
  private words: Int32Array;
  /** Open addressing by hash, half full at most: place of the value + 1, 0 when free. */
  private places = new Uint16Array(smallest);

  /** `width`: words of a value, 1 or 4; `most`: values that are kept, at most 65,534. */
  constructor(width: number, most: number) {
    this.width = width;
    this.most = most;
    this.words = new Int32Array((smallest / 2) * width);
  }

  /** Keep a value unless it is there or the set is full; the words beyond `width` do not count. */
  add(word0: number, word1 = 0, word2 = 0, word3 = 0): void {
    if (this.size === this.most) return;
    const { words, places, width } = this;
    const mask = places.length - 1;
    let place = (width === 1 ? hashOf(word0, 0, 0, 0) : hashOf(word0, word1, word2, word3)) & mask;
    for (; places[place] !== 0; place = (place + 1) & mask) {
      const at = (places[place]! - 1) * width;
      if (words[at] !== word0) continue;
      if (width === 1 || (words[at + 1] === word1 && words[at + 2] === word2 && words[at + 3] === word3)) return;
    }
    const at = this.size * width;
    words[at] = word0;
    if (width === 4) {
      words[at + 1] = word1;
      words[at + 2] = word2;
      words[at + 3] = word3;
    }
    places[place] = ++this.size;
    if (this.size * 2 === places.length) this.grow();
  }

  /** Word `i` of the value that came as the `index`th, from 0. */
  word(index: number, i = 0): number {
    return this.words[index * this.width + i]!;
  }

  /** The address of 4 or 16 bytes that came as the `index`th. */
  address(index: number): Uint8Array {
    const view = new DataView(new ArrayBuffer(4 * this.width));
    for (let i = 0; i < this.width; i++) view.setInt32(4 * i, this.word(index, i));
    return new Uint8Array(view.buffer);
  }

  private grow(): void {
    const { width, size } = this;
    const words = new Int32Array(this.words.length * 2);
    words.set(this.words);
    const places = new Uint16Array(this.places.length * 2);
    const mask = places.length - 1;
    for (let index = 0; index < size; index++) {
      const at = index * width;
      const hash = width === 1 ? hashOf(words[at]!, 0, 0, 0) : hashOf(words[at]!, words[at + 1]!, words[at + 2]!, words[at + 3]!);
      let place = hash & mask;
      while (places[place] !== 0) place = (place + 1) & mask;
      places[place] = index + 1;
    }
    this.words = words;
    this.places = places;
  }
}

function hashOf(word0: number, word1: number, word2: number, word3: number): number {
  let hash = Math.imul(word0 ^ Math.imul(word1, 0x27d4eb2f) ^ Math.imul(word2, 0x165667b1) ^ Math.imul(word3, 0xc2b2ae35), 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  return hash ^ (hash >>> 13);
}
