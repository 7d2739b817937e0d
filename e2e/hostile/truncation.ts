/** A capture cut at every byte: the packets before the cut are all there, and nothing else. */
import { CaptureReader } from '@wirecase/pcap-parser';
import type { SoundCapture } from './frames.ts';

export interface TruncationReport {
  captures: number;
  cuts: number;
  /** Packets that lie before their cut, over all cuts, and how many were read. */
  expected: number;
  read: number;
  invented: number;
  faults: string[];
}

export function truncateCaptures(captures: readonly SoundCapture[]): TruncationReport {
  const report: TruncationReport = { captures: captures.length, cuts: 0, expected: 0, read: 0, invented: 0, faults: [] };
  for (const capture of captures) {
    for (let cut = capture.headLength; cut < capture.bytes.length; cut++) truncateAt(capture, cut, report);
  }
  return report;
}

function truncateAt({ name, bytes, frames }: SoundCapture, cut: number, report: TruncationReport): void {
  // A packet is there when its last byte is; what pads it is no loss. A block of pcapng is there with its last length only.
  const isBlock = bytes[0] === 0x0a;
  const whole = frames.filter((frame) => (isBlock ? frame.offset + frame.length : frame.dataOffset + frame.dataLength) <= cut);
  const reader = new CaptureReader();
  reader.push(bytes.subarray(0, cut));
  reader.finish();
  let read = 0;
  let invented = 0;
  while (reader.next()) {
    const frame = whole[read + invented];
    if (frame?.offset === reader.fileOffset && frame.dataLength === reader.capturedLength) read++;
    else invented++;
  }
  report.cuts++;
  report.expected += whole.length;
  report.read += read;
  report.invented += invented;
  if (read !== whole.length || invented > 0)
    report.faults.push(`${name} cut at ${cut}: ${read} of ${whole.length} read, ${invented} invented`);
}
