import { Bucket } from './bucket.ts';
import { Inner } from './inner.ts';
import { decodeIp } from './ip.ts';
import type { Packet } from './packet.ts';

/** Labels followed in one packet. */
const maxLabels = 16;

/**
 * MPLS label stack (RFC 3032 2.1): words of label (20 bits), traffic class (3), bottom of stack (1), TTL (8). Nothing says what follows
 * the last label; a first nibble of 4 or 6 is IP (RFC 4928 2), else it may be Ethernet in a pseudowire (RFC 4448), with or without a
 * control word. What looks like neither stays in the bucket.
 */
export function decodeMpls(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  packet.bucket = Bucket.Mpls;
  for (let i = 0; i < maxLabels; i++) {
    const position = offset + 4 * i;
    if (end - position < 5) return;
    if ((view.getUint8(position + 2) & 1) === 0) continue;
    const version = view.getUint8(position + 4) >> 4;
    if (version === 4 || version === 6) {
      packet.bucket = Bucket.Flow;
      decodeIp(packet, view, position + 4, end, wireEnd);
    } else {
      packet.carry(Inner.Pseudowire, position + 4, end, wireEnd);
    }
    return;
  }
}
