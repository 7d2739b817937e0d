/**
 * Captures as records: what a file is (`sniff`), every packet of a pcap or pcapng capture as its bytes arrive (`CaptureReader`), one
 * packet from its offset alone (`decodeRecordAt`), and pcapng out (`PcapngWriter`).
 *
 * Promises: memory does not follow what a header claims; damage costs the damaged record only and is listed with offset, length and
 * reason; nothing is made up; the result does not depend on how the bytes were cut into chunks.
 */
export type { CaptureNotes } from './capture-notes.ts';
export { CaptureReader, readBytes } from './capture-reader.ts';
export { CaptureRecord, TimeFlag } from './capture-record.ts';
export { type CaptureInterface, maxCapturedLength, type RecordLayout } from './interface.ts';
export { linkTypeName } from './link-types.ts';
export { PcapngWriter, type WrittenInterface } from './pcapng-writer.ts';
export { decodeRecordAt, maxRecordLength, recordLengthAt, recordPrefixLength } from './record-at.ts';
export { sniff, type Sniffed, sniffLength } from './sniff.ts';
