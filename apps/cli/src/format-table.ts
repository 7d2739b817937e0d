/** Aligned columns for reading in a terminal: the flows of a capture, its alerts and a line of totals. */
import {
  alertRecord,
  type AlertRow,
  cleanText,
  type Fields,
  flowRecord,
  type FlowRow,
  formatIp,
  formatTime,
  type RecordType,
  type RowOf,
} from '@wirecase/contract';
import { gapRecord } from './gap-record.ts';
import type { Output } from './output.ts';
import type { AnalyzedCapture, Writer } from './writer.ts';

/** What it has a form for: rows, lines below them, and the line of totals. */
export const tableRecords = [flowRecord.name, alertRecord.name, gapRecord.name, 'capture'];

const headings = ['start', 'source', 'destination', 'proto', 'app', 'state', 'packets', 'bytes', 'seconds'];
/** Columns that hold numbers. */
const isRight = new Set([6, 7, 8]);
/** Rows measured and printed together: wide enough to align, bounded in memory. */
const blockRows = 1000;

export class TableWriter implements Writer {
  private readonly output: Output;
  private readonly wanted: ReadonlySet<string> | null;
  private rows: string[][] = [];
  private notes: string[] = [];

  constructor(output: Output, wanted: ReadonlySet<string> | null) {
    this.output = output;
    this.wanted = wanted;
  }

  begin(): void {
    this.rows = [];
    this.notes = [];
  }

  record<F extends Fields>(type: RecordType<F>, row: RowOf<F>): void {
    if (this.wanted !== null && !this.wanted.has(type.name)) return;
    if (type.name === flowRecord.name) this.flow(row as unknown as FlowRow);
    else if (type.name === alertRecord.name) this.notes.push(alertLine(row as unknown as AlertRow));
    else if (type.name === gapRecord.name) this.notes.push(gapLine(row as unknown as RowOf<typeof gapRecord.fields>));
  }

  end({ path, summary }: AnalyzedCapture): void {
    this.printRows();
    for (const alert of this.notes) this.output.line(alert);
    if (this.wanted !== null && !this.wanted.has('capture')) return;
    const nonFlow = Object.entries(summary.nonFlow).map(([bucket, count]) => `${count} ${bucket}`);
    const outside = nonFlow.length > 0 ? `; outside flows: ${nonFlow.join(', ')}` : '';
    this.output.line(`${cleanText(path)}: ${summary.packets} packets, ${summary.bytes} bytes, ${summary.flows} flows${outside}\n`);
  }

  private flow(flow: FlowRow): void {
    this.rows.push([
      formatTime(flow.start).slice(0, 23).replace('T', ' '),
      endpoint(flow.sourceIp, flow.sourcePort),
      endpoint(flow.destinationIp, flow.destinationPort),
      flow.transport,
      flow.protocols.join(',') || '-',
      flow.state,
      `${flow.sourcePackets}/${flow.destinationPackets}`,
      `${flow.sourceBytes}/${flow.destinationBytes}`,
      (Number(flow.duration) / 1e9).toFixed(3),
    ]);
    if (this.rows.length === blockRows) this.printRows();
  }

  private printRows(): void {
    if (this.rows.length === 0) return;
    const lines = [headings, ...this.rows];
    const widths = headings.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
    for (const line of lines)
      this.output.line(
        line
          .map((cell, column) => align(cell, widths[column]!, column))
          .join('  ')
          .trimEnd(),
      );
    this.rows = [];
  }
}

function align(cell: string, width: number, column: number): string {
  return isRight.has(column) ? cell.padStart(width) : cell.padEnd(width);
}

function endpoint(ip: Uint8Array, port: number | null): string {
  const address = formatIp(ip);
  if (port === null) return address;
  return ip.length === 16 ? `[${address}]:${port}` : `${address}:${port}`;
}

function alertLine({ severity, ruleName, explanation, detectedAt }: AlertRow): string {
  return `ALERT ${severity} ${ruleName} at ${formatTime(detectedAt)}: ${cleanText(explanation)}`;
}

function gapLine({ start, end, reason }: RowOf<typeof gapRecord.fields>): string {
  return `GAP ${formatTime(start)} to ${formatTime(end)}: ${cleanText(reason)}`;
}
