/** DNP3 over TCP and UDP (IEEE 1815: link layer clause 9, transport 8, application 4): functions and indications; values are not read. */
import type { Direction, FlowContext, OwnRow, PacketMark, ProbeAnswer, ProtocolModule } from '@wirecase/contract';
import { read16, read16Le } from '../common/binary.ts';
import { BoundedMap } from '../common/bounded-map.ts';
import { FramedParser } from '../common/framed-parser.ts';
import { dnp3Record } from './fields.ts';

const DNP3_PORT = 20_000;
/** Start, length, control, two addresses, CRC. */
const HEADER_BYTES = 10;
const BLOCK_BYTES = 16;
const CRC_BYTES = 2;
const MAX_FRAME_BYTES = 292;
const MAX_PENDING = 64;
const MAX_OBJECTS = 32;
const FIRST_SEGMENT = 0x40;
const RESPONSE = 0x81;
const UNSOLICITED_RESPONSE = 0x82;
const functions = new Map([
  [0, 'CONFIRM'],
  [1, 'READ'],
  [2, 'WRITE'],
  [3, 'SELECT'],
  [4, 'OPERATE'],
  [5, 'DIRECT_OPERATE'],
  [6, 'DIRECT_OPERATE_NR'],
  [7, 'IMMED_FREEZE'],
  [8, 'IMMED_FREEZE_NR'],
  [9, 'FREEZE_CLEAR'],
  [10, 'FREEZE_CLEAR_NR'],
  [11, 'FREEZE_AT_TIME'],
  [12, 'FREEZE_AT_TIME_NR'],
  [13, 'COLD_RESTART'],
  [14, 'WARM_RESTART'],
  [15, 'INITIALIZE_DATA'],
  [16, 'INITIALIZE_APPL'],
  [17, 'START_APPL'],
  [18, 'STOP_APPL'],
  [19, 'SAVE_CONFIG'],
  [20, 'ENABLE_UNSOLICITED'],
  [21, 'DISABLE_UNSOLICITED'],
  [22, 'ASSIGN_CLASS'],
  [23, 'DELAY_MEASURE'],
  [24, 'RECORD_CURRENT_TIME'],
  [25, 'OPEN_FILE'],
  [26, 'CLOSE_FILE'],
  [27, 'DELETE_FILE'],
  [28, 'GET_FILE_INFO'],
  [29, 'AUTHENTICATE_FILE'],
  [30, 'ABORT_FILE'],
  [31, 'ACTIVATE_CONFIG'],
  [32, 'AUTHENTICATE_REQ'],
  [33, 'AUTHENTICATE_ERR'],
  [RESPONSE, 'RESPONSE'],
  [UNSOLICITED_RESPONSE, 'UNSOLICITED_RESPONSE'],
  [0x83, 'AUTHENTICATE_RESP'],
]);
/** Nothing answers these. */
const unanswered = new Set([0, 6, 8, 10, 12]);
/** Bytes of a range by its qualifier code (4.2.2.7.3.3). */
const rangeBytes = [2, 4, 8, 2, 4, 8, 0, 1, 2, 4];

type Row = OwnRow<typeof dnp3Record>;

class Dnp3Parser extends FramedParser {
  /** By sequence number and stations. */
  private readonly pending = new BoundedMap<number, { row: Row; at: PacketMark }>(MAX_PENDING);
  /** User data of the frame at hand, without check sums. */
  private readonly userData = new Uint8Array(MAX_FRAME_BYTES);

  constructor(context: FlowContext) {
    super(context, { limit: MAX_FRAME_BYTES, lengthOf: frameLength, broken: 'dnp3_bad_frame' });
  }

  end(): void {
    for (const { row, at } of this.pending.values()) this.context.emit(dnp3Record, row, at);
    this.pending.clear();
  }

  /** Takes the check sums out, then reads the begin of an application message. */
  protected message(_direction: Direction, bytes: Uint8Array, start: number, end: number): void {
    let length = 0;
    for (let block = start + HEADER_BYTES; block + CRC_BYTES < end; block += BLOCK_BYTES + CRC_BYTES) {
      const stop = Math.min(block + BLOCK_BYTES, end - CRC_BYTES);
      for (let i = block; i < stop; i++) this.userData[length++] = bytes[i]!;
    }
    // Transport header, application control, function.
    if (length < 3 || (this.userData[0]! & FIRST_SEGMENT) === 0) return;
    this.application(read16Le(bytes, start + 4), read16Le(bytes, start + 6), length);
  }

