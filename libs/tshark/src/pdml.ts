import { cleanText, type TreeNode } from '@wirecase/contract';

/**
 * Read the protocol tree of the first packet in tshark's PDML (`-T pdml`; Wireshark doc/README.xml-output): `proto` and `field` elements
 * whose attributes name, showname, show, pos and size become nodes. Elements marked `hide="yes"` and the artificial `geninfo` are left out.
 * PDML is written by one printer with a fixed form, so its tags are read one after the other; text between them means nothing.
 */
export function readPdmlPacket(pdml: string): TreeNode[] {
  const root: TreeNode[] = [];
  // The children lists of the open elements; null while inside a hidden one.
  const open: (TreeNode[] | null)[] = [root];
  const start = pdml.indexOf('<packet>');
  const end = pdml.indexOf('</packet>', start);
  if (start < 0) return root;
  const tag = /<(\/?)(proto|field)\b([^>]*?)(\/?)>/g;
  tag.lastIndex = start;
  for (let match = tag.exec(pdml); match && (end < 0 || match.index < end); match = tag.exec(pdml)) {
    const [, closing, , attributes, empty] = match;
    if (closing) {
      open.pop();
      continue;
    }
    const siblings = open.at(-1) ?? null;
    const node = siblings && nodeOf(attributes!);
    if (node) siblings.push(node);
    if (!empty) open.push(node ? node.children : null);
  }
  return root;
}

function nodeOf(text: string): TreeNode | null {
  const attributes = new Map<string, string>();
  for (const [, name, value] of text.matchAll(/([a-z]+)="([^"]*)"/g)) attributes.set(name!, unescapeXml(value!));
  const name = attributes.get('name') ?? '';
  if (attributes.get('hide') === 'yes' || name === 'geninfo') return null;
  const size = Number(attributes.get('size') ?? 0);
  const show = attributes.get('show') ?? '';
  return {
    name,
    label: cleanText(attributes.get('showname') || [name, show].filter(Boolean).join(': ')),
    value: cleanText(show),
    offset: size > 0 ? Number(attributes.get('pos') ?? -1) : -1,
    length: size,
    children: [],
  };
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function unescapeXml(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) => {
    if (name) return entities[name] ?? whole;
    const code = hex ? parseInt(hex, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
  });
}
