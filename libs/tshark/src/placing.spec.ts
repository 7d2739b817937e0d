import { describe, expect, it } from 'vitest';
import type { PdmlNode } from './pdml.ts';
import { isAllOf, placed } from './placing.ts';

const bytes = (hex: string): Uint8Array => Buffer.from(hex, 'hex');
const frame = bytes('00112233445566');
const whole = bytes('aabb2233cc');

const field = (name: string, position: number, hex: string, children: PdmlNode[] = []): PdmlNode => ({
  ...{ name, label: name, value: '', position, size: hex.length / 2, hex, children },
});
const proto = (name: string, position: number, size: number, children: PdmlNode[]): PdmlNode => ({
  ...{ name, label: name, value: '', position, size, hex: '', children },
});

/** Name, source and offset of each node, from the outside in. */
function places(nodes: readonly PdmlNode[], sources: readonly Uint8Array[]): [string, number, number][] {
  const list = (tree: ReturnType<typeof placed>): [string, number, number][] =>
    tree.flatMap(({ name, source, offset, children }) => [[name, source, offset], ...list(children)]);
  return list(placed(nodes, sources));
}

describe('the bytes of a node', () => {
  it('are in the frame where they are the same there', () => {
    const tree = [proto('ip', 1, 2, [field('ip.src', 1, '1122')])];
    expect(isAllOf(frame, tree)).toBe(true);
    expect(places(tree, [frame])).toEqual([
      ['ip', 0, 1],
      ['ip.src', 0, 1],
    ]);
  });

  it('are in what was put together where the frame has others, and so is the protocol around them', () => {
    const tree = [proto('http', 0, 5, [field('http.code', 0, 'aabb'), field('http.phrase', 4, 'cc')])];
    expect(isAllOf(frame, tree)).toBe(false);
    expect(places(tree, [frame, whole])).toEqual([
      ['http', 1, 0],
      ['http.code', 1, 0],
      ['http.phrase', 1, 4],
    ]);
  });

  it('are where those next below them are, however many are elsewhere further below', () => {
    const unpacked = [field('name', 2, '44'), field('value', 3, '55')];
    const tree = [proto('http2', 0, 5, [proto('stream', 0, 5, [field('headers', 0, 'aabb22', unpacked)])])];
    expect(places(tree, [frame, whole, bytes('00004455ff')])).toEqual([
      ['http2', 1, 0],
      ['stream', 1, 0],
      ['headers', 1, 0],
      ['name', 2, 2],
      ['value', 2, 3],
    ]);
  });

  it('are where those around them are, when they could be in either', () => {
    const twice = field('either', 2, '2233');
    expect(places([proto('ip', 0, 5, [field('ip.id', 0, '0011'), twice])], [frame, whole]).at(-1)).toEqual(['either', 0, 2]);
    expect(places([proto('http', 0, 5, [field('http.code', 0, 'aabb'), twice])], [frame, whole]).at(-1)).toEqual(['either', 1, 2]);
  });

  it.each([
    ['beyond the bytes that there are', field('cut', 6, '6677')],
    ['that are not at their place anywhere', field('made', 0, 'ffff')],
    ['that has none', proto('generated', 3, 0, [])],
    ['of a protocol that is larger than its bytes', proto('large', 3, 9, [])],
  ])('are nowhere for a node %s', (_what, node) => {
    expect(places([node], [frame, whole])).toEqual([[node.name, 0, -1]]);
  });
});
