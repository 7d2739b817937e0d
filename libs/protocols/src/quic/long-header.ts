/** Long headers of QUIC (RFC 8999 5.1, RFC 9000 17.2). */
import { read32 } from '../common/binary.ts';
import { type Version, versionOf } from './versions.ts';

/** RFC 9000 17.2: 20 bytes at most, of the versions that there are. */
const MAX_ID_BYTES = 20;

export interface LongHeader {
  readonly version: Version;
  readonly destinationId: Uint8Array;
  readonly sourceId: Uint8Array;
  readonly isInitial: boolean;
  /** Of an Initial: where the packet number begins, still protected, and where the packet ends. */
  readonly numberOffset: number;
  readonly end: number;
}

/** The header at `start`; `null` where there is none, it is cut short, or its version is unknown (negotiation is version 0). */
export function readLongHeader(bytes: Uint8Array, start: number, end: number): LongHeader | null {
  if (end - start < 7 || bytes[start]! < 0x80) return null;
  const version = versionOf(read32(bytes, start + 1));
  if (!version) return null;
  // Q046 put both lengths into one byte.
  if (version.isGoogle && version.salt === null) return googleHeader(version, bytes, start, end);
  const destinationLength = bytes[start + 5]!;
  const sourceAt = start + 6 + destinationLength;
  if (destinationLength > MAX_ID_BYTES || sourceAt >= end) return null;
  const sourceLength = bytes[sourceAt]!;
  let offset = sourceAt + 1 + sourceLength;
  if (sourceLength > MAX_ID_BYTES || offset > end) return null;
  const destinationId = bytes.slice(start + 6, sourceAt);
  const sourceId = bytes.slice(sourceAt + 1, offset);
  const isInitial = ((bytes[start]! >> 4) & 3) === version.initialType;
  const other = { version, destinationId, sourceId, isInitial: false, numberOffset: end, end };
  if (isRetry(bytes[start]!, version)) return other;
  if (isInitial) {
    const token = readVarint(bytes, offset, end);
    if (token < 0) return null;
    offset += varintBytes(bytes[offset]!) + token;
  }
  const length = readVarint(bytes, offset, end);
  if (length < 0) return null;
  const numberOffset = offset + varintBytes(bytes[offset]!);
  if (numberOffset + length > end) return { ...other, end };
  return { version, destinationId, sourceId, isInitial, numberOffset, end: numberOffset + length };
}

/** A Retry has no length and is alone in its datagram. */
function isRetry(first: number, version: Version): boolean {
  return ((first >> 4) & 3) === (version.initialType === 1 ? 0 : 3);
}

function googleHeader(version: Version, bytes: Uint8Array, start: number, end: number): LongHeader | null {
  const lengths = bytes[start + 5]!;
  const destinationLength = lengths >> 4 === 0 ? 0 : (lengths >> 4) + 3;
  const sourceLength = (lengths & 15) === 0 ? 0 : (lengths & 15) + 3;
  const sourceAt = start + 6 + destinationLength;
  if (sourceAt + sourceLength > end) return null;
  return {
    version,
    destinationId: bytes.slice(start + 6, sourceAt),
    sourceId: bytes.slice(sourceAt, sourceAt + sourceLength),
    isInitial: false,
    numberOffset: end,
    end,
  };
}

/** Bytes of the variable-length integer that begins with `first` (RFC 9000 16). */
export function varintBytes(first: number): number {
  return 1 << (first >> 6);
}

/** The variable-length integer at `offset`; -1 where it is cut short or does not fit into 31 bits. */
export function readVarint(bytes: Uint8Array, offset: number, end: number): number {
  if (offset >= end) return -1;
  const length = varintBytes(bytes[offset]!);
  if (offset + length > end) return -1;
  let value = bytes[offset]! & 63;
  for (let i = 1; i < length; i++) value = value * 256 + bytes[offset + i]!;
  return value > 0x7fff_ffff ? -1 : value;
}
