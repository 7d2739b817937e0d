/** Modbus over TCP (Messaging Implementation Guide 1.0b, Application Protocol 1.1b3): requests joined to responses by transaction and unit. */
import type { Direction, FlowContext, OwnRow, PacketMark, ProbeAnswer, ProtocolModule } from '@wirecase/contract';
import { read16 } from '../common/binary.ts';
import { BoundedMap } from '../common/bounded-map.ts';
import { FramedParser } from '../common/framed-parser.ts';
import { modbusRecord } from './fields.ts';

const MODBUS_PORT = 502;
const HEADER_BYTES = 7;
/** A PDU has at most 253 bytes. */
const MAX_MESSAGE_BYTES = 260;
const MAX_PENDING = 256;
const functions = new Map([
  [1, 'READ_COILS'],
  [2, 'READ_DISCRETE_INPUTS'],
  [3, 'READ_HOLDING_REGISTERS'],
  [4, 'READ_INPUT_REGISTERS'],
  [5, 'WRITE_SINGLE_COIL'],
  [6, 'WRITE_SINGLE_REGISTER'],
  [7, 'READ_EXCEPTION_STATUS'],
  [8, 'DIAGNOSTICS'],
  [11, 'GET_COMM_EVENT_COUNTER'],
  [12, 'GET_COMM_EVENT_LOG'],
  [15, 'WRITE_MULTIPLE_COILS'],
  [16, 'WRITE_MULTIPLE_REGISTERS'],
  [17, 'REPORT_SLAVE_ID'],
  [20, 'READ_FILE_RECORD'],
  [21, 'WRITE_FILE_RECORD'],
  [22, 'MASK_WRITE_REGISTER'],
  [23, 'READ_WRITE_MULTIPLE_REGISTERS'],
  [24, 'READ_FIFO_QUEUE'],
  [43, 'ENCAP_INTERFACE_TRANSPORT'],
  [90, 'UMAS'],
]);
const writes = new Set([5, 6, 15, 16, 21, 22, 23]);
const exceptions = new Map([
  [1, 'ILLEGAL_FUNCTION'],
  [2, 'ILLEGAL_DATA_ADDRESS'],
  [3, 'ILLEGAL_DATA_VALUE'],
  [4, 'SLAVE_DEVICE_FAILURE'],
  [5, 'ACKNOWLEDGE'],
  [6, 'SLAVE_DEVICE_BUSY'],
  [8, 'MEMORY_PARITY_ERROR'],
  [10, 'GATEWAY_PATH_UNAVAILABLE'],
  [11, 'GATEWAY_TARGET_DEVICE_FAILED_TO_RESPOND'],
]);

type Row = OwnRow<typeof modbusRecord>;

class ModbusParser extends FramedParser {
  private readonly pending = new BoundedMap<number, { row: Row; at: PacketMark }>(MAX_PENDING);

  constructor(context: FlowContext) {
    super(context, { limit: MAX_MESSAGE_BYTES, lengthOf: messageLength, broken: 'modbus_bad_message' });
  }

  end(): void {
    for (const { row, at } of this.pending.values()) this.context.emit(modbusRecord, row, at);
    this.pending.clear();
  }

  /** What answers no request that waits is a request itself. */
  protected message(_direction: Direction, bytes: Uint8Array, start: number, end: number): void {
    const key = read16(bytes, start) * 256 + bytes[start + 6]!;
    const code = bytes[start + HEADER_BYTES]!;
    const waiting = this.pending.get(key);
    if (waiting && waiting.row.functionCode === (code & 0x7f)) {
      this.pending.delete(key);
      waiting.row.isAnswered = true;
      if (code & 0x80) waiting.row.exception = exceptionName(bytes[start + 8]);
      this.context.emit(modbusRecord, waiting.row);
      return;
    }
    const row = emptyRow(bytes, start, code & 0x7f);
    if (code & 0x80) {
      row.isAnswered = true;
      row.exception = exceptionName(bytes[start + 8]);
      this.context.emit(modbusRecord, row);
      return;
    }
    readRequest(row, bytes, start + HEADER_BYTES + 1, end);
    const lost = this.pending.set(key, { row, at: { packet: this.context.packet, timeNs: this.context.timeNs } });
    if (lost) this.context.emit(modbusRecord, lost.row, lost.at);
  }
}

function emptyRow(bytes: Uint8Array, start: number, functionCode: number): Row {
  return {
    transaction: read16(bytes, start),
    unit: bytes[start + 6]!,
    functionCode,
    function: functions.get(functionCode) ?? `unknown-${functionCode}`,
    isWrite: writes.has(functionCode),
    address: null,
    quantity: null,
    value: null,
    exception: null,
    isAnswered: false,
  };
}

/** Address, then a count or a value; 22 and 24 have an address only (6.1 to 6.18). */
function readRequest(row: Row, bytes: Uint8Array, start: number, end: number): void {
  const code = row.functionCode;
  if (!(code <= 6 || code === 15 || code === 16 || (code >= 22 && code <= 24)) || end - start < 2) return;
  row.address = read16(bytes, start);
  if (code === 22 || code === 24 || end - start < 4) return;
  if (code === 5 || code === 6) row.value = read16(bytes, start + 2);
  else row.quantity = read16(bytes, start + 2);
}

function exceptionName(code: number | undefined): string {
  return exceptions.get(code ?? 0) ?? `${code ?? ''}`;
}

/** Transaction, protocol 0, length of what follows: unit, function, data. */
function messageLength(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < 6) return 0;
  const length = read16(bytes, start + 4);
  return read16(bytes, start + 2) !== 0 || length < 2 || length > 254 ? -1 : 6 + length;
}

/**
 * A header and a known function; elsewhere than on Modbus's port a request whose length is that of its function. A datagram is one
 * message, on its port.
 */
function probe(transport: 'tcp' | 'udp', bytes: Uint8Array, start: number, end: number, isUsualPort: boolean): ProbeAnswer {
  const length = messageLength(bytes, start, end);
  if (transport === 'udp' && (!isUsualPort || length !== end - start)) return 'no';
  if (length <= 0) return length === 0 && isUsualPort ? 'more' : 'no';
  if (end - start < 8) return isUsualPort ? 'more' : 'no';
  const code = bytes[start + HEADER_BYTES]!;
  if (isUsualPort) return functions.has(code & 0x7f) ? 'yes' : 'no';
  return code >= 1 && code <= 6 && length === 12 && end - start === 12 && read16(bytes, start + 10) > 0 ? 'yes' : 'no';
}

export const modbus: ProtocolModule = {
  name: 'modbus',
  records: [modbusRecord],
  transports: ['tcp', 'udp'],
  ports: [MODBUS_PORT],
  probe: (transport, _direction, bytes, start, end, sourcePort, destinationPort) =>
    probe(transport, bytes, start, end, sourcePort === MODBUS_PORT || destinationPort === MODBUS_PORT),
  create: (context) => new ModbusParser(context),
};
