import { type CaptureRecord, TimeFlag } from './capture-record.ts';
import { type CaptureInterface, maxCapturedLength, recordHeaderLength } from './interface.ts';
import { BlockType, maxPacketBlockLength } from './pcapng-blocks.ts';
import { setBlockTime } from './time-resolution.ts';

/** Bytes that hold any record whole: read as many (or to the end of the file) to decode one. */
export const maxRecordLength = maxPacketBlockLength;
/** Bytes of a record that `recordLengthAt` needs. */
export const recordPrefixLength = 16;

/** Length of the record that begins at `bytes[offset]` (`recordPrefixLength` bytes are there), header and padding included. */
export function recordLengthAt(bytes: Uint8Array, offset: number, from: CaptureInterface): number {
  const view = viewOf(bytes);
  const little = !from.bigEndian;
  if (from.layout === 'pcapng') return Math.min(view.getUint32(offset + 4, little), maxRecordLength);
  if (from.layout === 'snoop') return Math.min(view.getUint32(offset + 8), maxRecordLength);
  const captured = view.getUint32(offset + (from.layout === 'pcap-swapped' ? 12 : 8), little);
  return recordHeaderLength(from.layout) + Math.min(captured, maxCapturedLength);
}

/**
 * Decode the record that begins at `bytes[offset]` into `record`, as the reader did when it saw `from` as its interface: time, lengths,
 * link type and position of its data in `bytes`. Number, file offset and interface id are left to the caller. Returns false when the
 * bytes are not such a record or not all there. Reads nothing else of the file.
 */
export function decodeRecordAt(bytes: Uint8Array, offset: number, from: CaptureInterface, record: CaptureRecord): boolean {
  const view = viewOf(bytes);
  record.buffer = bytes;
  record.view = view;
  record.linkType = from.linkType;
  if (from.layout === 'pcapng') return decodeBlockAt(view, offset, from, record);
  const little = !from.bigEndian;
  const headerLength = recordHeaderLength(from.layout);
  if (view.byteLength - offset < headerLength) return false;
  if (from.layout === 'snoop') {
    record.setTime(view.getUint32(offset + 16), view.getUint32(offset + 20) * 1000);
    return setLengths(record, offset + headerLength, view.getUint32(offset + 4), view.getUint32(offset), view.byteLength);
  }
  const isSwapped = from.layout === 'pcap-swapped';
  const captured = view.getUint32(offset + (isSwapped ? 12 : 8), little);
  const original = view.getUint32(offset + (isSwapped ? 8 : 12), little);
  const fraction = view.getUint32(offset + 4, little);
  record.setTime(view.getUint32(offset, little), from.timeResolution === 9 ? fraction : fraction * 1000);
  return setLengths(record, offset + headerLength, captured, original, view.byteLength);
}

function decodeBlockAt(view: DataView, offset: number, from: CaptureInterface, record: CaptureRecord): boolean {
  const little = !from.bigEndian;
  if (view.byteLength - offset < 16) return false;
  const type = view.getUint32(offset, little);
  const end = Math.min(view.byteLength, offset + view.getUint32(offset + 4, little) - 4);
  if (type === BlockType.SimplePacket) {
    const original = view.getUint32(offset + 8, little);
    record.timeFlag = TimeFlag.Absent;
    return setLengths(record, offset + 12, Math.min(original, from.snapLength || maxCapturedLength), original, end);
  }
  if ((type !== BlockType.EnhancedPacket && type !== BlockType.Packet) || end - offset < 28) return false;
  setBlockTime(
    record,
    view.getUint32(offset + 12, little),
    view.getUint32(offset + 16, little),
    from.timeResolution,
    from.timeOffsetSeconds,
  );
  return setLengths(record, offset + 28, view.getUint32(offset + 20, little), view.getUint32(offset + 24, little), end);
}

/** `end`: where the record's data must have ended. */
function setLengths(record: CaptureRecord, dataOffset: number, captured: number, original: number, end: number): boolean {
  record.dataOffset = dataOffset;
  record.capturedLength = captured;
  record.originalLength = original < captured ? captured : original;
  return captured <= maxCapturedLength && dataOffset + captured <= end;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
