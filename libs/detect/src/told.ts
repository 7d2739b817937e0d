/** What was told already, so that it is told once: bounded, so beyond MAX_TOLD what was told first may be told again. */

const MAX_TOLD = 16_384;

export class Told {
  private readonly keys = new Set<string>();

  /** Whether `key` was not told yet; it is from now on. */
  isNew(key: string): boolean {
    if (this.keys.has(key)) return false;
    if (this.keys.size >= MAX_TOLD) this.keys.clear();
    this.keys.add(key);
    return true;
  }
}
