/**
 * A capture file as a stream of plain bytes: gz and zst are unpacked on the way, with caps against bombs counted while streaming
 * (RELIABILITY A3, T22), and the unpacked copy is written beside when asked. One level of packing only.
 */
import { once } from 'node:events';
import { constants } from 'node:fs';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createGunzip, createZstdDecompress, type Gunzip, type ZstdDecompress } from 'node:zlib';
import { WirecaseError, type Compression } from '@wirecase/contract';
import { sniff, sniffLength, type Sniffed } from '@wirecase/pcap-parser';

export interface UnpackLimits {
  /** Plain bytes that may come out of one file. */
  readonly maxBytes: number;
  /** Plain bytes per packed byte once `ratioFreeBytes` have come out. */
  readonly maxRatio: number;
  readonly ratioFreeBytes: number;
}

/** The largest honest ratio seen in real captures is near 60:1 (idle links); a bomb of valid packets reaches 295:1 with gz, 10,900:1 with zst. */
export const defaultUnpackLimits: UnpackLimits = {
  maxBytes: Number.MAX_SAFE_INTEGER,
  maxRatio: 200,
  ratioFreeBytes: 64 * 1024 * 1024,
};

export interface OpenCaptureOptions {
  limits?: Partial<UnpackLimits>;
  /** Where the unpacked copy goes; it appears there only when complete. Ignored for a file that is not packed. */
  plainPath?: string;
}

const READ_BYTES = 4 * 1024 * 1024;
/** The plain bytes of one piece wait in memory together: at most 16 MiB with gz (1,032:1), 175 MiB with zst, once, before a cap is met. */
const PACKED_READ_BYTES = 16 * 1024;
/** zlib drops the chunk it is filling when it meets damage: what is lost then is at most this. */
const UNPACK_OPTIONS = { chunkSize: 64 * 1024 };
/**
 * Open a capture and look at its first bytes. Throws `capture.empty` and `capture.unreadable` (with what the file looks like); a packed
 * file is judged by its content when that is reached. A symbolic link is not followed.
 */
export async function openCapture(path: string, options: OpenCaptureOptions = {}): Promise<CaptureSource> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw new WirecaseError('capture.unreadable', 'This is not a regular file.');
    if (stat.size === 0) throw new WirecaseError('capture.empty', 'The file has no bytes. Capture again or check the copy.');
    const head = Buffer.alloc(sniffLength);
    const { bytesRead } = await file.read(head, 0, sniffLength, 0);
    const sniffed = sniff(head.subarray(0, bytesRead));
    if (sniffed.compression === 'none') requireCapture(sniffed, null);
    return new CaptureSource(file, stat.size, sniffed, options);
  } catch (error) {
    await file.close();
    throw error;
  }
}

export class CaptureSource {
  /** Bytes of the file as it is stored. */
  readonly size: number;
  /** What the file itself is; for a packed one only `compression` is known before `chunks`. */
  readonly sniffed: Sniffed;
  /** Bytes of the file that were read so far: progress against `size`. */
  position = 0;
  /** Plain bytes given so far. */
  plainBytes = 0;
  /** Why unpacking ended before the end of the file, or null. What came out until then was given. */
  damage: string | null = null;

  private readonly file: FileHandle;
  private readonly limits: UnpackLimits;
  private readonly plainPath: string | undefined;

  /** Owns `file` and closes it when `chunks` ends. */
  constructor(file: FileHandle, size: number, sniffed: Sniffed, options: OpenCaptureOptions) {
    this.file = file;
    this.size = size;
    this.sniffed = sniffed;
    this.limits = { ...defaultUnpackLimits, ...options.limits };
    this.plainPath = options.plainPath;
  }

