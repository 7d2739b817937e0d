/** `wirecase capture`: the engine over packets as they come, from an interface, a pipe or a PCAP-over-IP server. No database. */
import { createHash, randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { alertRecord, type AlertRow, type RecordSink, WirecaseError } from '@wirecase/contract';
import { Analyzer, catalogue } from '@wirecase/engine';
import { nodePlatform } from '@wirecase/store/platform';
import { formats } from './analyze-formats.ts';
import { sendCapture } from './capture-send.ts';
import { dumpcapOn, listenAt, pipeOf, serverAt, type Source } from './capture-sources.ts';
import { Output } from './output.ts';
import type { Writer } from './writer.ts';

const recordNames = [...catalogue.map(({ name }) => name), 'capture'];

export const captureUsage = `Usage: wirecase capture --interface NAME [--filter BPF] | --stdin | --connect HOST:PORT | --listen [HOST:]PORT
                        [--format FORMAT] [--records NAME,...] | --to URL [--key KEY] [--name NAME]

Analyses packets as they come and prints rows as they are complete: alerts when their threshold is crossed, flows when they end. An alert
that went on is printed again at its end, with the same id. Ends with the input, or at Ctrl-C; the last row tells of the whole.

  --interface  captures with dumpcap, which must be installed and allowed to you
  --filter     what to capture, as tcpdump takes it: 'not port 22'
  --stdin      a capture from a pipe: ssh HOST tcpdump -U -w - | wirecase capture --stdin
  --connect    a capture from a PCAP-over-IP server
  --listen     a capture from the first that connects (PCAP-over-IP), on HOST (default 127.0.0.1)
  --allow      addresses or networks that may connect, with commas: 10.1.0.0/16,192.0.2.7 (default 127.0.0.0/8,::1); others are refused
  --to         sends the capture as it comes to a Wirecase server, where it is one capture, instead of analysing it here
  --key        API key with the scope ingest; else the variable WIRECASE_KEY
  --name       what the capture is called there
  --format     ${Object.keys(formats).join(', ')} (default ndjson)
  --records    only these: ${recordNames.join(', ')}

Exit code: 0 the input ended, 2 it is no capture, cannot be had or sent, or wrong usage.
`;

/** How often alerts are looked for, and what was gathered is written. */
const tickMs = 100;

export async function capture(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      interface: { type: 'string' },
      filter: { type: 'string' },
      stdin: { type: 'boolean', default: false },
      connect: { type: 'string' },
      listen: { type: 'string' },
      allow: { type: 'string', default: '127.0.0.0/8,::1' },
      to: { type: 'string' },
      key: { type: 'string', default: process.env['WIRECASE_KEY'] },
      name: { type: 'string', default: 'live.pcapng' },
      format: { type: 'string', default: 'ndjson' },
      records: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(captureUsage);
    return 0;
  }
  const wanted = values.records?.split(',');
  const unknown = wanted?.find((name) => !recordNames.includes(name));
  const given = [values.interface, values.stdin || undefined, values.connect, values.listen].filter((value) => value !== undefined).length;
  if (given !== 1) return wrongUsage('Give one of --interface, --stdin, --connect and --listen.');
  if (values.interface?.startsWith('-')) return wrongUsage(`${values.interface} is no name of an interface.`);
  if (!Object.hasOwn(formats, values.format)) return wrongUsage(`There is no format ${values.format}.`);
  if (unknown !== undefined) return wrongUsage(`There is no record ${unknown}.`);
  if (values.to !== undefined && !values.key) return wrongUsage('Give an API key with --key or in WIRECASE_KEY.');
  const output = new Output();
  const writer = formats[values.format]!(output, wanted ? new Set(wanted) : null);
  let source: Source;
  try {
    source = sourceOf(values);
  } catch (error) {
    if (!(error instanceof WirecaseError)) throw error;
    return wrongUsage(error.message);
  }
  // It is told to whoever reads; nobody may read yet.
  source.bytes.on('error', () => undefined);
  try {
    if (values.to === undefined) await analyzeLive(source, writer, output);
    else process.stdout.write(`${await sendCapture(source, values.to, values.key!, values.name)}\n`);
    return 0;
  } catch (error) {
    // No capture, no server, no interface. A bug is thrown on.
    if (!(error instanceof WirecaseError) && (error as NodeJS.ErrnoException).code === undefined) throw error;
    output.flush();
    process.stderr.write(`wirecase capture: ${source.name}: ${(error as Error).message}\n`);
    return 2;
  }
}

function sourceOf(values: {
  stdin: boolean;
  connect?: string;
  listen?: string;
  interface?: string;
  filter?: string;
  allow: string;
}): Source {
  if (values.stdin) return pipeOf(process.stdin, 'standard input');
  if (values.connect !== undefined) return serverAt(values.connect);
  if (values.listen !== undefined) return listenAt(values.listen, values.allow);
  return dumpcapOn(values.interface!, values.filter);
}

async function analyzeLive(source: Source, writer: Writer, output: Output): Promise<void> {
  const told = new Map<string, string>();
  const tell = (alert: AlertRow): void => {
    const figures = `${alert.end} ${JSON.stringify(alert.evidence)}`;
    if (told.get(alert.id) !== figures) writer.record(alertRecord, alert);
    told.set(alert.id, figures);
  };
  const sink: RecordSink = {
    record: (type, row) => (type.name === alertRecord.name ? tell(row as unknown as AlertRow) : writer.record(type, row)),
  };
  const digest = createHash('sha256');
  const analyzer = new Analyzer({
    platform: nodePlatform,
    sink,
    // The digest of the whole is not known yet; ids differ from run to run.
    captureSha256: nodePlatform.digest('sha256', new TextEncoder().encode(randomUUID())),
    series: { atPacket: 0, atRecord: 0 },
    onParserError: (protocol, packet, error) => process.stderr.write(`packet ${packet}: the ${protocol} parser failed: ${String(error)}\n`),
  });
  writer.begin();
  const tick = setInterval(() => {
    // What goes on is told at its crossing, and then at its end.
    for (const alert of analyzer.openAlerts(0)) if (!told.has(alert.id)) tell(alert);
    output.flush();
  }, tickMs);
  const stop = () => source.stop();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  let size = 0;
  try {
    for await (const chunk of source.bytes as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      digest.update(chunk);
      analyzer.push(chunk);
    }
  } finally {
    clearInterval(tick);
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
  const problem = size === 0 ? await source.problem() : null;
  if (problem !== null) throw new WirecaseError('capture.empty', problem);
  const summary = analyzer.finish();
  writer.end({ path: source.name, size, sha256: digest.digest(), summary, notes: analyzer.notes });
  output.flush();
}

function wrongUsage(message: string): number {
  process.stderr.write(`wirecase capture: ${message}\n\n${captureUsage}`);
  return 2;
}
