/**
 * Zeek's history strings as nodes of a trie: a flow keeps one number, and adding a letter is one array read. Flows share their
 * prefixes, so a capture of a million flows has a few hundred nodes.
 */

/** Letters of the originator; the responder's are lower case. `^` is on neither side. */
const letters = 'SHADFRIQCTWG';
const letterSlots = 32;
const flipLetter = 24;

export const Letter = {
  Syn: 0,
  SynAck: 1,
  Ack: 2,
  Data: 3,
  Fin: 4,
  Reset: 5,
  Inconsistent: 6,
  MultiFlag: 7,
  BadChecksum: 8,
  Retransmission: 9,
  ZeroWindow: 10,
  Gap: 11,
} as const;

export class HistoryTrie {
  /** `children[node * 32 + letter]`: the node after that letter, 0 when there is none yet. */
  private children = new Int32Array(letterSlots * 256);
  private readonly texts: string[] = [''];
  private readonly maxNodes: number;
  /** Letters that found the trie full and were not kept. */
  dropped = 0;

  constructor(maxNodes = 1 << 16) {
    this.maxNodes = maxNodes;
  }

  /** The node for `node`'s history and `letter` of `direction` (0 originator). A full trie gives `node` again. */
  add(node: number, letter: number, direction: number): number {
    return this.step(node, letter + direction * letters.length);
  }

  /** The node after a `^`: the roles were swapped. */
  addFlip(node: number): number {
    return this.step(node, flipLetter);
  }

  text(node: number): string {
    return this.texts[node]!;
  }

  private step(node: number, letter: number): number {
    const child = this.children[node * letterSlots + letter]!;
    return child !== 0 ? child : this.grow(node, letter);
  }

  private grow(node: number, letter: number): number {
    const child = this.texts.length;
    if (child === this.maxNodes) {
      this.dropped++;
      return node;
    }
    if ((child + 1) * letterSlots > this.children.length) {
      const larger = new Int32Array(this.children.length * 2);
      larger.set(this.children);
      this.children = larger;
    }
    this.children[node * letterSlots + letter] = child;
    this.texts.push(this.texts[node]! + letterText(letter));
    return child;
  }
}

function letterText(letter: number): string {
  if (letter === flipLetter) return '^';
  return letter < letters.length ? letters[letter]! : letters[letter - letters.length]!.toLowerCase();
}
