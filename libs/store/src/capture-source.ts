/**
 * A capture file as a stream of plain bytes: gz, zst, lz4, xz and zip are unpacked on the way, with caps against bombs counted while
 * streaming (RELIABILITY A3, T22), and the unpacked copy is written beside when asked. One level of packing only.
 */
import { constants } from 'node:fs';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { WirecaseError, type CaptureFormat } from '@wirecase/contract';
import { readBytes, sniff, sniffLength, type Sniffed } from '@wirecase/pcap-parser';
import { streamUnpackers, type Unpack, UnpackError, zipDataOffset, type ZipEntry, zipEntries } from './unpack/index.ts';

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
  /** Which file of a ZIP archive, by its name; without it the archive must hold exactly one capture. */
  entry?: string;
}

/** The plain bytes of one piece wait in memory together: at most 16 MiB with gz (1,032:1), 175 MiB with zst, once, before a cap is met. */
const PACKED_READ_BYTES = 16 * 1024;
/** Files of an archive that are looked into. */
const MAX_ENTRIES = 1000;

/** Where the packed bytes are in the file, and how they are packed; `unpack` null: they are not. */
interface Content {
  offset: number;
  length: number;
  unpack: Unpack | null;
  /** Of a file of an archive: what it is. */
  format?: CaptureFormat;
}

/**
 * What a file is that holds a capture in a format which only Wireshark's editcap reads ("a NetXRay capture"); null for any other, also
 * for what cannot be opened: `openCapture` says why.
 */
export async function foreignFormat(path: string): Promise<string | null> {
  return withHead(path, async (_file, _size, sniffed) => (sniffed.isForeign ? sniffed.looksLike : null));
}

export interface ArchivedCapture {
  /** Its name in the archive. */
  name: string;
  format: CaptureFormat;
}

/** The captures in a ZIP archive, to be opened by their names (`entry`); null for any other file. */
export async function capturesInArchive(path: string): Promise<ArchivedCapture[] | null> {
  return withHead(path, async (file, size, { compression }) =>
    compression === 'zip' ? (await lookInto(file, size)).captures.map(({ name, content }) => ({ name, format: content.format! })) : null,
  );
}

