/**
 * Names that one client asks a server for and that are not there, by the folder in which they should be: a list of words is tried in one
 * folder after the other. Programs that ask in vain for what they were told of (parts of packages, debug symbols, tiles of maps) do so in
 * ever new folders, or by numbers and hashes.
 */
import type { DetectContext } from '../detector.ts';
import { Tally } from '../tally.ts';

/** Folders counted at once, those asked for longest ago go first, and names that are told apart, beyond which all are forgotten. */
const MAX_FOLDERS = 32;
const MAX_NAMES = 1024;
/** What clients ask every server for by themselves: icons, and what RFC 8615 keeps for that. */
const CUSTOMARY = /^\/(?:\.well-known(?:\/|$)|favicon|apple-touch-icon|robots\.txt$|browserconfig\.xml$)/;
/** A number, a date or a hash, not a word: the id of an object. */
const OBJECT_ID = /^(?:\d[\d._-]*|[\da-f-]{8,})(?:\.\w{1,5})?$/i;

export class MissingNames {
  private readonly names = new Set<string>();
  private readonly folders = new Map<string, Tally>();
  /** Pages that the client got and that have paid for no missing one yet. */
  private credit = 0;

  /** A page that was there. `most`: no more count. */
  found(most: number): void {
    this.credit = Math.min(this.credit + 1, most);
  }

  /** Whether a page that was not there, of `domain`, may be a guess: a new one, and no page pays for it. */
  isGuess(domain: string, path: string): boolean {
    if (CUSTOMARY.test(path) || !this.isNew(`${domain}${path}`)) return false;
    if (this.credit === 0) return true;
    this.credit--;
    return false;
  }

  /** Count a guess in its folder, and the folder's own name in the root; the count that crosses `threshold` within `window` seconds. */
  count(context: DetectContext, domain: string, path: string, window: number, threshold: number): Tally | null {
    const whole = path.endsWith('/') ? path.slice(0, -1) : path;
    const cut = whole.lastIndexOf('/');
    const folder = this.folderOf(`${domain}${whole.slice(0, Math.max(cut, 0))}`);
    if (!OBJECT_ID.test(whole.slice(cut + 1)) && folder.add(context, window, threshold)) return folder;
    const top = whole.slice(1, whole.indexOf('/', 1));
    if (cut < 1 || OBJECT_ID.test(top) || !this.isNew(`${domain}/${top}`)) return null;
    const root = this.folderOf(domain);
    return root.add(context, window, threshold) ? root : null;
  }

  clear(): void {
    this.names.clear();
    this.folders.clear();
  }

  private isNew(name: string): boolean {
    if (this.names.has(name)) return false;
    if (this.names.size >= MAX_NAMES) this.names.clear();
    this.names.add(name);
    return true;
  }

  private folderOf(folder: string): Tally {
    const tally = this.folders.get(folder) ?? new Tally();
    // The order of a map is that in which keys came: the first was asked for longest ago.
    this.folders.delete(folder);
    if (this.folders.size >= MAX_FOLDERS) this.folders.delete(this.folders.keys().next().value!);
    this.folders.set(folder, tally);
    return tally;
  }
}
