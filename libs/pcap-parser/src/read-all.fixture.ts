import { CaptureReader } from './index.ts';

/** One record, copied out of the reader. */
export interface ReadRecord {
  number: number;
  fileOffset: number;
  timeNs: bigint;
  timeFlag: number;
  data: Uint8Array;
  originalLength: number;
  linkType: number;
  interfaceId: number;
}

/** Read a capture that arrives in these chunks. */
export function readAll(...chunks: readonly Uint8Array[]): { records: ReadRecord[]; reader: CaptureReader } {
  const reader = new CaptureReader();
  const records: ReadRecord[] = [];
  const take = () => {
    while (reader.next()) records.push(copyRecord(reader));
  };
  for (const chunk of chunks) {
    reader.push(chunk);
    take();
  }
  reader.finish();
  take();
  return { records, reader };
}

/** `bytes` in pieces of `size`. */
export function chunked(bytes: Uint8Array, size: number): Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
}

function copyRecord(reader: CaptureReader): ReadRecord {
  const { number, fileOffset, timeFlag, originalLength, linkType, interfaceId } = reader;
  const data = reader.buffer.slice(reader.dataOffset, reader.dataOffset + reader.capturedLength);
  return { number, fileOffset, timeNs: reader.timeNs(), timeFlag, data, originalLength, linkType, interfaceId };
}
