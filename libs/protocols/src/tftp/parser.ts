/** TFTP over UDP (RFC 1350, 2347 to 2349, 7440): requests, and transfers, which go by other ports. */
import type { Direction, FlowContext, OwnRow, ProbeAnswer, ProtocolModule, ProtocolParser } from '@wirecase/contract';
import { decodeTerminated, rowText } from '../common/text.ts';
import { tftpRecord } from './fields.ts';
import { TransferReader } from './transfer.ts';

const TFTP_PORT = 69;
const READ = 1;
const WRITE = 2;
const MAX_TEXT_CHARACTERS = 512;
const MAX_OPTIONS = 16;
const modes = new Set(['netascii', 'octet', 'mail']);

class TftpParser implements ProtocolParser {
  private readonly context: FlowContext;
  /** Most servers answer from another port, some from the one that was asked. */
  private transfer: TransferReader | null;
  /** Whether the transfer goes by this flow. */
  private carries = false;

  constructor(context: FlowContext, transfer: TransferReader | null) {
    this.context = context;
    this.transfer = transfer;
  }

  data(direction: Direction, bytes: Uint8Array, start: number, end: number): boolean {
    const row = request(bytes, start, end);
    if (row) this.asked(direction, row);
    else if (this.transfer?.take(this.context, direction, bytes, start, end)) this.carries = true;
    else this.context.weird('tftp_bad_request');
    return true;
  }

  private asked(direction: Direction, row: OwnRow<typeof tftpRecord>): void {
    const { context } = this;
    context.emit(tftpRecord, row);
    this.end();
    const transfer = (this.transfer = new TransferReader(row.filename, row.size, context.flowId));
    context.expect({
      transport: 'udp',
      ip: direction === 0 ? context.sourceIp : context.destinationIp,
      port: direction === 0 ? context.sourcePort : context.destinationPort,
      protocol: 'tftp',
      create: (flow) => new TftpParser(flow, transfer),
    });
  }

  gap(): boolean {
    return false;
  }

  end(): void {
    if (this.carries) this.transfer?.end();
    this.carries = false;
  }
}

/** Operation, then terminated texts: file, mode, and pairs of options; `null` when it is no request. */
function request(bytes: Uint8Array, start: number, end: number): OwnRow<typeof tftpRecord> | null {
  if (end - start < 6 || bytes[start] !== 0 || bytes[end - 1] !== 0) return null;
  const operation = bytes[start + 1]!;
  if (operation !== READ && operation !== WRITE) return null;
  const texts: string[] = [];
  let offset = start + 2;
  while (offset < end && texts.length < 2 + 2 * MAX_OPTIONS) {
    let stop = offset;
    while (bytes[stop] !== 0) stop++;
    texts.push(decodeTerminated(bytes, offset, stop));
    offset = stop + 1;
  }
  const [filename, mode, ...pairs] = texts;
  if (filename === undefined || mode === undefined || !modes.has(mode.toLowerCase())) return null;
  const options: string[] = [];
  let size: number | null = null;
  for (let i = 0; i + 1 < pairs.length; i += 2) {
    options.push(rowText(`${pairs[i]!.toLowerCase()}=${pairs[i + 1]!}`, MAX_TEXT_CHARACTERS));
    if (operation === WRITE && /^tsize$/i.test(pairs[i]!) && /^\d{1,15}$/.test(pairs[i + 1]!)) size = Number(pairs[i + 1]);
  }
  return { operation: operation === READ ? 'read' : 'write', filename: rowText(filename, MAX_TEXT_CHARACTERS), mode, options, size };
}

function probe(bytes: Uint8Array, start: number, end: number, destinationPort: number): ProbeAnswer {
  return destinationPort === TFTP_PORT && request(bytes, start, end) ? 'yes' : 'no';
}

export const tftp: ProtocolModule = {
  name: 'tftp',
  records: [tftpRecord],
  transports: ['udp'],
  ports: [TFTP_PORT],
  probe: (_transport, _direction, bytes, start, end, _sourcePort, destinationPort) => probe(bytes, start, end, destinationPort),
  create: (context) => new TftpParser(context, null),
};
