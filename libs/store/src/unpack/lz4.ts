/** LZ4 files: the frame format (LZ4 Frame Format Description 1.6.2) and the legacy one, of any number of frames. All little-endian. */
import { ByteQueue, type Unpack, UnpackError } from './unpack.ts';
import { XxHash32 } from './xxhash32.ts';

const frameMagic = 0x184d2204;
const legacyMagic = 0x184c2102;
/** 16 magic numbers of frames to be skipped. */
const skippableMagic = 0x184d2a50;
const legacyBlockLength = 8 * 1024 * 1024;
/** Bytes before a block that its matches may reach. */
const historyLength = 64 * 1024;
/** By the block maximum size code of a frame's header. */
const blockLengths: Readonly<Record<number, number>> = { 4: 65_536, 5: 262_144, 6: 1_048_576, 7: 4_194_304 };

export const unpackLz4: Unpack = async function* (packed) {
  const queue = new ByteQueue(packed);
  let magic = await word(queue);
  while (magic !== null) {
    if (magic === frameMagic) {
      yield* unpackFrame(queue);
      magic = await word(queue);
    } else if (magic === legacyMagic) {
      magic = yield* unpackLegacy(queue);
    } else if ((magic & 0xfffffff0) === (skippableMagic | 0)) {
      await skip(queue, await required(queue));
      magic = await word(queue);
    } else {
      throw new UnpackError('what follows is not part of it');
    }
  }
};

/** Flags (1), block size (1), content size (8, if said), dictionary id (4, if said), checksum of these (1); blocks; end mark; checksum. */
async function* unpackFrame(queue: ByteQueue): AsyncGenerator<Uint8Array, void, undefined> {
  const [flags = 0, blockCode = 0] = await exactly(queue, 2);
  if (flags >> 6 !== 1) throw new UnpackError(`LZ4 frame of version ${flags >> 6}`);
  const blockLength = blockLengths[(blockCode >> 4) & 7];
  if (blockLength === undefined) throw new UnpackError('LZ4 frame without a block size');
  if (flags & 1) throw new UnpackError('LZ4 frame that needs a dictionary');
  await exactly(queue, (flags & 8 ? 8 : 0) + 1);
  const areLinked = (flags & 0x20) === 0;
  const output = new BlockOutput(blockLength);
  const hash = flags & 4 ? new XxHash32() : null;
  for (let size = await required(queue); size !== 0; size = await required(queue)) {
    const length = size & 0x7fff_ffff;
    if (length > blockLength) throw new UnpackError(`LZ4 block of ${length} bytes`);
    const bytes = await queue.take(length);
    if (!areLinked) output.forget();
    const plain = size >>> 31 ? output.copy(bytes) : output.unpack(bytes);
    hash?.update(plain);
    yield plain;
    if (bytes.length < length) throw new UnpackError(cutShort);
    output.requireWhole();
    if (flags & 0x10) await exactly(queue, 4);
  }
  if (hash && (await required(queue)) !== hash.digest()) throw new UnpackError('the checksum of an LZ4 frame differs');
}

/** Blocks of 8 MiB, unlinked, to the end of the file or the next magic number, which is returned. */
async function* unpackLegacy(queue: ByteQueue): AsyncGenerator<Uint8Array, number | null, undefined> {
  const output = new BlockOutput(legacyBlockLength);
  for (;;) {
    const length = await word(queue);
    if (length === null || length === frameMagic || length === legacyMagic) return length;
    if (length > legacyBlockLength + legacyBlockLength / 255 + 16) throw new UnpackError(`LZ4 block of ${length} bytes`);
    const bytes = await queue.take(length);
    output.forget();
    yield output.unpack(bytes);
    if (bytes.length < length) throw new UnpackError(cutShort);
    output.requireWhole();
  }
}

const cutShort = 'unexpected end of file';

/** One block after the other in one buffer, behind the history that the next may refer to. */
class BlockOutput {
  readonly #bytes: Uint8Array;
  /** Where history begins, and where it ends and the block begins. */
  #historyStart = historyLength;
  #end = historyLength;
  #fault = '';

  constructor(blockLength: number) {
    this.#bytes = new Uint8Array(historyLength + blockLength);
  }

  /** The next block refers to nothing before it. */
  forget(): void {
    this.#end = historyLength;
    this.#historyStart = historyLength;
  }

  /** A block that is stored as it is. The bytes given are valid until the next block. */
  copy(block: Uint8Array): Uint8Array {
    this.#keepHistory();
    this.#bytes.set(block, historyLength);
    this.#end = historyLength + block.length;
    return this.#bytes.subarray(historyLength, this.#end);
  }

  /** What comes out of a packed block, as far as it is sound; `requireWhole` throws when that was not to its end. */
  unpack(block: Uint8Array): Uint8Array {
    this.#keepHistory();
    this.#unpack(block);
    return this.#bytes.subarray(historyLength, this.#end);
  }

  requireWhole(): void {
    if (this.#fault !== '') throw new UnpackError(this.#fault);
  }

  #keepHistory(): void {
    if (this.#end > historyLength) {
      this.#bytes.copyWithin(0, this.#end - historyLength, this.#end);
      this.#historyStart = Math.max(0, this.#historyStart - (this.#end - historyLength));
    }
    this.#end = historyLength;
  }

  /** Sequences of token (literals, match), literals, offset (2), match (LZ4 Block Format Description). The last has literals only. */
  #unpack(block: Uint8Array): void {
    const output = this.#bytes;
    let at = 0;
    let end = historyLength;
    this.#fault = '';
    while (at < block.length) {
      const token = block[at++]!;
      let literals = token >> 4;
      if (literals === 15) {
        let more = 255;
        while (more === 255 && at < block.length) literals += more = block[at++]!;
      }
      const available = Math.min(literals, block.length - at, output.length - end);
      output.set(block.subarray(at, at + available), end);
      at += literals;
      end += available;
      if (available < literals) this.#fault = 'LZ4 literals beyond their block';
      if (available < literals || at === block.length) break;
      if (at + 2 > block.length) break;
      const offset = block[at]! | (block[at + 1]! << 8);
      at += 2;
      let match = (token & 15) + 4;
      if (match === 19) {
        let more = 255;
        while (more === 255 && at < block.length) match += more = block[at++]!;
      }
      if (offset === 0 || end - offset < this.#historyStart || end + match > output.length) {
        this.#fault = 'LZ4 match beyond its block';
        break;
      }
      if (offset >= match) output.copyWithin(end, end - offset, end - offset + match);
      else for (let i = 0; i < match; i++) output[end + i] = output[end + i - offset]!;
      end += match;
    }
    this.#end = end;
  }
}

/** The next four bytes; null at the end of the file. */
async function word(queue: ByteQueue): Promise<number | null> {
  const bytes = await queue.take(4);
  if (bytes.length === 0) return null;
  if (bytes.length < 4) throw new UnpackError(cutShort);
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
}

async function required(queue: ByteQueue): Promise<number> {
  const value = await word(queue);
  if (value === null) throw new UnpackError(cutShort);
  return value;
}

async function exactly(queue: ByteQueue, length: number): Promise<Uint8Array> {
  const bytes = await queue.take(length);
  if (bytes.length < length) throw new UnpackError(cutShort);
  return bytes;
}

async function skip(queue: ByteQueue, length: number): Promise<void> {
  for (let left = length; left > 0;) {
    const skipped = await queue.take(Math.min(left, 65_536));
    if (skipped.length === 0) throw new UnpackError(cutShort);
    left -= skipped.length;
  }
}
