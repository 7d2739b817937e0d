/** DHCPv6 over UDP (RFC 8415): one record a message; what relays wrap is read inside them. */
import {
  formatHex,
  type Direction,
  type FlowContext,
  type OwnRow,
  type ProbeAnswer,
  type ProtocolModule,
  type ProtocolParser,
} from '@wirecase/contract';
import { read16 } from '../common/binary.ts';
import { decodeText, rowText } from '../common/text.ts';
import { dhcpv6Record } from './fields.ts';

const ports = [546, 547];
const MAX_LIST = 16;
const MAX_REQUESTED = 64;
const MAX_DUID_BYTES = 130;
/** RFC 8415 7.6: at most 8 relays. */
const MAX_DEPTH = 8;
const RELAY_FORW = 12;
const RELAY_REPL = 13;
const RELAY_HEADER_BYTES = 34;
const types =
  'solicit advertise request confirm renew rebind reply release decline reconfigure information-request relay-forw relay-repl'.split(' ');

type Row = OwnRow<typeof dhcpv6Record>;

class Dhcpv6Parser implements ProtocolParser {
  private readonly context: FlowContext;

  constructor(context: FlowContext) {
    this.context = context;
  }

  data(_direction: Direction, bytes: Uint8Array, start: number, end: number): boolean {
    const row = isMessage(bytes, start, end) ? emptyRow(types[bytes[start]! - 1]!) : null;
    if (row && readMessage(row, bytes, start, end, 0)) this.context.emit(dhcpv6Record, row);
    else this.context.weird('dhcpv6_bad_message');
    return true;
  }

  gap(): boolean {
    return false;
  }

  end(): void {
    // Nothing waits: each datagram is a record.
  }
}

/** Returns whether it is sound. */
function readMessage(row: Row, bytes: Uint8Array, start: number, end: number, depth: number): boolean {
  if (!isMessage(bytes, start, end)) return false;
  const isRelayed = bytes[start] === RELAY_FORW || bytes[start] === RELAY_REPL;
  if (isRelayed) return end - start >= RELAY_HEADER_BYTES && readOptions(row, bytes, start + RELAY_HEADER_BYTES, end, depth);
  row.transaction = (bytes[start + 1]! << 16) | read16(bytes, start + 2);
  return readOptions(row, bytes, start + 4, end, depth);
}

/** Options (RFC 8415 21): number, length, value. */
function readOptions(row: Row, bytes: Uint8Array, start: number, end: number, depth: number): boolean {
  let offset = start;
  while (offset < end) {
    if (offset + 4 > end) return false;
    const from = offset + 4;
    const next = from + read16(bytes, offset + 2);
    if (next > end) return false;
    option(row, read16(bytes, offset), bytes, from, next, depth);
    offset = next;
  }
  return true;
}

function option(row: Row, number: number, bytes: Uint8Array, start: number, end: number, depth: number): void {
  const length = end - start;
  switch (number) {
    case 1:
      row.clientDuid = duid(bytes, start, end);
      row.clientMac = macOf(bytes, start, end);
      break;
    case 2:
      row.serverDuid = duid(bytes, start, end);
      break;
    case 3: // IA_NA
    case 25: // IA_PD
      if (length > 12 && depth < MAX_DEPTH) readOptions(row, bytes, start + 12, end, depth + 1);
      break;
    case 5: // address
      if (length >= 24) add(row.addresses, bytes, start);
      break;
    case 26: // prefix
      if (length >= 25) add(row.addresses, bytes, start + 9);
      break;
    case 6:
      row.requested = numbers(bytes, start, end);
      break;
    case 9: // relayed message
      if (depth < MAX_DEPTH) readMessage(row, bytes, start, end, depth + 1);
      break;
    case 13:
      if (length >= 2) row.status = read16(bytes, start);
      break;
    case 16:
      if (length > 6) row.vendorClass = rowText(decodeText(bytes, start + 6, Math.min(end, start + 6 + read16(bytes, start + 4))), 256);
      break;
    case 23:
      for (let at = start; at + 16 <= end; at += 16) add(row.dnsServers, bytes, at);
      break;
    case 39:
      row.hostname = name(bytes, start + 1, end);
      break;
  }
}

function add(list: readonly Uint8Array[], bytes: Uint8Array, at: number): void {
  if (list.length < MAX_LIST) (list as Uint8Array[]).push(bytes.slice(at, at + 16));
}

function numbers(bytes: Uint8Array, start: number, end: number): number[] {
  const list: number[] = [];
  for (let at = start; at + 2 <= end && list.length < MAX_REQUESTED; at += 2) list.push(read16(bytes, at));
  return list;
}

function duid(bytes: Uint8Array, start: number, end: number): string {
  return formatHex(bytes.subarray(start, Math.min(end, start + MAX_DUID_BYTES)));
}

/** DUID-LLT and DUID-LL (RFC 8415 11.2, 11.4) of Ethernet end in the address. */
function macOf(bytes: Uint8Array, start: number, end: number): string | null {
  const from = end - start < 4 ? 0 : read16(bytes, start) === 1 ? start + 8 : read16(bytes, start) === 3 ? start + 4 : 0;
  if (from === 0 || end - from !== 6 || read16(bytes, start + 2) !== 1) return null;
  return Array.from(bytes.subarray(from, end), (byte) => byte.toString(16).padStart(2, '0')).join(':');
}

/** Labels without pointers (RFC 4704 4.2). */
function name(bytes: Uint8Array, start: number, end: number): string | null {
  const labels: string[] = [];
  let offset = start;
  while (offset < end && bytes[offset] !== 0) {
    const next = offset + 1 + bytes[offset]!;
    if (next > end || bytes[offset]! > 63) return null;
    labels.push(decodeText(bytes, offset + 1, next));
    offset = next;
  }
  return labels.length === 0 ? null : rowText(labels.join('.'), 255);
}

function emptyRow(type: string): Row {
  return {
    type,
    transaction: 0,
    clientDuid: null,
    serverDuid: null,
    clientMac: null,
    addresses: [],
    hostname: null,
    vendorClass: null,
    dnsServers: [],
    requested: [],
    status: null,
  };
}

function isMessage(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start >= 4 && bytes[start]! >= 1 && bytes[start]! <= types.length;
}

function probe(bytes: Uint8Array, start: number, end: number, sourcePort: number, destinationPort: number): ProbeAnswer {
  if (!ports.includes(sourcePort) && !ports.includes(destinationPort)) return 'no';
  return isMessage(bytes, start, end) && readMessage(emptyRow(''), bytes, start, end, 0) ? 'yes' : 'no';
}

export const dhcpv6: ProtocolModule = {
  name: 'dhcpv6',
  records: [dhcpv6Record],
  transports: ['udp'],
  ports,
  probe: (_transport, _direction, bytes, start, end, sourcePort, destinationPort) => probe(bytes, start, end, sourcePort, destinationPort),
  create: (context) => new Dhcpv6Parser(context),
};
