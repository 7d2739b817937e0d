import { cleanText } from '@wirecase/contract';

/** An element of PDML that is shown. */
export interface PdmlNode {
  name: string;
  label: string;
  value: string;
  /** Where its bytes begin, in whichever bytes they are (`placed` says in which), and how many they are. */
  position: number;
  size: number;
  /** The bytes themselves, hexadecimal; empty where PDML does not tell them. */
  hex: string;
  children: PdmlNode[];
}

/** What tshark puts around nodes that stand beside the protocols, as a list of reassembled segments. */
const WRAPPER = 'fake-field-wrapper';

/**
 * Read the protocol tree of the first packet in tshark's PDML (`-T pdml`; Wireshark doc/README.xml-output): `proto` and `field` elements
 * whose attributes name, showname, show, pos, size and value become nodes. Elements marked `hide="yes"` and the artificial `geninfo` are left
 * out. PDML is written by one printer with a fixed form, so its tags are read one after the other; text between them means nothing.
 */
export function readPdmlPacket(pdml: string): PdmlNode[] {
  const root: PdmlNode[] = [];
  // The children lists of the open elements; null while inside a hidden one.
  const open: (PdmlNode[] | null)[] = [root];
  const start = pdml.indexOf('<packet>');
  const end = pdml.indexOf('</packet>', start);
  if (start < 0) return root;
  const tag = /<(\/?)(proto|field)\b([^>]*?)(\/?)>/g;
  tag.lastIndex = start;
  for (let match = tag.exec(pdml); match && (end < 0 || match.index < end); match = tag.exec(pdml)) {
    const [, closing, , text, empty] = match;
    if (closing) {
      open.pop();
      continue;
    }
    const siblings = open.at(-1) ?? null;
    const attributes = attributesOf(text!);
    const isWrapper = attributes.get('name') === WRAPPER;
    const node = siblings && !isWrapper ? nodeOf(attributes) : null;
    if (node) siblings!.push(node);
    if (!empty) open.push(isWrapper ? siblings : node ? node.children : null);
  }
  return root;
}

function attributesOf(text: string): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const [, name, value] of text.matchAll(/([a-z]+)="([^"]*)"/g)) attributes.set(name!, unescapeXml(value!));
  return attributes;
}

function nodeOf(attributes: ReadonlyMap<string, string>): PdmlNode | null {
  const name = attributes.get('name') ?? '';
  if (attributes.get('hide') === 'yes' || name === 'geninfo') return null;
  const size = Number(attributes.get('size') ?? 0);
  const show = attributes.get('show') ?? '';
  // Of a part of a byte, `value` is the part, and `unmaskedvalue` the bytes.
  const hex = attributes.get('unmaskedvalue') ?? attributes.get('value') ?? '';
  return {
    name,
    label: cleanText(attributes.get('showname') || [name, show].filter(Boolean).join(': ')),
    value: cleanText(show),
    position: Number(attributes.get('pos') ?? -1),
    size,
    hex: hex.length === 2 * size ? hex : '',
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