  /** The plain bytes in order, once. A chunk belongs to the source and is overwritten by the next. Throws `capture.bomb` at a cap. */
  async *chunks(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      if (this.sniffed.compression === 'none') yield* this.read(READ_BYTES);
      else if (this.plainPath === undefined) yield* this.judged(this.unpacked());
      else yield* this.copied(this.judged(this.unpacked()), this.plainPath);
    } finally {
      await this.file.close();
    }
  }

  /** For a source whose `chunks` are not read. */
  async close(): Promise<void> {
    await this.file.close();
  }

  private async *read(pieceBytes: number): AsyncGenerator<Uint8Array, void, undefined> {
    const buffer = Buffer.allocUnsafe(Math.min(pieceBytes, this.size));
    const packed = this.sniffed.compression !== 'none';
    while (true) {
      const { bytesRead } = await this.file.read(buffer, 0, buffer.length, this.position);
      if (bytesRead === 0) return;
      this.position += bytesRead;
      if (!packed) this.plainBytes += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  }

  private async *unpacked(): AsyncGenerator<Uint8Array, void, undefined> {
    let member = new PackedMember(this.sniffed.compression);
    try {
      for await (const piece of this.read(PACKED_READ_BYTES)) {
        for (let used = 0; used < piece.length;) {
          const consumed = await member.write(piece.subarray(used));
          yield* this.counted(member.take());
          used += consumed;
          if (used === piece.length) break;
          if (consumed === 0) throw unpackError('what follows is not part of it');
          await member.end();
          yield* this.counted(member.take());
          member = new PackedMember(this.sniffed.compression);
        }
      }
      await member.end();
    } catch (error) {
      // Expected: zlib's errors for damaged or cut data; our own cap goes on.
      if (!isUnpackError(error)) throw error;
      this.damage = `unpacking stopped: ${error.message}`;
    } finally {
      member.close();
    }
    yield* this.counted(member.take());
  }

  private *counted(chunks: readonly Uint8Array[]): Generator<Uint8Array, void, undefined> {
    for (const chunk of chunks) {
      this.plainBytes += chunk.length;
      this.requireHonesty();
      yield chunk;
    }
  }

  private requireHonesty(): void {
    const { maxBytes, maxRatio, ratioFreeBytes } = this.limits;
    if (this.plainBytes > maxBytes) {
      throw new WirecaseError(
        'capture.bomb',
        `More than ${maxBytes} bytes come out of this file; that is the cap. Unpack and split it first.`,
      );
    }
    if (this.plainBytes > ratioFreeBytes && this.plainBytes > maxRatio * this.position) {
      throw new WirecaseError('capture.bomb', `The file unpacks to more than ${maxRatio} times its size; that is the cap.`);
    }
  }

  /** Look at the first plain bytes before anything is given. */
  private async *judged(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
    let head: Uint8Array[] | null = [];
    let headBytes = 0;
    const judge = (parts: Uint8Array[]): Uint8Array => {
      const joined = Buffer.concat(parts);
      if (joined.length === 0) throw new WirecaseError('capture.empty', `Nothing comes out of this ${this.sniffed.compression} file.`);
      requireCapture(sniff(joined.subarray(0, sniffLength)), this.sniffed.compression);
      return joined;
    };
    for await (const chunk of chunks) {
      if (head === null) {
        yield chunk;
        continue;
      }
      head.push(chunk);
      headBytes += chunk.length;
      if (headBytes < sniffLength) continue;
      yield judge(head);
      head = null;
    }
    if (head !== null) yield judge(head);
  }

  private async *copied(chunks: AsyncIterable<Uint8Array>, plainPath: string): AsyncGenerator<Uint8Array, void, undefined> {
    const partPath = `${plainPath}.part`;
    const copy = await open(partPath, 'w', 0o640);
    try {
      for await (const chunk of chunks) {
        await copy.writeFile(chunk).catch(diskFull);
        yield chunk;
      }
      await copy.sync().catch(diskFull);
      await copy.close();
      await rename(partPath, plainPath);
    } catch (error) {
      await copy.close();
      await rm(partPath, { force: true });
      throw error;
    }
  }
}

/**
 * One gz file (all its members) or one zst frame being unpacked. zlib's stream drops what it has ready when it meets damage, so the packed
 * bytes are written piece by piece and the output is taken in between: what comes out of a cut file is given, but for the last chunk.
 */
class PackedMember {
  private readonly stream: Gunzip | ZstdDecompress;
  private readonly failed: Promise<never>;
  private readonly ended: Promise<unknown>;
  private ready: Uint8Array[] = [];

  constructor(compression: Compression) {
    this.stream = compression === 'gzip' ? createGunzip(UNPACK_OPTIONS) : createZstdDecompress(UNPACK_OPTIONS);
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

function requireCapture(sniffed: Sniffed, inside: string | null): void {
  if (sniffed.format && sniffed.compression === 'none') return;
  const what = inside ? `The ${inside} file holds ${sniffed.looksLike}` : `This looks like ${sniffed.looksLike}`;
  throw new WirecaseError('capture.unreadable', `${what}. Wirecase reads pcap and pcapng, plain or packed once with gzip or zstd.`);
}

function unpackError(message: string): Error {
  return Object.assign(new Error(message), { code: 'Z_DATA_ERROR' });
}

function isUnpackError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && /^(Z_|ZSTD_|ERR_ZSTD)/.test(error.code);
}

function diskFull(error: NodeJS.ErrnoException): never {
  if (error.code === 'ENOSPC' || error.code === 'EDQUOT') {
    throw new WirecaseError('storage.full', 'There is no room for the unpacked copy of this capture. Free space, then retry.', {
      cause: error,
    });
  }
  throw error;
}
