/** tshark numbers the packets of the slice that it sees; the analyst knows those of the capture. */
import type { PdmlNode } from './pdml.ts';

/** `numbers[n - 1]`: number in the capture of the slice's packet n. */
type Numbers = readonly number[];

/** A tree with the capture's numbers, in its own number and wherever it speaks of other packets. `frameFields`: fields that hold numbers of packets. */
export function renumbered(node: PdmlNode, own: number, numbers: Numbers, frameFields: ReadonlySet<string>): PdmlNode {
  const children = node.children.map((child) => renumbered(child, own, numbers, frameFields));
  if (node.name === 'frame') return { ...node, label: node.label.replace(/^Frame \d+/, `Frame ${own}`), children };
  if (node.name === 'frame.number') return { ...node, label: `Frame Number: ${own}`, value: String(own), children };
  const meant = frameFields.has(node.name) ? numbers[Number(node.value) - 1] : undefined;
  if (meant !== undefined) {
    const label = node.label.replace(new RegExp(`(?<!\\d)${node.value}(?!\\d)`), String(meant));
    return { ...node, label, value: String(meant), children };
  }
  // `3 Reassembled TCP Segments (4006 bytes): #22(1448), ...`, and what they are is below.
  const isList = node.children.some(({ name }) => frameFields.has(name));
  return { ...node, label: isList ? node.label.replace(/#(\d+)(?=\()/g, (_, n) => `#${inCapture(n, numbers)}`) : node.label, children };
}

/** The same for the column Info, where tshark speaks of other packets at its begin or end. */
export function renumberedInfo(info: string, numbers: Numbers): string {
  return info
    .replace(/^((?:\[[^\]#]*\] ?)*\[TCP Dup ACK )(\d+)(?=#)/, (_, before, n) => `${before}${inCapture(n, numbers)}`)
    .replace(/(?<=\[Reassembled in #)(\d+)(?=\]$)/, (n) => inCapture(n, numbers));
}

function inCapture(position: string, numbers: Numbers): string {
  return String(numbers[Number(position) - 1] ?? position);
}

/** Names of the fields that hold numbers of packets, of what `tshark -G fields` prints: lines of `F`, name for people, name, type ... */
export function frameFieldsOf(listing: string): Set<string> {
  return new Set([...listing.matchAll(/^F\t[^\t]*\t([^\t]*)\tFT_FRAMENUM\t/gm)].map(([, name]) => name!));
}
