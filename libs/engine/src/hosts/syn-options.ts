/** The options of a TCP SYN (RFC 9293 3.1): systems differ in which they send and in what order. */
import type { Packet } from '@wirecase/decode';

const MAX_OPTIONS = 20;
const names: Readonly<Record<number, string>> = { 0: 'end', 1: 'nop', 2: 'mss', 3: 'windowScale', 4: 'sackOk', 8: 'timestamps' };

/** A hash of what `synLayout` would say, and of the window: 32 bits, never 0. Nothing is allocated. */
export function synHash(packet: Packet, view: DataView): number {
  let hash = Math.imul(packet.tcpWindow + 1, 0x9e3779b1);
  const end = optionsEnd(packet, view);
  let count = 0;
  for (let at = packet.transportOffset + 20; at < end && count < MAX_OPTIONS; count++) {
    const kind = view.getUint8(at);
    hash = Math.imul(hash ^ (kind + 1), 0x01000193);
    at = nextOption(view, at, end, kind);
  }
  return hash | 1;
}

/** Names of the options in order; the padding after the end of the list counts as one `end`. */
export function synLayout(packet: Packet, view: DataView): string {
  const layout: string[] = [];
  const end = optionsEnd(packet, view);
  for (let at = packet.transportOffset + 20; at < end && layout.length < MAX_OPTIONS;) {
    const kind = view.getUint8(at);
    layout.push(names[kind] ?? String(kind));
    at = nextOption(view, at, end, kind);
  }
  return layout.join(',');
}

/** The end of the options as far as they were captured. */
function optionsEnd(packet: Packet, view: DataView): number {
  return Math.min(packet.transportOffset + packet.tcpHeaderLength, packet.frameOffset + packet.capturedLength, view.byteLength);
}

/** Where the next option begins; the end, after the last one or one whose length cannot be. */
function nextOption(view: DataView, at: number, end: number, kind: number): number {
  if (kind === 0) return end;
  if (kind === 1) return at + 1;
  if (at + 1 >= end) return end;
  const length = view.getUint8(at + 1);
  return length < 2 ? end : at + length;
}
