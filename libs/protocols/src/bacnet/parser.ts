/** BACnet/IP over UDP (ASHRAE 135: annex J, clauses 6 and 20, network byte order): one record a message with an application part. */
import type { Direction, FlowContext, OwnRow, ProbeAnswer, ProtocolModule, ProtocolParser } from '@wirecase/contract';
import { read16, read32 } from '../common/binary.ts';
import { bacnetRecord } from './fields.ts';

const BACNET_PORT = 47_808;
const BVLL = 0x81;
const FORWARDED = 4;
/** BVLL functions that carry a network message: forwarded, to distribute, unicast, broadcast. */
const carriers = new Set([FORWARDED, 9, 10, 11]);
const types = ['confirmed_request', 'unconfirmed_request', 'simple_ack', 'complex_ack', 'segment_ack', 'error', 'reject', 'abort'];
const confirmed = (
  'acknowledge_alarm cov_notification event_notification get_alarm_summary get_enrollment_summary subscribe_cov atomic_read_file ' +
  'atomic_write_file add_list_element remove_list_element create_object delete_object read_property read_property_conditional ' +
  'read_property_multiple write_property write_property_multiple device_communication_control private_transfer text_message ' +
  'reinitialize_device vt_open vt_close vt_data authenticate request_key read_range life_safety_operation subscribe_cov_property ' +
  'get_event_information'
).split(' ');
const unconfirmed = (
  'i_am i_have cov_notification event_notification private_transfer text_message time_synchronization who_has who_is ' +
  'utc_time_synchronization write_group'
).split(' ');
const writes = new Set(
  'atomic_write_file add_list_element remove_list_element create_object delete_object write_property write_property_multiple device_communication_control reinitialize_device time_synchronization utc_time_synchronization write_group'.split(
    ' ',
  ),
);
const objects = (
  'analog_input analog_output analog_value binary_input binary_output binary_value calendar command device event_enrollment file group loop ' +
  'multi_state_input multi_state_output notification_class program schedule averaging multi_state_value trend_log'
).split(' ');

type Row = OwnRow<typeof bacnetRecord>;

class BacnetParser implements ProtocolParser {
  private readonly context: FlowContext;

  constructor(context: FlowContext) {
    this.context = context;
  }

  data(_direction: Direction, bytes: Uint8Array, start: number, end: number): boolean {
    if (!isMessage(bytes, start, end)) {
      this.context.weird('bacnet_bad_message');
      return true;
    }
    const network = start + (bytes[start + 1] === FORWARDED ? 10 : 4);
    if (!carriers.has(bytes[start + 1]!)) return true;
    const row = readNetwork(bytes, network, end);
    if (row) this.context.emit(bacnetRecord, row);
    return true;
  }

  gap(): boolean {
    return false;
  }

  end(): void {
    // Nothing waits: each datagram is a record.
  }
}

/** Clause 6.2: version 1, control; where it says so a destination, a source and a hop count. `null`: a message of the network layer. */
function readNetwork(bytes: Uint8Array, start: number, end: number): Row | null {
  if (end - start < 4 || bytes[start] !== 1) return null;
  const control = bytes[start + 1]!;
  let offset = start + 2;
  let network: number | null = null;
  if (control & 0x20 && offset + 3 <= end) {
    network = read16(bytes, offset);
    offset += 3 + bytes[offset + 2]!;
  }
  if (control & 0x08 && offset + 3 <= end) offset += 3 + bytes[offset + 2]!;
  if (control & 0x20) offset++;
  if (control & 0x80 || offset + 2 > end) return null;
  return readApplication(bytes, offset, end, network);
}

/** Clause 20.1: the kind is the upper half of the first byte; where the service and the invoke id stand depends on it. */
function readApplication(bytes: Uint8Array, start: number, end: number, network: number | null): Row | null {
  const kind = bytes[start]! >> 4;
  const type = types[kind];
  if (!type) return null;
  const isSegmented = (bytes[start]! & 8) !== 0;
  const row: Row = { type, service: null, isWrite: false, invokeId: null, object: null, network };
  if (kind === 1) {
    row.service = unconfirmed[bytes[start + 1]!] ?? `${bytes[start + 1]!}`;
    row.object = objectIn(bytes, start + 2, end);
  } else {
    const id = start + (kind === 0 ? 2 : 1);
    if (id + 1 >= end) return row;
    row.invokeId = bytes[id]!;
    const service = id + 1 + (isSegmented && (kind === 0 || kind === 3) ? 2 : 0);
    if (kind <= 3 || kind === 5) row.service = service < end ? (confirmed[bytes[service]!] ?? `${bytes[service]!}`) : null;
    if (kind === 0 || kind === 3) row.object = objectIn(bytes, service + 1, end);
  }
  row.isWrite = kind < 2 && row.service !== null && writes.has(row.service);
  return row;
}

/** An object identifier as the first value: application tag 12, or context tag 0 of four bytes (20.2.14). */
function objectIn(bytes: Uint8Array, start: number, end: number): string | null {
  if (start + 5 > end || (bytes[start] !== 0xc4 && bytes[start] !== 0x0c)) return null;
  const value = read32(bytes, start + 1);
  return `${objects[value >>> 22] ?? value >>> 22} ${value & 0x3f_ffff}`;
}

/** BVLL (J.2): mark, function, length of all. */
function isMessage(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start >= 4 && bytes[start] === BVLL && bytes[start + 1]! <= 12 && read16(bytes, start + 2) === end - start;
}

function probe(bytes: Uint8Array, start: number, end: number, isUsualPort: boolean): ProbeAnswer {
  if (bytes[start] !== BVLL || !isMessage(bytes, start, end)) return 'no';
  return isUsualPort || (carriers.has(bytes[start + 1]!) && end - start >= 8 && bytes[start + 4] === 1) ? 'yes' : 'no';
}

export const bacnet: ProtocolModule = {
  name: 'bacnet',
  records: [bacnetRecord],
  transports: ['udp'],
  ports: [BACNET_PORT],
  probe: (_transport, _direction, bytes, start, end, sourcePort, destinationPort) =>
    probe(bytes, start, end, sourcePort === BACNET_PORT || destinationPort === BACNET_PORT),
  create: (context) => new BacnetParser(context),
};
