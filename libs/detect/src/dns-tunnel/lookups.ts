/** What one client asked for below one domain. */
import { Tally } from '../tally.ts';
import { Reading } from './reading.ts';

/** Names kept to tell new ones from old; afterwards all begin anew. */
const MAX_NAMES = 1024;
const MAX_TYPES = 8;
/** Share of the names that must carry data: a domain with many ordinary names and some odd ones is a big site. */
const MIN_SHARE = 0.6;
/** Or of the characters: a tunnel asks by short names too, to poll and to try what gets through. */
const MIN_CHARACTERS = 0.8;
/** Hosts of a site share the beginnings of their names; in encoded data so many characters differ in most names. */
const BEGINNING = 3;

export class Lookups {
  readonly client: Uint8Array;
  readonly server: Uint8Array;
  readonly domain: string;
  /** Names that carry data; short ones, which have a threshold of their own. One of the two crosses first and goes on with all names. */
  readonly long = new Tally();
  readonly short = new Tally();
  bytes = 0;
  readonly types = new Set<string>();
  private readonly names = new Set<string>();
  private readonly beginnings = new Set<string>();
  /** Names by `Reading`. */
  private readonly counts = [0, 0, 0];
  private characters = 0;

  constructor(client: Uint8Array, server: Uint8Array, domain: string) {
    this.client = client;
    this.server = server;
    this.domain = domain;
  }

  /** The tally that crossed its threshold, or that of long names. */
  get crossed(): Tally {
    return this.short.episode ? this.short : this.long;
  }

  /** Whether a name is new; it is not any more. */
  isNew(name: string): boolean {
    if (this.names.has(name)) return false;
    if (this.names.size >= MAX_NAMES) {
      this.names.clear();
      this.beginnings.clear();
    }
    this.names.add(name);
    return true;
  }

  /** Note a new name. Gives the tally that it counts in, null for none. */
  note(name: string, reading: Reading, type: string): Tally | null {
    this.counts[reading]!++;
    this.characters += name.length;
    if (reading === Reading.Plain) return null;
    if (reading === Reading.Short) this.beginnings.add(name.slice(0, BEGINNING));
    this.bytes += name.length;
    if (this.types.size < MAX_TYPES) this.types.add(type);
    if (this.crossed.episode) return this.crossed;
    const [plain, short, long] = this.counts as [number, number, number];
    const isShort = reading === Reading.Short;
    const odd = isShort ? long + short : long;
    const isMost = odd >= (plain + short + long) * MIN_SHARE || (!isShort && this.bytes >= this.characters * MIN_CHARACTERS);
    if (!isMost || (isShort && 2 * this.beginnings.size < short)) return null;
    return isShort ? this.short : this.long;
  }

  clear(): void {
    this.long.close();
    this.short.close();
    this.names.clear();
    this.beginnings.clear();
    this.types.clear();
    this.counts.fill(0);
    this.characters = 0;
    this.bytes = 0;
  }
}
