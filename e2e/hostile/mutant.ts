/** T26: captures with a few things wrong, the same for the same number. */
import { Random } from './random.ts';

const interesting = [
  0, 1, 2, 7, 8, 15, 16, 31, 127, 128, 255, 256, 4095, 32_767, 65_535, 262_143, 262_144, 262_145, 0x7fff_ffff, 0x8000_0000, 0xffff_fff0,
  0xffff_ffff,
];
type Bytes = Uint8Array<ArrayBuffer>;
type Mutation = (bytes: Bytes, random: Random, corpus: readonly Bytes[]) => Bytes;

/** Places near the beginning are chosen more often: headers are there. */
function place(bytes: Bytes, random: Random): number {
  return random.below(4) === 0 ? random.below(Math.min(bytes.length, 128)) : random.below(bytes.length);
}

const mutations: readonly Mutation[] = [
  (bytes, random) => {
    bytes[place(bytes, random)]! ^= 1 << random.below(8);
    return bytes;
  },
  (bytes, random) => {
    bytes[place(bytes, random)] = random.pick(interesting);
    return bytes;
  },
  (bytes, random) => {
    if (bytes.length < 4) return bytes;
    const at = Math.min(place(bytes, random), bytes.length - 4);
    new DataView(bytes.buffer).setUint32(at, random.pick(interesting), random.below(2) === 0);
    return bytes;
  },
  (bytes, random) => {
    const at = place(bytes, random);
    bytes.set(random.bytes(Math.min(1 + random.below(64), bytes.length - at)), at);
    return bytes;
  },
  (bytes, random) => {
    const at = place(bytes, random);
    bytes.fill(random.pick([0, 255, 32]), at, at + 1 + random.below(400));
    return bytes;
  },
  (bytes, random) => {
    const at = place(bytes, random);
    return new Uint8Array(Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.min(bytes.length, at + 1 + random.below(200)))]));
  },
  (bytes, random) => {
    const at = place(bytes, random);
    const from = place(bytes, random);
    return new Uint8Array(Buffer.concat([bytes.subarray(0, at), bytes.subarray(from, from + 1 + random.below(2000)), bytes.subarray(at)]));
  },
  (bytes, random) => bytes.slice(0, 1 + random.below(bytes.length)),
  (bytes, random, corpus) => {
    const other = random.pick(corpus);
    return new Uint8Array(Buffer.concat([bytes.subarray(0, place(bytes, random)), other.subarray(random.below(other.length))]));
  },
];

/** What a run is made of, and what may stand behind it: blanks, line ends of which only some end a line, what begins or divides a field. */
const repeated = [...' \t\0\r\u2028a0"\\\'([{<@:;,=%', '"\\', 'a:', 'a=', '[a', '=?'];
const behind = ['', 'x', '\u2028', '\u2028x', '\r', '\0x', ' "', '\r\n', '\r\n\r\n'];

/** `bytes` with a long run of one thing in it: what takes the square of a length, or more, takes seconds then. */
export function stretched(bytes: Bytes, random: Random): Bytes {
  const unit = Buffer.from(random.pick(repeated));
  const run = Buffer.alloc(2 ** (8 + random.below(9)), unit);
  const at = place(bytes, random);
  return new Uint8Array(Buffer.concat([bytes.subarray(0, at), run, Buffer.from(random.pick(behind)), bytes.subarray(at)]));
}

/** `bytes`, which may be changed, with one thing wrong; `corpus`: what else there is to take pieces of. */
export function damaged(bytes: Bytes, random: Random, corpus: readonly Bytes[]): Bytes {
  return bytes.length === 0 ? bytes : random.pick(mutations)(bytes, random, corpus);
}

/** Mutant number `number` of a corpus: one of its files with one to eight mutations. */
export function mutant(corpus: readonly Bytes[], number: number): Bytes {
  const random = new Random(Math.imul(number + 1, 0x9e3779b1));
  let bytes: Bytes = random.pick(corpus).slice();
  for (let left = 1 + random.below(8); left > 0; left--) bytes = damaged(bytes, random, corpus);
  return bytes;
}