  private application(destination: number, source: number, length: number): void {
    const data = this.userData;
    const code = data[2]!;
    const name = functions.get(code);
    if (!name) return this.context.weird('dnp3_bad_function');
    const sequence = data[1]! & 15;
    if (code >= RESPONSE) return this.reply(code, name, sequence, destination, source, length);
    const row = { request: name, reply: null, indications: null, source, destination, objects: objects(data, 3, length) };
    if (unanswered.has(code)) {
      // A confirmation says nothing of its own.
      if (code !== 0) this.context.emit(dnp3Record, row);
      return;
    }
    const key = keyOf(sequence, source, destination);
    const lost = this.pending.set(key, { row, at: { packet: this.context.packet, timeNs: this.context.timeNs } });
    if (lost) this.context.emit(dnp3Record, lost.row, lost.at);
  }

  private reply(code: number, name: string, sequence: number, destination: number, source: number, length: number): void {
    const key = keyOf(sequence, destination, source);
    const asked = code === UNSOLICITED_RESPONSE ? undefined : this.pending.get(key)?.row;
    if (asked) this.pending.delete(key);
    const row: Row = asked ?? { request: null, reply: null, indications: null, source: destination, destination: source, objects: [] };
    row.reply = name;
    row.indications = length >= 5 ? read16(this.userData, 3) : null;
    this.context.emit(dnp3Record, row);
  }
}

function keyOf(sequence: number, source: number, destination: number): number {
  return (source * 65_536 + destination) * 16 + sequence;
}

/** Object headers of a request as long as no data stands between them (4.2.2.7): group, variation, qualifier, range. */
function objects(data: Uint8Array, start: number, end: number): string[] {
  const list: string[] = [];
  let offset = start;
  while (list.length < MAX_OBJECTS && offset + 3 <= end) {
    list.push(`g${data[offset]!}v${data[offset + 1]!}`);
    const qualifier = data[offset + 2]!;
    const range = rangeBytes[qualifier & 15];
    if (range === undefined || qualifier >> 4 !== 0) break;
    offset += 3 + range;
    // All classes are asked for without data behind the header.
    if (data[3] !== 60) break;
  }
  return list;
}

/** Clause 9.2.4.1: 05 64, then the bytes of control, addresses and user data; a check sum behind the header and each 16 bytes. */
function frameLength(bytes: Uint8Array, start: number, end: number): number {
  if (bytes[start] !== 0x05 || (end - start > 1 && bytes[start + 1] !== 0x64)) return -1;
  if (end - start < 3) return 0;
  const user = bytes[start + 2]! - 5;
  return user < 0 ? -1 : HEADER_BYTES + user + CRC_BYTES * Math.ceil(user / BLOCK_BYTES);
}

function probe(transport: 'tcp' | 'udp', bytes: Uint8Array, start: number, end: number): ProbeAnswer {
  if (end > start && frameLength(bytes, start, end) < 0) return 'no';
  if (end - start < HEADER_BYTES) return transport === 'tcp' ? 'more' : 'no';
  return crc(bytes, start, start + 8) === read16Le(bytes, start + 8) ? 'yes' : 'no';
}

/** CRC-16/DNP of `bytes[start, end)`. */
function crc(bytes: Uint8Array, start: number, end: number): number {
  let sum = 0;
  for (let i = start; i < end; i++) {
    sum ^= bytes[i]!;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >> 1) ^ 0xa6bc : sum >> 1;
  }
  return ~sum & 0xffff;
}

export const dnp3: ProtocolModule = {
  name: 'dnp3',
  records: [dnp3Record],
  transports: ['tcp', 'udp'],
  ports: [DNP3_PORT],
  probe: (transport, _direction, bytes, start, end) => probe(transport, bytes, start, end),
  create: (context) => new Dnp3Parser(context),
};
