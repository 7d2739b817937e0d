import type { CaptureInterface } from './interface.ts';

/** Length of the snoop file header: identification (8), version (4), datalink type (4). */
export const snoopHeaderLength = 16;

/** A datalink type of RFC 1761 that has no LINKTYPE_ number. */
const unnamedLinkType = 0xffff;

/** RFC 1761 "Datalink Type" and the types that Solaris added, as LINKTYPE_ numbers. */
const linkTypes: Readonly<Record<number, number>> = {
  0: 1, // IEEE 802.3
  2: 6, // IEEE 802.5 token ring
  4: 1, // Ethernet
  8: 10, // FDDI
  26: 226, // Solaris IP between zones
};

/** The snoop file header (RFC 1761, big-endian) at `offset`, 16 bytes whose identification is known, as the one interface of its capture. */
export function readSnoopHeader(view: DataView, offset: number): CaptureInterface {
  return {
    layout: 'snoop',
    linkType: linkTypes[view.getUint32(offset + 12)] ?? unnamedLinkType,
    snapLength: 0,
    bigEndian: true,
    timeResolution: 6,
    timeOffsetSeconds: 0,
    name: '',
    description: '',
    filter: '',
  };
}
