/** `wirecase capture`: the engine over packets as they come, from an interface, a pipe or a PCAP-over-IP server. No database. */
import { parseArgs } from 'node:util';
import { WirecaseError } from '@wirecase/contract';
import { catalogue } from '@wirecase/engine';
import { formatNames, writerFor } from './analyze-formats.ts';
import { eachConnection, type Opener } from './capture-connections.ts';
import { LiveAnalysis } from './capture-live.ts';
import { sendCapture } from './capture-send.ts';
import { dumpcapOn, listenAt, pipeOf, serverAt } from './capture-sources.ts';
import { gapRecord } from './gap-record.ts';
import { Output } from './output.ts';
import type { Writer } from './writer.ts';

const recordNames = [...catalogue.map(({ name }) => name), 'capture', gapRecord.name];

export const captureUsage = `Usage: wirecase capture --interface NAME [--filter BPF] | --stdin | --connect HOST:PORT | --listen [HOST:]PORT
                        [--reconnect] [--format FORMAT] [--records NAME,...] | --to URL [--key KEY] [--name NAME]

Analyses packets as they come and prints rows as they are complete: alerts when their threshold is crossed, flows when they end. An alert
that went on is printed again at its end, with the same id. Ends with the input, or at Ctrl-C; the last row tells of the whole.

  --interface  captures with dumpcap, which must be installed and allowed to you
  --filter     what to capture, as tcpdump takes it: 'not port 22'
  --stdin      a capture from a pipe: ssh HOST tcpdump -U -w - not port 22 | wirecase capture --stdin
  --connect    a capture from a PCAP-over-IP server
  --listen     a capture from the first that connects (PCAP-over-IP), on HOST (default 127.0.0.1)
  --reconnect  when the connection ends or cannot be made: tries again every second, or waits for the next that connects, until Ctrl-C.
               Flows and alerts go on over the cut, which is a row (gap); each connection has a row of totals, or is a capture of its own
  --allow      addresses or networks that may connect, with commas: 10.1.0.0/16,192.0.2.7 (default 127.0.0.0/8,::1); others are refused
  --to         sends the capture as it comes to a Wirecase server, where it is one capture, instead of analysing it here
  --key        API key with the scope ingest; else the variable WIRECASE_KEY
  --name       what the capture is called there
  --format     ${formatNames} (default ndjson)
  --records    only these: ${recordNames.join(', ')}

Exit code: 0 the input ended, 2 it is no capture, cannot be had or sent, or wrong usage.
`;

export async function capture(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      interface: { type: 'string' },
      filter: { type: 'string' },
      stdin: { type: 'boolean', default: false },
      connect: { type: 'string' },
      listen: { type: 'string' },
      reconnect: { type: 'boolean', default: false },
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
  const given = [values.interface, values.stdin || undefined, values.connect, values.listen].filter((value) => value !== undefined).length;
  if (given !== 1) return wrongUsage('Give one of --interface, --stdin, --connect and --listen.');
  if (values.reconnect && values.connect === undefined && values.listen === undefined)
    return wrongUsage('--reconnect goes with --connect and --listen.');
  if (values.interface?.startsWith('-')) return wrongUsage(`${values.interface} is no name of an interface.`);
  if (values.to !== undefined && !values.key) return wrongUsage('Give an API key with --key or in WIRECASE_KEY.');
  try {
    const open = opener(values);
    const output = new Output();
    const writer = writerFor(values, recordNames, output);
    if (values.to === undefined) return await analyzeLive(open, values.reconnect, writer, output);
    const { to, key, name } = values;
    return await eachConnection(open, values.reconnect, {
      take: async (source) => void process.stdout.write(`${await sendCapture(source, to, key!, name)}\n`),
      lost: () => {},
    });
  } catch (error) {
    if (!(error instanceof WirecaseError) || error.code !== 'config.invalid') throw error;
    return wrongUsage(error.message);
  }
}

function opener(values: { stdin: boolean; connect?: string; listen?: string; interface?: string; filter?: string; allow: string }): Opener {
  if (values.stdin) return () => pipeOf(process.stdin, 'standard input');
  if (values.connect !== undefined) return () => serverAt(values.connect!);
  if (values.listen !== undefined) return () => listenAt(values.listen!, values.allow);
  return () => dumpcapOn(values.interface!, values.filter);
}

async function analyzeLive(open: Opener, isReconnecting: boolean, writer: Writer, output: Output): Promise<number> {
  const analysis = new LiveAnalysis(writer, output);
  const code = await eachConnection(open, isReconnecting, {
    take: (source) => analysis.read(source),
    lost: (reason) => analysis.lost(reason),
  });
  if (code !== 0) return code;
  try {
    analysis.end();
    return 0;
  } catch (error) {
    if (!(error instanceof WirecaseError)) throw error;
    process.stderr.write(`wirecase capture: ${error.message}\n`);
    return 2;
  }
}

function wrongUsage(message: string): number {
  process.stderr.write(`wirecase capture: ${message}\n\n${captureUsage}`);
  return 2;
}
