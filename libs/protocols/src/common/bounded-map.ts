/** A map that forgets its oldest entry when it is full. */
export class BoundedMap<Key, Value> {
  private readonly map = new Map<Key, Value>();
  private readonly limit: number;

  constructor(limit: number) {
    this.limit = limit;
  }

  get(key: Key): Value | undefined {
    return this.map.get(key);
  }

  /** Set; gives the value that had to go: the one before under this key, or the oldest. */
  set(key: Key, value: Value): Value | undefined {
    let lost = this.map.get(key);
    this.map.delete(key);
    this.map.set(key, value);
    if (this.map.size > this.limit) {
      const [oldest, gone] = this.map.entries().next().value!;
      this.map.delete(oldest);
      lost = gone;
    }
    return lost;
  }

  delete(key: Key): void {
    this.map.delete(key);
  }

  keys(): MapIterator<Key> {
    return this.map.keys();
  }

  values(): MapIterator<Value> {
    return this.map.values();
  }

  clear(): void {
    this.map.clear();
  }
}
