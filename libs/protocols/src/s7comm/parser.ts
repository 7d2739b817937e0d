/** S7 communication over TCP (TPKT RFC 1006, COTP RFC 905, network byte order): jobs joined to answers by reference. */
import type { Direction, FlowContext, OwnRow, PacketMark, ProbeAnswer, ProtocolModule } from '@wirecase/contract';
import { read16, read32 } from '../common/binary.ts';
import { BoundedMap } from '../common/bounded-map.ts';
import { FramedParser } from '../common/framed-parser.ts';
import { s7commRecord } from './fields.ts';

const S7_PORT = 102;
const MAX_MESSAGE_BYTES = 2048;
const MAX_PENDING = 64;
const COTP_REQUEST = 0xe0;
const COTP_CONFIRM = 0xd0;
const COTP_DATA = 0xf0;
const S7 = 0x32;
const S7_PLUS = 0x72;
const JOB = 1;
const ACK = 2;
const ACK_DATA = 3;
const USERDATA = 7;
const READ = 4;
const WRITE = 5;
const kinds = new Map([
  [JOB, 'job'],
  [ACK, 'ack'],
  [ACK_DATA, 'ack_data'],
  [USERDATA, 'userdata'],
]);
const functions = new Map([
  [0x00, 'cpu_services'],
  [READ, 'read_variable'],
  [WRITE, 'write_variable'],
  [0x1a, 'request_download'],
  [0x1b, 'download_block'],
  [0x1c, 'download_ended'],
  [0x1d, 'start_upload'],
  [0x1e, 'upload'],
  [0x1f, 'end_upload'],
  [0x28, 'plc_control'],
  [0x29, 'plc_stop'],
  [0xf0, 'setup_communication'],
]);
const groups = new Map([
  [1, 'programmer'],
  [2, 'cyclic_data'],
  [3, 'block_functions'],
  [4, 'cpu_functions'],
  [5, 'security'],
  [7, 'time_functions'],
]);
const areas = new Map([
  [0x81, 'I'],
  [0x82, 'Q'],
  [0x83, 'M'],
  [0x84, 'DB'],
  [0x1c, 'C'],
  [0x1d, 'T'],
]);

type Row = OwnRow<typeof s7commRecord>;

class S7Parser extends FramedParser {
  private readonly pending = new BoundedMap<number, { row: Row; at: PacketMark }>(MAX_PENDING);

  constructor(context: FlowContext) {
    super(context, { limit: MAX_MESSAGE_BYTES, lengthOf: tpktLength, broken: 's7comm_bad_message' });
  }

  end(): void {
    for (const { row, at } of this.pending.values()) this.context.emit(s7commRecord, row, at);
    this.pending.clear();
  }

  /** COTP data, then S7's header: 32, kind, reserved, reference, lengths of parameters and data, in answers an error. */
  protected message(_direction: Direction, bytes: Uint8Array, frame: number, end: number): void {
    const start = frame + 5 + bytes[frame + 4]!;
    if ((bytes[frame + 5]! & 0xf0) !== COTP_DATA || start >= end) return;
    if (bytes[start] === S7_PLUS && start + 2 < end) {
      return this.context.emit(s7commRecord, { ...emptyRow('s7comm-plus', `version ${bytes[start + 1]!}`), isAnswered: false });
    }
    const kind = bytes[start + 1]!;
    const header = kind === ACK || kind === ACK_DATA ? 12 : 10;
    if (bytes[start] !== S7 || end - start < header || !kinds.has(kind)) return this.context.weird('s7comm_bad_message');
    const reference = read16(bytes, start + 4);
    const parameters = start + header;
    const stop = Math.min(end, parameters + read16(bytes, start + 6));
    if (kind === ACK || kind === ACK_DATA) this.answer(reference, kind, read16(bytes, start + 10), bytes, parameters, stop);
    else if (kind === USERDATA) this.userdata(reference, bytes, parameters, stop);
    else this.ask(jobRow(reference, bytes, parameters, stop), reference);
  }

