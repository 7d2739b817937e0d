/**
 * What a capture holds, by a reader of its own that knows sound files only: the truth that `CaptureReader` is held to when bytes are
 * damaged or missing.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One record of a capture: where it is, what its header is, and where its packet is. */
export interface Frame {
  offset: number;
  length: number;
  headerLength: number;
  dataOffset: number;
  dataLength: number;
}

export interface SoundCapture {
  name: string;
  bytes: Uint8Array<ArrayBuffer>;
  frames: Frame[];
  /** Bytes that must be there before any packet can be read. */
  headLength: number;
}

/** Sound, unpacked captures of a folder (and those below it) with at least `minFrames` packets. */
export function soundCaptures(folder: string, { minFrames = 1, maxBytes = Infinity } = {}): SoundCapture[] {
  const found: SoundCapture[] = [];
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }).toSorted((a, b) => (path(a) < path(b) ? -1 : 1))) {
    if (!entry.isFile()) continue;
    const bytes = new Uint8Array(readFileSync(path(entry)));
    if (bytes.length > maxBytes) continue;
    const capture = asSoundCapture(path(entry), bytes);
    if (capture && capture.frames.length >= minFrames) found.push(capture);
  }
  return found;
}

const path = (entry: { parentPath: string; name: string }) => join(entry.parentPath, entry.name);

/** Null for what is not a capture, or not sound to its last byte. */
export function asSoundCapture(name: string, bytes: Uint8Array<ArrayBuffer>): SoundCapture | null {
  if (bytes.length < 16) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const magic = view.getUint32(0);
  const layout = layouts[magic];
  if (layout) return bytes.length < 24 ? null : capture(name, bytes, layout.head, recordFrames(view, layout));
  return magic === 0x0a0d0d0a ? capture(name, bytes, 28, blockFrames(view)) : null;
}

function capture(name: string, bytes: Uint8Array<ArrayBuffer>, headLength: number, frames: Frame[] | null): SoundCapture | null {
  return frames && { name, bytes, frames, headLength };
}

interface Layout {
  head: number;
  header: number;
  little: boolean;
  capturedAt: number;
  /** Where a record says its own length with padding, if it does. */
  lengthAt?: number;
}

const classic = (little: boolean, header = 16): Layout => ({ head: 24, header, little, capturedAt: 8 });
const layouts: Readonly<Record<number, Layout>> = {
  0xa1b2c3d4: classic(false),
  0xd4c3b2a1: classic(true),
  0xa1b23c4d: classic(false),
  0x4d3cb2a1: classic(true),
  0xa1b2cd34: classic(false, 24),
  0x34cdb2a1: classic(true, 24),
  0x736e6f6f: { head: 16, header: 24, little: false, capturedAt: 4, lengthAt: 8 },
};

/** Null when a record is implausible or the last is cut. */
function recordFrames(view: DataView, { head, header, little, capturedAt, lengthAt }: Layout): Frame[] | null {
  const frames: Frame[] = [];
  let offset = head;
  while (offset < view.byteLength) {
    if (offset + header > view.byteLength) return null;
    const dataLength = view.getUint32(offset + capturedAt, little);
    const length = lengthAt === undefined ? header + dataLength : view.getUint32(offset + lengthAt, little);
    if (dataLength > 262_144 || length < header + dataLength || offset + length > view.byteLength) return null;
    frames.push({ offset, length, headerLength: header, dataOffset: offset + header, dataLength });
    offset += length;
  }
  return frames;
}

/** Enhanced and obsolete packet blocks; null when there are others that give packets, or a block is not sound. */
function blockFrames(view: DataView): Frame[] | null {
  const frames: Frame[] = [];
  let little = true;
  let interfaces = 0;
  for (let offset = 0; offset < view.byteLength;) {
    if (offset + 12 > view.byteLength) return null;
    if (view.getUint32(offset) === 0x0a0d0d0a) {
      little = view.getUint32(offset + 8) === 0x4d3c2b1a;
      interfaces = 0;
    }
    const type = view.getUint32(offset, little);
    const length = view.getUint32(offset + 4, little);
    if (length < 12 || length % 4 !== 0 || offset + length > view.byteLength) return null;
    if (view.getUint32(offset + length - 4, little) !== length || type === 3) return null;
    if (type === 1) interfaces++;
    if (type === 6 || type === 2) {
      const dataLength = view.getUint32(offset + 20, little);
      const from = type === 6 ? view.getUint32(offset + 8, little) : view.getUint16(offset + 8, little);
      if (from >= interfaces || dataLength > length - 32 || dataLength > 262_144) return null;
      frames.push({ offset, length, headerLength: 28, dataOffset: offset + 28, dataLength });
    }
    offset += length;
  }
  return frames;
}
