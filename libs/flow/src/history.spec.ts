import { describe, expect, it } from 'vitest';
import { HistoryTrie, Letter } from './history.ts';

describe('histories', () => {
  it('are spelled by side, and a flip has no side', () => {
    const trie = new HistoryTrie();
    let node = trie.addFlip(0);
    node = trie.add(node, Letter.SynAck, 1);
    node = trie.add(node, Letter.Ack, 0);
    expect(trie.text(node)).toBe('^hA');
  });

  it('are shared: the same letters give the same node', () => {
    const trie = new HistoryTrie();
    expect(trie.add(trie.add(0, Letter.Syn, 0), Letter.SynAck, 1)).toBe(trie.add(trie.add(0, Letter.Syn, 0), Letter.SynAck, 1));
  });

  it('stop growing, and say so, when there are too many', () => {
    const trie = new HistoryTrie(600);
    let node = 0;
    for (let i = 0; i < 700; i++) node = trie.add(node, Letter.Syn, 0);
    expect(trie.text(node)).toBe('S'.repeat(599));
    expect(trie.dropped).toBe(101);
  });
});
