/** IEEE 802.11 data frames, bare and behind the headers in which captures wrap them: radiotap, Prism, AVS. Numbers are little-endian. */
import { Bucket } from './bucket.ts';
import { decodeLlc } from './ethernet.ts';
import type { Packet } from './packet.ts';
import { Weird } from './weird.ts';

/** The frame ends with its checksum (4 bytes); the header is padded to a multiple of 4; the bytes of frame control are swapped. */
export const WlanTrait = { Fcs: 1, Padded: 2, Swapped: 4 } as const;

/**
 * An 802.11 frame (IEEE 802.11-2020 9.2.3) at `offset`; `traits`: bits of `WlanTrait`. Data frames go on with LLC; of several frames in
 * one (A-MSDU) the first one is the packet. Encrypted frames are counted as such unless they are readable all the same.
 */
export function decodeWlan(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number, traits: number): void {
  if (end - offset < 2) {
    packet.bucket = Bucket.LinkTruncated;
    return;
  }
  const swapped = traits & WlanTrait.Swapped ? 1 : 0;
  const control = view.getUint8(offset + swapped);
  const flags = view.getUint8(offset + 1 - swapped);
  switch (control & 0x0c) {
    case 0x00:
      packet.bucket = Bucket.WlanManagement;
      return;
    case 0x04:
      packet.bucket = Bucket.WlanControl;
      return;
    case 0x0c:
      packet.bucket = Bucket.WlanExtension;
      return;
  }
  const isQos = (control & 0x80) !== 0;
  let headerLength = (flags & 3) === 3 ? 30 : 24;
  const qosOffset = offset + headerLength;
  if (isQos) headerLength += flags & 0x80 ? 6 : 2;
  if (traits & WlanTrait.Padded) headerLength = (headerLength + 3) & ~3;
  if (headerLength > end - offset) {
    packet.bucket = Bucket.LinkTruncated;
    return;
  }
  setAddresses(packet, offset, flags & 3);
  if (control & 0x40) {
    packet.bucket = Bucket.WlanNull;
    return;
  }
  if (view.getUint8(offset + 22 + swapped) & 15) {
    packet.bucket = Bucket.WlanFragment;
    return;
  }
  const lastWire = traits & WlanTrait.Fcs ? wireEnd - 4 : wireEnd;
  const last = end < lastWire ? end : lastWire;
  const body = offset + headerLength;
  if (flags & 0x40 && !isSnap(view, body, last)) {
    packet.bucket = Bucket.WlanEncrypted;
    return;
  }
  if (isQos && view.getUint8(qosOffset) & 0x80) decodeAmsdu(packet, view, body, last, lastWire);
  else decodeLlc(packet, view, body, last, lastWire);
}

/** A-MSDU (IEEE 802.11-2020 9.3.2.2.2): to, from, length (big-endian), LLC; padded to 4. The first frame of it. */
function decodeAmsdu(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  if (end - offset < 17) {
    packet.bucket = Bucket.LinkTruncated;
    return;
  }
  packet.destinationMacOffset = offset;
  packet.sourceMacOffset = offset + 6;
  const stated = offset + 14 + view.getUint16(offset + 12);
  const frameEnd = stated < wireEnd ? stated : wireEnd;
  decodeLlc(packet, view, offset + 14, end < frameEnd ? end : frameEnd, frameEnd);
}

/** Which of the addresses are the frame's ends (IEEE 802.11-2020 table 9-30); `distribution`: to DS 1, from DS 2. */
function setAddresses(packet: Packet, offset: number, distribution: number): void {
  packet.destinationMacOffset = distribution & 1 ? offset + 16 : offset + 4;
  packet.sourceMacOffset = distribution === 3 ? offset + 24 : distribution === 2 ? offset + 16 : offset + 10;
}

/** Whether LLC and SNAP of RFC 1042 stand at `offset`: what encryption hides. */
function isSnap(view: DataView, offset: number, end: number): boolean {
  return end - offset >= 8 && view.getUint32(offset) === 0xaaaa0300 && view.getUint16(offset + 4) === 0;
}

/** Radiotap (radiotap.org): version 0, pad, length (2), presence words, then fields in their natural alignment. */
export function decodeRadiotap(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  const length = end - offset < 8 ? 0 : view.getUint16(offset + 2, true);
  if (length < 8 || length > end - offset) {
    packet.bucket = Bucket.LinkTruncated;
    return;
  }
  const flags = radiotapFlags(view, offset, offset + length);
  if (flags & 0x40) packet.weird(Weird.WlanBadFcs);
  const traits = (flags & 0x10 ? WlanTrait.Fcs : 0) | (flags & 0x20 ? WlanTrait.Padded : 0);
  decodeWlan(packet, view, offset + length, end, wireEnd, traits);
}

/** The flags field: FCS at the end 10, padding after the header 20, bad FCS 40. Only the timestamp (8 bytes, aligned) can precede it. */
function radiotapFlags(view: DataView, offset: number, headerEnd: number): number {
  const present = view.getUint32(offset + 4, true);
  if ((present & 2) === 0) return 0;
  let position = offset + 4;
  while (position + 4 <= headerEnd && view.getUint32(position, true) >>> 31) position += 4;
  position += 4;
  if (present & 1) position = offset + ((position - offset + 7) & ~7) + 8;
  return position < headerEnd ? view.getUint8(position) : 0;
}

/** Prism: message code 0x44, length (4), little-endian; or AVS in its place, whose magic and length are big-endian. */
export function decodePrism(packet: Packet, view: DataView, offset: number, end: number, wireEnd: number): void {
  const isAvs = end - offset >= 8 && view.getUint32(offset) >>> 12 === 0x80211;
  const length = end - offset < 8 ? 0 : view.getUint32(offset + 4, !isAvs);
  if (length < 8 || length > end - offset) packet.bucket = Bucket.LinkTruncated;
  else decodeWlan(packet, view, offset + length, end, wireEnd, 0);
}
