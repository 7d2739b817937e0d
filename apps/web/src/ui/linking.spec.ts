import type { TreeNode } from '@wirecase/contract';
import { ancestorsOf, bytesOf, nodeAt, pathOfByte, visibleNodes } from './linking.ts';

const node = (name: string, offset: number, length: number, children: TreeNode[] = [], source = 0): TreeNode => ({
  name,
  label: name,
  value: '',
  source,
  offset,
  length,
  children,
});

/** Ethernet, IP with a flag of its own bytes, TCP whose reassembled data is not in the packet. */
const tree = [
  node('frame', 0, 60),
  node('eth', 0, 14, [node('eth.dst', 0, 6), node('eth.src', 6, 6)]),
  node('ip', 14, 20, [node('ip.flags', 20, 1, [node('ip.flags.df', 20, 1)]), node('ip.src', 26, 4)]),
  node('tcp', 34, 20, [node('tcp.stream', -1, 0), node('tcp.payload', 54, 6)]),
];

describe('bytes and tree', () => {
  it('a byte leads to the smallest node that holds it, the deepest of equals', () => {
    expect(pathOfByte(tree, 0, 3)).toBe('1.0');
    expect(pathOfByte(tree, 0, 12)).toBe('1');
    expect(pathOfByte(tree, 0, 20)).toBe('2.0.0');
    expect(pathOfByte(tree, 0, 56)).toBe('3.1');
  });

  it('finds a child that lies outside of its parent', () => {
    expect(pathOfByte(tree.slice(1), 0, 58)).toBe('2.1');
  });

  it('a byte that nobody claims leads nowhere', () => {
    expect(pathOfByte(tree, 0, 60)).toBeNull();
  });

  it('a byte of what was put together leads to what is in that, not in the packet', () => {
    const both = [...tree, node('http', 0, 40, [node('http.host', 3, 9, [], 1)], 1)];
    expect(pathOfByte(both, 1, 3)).toBe('4.0');
    expect(pathOfByte(both, 0, 3)).toBe('1.0');
    expect(bytesOf(nodeAt(both, '4.0'))).toEqual({ source: 1, offset: 3, length: 9 });
  });

  it('a node leads to its bytes, a generated one to none', () => {
    expect(bytesOf(nodeAt(tree, '2.1'))).toEqual({ source: 0, offset: 26, length: 4 });
    expect(bytesOf(nodeAt(tree, '3.0'))).toBeNull();
    expect(nodeAt(tree, '9.1')).toBeNull();
    expect(nodeAt(tree, null)).toBeNull();
  });

  it('shows the children of open nodes only', () => {
    const open = new Set(['2']);
    expect(visibleNodes(tree, (path) => open.has(path)).map(({ path, depth }) => [path, depth])).toEqual([
      ['0', 0],
      ['1', 0],
      ['2', 0],
      ['2.0', 1],
      ['2.1', 1],
      ['3', 0],
    ]);
  });

  it('names the ancestors of a path, outermost first', () => {
    expect(ancestorsOf('2.0.0')).toEqual(['2', '2.0']);
    expect(ancestorsOf('2')).toEqual([]);
  });
});
