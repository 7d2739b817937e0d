/** The forms in which `wirecase analyze` prints rows. */
import { cleanText, formatTime, rowToLine, type Fields, type RecordType, type RowOf, formatHex } from '@wirecase/contract';
import type { CaptureNotes } from '@wirecase/pcap-parser';
import { EveWriter } from './format-eve.ts';
import { TableWriter } from './format-table.ts';
import { ZeekWriter } from './format-zeek.ts';
import type { Output } from './output.ts';
import type { AnalyzedCapture, Writer } from './writer.ts';

/** By the name given to --format. `wanted`: names of the records to print, null for all. */
export const formats: Readonly<Record<string, (output: Output, wanted: ReadonlySet<string> | null) => Writer>> = {
  ndjson: (output, wanted) => new NdjsonWriter(output, wanted),
  table: (output, wanted) => new TableWriter(output, wanted),
  zeek: (output, wanted) => new ZeekWriter(output, wanted),
  eve: (output, wanted) => new EveWriter(output, wanted),
};

class NdjsonWriter implements Writer {
  private readonly output: Output;
  private readonly wanted: ReadonlySet<string> | null;

  constructor(output: Output, wanted: ReadonlySet<string> | null) {
    this.output = output;
    this.wanted = wanted;
  }

  begin(): void {}

  record<F extends Fields>(type: RecordType<F>, row: RowOf<F>): void {
    if (this.wanted === null || this.wanted.has(type.name)) this.output.line(rowToLine(type, row));
  }

  end(capture: AnalyzedCapture): void {
    if (this.wanted === null || this.wanted.has('capture')) this.output.line(JSON.stringify(captureToJson(capture)));
  }
}

/** The `capture` record. */
export function captureToJson({ path, size, sha256, summary, notes }: AnalyzedCapture): object {
  return {
    record: 'capture',
    path,
    sha256: formatHex(sha256),
    size,
    format: summary.format,
    packets: summary.packets,
    bytes: summary.bytes,
    flows: summary.flows,
    first_time: summary.firstTimeNs === null ? undefined : formatTime(summary.firstTimeNs),
    last_time: summary.lastTimeNs === null ? undefined : formatTime(summary.lastTimeNs),
    link_types: summary.linkTypes,
    non_flow: summary.nonFlow,
    damaged: summary.damaged,
    weirds: summary.weirds,
    dropped: summary.dropped ?? undefined,
    ...notesToJson(notes),
  };
}

/** Comments in words, the rest as counts; what there is none of is left out. */
function notesToJson(notes: CaptureNotes | null): object {
  if (!notes) return {};
  const { comments, names, secrets, skippedBlocks } = notes;
  const skipped = Object.values(skippedBlocks).reduce((sum, count) => sum + count, 0);
  return {
    comments:
      comments.length > 0 ? comments.map(({ packet, text }) => ({ packet: packet || undefined, text: cleanText(text) })) : undefined,
    resolved_names: names.length || undefined,
    decryption_secrets: secrets.length || undefined,
    skipped_blocks: skipped || undefined,
  };
}
