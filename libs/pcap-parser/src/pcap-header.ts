import type { CaptureFormat } from '@wirecase/contract';
import { type CaptureInterface, maxCapturedLength } from './interface.ts';

/** Length of the classic file header. */
export const pcapHeaderLength = 24;

interface Magic {
  bigEndian: boolean;
  format: CaptureFormat;
  isModified: boolean;
}

/** The first four bytes, read big-endian, of every classic variant that is read. */
const magics: Readonly<Record<number, Magic>> = {
  0xa1b2c3d4: { bigEndian: true, format: 'pcap', isModified: false },
  0xd4c3b2a1: { bigEndian: false, format: 'pcap', isModified: false },
  0xa1b23c4d: { bigEndian: true, format: 'pcap-ns', isModified: false },
  0x4d3cb2a1: { bigEndian: false, format: 'pcap-ns', isModified: false },
  0xa1b2cd34: { bigEndian: true, format: 'pcap', isModified: true },
  0x34cdb2a1: { bigEndian: false, format: 'pcap', isModified: true },
};

/** The format that the first four bytes announce, or null. */
export function pcapFormatOf(firstWord: number): CaptureFormat | null {
  return magics[firstWord]?.format ?? null;
}

/**
 * The classic file header (draft-ietf-opsawg-pcap 4) at the start of `view`, 24 bytes whose magic number is known, as the one interface
 * of its capture. The link type's upper bits (frame check sequence) are left out.
 */
export function readPcapHeader(view: DataView, offset: number): CaptureInterface {
  const magic = magics[view.getUint32(offset)]!;
  const little = !magic.bigEndian;
  const minorVersion = view.getUint16(offset + 6, little);
  const snapLength = view.getUint32(offset + 16, little);
  return {
    layout: magic.isModified ? 'pcap-modified' : minorVersion < 3 ? 'pcap-swapped' : 'pcap',
    linkType: view.getUint32(offset + 20, little) & 0xffff,
    snapLength: snapLength > maxCapturedLength ? 0 : snapLength,
    bigEndian: magic.bigEndian,
    timeResolution: magic.format === 'pcap-ns' ? 9 : 6,
    timeOffsetSeconds: 0,
    name: '',
    description: '',
    filter: '',
  };
}
