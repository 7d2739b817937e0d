/** RADIUS over UDP (RFC 2865, 2866, 5176): requests joined to answers by identifier. */
import type { Direction, FlowContext, OwnRow, PacketMark, ProbeAnswer, ProtocolModule, ProtocolParser } from '@wirecase/contract';
import { read16, read32 } from '../common/binary.ts';
import { decodeText, rowText } from '../common/text.ts';
import { radiusRecord } from './fields.ts';

const ports = [1812, 1813, 1645, 1646, 3799];
const HEADER_BYTES = 20;
const MAX_MESSAGE_BYTES = 4096;
const MAX_TEXT_CHARACTERS = 253;
const ACCESS_ACCEPT = 2;
const ACCESS_REJECT = 3;
const codes = new Map([
  [1, 'access-request'],
  [ACCESS_ACCEPT, 'access-accept'],
  [ACCESS_REJECT, 'access-reject'],
  [4, 'accounting-request'],
  [5, 'accounting-response'],
  [11, 'access-challenge'],
  [12, 'status-server'],
  [40, 'disconnect-request'],
  [41, 'disconnect-ack'],
  [42, 'disconnect-nak'],
  [43, 'coa-request'],
  [44, 'coa-ack'],
  [45, 'coa-nak'],
]);
const requests = new Set([1, 4, 12, 40, 43]);
const accounting = new Map([
  [1, 'start'],
  [2, 'stop'],
  [3, 'interim-update'],
  [7, 'accounting-on'],
  [8, 'accounting-off'],
]);

type Row = OwnRow<typeof radiusRecord>;

class RadiusParser implements ProtocolParser {
  private readonly context: FlowContext;
  /** By identifier, so at most 256. */
  private readonly pending = new Map<number, { row: Row; at: PacketMark }>();

  constructor(context: FlowContext) {
    this.context = context;
  }

  data(_direction: Direction, bytes: Uint8Array, start: number, end: number): boolean {
    if (isMessage(bytes, start, end)) this.message(bytes, start, start + read16(bytes, start + 2));
    else this.context.weird('radius_bad_message');
    return true;
  }

  gap(): boolean {
    return false;
  }

  end(): void {
    for (const { row, at } of this.pending.values()) this.context.emit(radiusRecord, row, at);
    this.pending.clear();
  }

  private message(bytes: Uint8Array, start: number, end: number): void {
    const code = bytes[start]!;
    const identifier = bytes[start + 1]!;
    const waiting = this.pending.get(identifier);
    if (requests.has(code)) {
      // The same request once more, as it is sent when no answer comes, is one request.
      if (waiting?.row.code === codes.get(code)) return;
      if (waiting) this.context.emit(radiusRecord, waiting.row, waiting.at);
      const row = emptyRow(codes.get(code)!, identifier);
      this.attributes(row, bytes, start + HEADER_BYTES, end);
      this.pending.set(identifier, { row, at: { packet: this.context.packet, timeNs: this.context.timeNs } });
      return;
    }
    const row = waiting?.row ?? emptyRow('', identifier);
    this.pending.delete(identifier);
    row.result = codes.get(code)!;
    if (code === ACCESS_ACCEPT || code === ACCESS_REJECT) {
      this.context.login({ user: row.user, outcome: code === ACCESS_ACCEPT ? 'success' : 'failure', isClear: false });
    }
    this.attributes(row, bytes, start + HEADER_BYTES, end);
    this.context.emit(radiusRecord, row);
  }

  /** RFC 2865 5: type, length with these two, value. */
  private attributes(row: Row, bytes: Uint8Array, start: number, end: number): void {
    let offset = start;
    while (offset + 2 <= end) {
      const next = offset + bytes[offset + 1]!;
      if (next < offset + 2 || next > end) return this.context.weird('radius_bad_attribute');
      attribute(row, bytes[offset]!, bytes, offset + 2, next);
      offset = next;
    }
  }
}

function attribute(row: Row, type: number, bytes: Uint8Array, start: number, end: number): void {
  const text = () => rowText(decodeText(bytes, start, end), MAX_TEXT_CHARACTERS);
  switch (type) {
    case 1:
      row.user = text();
      break;
    case 4:
      if (end - start === 4) row.nasIp = bytes.slice(start, end);
      break;
    case 8:
      if (end - start === 4) row.framedIp = bytes.slice(start, end);
      break;
    case 18:
      row.replyMessage = text();
      break;
    case 30:
      row.calledStation = text();
      break;
    case 31:
      row.callingStation = text();
      break;
    case 32:
      row.nasIdentifier = text();
      break;
    case 40:
      if (end - start === 4) row.accountingStatus = accounting.get(read32(bytes, start)) ?? `${read32(bytes, start)}`;
      break;
    case 44:
      row.sessionId = text();
      break;
    case 79:
      row.hasEap = true;
      break;
  }
}

function emptyRow(code: string, identifier: number): Row {
  return {
    code,
    result: null,
    identifier,
    user: null,
    nasIp: null,
    nasIdentifier: null,
    callingStation: null,
    calledStation: null,
    framedIp: null,
    replyMessage: null,
    accountingStatus: null,
    sessionId: null,
    hasEap: false,
  };
}

function isMessage(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < HEADER_BYTES || !codes.has(bytes[start]!)) return false;
  const length = read16(bytes, start + 2);
  return length >= HEADER_BYTES && length <= MAX_MESSAGE_BYTES && length <= end - start;
}

/** On its own ports, or where the attributes fill the message. */
function probe(bytes: Uint8Array, start: number, end: number, isUsualPort: boolean): ProbeAnswer {
  if (!isMessage(bytes, start, end)) return 'no';
  if (isUsualPort) return 'yes';
  const stop = start + read16(bytes, start + 2);
  let offset = start + HEADER_BYTES;
  let count = 0;
  while (offset + 2 <= stop && bytes[offset + 1]! >= 2 && bytes[offset] !== 0) {
    offset += bytes[offset + 1]!;
    count++;
  }
  return stop === end && offset === stop && count > 1 ? 'yes' : 'no';
}

export const radius: ProtocolModule = {
  name: 'radius',
  records: [radiusRecord],
  transports: ['udp'],
  ports,
  probe: (_transport, _direction, bytes, start, end, sourcePort, destinationPort) =>
    probe(bytes, start, end, ports.includes(sourcePort) || ports.includes(destinationPort)),
  create: (context) => new RadiusParser(context),
};
