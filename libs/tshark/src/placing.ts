/**
 * In which bytes each node of a protocol tree is. PDML tells where, but not in what: the frame, or something put together, decrypted or
 * unpacked of it. What it does tell of most nodes is their bytes, and those are compared.
 */
import type { TreeNode } from '@wirecase/contract';
import type { PdmlNode } from './pdml.ts';

/** Place of the frame among the sources. */
const FRAME = 0;
/** No source has the bytes of a node at its position. */
const NOWHERE = -1;

/** Whether all nodes that tell their bytes can be in the frame. */
export function isAllOf(frame: Uint8Array, nodes: readonly PdmlNode[]): boolean {
  return nodes.every((node) => (node.hex === '' || isAt(node, frame)) && isAllOf(frame, node.children));
}

/** The tree with its places in `sources`: bytes by number, the frame first. */
export function placed(nodes: readonly PdmlNode[], sources: readonly Uint8Array[]): TreeNode[] {
  const place = (node: PdmlNode, around: number): TreeNode => {
    const source = node.size > 0 ? sourceOf(node, sources, around) : NOWHERE;
    const { name, label, value, position, size } = node;
    const at = source === NOWHERE ? { source: FRAME, offset: -1 } : { source, offset: position };
    return { name, label, value, ...at, length: size, children: node.children.map((child) => place(child, Math.max(FRAME, source))) };
  };
  return nodes.map((node) => place(node, FRAME));
}

/** The source that a node is in; of several, the one that its parent is in, or the first. */
function sourceOf(node: PdmlNode, sources: readonly Uint8Array[], around: number): number {
  if (node.hex !== '') {
    if (isAt(node, sources[around]!)) return around;
    return sources.findIndex((source) => isAt(node, source));
  }
  // A protocol does not tell its bytes: it is where most of those that are next below it can be.
  const votes = votesOf(node.children, sources);
  const most = Math.max(...votes);
  const chosen = votes[around] === most ? around : votes.indexOf(most);
  return node.position + node.size <= sources[chosen]!.length ? chosen : NOWHERE;
}

/** By source, how many nodes can be in it: of these, or of the next level that tells bytes. */
function votesOf(nodes: readonly PdmlNode[], sources: readonly Uint8Array[]): number[] {
  const telling = nodes.filter(({ hex }) => hex !== '');
  if (telling.length > 0 || nodes.length === 0) return sources.map((source) => telling.filter((node) => isAt(node, source)).length);
  return votesOf(
    nodes.flatMap(({ children }) => children),
    sources,
  );
}

function isAt({ position, size, hex }: PdmlNode, source: Uint8Array): boolean {
  if (position < 0 || position + size > source.length) return false;
  return Buffer.from(source.buffer, source.byteOffset + position, size).toString('hex') === hex;
}
