/** Which bytes a node of the protocol tree stands for, and which node a byte belongs to. */
import type { TreeNode } from '@wirecase/contract';

export interface ByteRange {
  offset: number;
  length: number;
}

/** Of which bytes: 0 those of the packet, 1 the first of its other sources ... */
export interface PlacedRange extends ByteRange {
  source: number;
}

/** A node with its place in the tree: `path` is the chain of child positions, `0.2.1`. */
export interface PlacedNode {
  node: TreeNode;
  path: string;
  depth: number;
}

/** The nodes in sight, in order: all whose ancestors are open. */
export function visibleNodes(tree: readonly TreeNode[], isOpen: (path: string) => boolean): PlacedNode[] {
  const placed: PlacedNode[] = [];
  const visit = (nodes: readonly TreeNode[], prefix: string, depth: number) => {
    for (const [at, node] of nodes.entries()) {
      const path = prefix + at;
      placed.push({ node, path, depth });
      if (node.children.length > 0 && isOpen(path)) visit(node.children, `${path}.`, depth + 1);
    }
  };
  visit(tree, '', 0);
  return placed;
}

/** `null` when there is no path or nothing is there. */
export function nodeAt(tree: readonly TreeNode[], path: string | null): TreeNode | null {
  if (path === null) return null;
  let nodes = tree;
  let found: TreeNode | null = null;
  for (const part of path.split('.')) {
    found = nodes[Number(part)] ?? null;
    if (!found) return null;
    nodes = found.children;
  }
  return found;
}

/** Bytes of a node, `null` when it has none. */
export function bytesOf(node: TreeNode | null): PlacedRange | null {
  return node && node.offset >= 0 && node.length > 0 ? { source: node.source, offset: node.offset, length: node.length } : null;
}

/**
 * Path of the node that says most about a byte of a source: the smallest range that holds it, the deepest of equals. Children may lie outside
 * their parent's bytes, so every node is looked at. `null` when no node claims the byte.
 */
export function pathOfByte(tree: readonly TreeNode[], source: number, byte: number): string | null {
  let best: { path: string; length: number } | null = null;
  const visit = (nodes: readonly TreeNode[], prefix: string) => {
    for (const [at, node] of nodes.entries()) {
      const path = prefix + at;
      const holds = node.source === source && node.offset >= 0 && byte >= node.offset && byte < node.offset + node.length;
      if (holds && (best === null || node.length <= best.length)) best = { path, length: node.length };
      visit(node.children, `${path}.`);
    }
  };
  visit(tree, '');
  return best === null ? null : (best as { path: string }).path;
}

/** Paths of all ancestors: `0.2.1` -> `0`, `0.2`. */
export function ancestorsOf(path: string): string[] {
  const parts = path.split('.');
  return parts.slice(1).map((_, at) => parts.slice(0, at + 1).join('.'));
}
