/** What every form of `wirecase analyze` is: a sink of rows that is told where a capture begins and ends. */
import type { CaptureSummary, RecordSink } from '@wirecase/contract';
import type { CaptureNotes } from '@wirecase/pcap-parser';

/** What is said of a file after its rows. */
export interface AnalyzedCapture {
  path: string;
  /** Bytes of the file. */
  size: number;
  sha256: Uint8Array;
  summary: CaptureSummary;
  /** What a pcapng capture says beside its packets. */
  notes: CaptureNotes | null;
}

/** Prints the rows of one capture after the other: `begin`, its records, `end`. */
export interface Writer extends RecordSink {
  begin(): void;
  end(capture: AnalyzedCapture): void;
}
