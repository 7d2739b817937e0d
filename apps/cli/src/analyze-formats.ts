/** The forms in which `wirecase analyze` prints rows. */
import {
  cleanText,
  flowRecord,
  formatTime,
  rowToLine,
  WirecaseError,
  type Fields,
  type RecordType,
  type RowOf,
  formatHex,
} from '@wirecase/contract';
import type { CaptureNotes } from '@wirecase/pcap-parser';
import { EveWriter, eveRecords } from './format-eve.ts';
import { TableWriter, tableRecords } from './format-table.ts';
import { ZeekWriter } from './format-zeek.ts';
import type { Output } from './output.ts';
import type { AnalyzedCapture, Writer } from './writer.ts';

interface Format {
  /** Names of the records that it has a form for; null: all. */
  readonly records: readonly string[] | null;
  /** `wanted`: names of the records to print, null for all that it has. */
  writer(output: Output, wanted: ReadonlySet<string> | null): Writer;
}

/** By the name given to --format. */
const formats: Readonly<Record<string, Format>> = {
  ndjson: { records: null, writer: (output, wanted) => new NdjsonWriter(output, wanted) },
  table: { records: tableRecords, writer: (output, wanted) => new TableWriter(output, wanted) },
  zeek: { records: [flowRecord.name], writer: (output) => new ZeekWriter(output) },
  eve: { records: eveRecords, writer: (output, wanted) => new EveWriter(output, wanted) },
};

export const formatNames = Object.keys(formats).join(', ');

/** The writer that `--format` and `--records` ask for, of the records `known`. Throws `config.invalid`. */
export function writerFor(asked: { format: string; records?: string | undefined }, known: readonly string[], output: Output): Writer {
  const format = Object.hasOwn(formats, asked.format) ? formats[asked.format]! : null;
  if (!format) throw new WirecaseError('config.invalid', `There is no format ${asked.format}; there are ${formatNames}.`);
  const wanted = asked.records?.split(',') ?? null;
  for (const name of wanted ?? []) {
    if (!known.includes(name)) throw new WirecaseError('config.invalid', `There is no record ${name}; there are ${known.join(', ')}.`);
    if (format.records && !format.records.includes(name))
      throw new WirecaseError(
        'config.invalid',
        `The format ${asked.format} has no form for the record ${name}, only for ${format.records.join(', ')}.`,
      );
  }
  return format.writer(output, wanted && new Set(wanted));
}

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
