/**
 * GZ files (RFC 1952): members, one after the other. Node's own Gunzip takes whatever follows a member for another one, and loses what it
 * has ready when it is none; here the frames are read by us, and only what is deflated is zlib's.
 */
import { GzipFrame } from '../gzip-frame.ts';
import { type Unpack, UnpackError } from './unpack.ts';
import { inflater, type Member, unpackError } from './zlib.ts';

const cutShort = 'unexpected end of file';

/** All members of the file. Zeros between and behind them fill up blocks, as tapes have them. */
export const unpackGzip: Unpack = async function* (packed) {
  const input = new Cursor(packed);
  yield* unpackMember(input, 'incorrect header check');
  while (await input.hasMore()) {
    if (input.piece[input.at] === 0) input.at++;
    else yield* unpackMember(input, 'what follows is not part of it');
  }
};

/** One member; `otherwise` says what it is when it is none. */
async function* unpackMember(input: Cursor, otherwise: string): AsyncGenerator<Uint8Array, void, undefined> {
  const frame = new GzipFrame();
  while (!frame.isHeaderOver) {
    if (!(await input.hasMore())) throw new UnpackError(cutShort);
    input.at = frame.skipHeader(input.piece, input.at, input.piece.length);
    if (input.at < 0) throw new UnpackError(otherwise);
  }
  const member = inflater();
  try {
    while (await input.hasMore()) {
      input.at += await member.write(input.piece.subarray(input.at));
      yield* taken(member, frame);
      if (input.at < input.piece.length) break;
    }
    await member.end();
  } catch (error) {
    yield* taken(member, frame);
    throw unpackError(error);
  } finally {
    member.close();
  }
  yield* taken(member, frame);
  while (!frame.isWhole) {
    if (!(await input.hasMore())) throw new UnpackError(cutShort);
    input.at = frame.behind(input.piece, input.at, input.piece.length);
  }
  if (!frame.isSound) throw new UnpackError('incorrect data check');
}

function* taken(member: Member, frame: GzipFrame): Generator<Uint8Array> {
  for (const plain of member.take()) {
    frame.unpacked(plain, 0, plain.length);
    yield plain;
  }
}

/** Where in the packed bytes it is. */
class Cursor {
  readonly #pieces: AsyncIterator<Uint8Array>;
  piece: Uint8Array = new Uint8Array(0);
  at = 0;

  constructor(packed: AsyncIterable<Uint8Array>) {
    this.#pieces = packed[Symbol.asyncIterator]();
  }

  /** Whether a byte follows; it waits for the next piece when this one is over. */
  async hasMore(): Promise<boolean> {
    while (this.at === this.piece.length) {
      const { done, value } = await this.#pieces.next();
      if (done) return false;
      this.piece = value;
      this.at = 0;
    }
    return true;
  }
}
