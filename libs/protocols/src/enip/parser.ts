/** EtherNet/IP encapsulation (CIP volume 2, 2-3, little-endian) over TCP and UDP with the request of CIP (volume 1, 2-4) in it. */
import type { Direction, FlowContext, OwnRow, PacketMark, ProbeAnswer, ProtocolModule } from '@wirecase/contract';
import { read16Le, read32Le } from '../common/binary.ts';
import { BoundedMap } from '../common/bounded-map.ts';
import { FramedParser } from '../common/framed-parser.ts';
import { decodeText, rowText } from '../common/text.ts';
import { enipRecord } from './fields.ts';

const HEADER_BYTES = 24;
const MAX_MESSAGE_BYTES = 4096;
const MAX_PENDING = 64;
const LIST_IDENTITY = 0x63;
const SEND_RR_DATA = 0x6f;
const SEND_UNIT_DATA = 0x70;
const UNREGISTER_SESSION = 0x66;
const UNCONNECTED_ITEM = 0xb2;
const CONNECTED_ITEM = 0xb1;
const IDENTITY_ITEM = 0x0c;
const MAX_ITEMS = 8;
const commands = new Map([
  [0x00, 'nop'],
  [0x04, 'list_services'],
  [LIST_IDENTITY, 'list_identity'],
  [0x64, 'list_interfaces'],
  [0x65, 'register_session'],
  [UNREGISTER_SESSION, 'unregister_session'],
  [SEND_RR_DATA, 'send_rr_data'],
  [SEND_UNIT_DATA, 'send_unit_data'],
  [0x72, 'indicate_status'],
  [0x73, 'cancel'],
]);
const services = new Map([
  [0x01, 'get_attributes_all'],
  [0x02, 'set_attributes_all'],
  [0x03, 'get_attribute_list'],
  [0x04, 'set_attribute_list'],
  [0x05, 'reset'],
  [0x06, 'start'],
  [0x07, 'stop'],
  [0x08, 'create'],
  [0x09, 'delete'],
  [0x0a, 'multiple_service_packet'],
  [0x0e, 'get_attribute_single'],
  [0x10, 'set_attribute_single'],
  [0x4b, 'execute_pccc'],
  [0x4c, 'read_tag'],
  [0x4d, 'write_tag'],
  [0x4e, 'forward_close'],
  [0x52, 'unconnected_send'],
  [0x53, 'write_tag_fragmented'],
  [0x54, 'forward_open'],
  [0x55, 'get_instance_attribute_list'],
  [0x5b, 'large_forward_open'],
]);

type Row = OwnRow<typeof enipRecord>;

class EnipParser extends FramedParser {
  /** By command, and what the sender put in for itself. */
  private readonly pending = new BoundedMap<string, { row: Row; at: PacketMark }>(MAX_PENDING);

  constructor(context: FlowContext) {
    super(context, { limit: MAX_MESSAGE_BYTES, lengthOf: messageLength, broken: 'enip_bad_message' });
  }

  end(): void {
    for (const { row, at } of this.pending.values()) this.context.emit(enipRecord, row, at);
    this.pending.clear();
  }

  protected message(direction: Direction, bytes: Uint8Array, start: number, end: number): void {
    const command = read16Le(bytes, start);
    const row: Row = {
      command: commands.get(command)!,
      session: read32Le(bytes, start + 4),
      status: null,
      service: null,
      cipClass: null,
      cipInstance: null,
      tag: null,
      cipStatus: null,
      product: null,
    };
    const isData = command === SEND_RR_DATA || command === SEND_UNIT_DATA;
    const items = start + HEADER_BYTES + (isData ? 6 : 0);
    // Sequence numbers tie connected data; the sender's context the rest.
    const key = `${command} ${command === SEND_UNIT_DATA ? sequenceOf(bytes, items, end) : `${read32Le(bytes, start + 12)} ${read32Le(bytes, start + 16)}`}`;
    if (direction === 1) return this.answer(key, row, bytes, start, items, end);
    if (isData) readItems(bytes, items, end, (from, to) => readRequest(row, bytes, from, to));
    if (command === UNREGISTER_SESSION || command === 0) return this.context.emit(enipRecord, row);
    const lost = this.pending.set(key, { row, at: { packet: this.context.packet, timeNs: this.context.timeNs } });
    if (lost) this.context.emit(enipRecord, lost.row, lost.at);
  }

