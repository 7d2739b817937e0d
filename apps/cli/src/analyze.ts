/** `wirecase analyze`: the engine over capture files, rows to standard output. No database, no network. */
import { parseArgs } from 'node:util';
import { WirecaseError } from '@wirecase/contract';
import { Analyzer, catalogue } from '@wirecase/engine';
import type { CaptureSource } from '@wirecase/store/capture-source';
import { nodePlatform } from '@wirecase/store/platform';
import { formatNames, writerFor } from './analyze-formats.ts';
import { openInput, sha256Of } from './analyze-input.ts';
import { Output } from './output.ts';
import type { Writer } from './writer.ts';

const recordNames = [...catalogue.map(({ name }) => name), 'capture'];

export const analyzeUsage = `Usage: wirecase analyze FILE [...] [--format FORMAT] [--records NAME,...] [--no-alerts] [--no-collapse] [--max-bytes N]
       [--community-id-seed N]

Rows of each capture (pcap, pcapng, snoop; plain or packed with gzip, zstd, lz4, xz or zip; other formats that Wireshark's editcap reads,
where it is installed; - is standard input) to standard output, each capture's rows ended by its capture record. Each capture of a ZIP
archive is one of its own.

  --format       ${formatNames} (default ndjson: one JSON object per line, "record" first, ECS names)
  --records      only these: ${recordNames.join(', ')}
  --no-alerts    leave the detectors out
  --no-collapse  a row for each flow of a scan or flood
  --max-bytes    most bytes that a packed file may unpack to
  --community-id-seed
                 seed of the Community ID of flows, 0 to 65535 (default 0)

Exit code: 0 every file was read (as far as a damaged one goes, which is said on standard error), 2 a file could not be read or wrong usage.
`;

interface Options {
  alerts: boolean;
  collapse: boolean;
  maxBytes: number;
  communityIdSeed: number;
}

/** Exit code: 0 all read, 2 a file that could not be read or wrong usage. */
export async function analyze(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      format: { type: 'string', default: 'ndjson' },
      records: { type: 'string' },
      'no-alerts': { type: 'boolean', default: false },
      'no-collapse': { type: 'boolean', default: false },
      'max-bytes': { type: 'string' },
      'community-id-seed': { type: 'string', default: '0' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(analyzeUsage);
    return 0;
  }
  const maxBytes = values['max-bytes'] === undefined ? Number.MAX_SAFE_INTEGER : Number(values['max-bytes']);
  if (positionals.length === 0) return wrongUsage('Name at least one file.');
  if (!(maxBytes > 0)) return wrongUsage('--max-bytes must be a number of bytes.');
  const communityIdSeed = Number(values['community-id-seed']);
  if (!(communityIdSeed >= 0 && communityIdSeed <= 65_535 && Number.isInteger(communityIdSeed))) {
    return wrongUsage('--community-id-seed must be a whole number from 0 to 65535.');
  }

  const output = new Output();
  let writer: Writer;
  try {
    writer = writerFor(values, recordNames, output);
  } catch (error) {
    if (!(error instanceof WirecaseError)) throw error;
    return wrongUsage(error.message);
  }
  const options = { alerts: !values['no-alerts'], collapse: !values['no-collapse'], maxBytes, communityIdSeed };
  let exitCode = 0;
  for (const path of positionals) {
    try {
      await analyzeFile(path, options, writer);
    } catch (error) {
      // A file that is missing, no capture or a bomb; the others are still read.
      process.stderr.write(`${path}: ${reasonOf(error)}\n`);
      exitCode = 2;
    }
    output.flush();
  }
  return exitCode;
}

async function analyzeFile(path: string, options: Options, writer: Writer): Promise<void> {
  const input = await openInput(path, options.maxBytes);
  try {
    const sha256 = await sha256Of(input.path);
    for (const { entry, open } of input.captures) {
      // The ids of several captures in one archive differ by their names in it.
      const idsFrom = entry === null ? sha256 : nodePlatform.digest('sha256', Buffer.concat([sha256, Buffer.from(entry)]));
      await analyzeCapture(entry === null ? path : `${path}/${entry}`, { sha256, idsFrom }, await open(), options, writer);
    }
  } finally {
    await input.close();
  }
}

interface Digests {
  /** Of the file as it is stored. */
  sha256: Uint8Array;
  /** What the ids of rows are made from. */
  idsFrom: Uint8Array;
}

async function analyzeCapture(
  path: string,
  { sha256, idsFrom }: Digests,
  source: CaptureSource,
  { alerts, collapse, communityIdSeed }: Options,
  writer: Writer,
): Promise<void> {
  writer.begin();
  const onParserError = (protocol: string, packet: number, error: unknown) =>
    process.stderr.write(
      `${path}: packet ${packet}: the ${protocol} parser failed: ${error instanceof Error ? error.stack : String(error)}\n`,
    );
  const options = { alerts, collapse, communityIdSeed };
  const analyzer = new Analyzer({ platform: nodePlatform, sink: writer, captureSha256: idsFrom, options, onParserError });
  for await (const chunk of source.chunks()) analyzer.push(chunk);
  const summary = analyzer.finish();
  if (source.damage !== null) summary.damaged.push({ offset: source.plainBytes, length: 0, reason: source.damage });
  for (const { offset, length, reason } of summary.damaged) {
    process.stderr.write(`${path}: damaged at offset ${offset}${length > 0 ? `, ${length} bytes` : ''}: ${reason}\n`);
  }
  writer.end({ path, size: source.size, sha256, summary, notes: analyzer.notes });
}

/** One line that says what is wrong with the file. A bug is thrown on. */
function reasonOf(error: unknown): string {
  if (error instanceof WirecaseError) return `${error.title}. ${error.message}`;
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'there is no such file.';
  if (code === 'EACCES' || code === 'EPERM') return 'you may not read this file.';
  if (code !== undefined && syscall !== undefined) return `the file cannot be read (${code}).`;
  throw error;
}

function wrongUsage(message: string): number {
  process.stderr.write(`wirecase analyze: ${message}\n\n${analyzeUsage}`);
  return 2;
}
