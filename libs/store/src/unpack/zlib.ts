import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createInflateRaw, createZstdDecompress, type InflateRaw, type ZstdDecompress } from 'node:zlib';
import { type Unpack, UnpackError } from './unpack.ts';

/** zlib drops the chunk it is filling when it meets damage: what is lost then is at most this. */
const options = { chunkSize: 64 * 1024 };

/** Takes a deflate stream without header (RFC 1951). */
export const inflater = (): Member => new Member(createInflateRaw(options));

/** A deflate stream without header (RFC 1951), as in ZIP archives. What follows it is left alone. */
export async function* inflate(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const member = inflater();
  try {
    for await (const piece of packed) {
      const consumed = await member.write(piece);
      yield* member.take();
      if (consumed < piece.length) break;
    }
    await member.end();
  } catch (error) {
    yield* member.take();
    throw unpackError(error);
  } finally {
    member.close();
  }
  yield* member.take();
}

/** A zst file, all its frames. */
export const unpackZstd: Unpack = async function* (packed) {
  const create = () => new Member(createZstdDecompress(options));
  let member = create();
  try {
    for await (const piece of packed) {
      for (let used = 0; used < piece.length;) {
        const consumed = await member.write(piece.subarray(used));
        yield* member.take();
        used += consumed;
        if (used === piece.length) break;
        if (consumed === 0) throw new UnpackError('what follows is not part of it');
        await member.end();
        yield* member.take();
        member = create();
      }
    }
    await member.end();
  } catch (error) {
    yield* member.take();
    throw unpackError(error);
  } finally {
    member.close();
  }
  yield* member.take();
};

/** zlib's errors for damaged or cut data are ours; every other goes on. */
export function unpackError(error: unknown): unknown {
  const isData = error instanceof Error && 'code' in error && typeof error.code === 'string' && /^(Z_|ZSTD_|ERR_ZSTD)/.test(error.code);
  return isData ? new UnpackError(error.message, { cause: error }) : error;
}

/**
 * One member, frame or stream being unpacked. zlib's stream drops what it has ready when it meets damage, so the packed bytes are written
 * piece by piece and the output is taken in between: what comes out of a cut file is given, but for the last chunk.
 */
export class Member {
  private readonly stream: ZstdDecompress | InflateRaw;
  private readonly failed: Promise<never>;
  private readonly ended: Promise<unknown>;
  private ready: Uint8Array[] = [];

  constructor(stream: ZstdDecompress | InflateRaw) {
    this.stream = stream;
    // A failed stream calls back no write, so every wait is a race with this.
    this.failed = new Promise((_, reject) => this.stream.once('error', reject));
    this.failed.catch(() => undefined);
    // zlib ends the stream by itself when bytes follow the member.
    this.ended = once(this.stream, 'end');
    this.ended.catch(() => undefined);
    this.stream.on('data', (chunk: Uint8Array) => this.ready.push(chunk));
  }

  /** Unpack `bytes`; answers how many of them belonged to this member. */
  async write(bytes: Uint8Array): Promise<number> {
    await nextTurn(); // a stream flows from the turn after its listener
    const before = this.stream.bytesWritten;
    await Promise.race([this.failed, new Promise((resolve) => this.stream.write(bytes, resolve))]);
    return this.stream.bytesWritten - before;
  }

  /** Throws when the member is not complete. */
  async end(): Promise<void> {
    this.stream.end();
    await Promise.race([this.failed, this.ended]);
  }

  take(): Uint8Array[] {
    const taken = this.ready;
    this.ready = [];
    return taken;
  }

  close(): void {
    this.stream.destroy();
  }
}
