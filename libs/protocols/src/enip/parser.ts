/** EtherNet/IP encapsulation (CIP volume 2, 2-3, little-endian) over TCP and UDP with the requests of CIP in it. */
import type { Direction, FlowContext, OwnRow, PacketMark, ProbeAnswer, ProtocolModule } from '@wirecase/contract';
import { read16Le, read32Le } from '../common/binary.ts';
import { BoundedMap } from '../common/bounded-map.ts';
import { FramedParser } from '../common/framed-parser.ts';
import { decodeText, rowText } from '../common/text.ts';
import { type CipRequest, noRequest, readRequest, takeAnswer, unpacked } from './cip.ts';
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

/** What the encapsulation says of a command and its answer. */
type Outer = Pick<OwnRow<typeof enipRecord>, 'command' | 'session' | 'status' | 'product'>;

interface Command {
  readonly outer: Outer;
  readonly request: CipRequest;
  readonly at: PacketMark;
}

class EnipParser extends FramedParser {
  /** By command, and what the sender put in for itself. */
  private readonly pending = new BoundedMap<string, Command>(MAX_PENDING);

  constructor(context: FlowContext) {
    super(context, { limit: MAX_MESSAGE_BYTES, lengthOf: messageLength, broken: 'enip_bad_message' });
  }

  end(): void {
    for (const command of this.pending.values()) this.emit(command, command.at);
    this.pending.clear();
  }

  protected message(direction: Direction, bytes: Uint8Array, start: number, end: number): void {
    const command = read16Le(bytes, start);
    const outer: Outer = { command: commands.get(command)!, session: read32Le(bytes, start + 4), status: null, product: null };
    const isData = command === SEND_RR_DATA || command === SEND_UNIT_DATA;
    const items = start + HEADER_BYTES + (isData ? 6 : 0);
    // Sequence numbers tie connected data; the sender's context the rest.
    const key = `${command} ${command === SEND_UNIT_DATA ? sequenceOf(bytes, items, end) : `${read32Le(bytes, start + 12)} ${read32Le(bytes, start + 16)}`}`;
    const at = { packet: this.context.packet, timeNs: this.context.timeNs };
    if (direction === 1) {
      const known = this.pending.get(key) ?? { outer, request: noRequest(), at };
      this.pending.delete(key);
      return this.answer(known, bytes, start, items, end);
    }
    let request = noRequest();
    if (isData) readItems(bytes, items, end, (from, to) => (request = readRequest(bytes, from, to)));
    if (command === UNREGISTER_SESSION || command === 0) return this.emit({ outer, request, at }, at);
    const lost = this.pending.set(key, { outer, request, at });
    if (lost) this.emit(lost, lost.at);
  }

  private answer(command: Command, bytes: Uint8Array, start: number, items: number, end: number): void {
    const { outer, request } = command;
    outer.session = read32Le(bytes, start + 4);
    outer.status = read32Le(bytes, start + 8) | 0;
    if (outer.command === 'list_identity') outer.product = productOf(bytes, items, end);
    else if (items > start + HEADER_BYTES) readItems(bytes, items, end, (from, to) => takeAnswer(request, bytes, from, to));
    this.emit(command);
  }

  private emit({ outer, request }: Command, at?: PacketMark): void {
    for (const { service, cipClass, cipInstance, tag, cipStatus } of unpacked(request))
      this.context.emit(enipRecord, { ...outer, service, cipClass, cipInstance, tag, cipStatus }, at);
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

/** Identity item (2-4.3.3): version, socket address, vendor, type, code, revision, status, serial number, name. */
function productOf(bytes: Uint8Array, start: number, end: number): string | null {
  if (start + 6 > end || read16Le(bytes, start + 2) !== IDENTITY_ITEM) return null;
  const name = start + 6 + 32;
  return name < end ? rowText(decodeText(bytes, name + 1, Math.min(end, name + 1 + bytes[name]!)), 256) : null;
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
