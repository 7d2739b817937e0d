import type { ByteWindow } from './byte-window.ts';
import { type CaptureInterface, maxCapturedLength, maxOddLength, nearSeconds, type RecordLayout, recordHeaderLength } from './interface.ts';

/** What programs have written below the magic number of another layout (Wireshark's `wiretap/libpcap.c` tells of them too). */
const dialects: Readonly<Partial<Record<RecordLayout, readonly RecordLayout[]>>> = {
  pcap: ['pcap-nokia', 'pcap-modified', 'pcap-swapped'],
  'pcap-modified': ['pcap-suse'],
  'pcap-swapped': ['pcap'],
};
/** Sound headers that must follow one another: in the layout that the file's header names, and in another. */
const chainNamed = 2;
const chainOther = 3;

/**
 * How the records are laid out that begin at `position`, right behind a file header that says `named`: as it says if the first two fit, or
 * else as a dialect has them whose records do. Null: bytes are missing to tell.
 */
export function layoutOf(window: ByteWindow, position: number, named: CaptureInterface): RecordLayout | null {
  const fits = isChain(window, position, named, chainNamed);
  if (fits !== false) return fits && named.layout;
  for (const layout of dialects[named.layout] ?? []) {
    const fitsBetter = isChain(window, position, { ...named, layout }, chainOther);
    if (fitsBetter !== false) return fitsBetter && layout;
  }
  return named.layout;
}

/** Whether as many sound headers as are `wanted` follow one another, or fewer exactly to the end of the file. Null: bytes are missing. */
function isChain(window: ByteWindow, position: number, from: CaptureInterface, wanted: number): boolean | null {
  const { view, end, isFinished } = window;
  const little = !from.bigEndian;
  const headerLength = recordHeaderLength(from.layout);
  const capturedAt = from.layout === 'pcap-swapped' ? 12 : 8;
  const originalAt = from.layout === 'pcap-swapped' ? 8 : 12;
  let before = NaN;
  for (let count = 0; count < wanted; count++) {
    if (isFinished && position === end) return count > 0;
    if (position + headerLength > end) return isFinished ? false : null;
    const seconds = view.getUint32(position, little);
    const fraction = view.getUint32(position + 4, little);
    const captured = view.getUint32(position + capturedAt, little);
    const original = view.getUint32(position + originalAt, little);
    if (captured > maxCapturedLength || captured > original || original > maxOddLength) return false;
    if (fraction >= 10 ** from.timeResolution || Math.abs(seconds - before) > nearSeconds) return false;
    before = seconds;
    position += headerLength + captured;
  }
  return true;
}
