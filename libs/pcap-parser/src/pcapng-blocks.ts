/** Block types and bodies of pcapng (draft-ietf-opsawg-pcapng 4). `offset` is where a block begins, `length` its total length. */
import type { CaptureInterface } from './interface.ts';
import { maxCapturedLength } from './interface.ts';
import { visitOptions } from './pcapng-options.ts';

export const BlockType = {
  InterfaceDescription: 1,
  /** Obsolete. */
  Packet: 2,
  SimplePacket: 3,
  NameResolution: 4,
  InterfaceStatistics: 5,
  EnhancedPacket: 6,
  SystemdJournal: 9,
  DecryptionSecrets: 10,
  Custom: 0x0bad,
  CustomNoCopy: 0x4000_0bad,
  SectionHeader: 0x0a0d_0d0a,
} as const;

/** The byte-order magic of a section header as its own byte order reads it. */
export const byteOrderMagic = 0x1a2b_3c4d;

/** Longest block that is believed, as Wireshark. It is buffered only as its bytes arrive. */
export const maxBlockLength = 16 * 1024 * 1024;
/** Packet blocks are a packet, 32 bytes around it, and options. */
export const maxPacketBlockLength = maxCapturedLength + 32 + 131_072;

/** Whether a length can be a block's. */
export function isBlockLength(type: number, length: number): boolean {
  if (length < 12 || (length & 3) !== 0) return false;
  return length <= (isPacketBlock(type) ? maxPacketBlockLength : maxBlockLength);
}

export function isPacketBlock(type: number): boolean {
  return type === BlockType.EnhancedPacket || type === BlockType.SimplePacket || type === BlockType.Packet;
}

/** Whether the type is one that capture tools write: what resynchronisation looks for. */
export function isKnownBlock(type: number): boolean {
  switch (type) {
    case BlockType.InterfaceDescription:
    case BlockType.Packet:
    case BlockType.SimplePacket:
    case BlockType.NameResolution:
    case BlockType.InterfaceStatistics:
    case BlockType.EnhancedPacket:
    case BlockType.SystemdJournal:
    case BlockType.DecryptionSecrets:
    case BlockType.Custom:
    case BlockType.CustomNoCopy:
    case BlockType.SectionHeader:
      return true;
    default:
      return false;
  }
}

export interface InterfaceDescription {
  interface: CaptureInterface;
  /** Where an option that does not fit begins, -1 when all fit. */
  badOptionOffset: number;
}

/** Interface description block of at least 20 bytes: link type (2), reserved (2), snap length (4), options. */
export function readInterfaceDescription(view: DataView, offset: number, length: number, littleEndian: boolean): InterfaceDescription {
  const snapLength = view.getUint32(offset + 12, littleEndian);
  const entry: CaptureInterface = {
    layout: 'pcapng',
    linkType: view.getUint16(offset + 8, littleEndian),
    snapLength: snapLength > maxCapturedLength ? 0 : snapLength,
    bigEndian: !littleEndian,
    timeResolution: 6,
    timeOffsetSeconds: 0,
    name: '',
    description: '',
    filter: '',
  };
  const badOptionOffset = visitOptions(view, offset + 16, offset + length - 4, littleEndian, (code, at, size) => {
    if (code === 2) entry.name = readText(view, at, size);
    else if (code === 3) entry.description = readText(view, at, size);
    // A filter as text begins with 0; as BPF instructions it is not shown.
    else if (code === 11 && size > 1 && view.getUint8(at) === 0) entry.filter = readText(view, at + 1, size - 1);
    else if (code === 9 && size === 1) entry.timeResolution = view.getUint8(at);
    else if (code === 14 && size === 8) entry.timeOffsetSeconds = Number(view.getBigInt64(at, littleEndian));
  });
  return { interface: entry, badOptionOffset };
}

/** UTF-8, cut at 256 bytes. */
function readText(view: DataView, offset: number, length: number): string {
  return new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + offset, Math.min(length, 256)));
}

/** Packets that an interface statistics block says were dropped by the interface and the operating system; -1 when it says nothing. */
export function readDropCount(view: DataView, offset: number, length: number, littleEndian: boolean): number {
  let dropped = -1;
  visitOptions(view, offset + 20, offset + length - 4, littleEndian, (code, at, size) => {
    if ((code === 5 || code === 7) && size === 8) {
      dropped = Math.max(dropped, 0) + Number(view.getBigUint64(at, littleEndian));
    }
  });
  return dropped;
}
