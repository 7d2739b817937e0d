/** ZIP archives (PKWARE APPNOTE 6.3.10, little-endian): finding their files. Names in them are shown, never used as paths. */
import type { FileHandle } from 'node:fs/promises';
import { cleanText } from '@wirecase/contract';
import type { Unpack } from './unpack.ts';
import { inflate, unpackZstd } from './zlib.ts';

export interface ZipEntry {
  name: string;
  /** How it is packed; null when it is in a way that is not read. */
  unpack: Unpack | null;
  isEncrypted: boolean;
  /** Where its local header begins. */
  headerOffset: number;
  packedBytes: number;
}

const localHeaderLength = 30;
const centralHeaderLength = 46;
const endLength = 22;
const zip64EndLength = 56;
/** The end is looked for behind the longest comment. */
const maxTail = endLength + 65_535;
/** Directories beyond this are not read: an archive of a few captures has some hundred bytes. */
const maxDirectoryBytes = 4 * 1024 * 1024;

async function* stored(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  yield* packed;
}

/** By "compression method". */
const methods: Readonly<Record<number, Unpack>> = { 0: stored, 8: inflate, 93: unpackZstd };

/** The files of an archive, folders left out. One that is cut short has no directory: then the file that it begins with. */
export async function zipEntries(file: FileHandle, size: number): Promise<ZipEntry[]> {
  const directory = await findDirectory(file, size);
  if (directory === null) return firstEntry(file, size);
  const bytes = await readAt(file, directory.offset, Math.min(directory.length, maxDirectoryBytes));
  const entries: ZipEntry[] = [];
  for (let at = 0; at + centralHeaderLength <= bytes.length && bytes.readUInt32LE(at) === 0x0201_4b50;) {
    const nameLength = bytes.readUInt16LE(at + 28);
    const extraLength = bytes.readUInt16LE(at + 30);
    const next = at + centralHeaderLength + nameLength + extraLength + bytes.readUInt16LE(at + 32);
    if (next > bytes.length) break;
    const extra = bytes.subarray(at + centralHeaderLength + nameLength, at + centralHeaderLength + nameLength + extraLength);
    entries.push(entryOf(bytes, at, extra));
    at = next;
  }
  return entries.filter(({ name }) => !name.endsWith('/'));
}

/** Where the packed bytes of an entry begin: behind its own header, whose name and extra field may differ from the directory's. */
export async function zipDataOffset(file: FileHandle, entry: ZipEntry): Promise<number | null> {
  const header = await readAt(file, entry.headerOffset, localHeaderLength);
  if (header.length < localHeaderLength || header.readUInt32LE(0) !== 0x0403_4b50) return null;
  return entry.headerOffset + localHeaderLength + header.readUInt16LE(26) + header.readUInt16LE(28);
}

function entryOf(bytes: Buffer, at: number, extra: Buffer): ZipEntry {
  const plainBytes = bytes.readUInt32LE(at + 24);
  let packedBytes = bytes.readUInt32LE(at + 20);
  let headerOffset = bytes.readUInt32LE(at + 42);
  // ZIP64: the values that do not fit 32 bits stand in an extra field, in this order.
  let position = zip64Field(extra);
  const next = () => (position >= 0 && position + 8 <= extra.length ? Number(extra.readBigUInt64LE((position += 8) - 8)) : 0);
  if (plainBytes === 0xffff_ffff) next();
  if (packedBytes === 0xffff_ffff) packedBytes = next();
  if (headerOffset === 0xffff_ffff) headerOffset = next();
  return {
    name: cleanText(bytes.toString('utf8', at + centralHeaderLength, at + centralHeaderLength + bytes.readUInt16LE(at + 28))),
    unpack: methods[bytes.readUInt16LE(at + 10)] ?? null,
    isEncrypted: (bytes.readUInt16LE(at + 8) & 1) !== 0,
    headerOffset,
    packedBytes,
  };
}

/** Position of the values of the ZIP64 extra field, -1 when there is none. */
function zip64Field(extra: Buffer): number {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) === 1) return at + 4;
  }
  return -1;
}

async function findDirectory(file: FileHandle, size: number): Promise<{ offset: number; length: number } | null> {
  const tailOffset = Math.max(0, size - maxTail);
  const tail = await readAt(file, tailOffset, size - tailOffset);
  for (let at = tail.length - endLength; at >= 0; at--) {
    if (tail.readUInt32LE(at) !== 0x0605_4b50) continue;
    const offset = tail.readUInt32LE(at + 16);
    if (offset !== 0xffff_ffff) return { offset, length: tail.readUInt32LE(at + 12) };
    if (at < 20 || tail.readUInt32LE(at - 20) !== 0x0706_4b50) return null;
    const end = await readAt(file, Number(tail.readBigUInt64LE(at - 12)), zip64EndLength);
    if (end.length < zip64EndLength || end.readUInt32LE(0) !== 0x0606_4b50) return null;
    return { offset: Number(end.readBigUInt64LE(48)), length: Number(end.readBigUInt64LE(40)) };
  }
  return null;
}

async function firstEntry(file: FileHandle, size: number): Promise<ZipEntry[]> {
  const header = await readAt(file, 0, localHeaderLength + 256);
  if (header.length < localHeaderLength) return [];
  return [
    {
      name: cleanText(header.toString('utf8', localHeaderLength, localHeaderLength + header.readUInt16LE(26))),
      unpack: methods[header.readUInt16LE(8)] ?? null,
      isEncrypted: (header.readUInt16LE(6) & 1) !== 0,
      headerOffset: 0,
      packedBytes: size,
    },
  ];
}

async function readAt(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  // A directory may name any offset; what lies beyond the file is nothing.
  if (!Number.isSafeInteger(offset)) return bytes.subarray(0, 0);
  const { bytesRead } = await file.read(bytes, 0, length, offset);
  return bytes.subarray(0, bytesRead);
}