  private answer(key: string, alone: Row, bytes: Uint8Array, start: number, items: number, end: number): void {
    const row = this.pending.get(key)?.row ?? alone;
    this.pending.delete(key);
    row.session = alone.session;
    row.status = read32Le(bytes, start + 8) | 0;
    if (row.command === 'list_identity') row.product = productOf(bytes, items, end);
    else if (items > start + HEADER_BYTES) {
      readItems(bytes, items, end, (from, to) => {
        // Reply service, reserved, general status.
        if (to - from < 4 || (bytes[from]! & 0x80) === 0) return;
        row.service ??= serviceName(bytes[from]! & 0x7f);
        row.cipStatus = bytes[from + 2]!;
      });
    }
    this.context.emit(enipRecord, row);
  }
}

/** The items of the common packet format (2-6): calls `read` with where the CIP message lies. */
function readItems(bytes: Uint8Array, start: number, end: number, read: (from: number, to: number) => void): void {
  if (start + 2 > end) return;
  let offset = start + 2;
  for (let left = Math.min(MAX_ITEMS, read16Le(bytes, start)); left > 0 && offset + 4 <= end; left--) {
    const type = read16Le(bytes, offset);
    const from = offset + 4;
    offset = from + read16Le(bytes, offset + 2);
    if (offset > end) return;
    if (type === UNCONNECTED_ITEM) read(from, offset);
    else if (type === CONNECTED_ITEM && offset - from > 2) read(from + 2, offset);
  }
}

/** Sequence number of a connected item, or -1. */
function sequenceOf(bytes: Uint8Array, start: number, end: number): number {
  let sequence = -1;
  readItems(bytes, start, end, (from) => (sequence = read16Le(bytes, from - 2)));
  return sequence;
}

/** Service, size of the path in words, path: logical segments and names (volume 1, C-1.4). */
function readRequest(row: Row, bytes: Uint8Array, start: number, end: number): void {
  if (end - start < 2 || bytes[start]! & 0x80) return;
  row.service = serviceName(bytes[start]!);
  const stop = Math.min(end, start + 2 + 2 * bytes[start + 1]!);
  let offset = start + 2;
  while (offset + 2 <= stop) {
    const segment = bytes[offset]!;
    if (segment === 0x20) row.cipClass ??= bytes[offset + 1]!;
    else if (segment === 0x21 && offset + 4 <= stop) row.cipClass ??= read16Le(bytes, offset + 2);
    else if (segment === 0x24) row.cipInstance ??= bytes[offset + 1]!;
    else if (segment === 0x25 && offset + 4 <= stop) row.cipInstance ??= read16Le(bytes, offset + 2);
    else if (segment === 0x91) {
      const length = bytes[offset + 1]!;
      const name = rowText(decodeText(bytes, offset + 2, Math.min(stop, offset + 2 + length)), 256);
      row.tag = row.tag === null ? name : rowText(`${row.tag}.${name}`, 256);
      offset += 2 + length + (length & 1);
      continue;
    } else if (segment !== 0x28 && segment !== 0x30 && segment !== 0x29 && segment !== 0x31) return;
    offset += segment & 1 ? 4 : 2;
  }
}

/** Identity item (2-4.3.3): version, socket address, vendor, type, code, revision, status, serial number, name. */
function productOf(bytes: Uint8Array, start: number, end: number): string | null {
  if (start + 6 > end || read16Le(bytes, start + 2) !== IDENTITY_ITEM) return null;
  const name = start + 6 + 32;
  return name < end ? rowText(decodeText(bytes, name + 1, Math.min(end, name + 1 + bytes[name]!)), 256) : null;
}

function serviceName(service: number): string {
  return services.get(service) ?? `0x${service.toString(16).padStart(2, '0')}`;
}

/** Command, length of what follows the header, session, status, sender's context, options (which are 0). */
function messageLength(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < 4) return 0;
  return commands.has(read16Le(bytes, start)) ? HEADER_BYTES + read16Le(bytes, start + 2) : -1;
}

function probe(transport: 'tcp' | 'udp', bytes: Uint8Array, start: number, end: number, isUsualPort: boolean): ProbeAnswer {
  const length = messageLength(bytes, start, end);
  if (length < 0) return 'no';
  if (end - start < HEADER_BYTES) return transport === 'tcp' && isUsualPort ? 'more' : 'no';
  const isSound = read32Le(bytes, start + 20) === 0 && read32Le(bytes, start + 8) < 0x100;
  // Nothing but zeros is a message too, elsewhere than on its port it is not believed.
  return isSound && (isUsualPort || (read16Le(bytes, start) === 0x65 && length === 28 && bytes[start + 24] === 1)) ? 'yes' : 'no';
}

export const enip: ProtocolModule = {
  name: 'enip',
  records: [enipRecord],
  transports: ['tcp', 'udp'],
  ports: [44_818],
  probe: (transport, _direction, bytes, start, end, sourcePort, destinationPort) =>
    probe(transport, bytes, start, end, sourcePort === 44_818 || destinationPort === 44_818),
  create: (context) => new EnipParser(context),
};