/** Null for what is not a regular file or not there. */
async function withHead<T>(path: string, look: (file: FileHandle, size: number, sniffed: Sniffed) => Promise<T | null>): Promise<T | null> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch(() => null);
  if (file === null) return null;
  try {
    const stat = await file.stat();
    if (!stat.isFile()) return null;
    const head = Buffer.alloc(sniffLength);
    const { bytesRead } = await file.read(head, 0, sniffLength, 0);
    return await look(file, stat.size, sniff(head.subarray(0, bytesRead)));
  } finally {
    await file.close();
  }
}

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
    return new CaptureSource(file, stat.size, sniffed, await contentOf(file, stat.size, sniffed, options.entry), options);
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
  private readonly content: Content;
  private readonly limits: UnpackLimits;
  private readonly plainPath: string | undefined;

  /** Owns `file` and closes it when `chunks` ends. */
  constructor(file: FileHandle, size: number, sniffed: Sniffed, content: Content, options: OpenCaptureOptions) {
    this.file = file;
    this.content = content;
    this.size = size;
    this.sniffed = sniffed;
    this.limits = { ...defaultUnpackLimits, ...options.limits };
    this.plainPath = options.plainPath;
  }

  /** The plain bytes in order, once. A chunk belongs to the source and is overwritten by the next. Throws `capture.bomb` at a cap. */
  async *chunks(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      const { unpack } = this.content;
      if (unpack === null) yield* this.read(readBytes);
      else if (this.plainPath === undefined) yield* this.judged(this.unpacked(unpack));
      else yield* this.copied(this.judged(this.unpacked(unpack)), this.plainPath);
    } finally {
      await this.file.close();
    }
  }

  /** Format of a plain capture, or of the one in an archive; null when it is known only by unpacking. */
  get format(): CaptureFormat | null {
    return this.sniffed.format ?? this.content.format ?? null;
  }

  /** For a source whose `chunks` are not read. */
  async close(): Promise<void> {
    await this.file.close();
  }

  private async *read(pieceBytes: number): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const piece of piecesOf(this.file, this.content, pieceBytes)) {
      this.position += piece.length;
      if (this.content.unpack === null) this.plainBytes += piece.length;
      yield piece;
    }
  }

  private async *unpacked(unpack: Unpack): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for await (const chunk of unpack(this.read(PACKED_READ_BYTES))) {
        this.plainBytes += chunk.length;
        this.requireHonesty();
        yield chunk;
      }
    } catch (error) {
      // Expected: damaged or cut data; our own cap goes on.
      if (!(error instanceof UnpackError)) throw error;
      this.damage = `unpacking stopped: ${error.message}`;
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
      head.push(chunk.slice());
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

/** While one piece is worked on the next is read, into a second buffer. */
async function* piecesOf(file: FileHandle, { offset, length }: Content, pieceBytes: number): AsyncGenerator<Uint8Array, void, undefined> {
  const size = Math.min(pieceBytes, Math.max(1, length));
  const buffers = [Buffer.allocUnsafe(size), Buffer.allocUnsafe(size)] as const;
  let position = 0;
  const read = (buffer: Buffer) => {
    const reading = file.read(buffer, 0, Math.min(size, length - position), offset + position);
    // An error surfaces where the piece is awaited, which may be never.
    reading.catch(() => undefined);
    return reading;
  };
  let reading = read(buffers[0]);
  for (let turn: 0 | 1 = 0; position < length; turn = turn === 0 ? 1 : 0) {
    const { bytesRead } = await reading;
    if (bytesRead === 0) return;
    position += bytesRead;
    if (position < length) reading = read(buffers[turn === 0 ? 1 : 0]);
    yield buffers[turn].subarray(0, bytesRead);
  }
}

async function contentOf(file: FileHandle, size: number, { compression }: Sniffed, entry: string | undefined): Promise<Content> {
  if (compression === 'zip') return archivedCapture(file, size, entry);
  return { offset: 0, length: size, unpack: compression === 'none' ? null : streamUnpackers[compression] };
}

async function archivedCapture(file: FileHandle, size: number, wanted: string | undefined): Promise<Content> {
  const { captures, others } = await lookInto(file, size);
  const named = wanted === undefined ? captures : captures.filter(({ name }) => name === wanted);
  if (named.length === 1) return named[0]!.content;
  if (named.length === 0) {
    const what = others.length === 0 ? 'no file' : others.slice(0, 3).join('; ');
    throw new WirecaseError('capture.unreadable', `The ZIP archive holds no capture that can be read: ${what}.`);
  }
  const names = named.map(({ name }) => name);
  const shown = names.length > 5 ? `${names.slice(0, 5).join(', ')} ...` : names.join(', ');
  throw new WirecaseError(
    'capture.unreadable',
    `The ZIP archive holds ${names.length} captures (${shown}). Unpack it and send them one by one.`,
  );
}

interface Archive {
  captures: { name: string; content: Content }[];
  /** What the other files are. */
  others: string[];
}

/** Tell the captures in an archive from the rest by their first bytes. */
async function lookInto(file: FileHandle, size: number): Promise<Archive> {
  const archive: Archive = { captures: [], others: [] };
  for (const entry of (await zipEntries(file, size)).slice(0, MAX_ENTRIES)) {
    const content = await entryContent(file, size, entry);
    if (typeof content === 'string') {
      archive.others.push(`${entry.name} ${content}`);
      continue;
    }
    const { format, looksLike } = sniff(await headOf(file, content));
    if (format) archive.captures.push({ name: entry.name, content: { ...content, format } });
    else archive.others.push(`${entry.name} is ${looksLike}`);
  }
  return archive;
}

/** Where an entry's bytes are, or why they cannot be had. */
async function entryContent(file: FileHandle, size: number, entry: ZipEntry): Promise<Content | string> {
  if (entry.isEncrypted) return 'is encrypted';
  if (entry.unpack === null) return 'is packed with a method that is not read (deflate, Zstandard and stored are)';
  const offset = await zipDataOffset(file, entry);
  if (offset === null || offset > size) return 'is not where the archive says';
  return { offset, length: Math.min(entry.packedBytes, size - offset), unpack: entry.unpack };
}

/** The first bytes that come out, as far as they do. */
async function headOf(file: FileHandle, content: Content): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of content.unpack!(piecesOf(file, content, PACKED_READ_BYTES))) {
      parts.push(chunk.slice(0, sniffLength));
      bytes += chunk.length;
      if (bytes >= sniffLength) break;
    }
  } catch (error) {
    // Damaged: judged by what came before.
    if (!(error instanceof UnpackError)) throw error;
  }
  return Buffer.concat(parts).subarray(0, sniffLength);
}

/** What is read, for those who sent something else. */
export const readableFormats = 'pcap, pcapng and snoop, plain or packed once with gzip, zstd, lz4, xz or zip';

function requireCapture(sniffed: Sniffed, inside: string | null): void {
  if (sniffed.format && sniffed.compression === 'none') return;
  const what = inside ? `The ${inside} file holds ${sniffed.looksLike}` : `This looks like ${sniffed.looksLike}`;
  throw new WirecaseError('capture.unreadable', `${what}. Wirecase reads ${readableFormats}.`);
}

function diskFull(error: NodeJS.ErrnoException): never {
  if (error.code === 'ENOSPC' || error.code === 'EDQUOT') {
    throw new WirecaseError('storage.full', 'There is no room for the unpacked copy of this capture. Free space, then retry.', {
      cause: error,
    });
  }
  throw error;
}
