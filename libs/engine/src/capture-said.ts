/** What a capture says beside its packets, in the bounded form that a row keeps. */
import { type CapturedInterface, type CaptureSaid, cleanText } from '@wirecase/contract';
import { type CaptureInterface, type CaptureNotes, linkTypeName } from '@wirecase/pcap-parser';

const maxInterfaces = 100;
const maxComments = 100;
const maxCommentLength = 1000;

export function interfacesOf(interfaces: readonly CaptureInterface[]): CapturedInterface[] {
  return interfaces.slice(0, maxInterfaces).map(({ name, description, filter, linkType, snapLength, timeResolution }) => ({
    name: cleanText(name),
    description: cleanText(description),
    filter: cleanText(filter),
    linkType: linkTypeName(linkType),
    snapLength,
    // if_tsresol (draft-ietf-opsawg-pcapng 4.2): the high bit makes it a power of two.
    resolution: timeResolution & 128 ? `2^-${timeResolution & 127} s` : `10^-${timeResolution} s`,
  }));
}

export function saidBy(notes: CaptureNotes | null): CaptureSaid {
  if (!notes) return { comments: [], names: 0, secrets: 0, skippedBlocks: 0 };
  return {
    comments: notes.comments
      .slice(0, maxComments)
      .map(({ packet, text }) => ({ packet, text: cleanText(text.slice(0, maxCommentLength)) })),
    names: notes.names.length,
    secrets: notes.secrets.length,
    skippedBlocks: Object.values(notes.skippedBlocks).reduce((sum, count) => sum + count, 0),
  };
}
