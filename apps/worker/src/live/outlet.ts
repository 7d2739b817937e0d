import { alertRecord, flowRecord, type AlertRow, type FlowRow, type RecordSink } from '@wirecase/contract';
import type { CopyWriter, Enricher } from '@wirecase/store';
import { LiveTraffic } from './live-traffic.ts';

/** What is between an engine and the tables: nothing during a replay, else the rows of the file at hand and the alerts that ended in it. */
export class Outlet implements RecordSink {
  writer: CopyWriter | null = null;
  ended: AlertRow[] = [];
  readonly traffic = new LiveTraffic();
  private sink: RecordSink | null = null;

  /** Rows go into this file from now on, with what `enricher` knows of their addresses. */
  open(writer: CopyWriter, enricher: Enricher): void {
    this.writer = writer;
    this.traffic.nextFile();
    this.sink = enricher.sink(writer);
  }

  record: RecordSink['record'] = (type, row) => {
    if (this.writer === null) return;
    if (type.name === alertRecord.name) this.ended.push(row as unknown as AlertRow);
    else this.sink!.record(type, row);
    if (type.name === flowRecord.name) this.traffic.flow(row as unknown as FlowRow);
  };
}