  private answer(reference: number, kind: number, error: number, bytes: Uint8Array, start: number, end: number): void {
    const row = this.pending.get(reference)?.row ?? jobRow(reference, bytes, start, end);
    this.pending.delete(reference);
    row.isAnswered = true;
    row.error = error;
    this.context.emit(s7commRecord, row.function === null ? { ...row, kind: kinds.get(kind)! } : row);
  }

  /** Head, length, method, type and group, number, sequence; in answers an error at the end. */
  private userdata(reference: number, bytes: Uint8Array, start: number, end: number): void {
    if (end - start < 8) return this.context.weird('s7comm_bad_message');
    const type = bytes[start + 5]! >> 4;
    const group = bytes[start + 5]! & 15;
    const waiting = this.pending.get(reference)?.row;
    if (type === 8 && waiting) {
      this.pending.delete(reference);
      waiting.isAnswered = true;
      waiting.error = end - start >= 12 ? read16(bytes, start + 10) : null;
      return this.context.emit(s7commRecord, waiting);
    }
    const row = emptyRow('s7comm', 'userdata');
    row.reference = reference;
    row.function = `${groups.get(group) ?? group} ${bytes[start + 6]!}`;
    if (type === 4) this.ask(row, reference);
    else this.context.emit(s7commRecord, row);
  }

  private ask(row: Row, reference: number): void {
    const lost = this.pending.set(reference, { row, at: { packet: this.context.packet, timeNs: this.context.timeNs } });
    if (lost) this.context.emit(s7commRecord, lost.row, lost.at);
  }
}

function jobRow(reference: number, bytes: Uint8Array, start: number, end: number): Row {
  const row = emptyRow('s7comm', 'job');
  row.reference = reference;
  if (start >= end) return row;
  const code = bytes[start]!;
  row.function = functions.get(code) ?? `0x${code.toString(16).padStart(2, '0')}`;
  if ((code !== READ && code !== WRITE) || end - start < 2) return row;
  row.items = bytes[start + 1]!;
  // An item by address: 12 0a 10, size, count, data block, area, bit address.
  const item = start + 2;
  if (end - item >= 12 && bytes[item] === 0x12 && bytes[item + 2] === 0x10) row.address = addressOf(bytes, item);
  return row;
}

function addressOf(bytes: Uint8Array, item: number): string {
  const area = areas.get(bytes[item + 8]!) ?? `0x${bytes[item + 8]!.toString(16)}`;
  const bits = read32(bytes, item + 8) & 0xff_ffff;
  const where = `${bits >> 3}.${bits & 7}`;
  return area === 'DB' ? `DB${read16(bytes, item + 6)}.DBX ${where}` : `${area} ${where}`;
}

function emptyRow(protocol: string, kind: string): Row {
  return { protocol, kind, reference: null, function: null, items: null, address: null, error: null, isAnswered: false };
}

/** TPKT (RFC 1006 6): version 3, length with the header. */
function tpktLength(bytes: Uint8Array, start: number, end: number): number {
  if (bytes[start] !== 3 || (end - start > 1 && bytes[start + 1] !== 0)) return -1;
  if (end - start < 4) return 0;
  const length = read16(bytes, start + 2);
  return length < 7 ? -1 : length;
}

/** S7's header behind COTP data, or on its port a connection request with two TSAPs. */
function probe(bytes: Uint8Array, start: number, end: number): ProbeAnswer {
  const length = bytes[start] === 3 ? tpktLength(bytes, start, end) : -1;
  if (length < 0) return 'no';
  if (end - start < 9) return 'more';
  const code = bytes[start + 5]! & 0xf0;
  if (code === COTP_DATA)
    return bytes[start + 7] === S7 && kinds.has(bytes[start + 8]!) ? 'yes' : bytes[start + 7] === S7_PLUS ? 'yes' : 'no';
  if (code !== COTP_REQUEST && code !== COTP_CONFIRM) return 'no';
  // MMS and RDP connect in the same way: what follows decides.
  return start + length >= end ? 'more' : probe(bytes, start + length, end);
}

export const s7comm: ProtocolModule = {
  name: 's7comm',
  records: [s7commRecord],
  transports: ['tcp'],
  ports: [S7_PORT],
  probe: (_transport, _direction, bytes, start, end) => probe(bytes, start, end),
  create: (context) => new S7Parser(context),
};
