import type { CaptureSummary, Fields, RecordSink, RecordType, RowOf } from '@wirecase/contract';

/** Adds up what flow rows say of packets, to be held against the capture's total. */
export class CountingSink implements RecordSink {
  rows = 0;
  flowRows = 0;
  packets = 0n;

  record<F extends Fields>(type: RecordType<F>, row: RowOf<F>): void {
    this.rows++;
    if (type.name !== 'flow') return;
    this.flowRows++;
    const flow = row as { sourcePackets: bigint | number; destinationPackets: bigint | number };
    this.packets += BigInt(flow.sourcePackets) + BigInt(flow.destinationPackets);
  }

  /** Packets of the capture that are in no flow row and in no bucket, or in more than one: 0 when all is accounted for. */
  missing(summary: CaptureSummary): number {
    const outside = Object.values(summary.nonFlow).reduce((sum, count) => sum + count, 0);
    return summary.packets - Number(this.packets) - outside;
  }
}
