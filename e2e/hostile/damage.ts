/** T21: one record of a capture is damaged; every other must be read, and nothing made up. */
import { CaptureReader } from '@wirecase/pcap-parser';
import type { Frame, SoundCapture } from './frames.ts';
import { Random } from './random.ts';

/** What may happen to one record: the file's bytes, changed in place or anew. `lengthAt`: where the record says its packet's length. */
type Damage = (bytes: Uint8Array<ArrayBuffer>, frame: Frame, random: Random) => Uint8Array<ArrayBuffer>;

const inHeader =
  (change: (view: DataView, at: number, random: Random) => void): Damage =>
  (bytes, frame, random) => {
    change(new DataView(bytes.buffer), frame.offset, random);
    return bytes;
  };
/** Word `word` of the header. Byte order does not matter to what is done with it. */
const setWord = (word: number, value: (old: number, random: Random) => number): Damage =>
  inHeader((view, at, random) => view.setUint32(at + 4 * word, value(view.getUint32(at + 4 * word, true), random) >>> 0, true));
const fill =
  (value: (random: Random) => number): Damage =>
  (bytes, frame, random) => {
    for (let i = 0; i < frame.headerLength; i++) bytes[frame.offset + i] = value(random);
    return bytes;
  };

export const damages: Readonly<Record<string, Damage>> = {
  'a word of the header is 4 GiB': (bytes, frame, random) =>
    setWord(random.below(frame.headerLength / 4), () => 0xffff_ffff)(bytes, frame, random),
  'a word of the header is 0': (bytes, frame, random) => setWord(random.below(frame.headerLength / 4), () => 0)(bytes, frame, random),
  'a word of the header is a little more': (bytes, frame, random) =>
    setWord(random.below(frame.headerLength / 4), (old, r) => old + 1 + r.below(40))(bytes, frame, random),
  'a word of the header is noise': (bytes, frame, random) =>
    setWord(random.below(frame.headerLength / 4), (_, r) => r.below(2 ** 32))(bytes, frame, random),
  'one bit of the header is wrong': (bytes, frame, random) => {
    bytes[frame.offset + random.below(frame.headerLength)]! ^= 1 << random.below(8);
    return bytes;
  },
  'the header is zeros': fill(() => 0),
  'the header is ones': fill(() => 255),
  'the header is noise': fill((random) => random.below(256)),
  'the record is zeros': (bytes, frame) => bytes.fill(0, frame.offset, frame.offset + frame.length),
  'bytes of it are missing': (bytes, frame, random) => {
    const from = frame.offset + random.below(frame.length);
    const to = Math.min(frame.offset + frame.length, from + 1 + random.below(30));
    return joined(bytes.subarray(0, from), bytes.subarray(to));
  },
  'bytes are inserted into it': (bytes, frame, random) => {
    const at = frame.offset + random.below(frame.length);
    return joined(bytes.subarray(0, at), random.bytes(1 + random.below(30)), bytes.subarray(at));
  },
};

export interface DamageReport {
  captures: number;
  /** Undamaged packets of all captures, and how many of them were read. */
  intact: number;
  recovered: number;
  /** Records that are no packet of the capture, not even what remained of the damaged one. */
  invented: number;
  /** Captures in which a packet was lost or invented: what was done to them. */
  faults: string[];
  slowestMs: number;
}

/** Damage one record in each of `count` captures, chosen again and again from `from`. */
export function damageCaptures(from: readonly SoundCapture[], count: number, seed: number): DamageReport {
  const random = new Random(seed);
  const report: DamageReport = { captures: count, intact: 0, recovered: 0, invented: 0, faults: [], slowestMs: 0 };
  for (let i = 0; i < count; i++) {
    const capture = from[i % from.length]!;
    const index = random.below(capture.frames.length);
    const kind = random.pick(Object.keys(damages));
    const bytes = damages[kind]!(capture.bytes.slice(), capture.frames[index]!, random);
    const begin = performance.now();
    const { recovered, invented } = compare(capture, index, bytes);
    report.slowestMs = Math.max(report.slowestMs, performance.now() - begin);
    report.intact += capture.frames.length - 1;
    report.recovered += recovered;
    report.invented += invented;
    if (invented > 0 || recovered < capture.frames.length - 1) {
      report.faults.push(
        `${capture.name}: record ${index + 1} of ${capture.frames.length}, ${kind}: ${recovered} read, ${invented} invented`,
      );
    }
  }
  return report;
}

/** Read damaged `bytes` and match the records with those of the sound capture by place and content. */
function compare({ bytes: sound, frames }: SoundCapture, damaged: number, bytes: Uint8Array): { recovered: number; invented: number } {
  const shift = bytes.length - sound.length;
  const expected = new Map<number, Frame>();
  frames.forEach((frame, i) => {
    if (i !== damaged) expected.set(frame.offset + (i > damaged ? shift : 0), frame);
  });
  const own = frames[damaged]!;
  let recovered = 0;
  let invented = 0;
  /** The damaged record may be read where it was with what is left of it, or whole where it was moved to: see `isMoved`. */
  const isOwn = ({ fileOffset }: CaptureReader, data: Uint8Array) =>
    Buffer.compare(data, dataOf(own, sound)) === 0 &&
    isMoved(fileOffset - own.offset, shift, () => isSameHeader(own, sound, bytes, fileOffset));
  const reader = new CaptureReader();
  reader.push(bytes);
  reader.finish();
  while (reader.next()) {
    const frame = expected.get(reader.fileOffset);
    const data = reader.buffer.subarray(reader.dataOffset, reader.dataOffset + reader.capturedLength);
    const isSame = frame !== undefined && Buffer.compare(data, dataOf(frame, sound)) === 0;
    if (isSame) recovered++;
    else if (reader.fileOffset !== own.offset && !isOwn(reader, data)) invented++;
  }
  return { recovered, invented };
}

/**
 * Whether a record `by` bytes from where it was is where `shift` bytes inserted before it, or missing, moved it. What is missing may be
 * made up by the same bytes before it, and nobody can tell; then its header must be whole as well.
 */
function isMoved(by: number, shift: number, isWhole: () => boolean): boolean {
  return by > 0 ? by <= shift : by >= shift && isWhole();
}

function isSameHeader({ offset, headerLength }: Frame, sound: Uint8Array, bytes: Uint8Array, at: number): boolean {
  return Buffer.compare(bytes.subarray(at, at + headerLength), sound.subarray(offset, offset + headerLength)) === 0;
}

function dataOf(frame: Frame, bytes: Uint8Array): Uint8Array {
  return bytes.subarray(frame.dataOffset, frame.dataOffset + frame.dataLength);
}

function joined(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.concat(parts));
}
