/** Domain names of a message (RFC 1035 4.1.4): labels, and pointers to labels before them. */
import { decodeText, rowText } from '../common/text.ts';

export const HEADER_BYTES = 12;
/** RFC 1035 2.3.4. */
const MAX_NAME_BYTES = 255;
const MAX_LABELS = 128;
/** One before each label, at most: without this bound, pointers to pointers in a message of 64 KiB are some thousand a name. */
const MAX_POINTERS = MAX_LABELS;
/** Of one label with what is escaped in it. */
const MAX_LABEL_CHARACTERS = 1000;

/** A name that was read, or why it was not. */
export interface Name {
  text: string;
  /** Offset behind the name where it was met (behind the pointer, if any). */
  next: number;
  longestLabel: number;
  problem: 'dns_label_loop' | 'dns_name_too_long' | 'dns_bad_label' | 'dns_truncated_message' | null;
}

/**
 * Read the name at `offset` of the message `bytes[start, end)` (RFC 1035 4.1.4). A pointer must go to before the label sequence that holds
 * it, so that a loop is impossible; at most 128 labels, 128 pointers and 255 bytes.
 */
export function readName(bytes: Uint8Array, start: number, end: number, offset: number): Name {
  const name: Name = { text: '', next: end, longestLabel: 0, problem: null };
  const labels: string[] = [];
  let position = offset;
  let sequenceStart = offset;
  let pointers = 0;
  let nameBytes = 0;
  for (;;) {
    if (position >= end) return failed(name, labels, 'dns_truncated_message');
    const length = bytes[position]!;
    if (length === 0) {
      if (pointers === 0) name.next = position + 1;
      name.text = labels.length === 0 ? '.' : labels.join('.');
      return name;
    }
    if (length >= 0xc0) {
      if (position + 2 > end) return failed(name, labels, 'dns_truncated_message');
      if (pointers++ === 0) name.next = position + 2;
      const target = start + (((length & 0x3f) << 8) | bytes[position + 1]!);
      if (target >= sequenceStart || target < start + HEADER_BYTES || pointers > MAX_POINTERS)
        return failed(name, labels, 'dns_label_loop');
      position = target;
      sequenceStart = target;
      continue;
    }
    if (length > 63) return failed(name, labels, 'dns_bad_label');
    if (position + 1 + length > end) return failed(name, labels, 'dns_truncated_message');
    nameBytes += length + 1;
    if (nameBytes >= MAX_NAME_BYTES || labels.length === MAX_LABELS) return failed(name, labels, 'dns_name_too_long');
    labels.push(labelText(bytes, position + 1, position + 1 + length));
    if (length > name.longestLabel) name.longestLabel = length;
    position += 1 + length;
  }
}

function failed(name: Name, labels: string[], problem: NonNullable<Name['problem']>): Name {
  name.text = labels.join('.');
  name.problem = problem;
  return name;
}

/** Labels read of late, by a hash of their bytes: names repeat, and finding a text costs less than making it. */
const knownLabels: string[] = Array.from({ length: 4096 }, () => '');

/** A label as text; mDNS labels are UTF-8 (RFC 6762 16). */
function labelText(bytes: Uint8Array, start: number, end: number): string {
  let isPlain = true;
  let hash = end - start;
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!;
    if (byte <= 32 || byte > 126 || byte === 46 || byte === 92) isPlain = false;
    hash = Math.imul(hash ^ byte, 0x85ebca6b);
  }
  if (!isPlain) return rowText(decodeText(bytes, start, end).replace(/[\\.]/g, '\\$&'), MAX_LABEL_CHARACTERS);
  const slot = (hash >>> 20) & 4095;
  const known = knownLabels[slot]!;
  if (isText(known, bytes, start, end)) return known;
  return (knownLabels[slot] = String.fromCharCode.apply(null, bytes.subarray(start, end) as unknown as number[]));
}

function isText(text: string, bytes: Uint8Array, start: number, end: number): boolean {
  if (text.length !== end - start) return false;
  for (let i = start; i < end; i++) if (text.charCodeAt(i - start) !== bytes[i]) return false;
  return true;
}
