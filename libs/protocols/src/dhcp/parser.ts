/** DHCP for IPv4 over UDP (RFC 2131, 2132): one record a message. */
import type { Direction, FlowContext, OwnRow, ProbeAnswer, ProtocolModule, ProtocolParser } from '@wirecase/contract';
import { read32 } from '../common/binary.ts';
import { decodeText, rowText } from '../common/text.ts';
import { dhcpRecord } from './fields.ts';

/** RFC 2131 2: fixed fields, server name and file name; then the cookie of RFC 1497 and the options. */
const FIXED_BYTES = 236;
/** Where the server's name (64 bytes) and the file's (128) stand. */
const SERVER_NAME = 44;
const FILE_NAME = 108;
/** What a short snap length leaves: up to the client's hardware address of 6 bytes. */
const HEAD_BYTES = 34;
const COOKIE = 0x63825363;
const MAX_NAME_CHARACTERS = 255;
const MAX_ADDRESSES = 16;
const MAX_PARAMETERS = 255;
const ETHERNET = 1;
const SERVER_PORT = 67;
const CLIENT_PORT = 68;
/** Two digits of each byte: DHCP may have a record for every packet, and formatting each byte showed in profiles. */
const hexPairs = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const PAD = 0;
const END = 255;
/** RFC 2132 9.3: fields that hold options too; 1: the file's name, 2: the server's, 3: both. */
const OVERLOAD = 52;

/** RFC 2132 9.6, and of RFC 3203, 4388, 6926, 7724. */
const messageTypes =
  'DISCOVER OFFER REQUEST DECLINE ACK NAK RELEASE INFORM FORCERENEW LEASEQUERY LEASEUNASSIGNED LEASEUNKNOWN LEASEACTIVE BULKLEASEQUERY LEASEQUERYDONE ACTIVELEASEQUERY LEASEQUERYSTATUS TLS'.split(
    ' ',
  );

class DhcpParser implements ProtocolParser {
  private readonly context: FlowContext;

  constructor(context: FlowContext) {
    this.context = context;
  }

  data(_direction: Direction, bytes: Uint8Array, start: number, end: number): boolean {
    if (isMessage(bytes, start, end) || isHead(bytes, start, end)) this.context.emit(dhcpRecord, this.message(bytes, start, end));
    else this.context.weird('dhcp_bad_message');
    return true;
  }

  gap(): boolean {
    return false;
  }

  end(): void {
    // Nothing waits: each datagram is a record.
  }

  private message(bytes: Uint8Array, start: number, end: number): OwnRow<typeof dhcpRecord> {
    const row: OwnRow<typeof dhcpRecord> = {
      messageType: null,
      transactionId: read32(bytes, start + 4),
      clientMac: bytes[start + 1] === ETHERNET && bytes[start + 2] === 6 ? macText(bytes, start + 28) : null,
      clientIp: addressOrNull(bytes, start + 12),
      assignedIp: addressOrNull(bytes, start + 16),
      requestedIp: null,
      serverIp: null,
      relayIp: addressOrNull(bytes, start + 24),
      hostname: null,
      clientFqdn: null,
      domain: null,
      vendorClass: null,
      parameters: [],
      leaseSeconds: null,
      subnetMask: null,
      routers: [],
      dnsServers: [],
      message: null,
    };
    if (end - start < FIXED_BYTES) this.context.weird('dhcp_truncated_message');
    // BOOTP may have no options (RFC 951); what stands there then is none.
    if (!isMessage(bytes, start, end)) return row;
    const overload = this.options(row, bytes, start + FIXED_BYTES + 4, end);
    // RFC 2131 4.1: in this order.
    if (overload & 1) this.options(row, bytes, start + FILE_NAME, start + FIXED_BYTES);
    if (overload & 2) this.options(row, bytes, start + SERVER_NAME, start + FILE_NAME);
    return row;
  }

  /** The options in `bytes[start, end)`. Gives the value of option 52, 0 without one. */
  private options(row: OwnRow<typeof dhcpRecord>, bytes: Uint8Array, start: number, end: number): number {
    let overload = 0;
    let offset = start;
    while (offset < end && bytes[offset] !== END) {
      if (bytes[offset] === PAD) {
        offset++;
        continue;
      }
      const next = offset + 2 + (offset + 1 < end ? bytes[offset + 1]! : 0);
      if (offset + 2 > end || next > end) {
        this.context.weird('dhcp_truncated_option');
        break;
      }
      if (bytes[offset] === OVERLOAD && next === offset + 3) overload = bytes[offset + 2]!;
      else readOption(row, bytes[offset]!, bytes, offset + 2, next);
      offset = next;
    }
    return overload;
  }
}

/** Option `code` with its value in `bytes[start, end)`; one of a wrong length is left out. Lists and texts that come again go on (RFC 3396 7). */
function readOption(row: OwnRow<typeof dhcpRecord>, code: number, bytes: Uint8Array, start: number, end: number): void {
  const length = end - start;
  switch (code) {
    case 1:
      if (length === 4) row.subnetMask = bytes.slice(start, end);
      break;
    case 3:
      row.routers = moreAddresses(row.routers, bytes, start, end);
      break;
    case 6:
      row.dnsServers = moreAddresses(row.dnsServers, bytes, start, end);
      break;
    case 12:
      row.hostname = longerText(row.hostname, bytes, start, end);
      break;
    case 15:
      row.domain = longerText(row.domain, bytes, start, end);
      break;
    case 50:
      if (length === 4) row.requestedIp = bytes.slice(start, end);
      break;
    case 51:
      if (length === 4) row.leaseSeconds = read32(bytes, start);
      break;
    case 53:
      if (length === 1) row.messageType = messageTypes[bytes[start]! - 1] ?? `TYPE${bytes[start]}`;
      break;
    case 54:
      if (length === 4) row.serverIp = bytes.slice(start, end);
      break;
    case 55:
      row.parameters = [...row.parameters, ...bytes.subarray(start, end)].slice(0, MAX_PARAMETERS);
      break;
    case 56:
      row.message = longerText(row.message, bytes, start, end);
      break;
    case 60:
      row.vendorClass = longerText(row.vendorClass, bytes, start, end);
      break;
    case 81:
      if (length > 3) row.clientFqdn = fqdn(bytes, start, end);
      break;
  }
}

/** RFC 4702 2: flags and two dead bytes, then the name: as labels when the E flag is set, else as text. */
function fqdn(bytes: Uint8Array, start: number, end: number): string | null {
  if ((bytes[start]! & 4) === 0) return text(bytes, start + 3, end);
  const labels: string[] = [];
  let offset = start + 3;
  while (offset < end && bytes[offset]! > 0) {
    const next = Math.min(end, offset + 1 + bytes[offset]!);
    labels.push(decodeText(bytes, offset + 1, next));
    offset = next;
  }
  return labels.length > 0 ? rowText(labels.join('.'), MAX_NAME_CHARACTERS) : null;
}

/** Text up to the first NUL, which some put at the end. */
function text(bytes: Uint8Array, start: number, end: number): string | null {
  const nul = bytes.subarray(start, end).indexOf(0);
  const textEnd = nul < 0 ? end : start + nul;
  return textEnd > start ? rowText(decodeText(bytes, start, textEnd), MAX_NAME_CHARACTERS) : null;
}

function longerText(before: string | null, bytes: Uint8Array, start: number, end: number): string | null {
  const more = text(bytes, start, end);
  return before === null || more === null ? (more ?? before) : (before + more).slice(0, MAX_NAME_CHARACTERS);
}

function moreAddresses(before: readonly Uint8Array[], bytes: Uint8Array, start: number, end: number): Uint8Array[] {
  const list = [...before];
  for (let i = start; i + 4 <= end && list.length < MAX_ADDRESSES; i += 4) list.push(bytes.slice(i, i + 4));
  return list;
}

function addressOrNull(bytes: Uint8Array, offset: number): Uint8Array | null {
  return read32(bytes, offset) === 0 ? null : bytes.slice(offset, offset + 4);
}

function macText(bytes: Uint8Array, offset: number): string {
  let text = hexPairs[bytes[offset]!]!;
  for (let i = offset + 1; i < offset + 6; i++) text += `:${hexPairs[bytes[i]!]}`;
  return text;
}

/** A request (1) or reply (2) with the cookie that says that options follow. */
function isMessage(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < FIXED_BYTES + 4) return false;
  return (bytes[start] === 1 || bytes[start] === 2) && bytes[start + 2]! <= 16 && read32(bytes, start + FIXED_BYTES) === COOKIE;
}

/** What BOOTP without options, or the begin of a message, shows: a request or reply with an Ethernet address. */
function isHead(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < HEAD_BYTES) return false;
  return (bytes[start] === 1 || bytes[start] === 2) && bytes[start + 1] === ETHERNET && bytes[start + 2] === 6 && bytes[start + 3]! <= 16;
}

function probe(bytes: Uint8Array, start: number, end: number, sourcePort: number, destinationPort: number): ProbeAnswer {
  if (isMessage(bytes, start, end)) return 'yes';
  const isOwnPort = [sourcePort, destinationPort].some((port) => port === SERVER_PORT || port === CLIENT_PORT);
  return isOwnPort && isHead(bytes, start, end) ? 'yes' : 'no';
}

export const dhcp: ProtocolModule = {
  name: 'dhcp',
  records: [dhcpRecord],
  transports: ['udp'],
  ports: [SERVER_PORT, CLIENT_PORT],
  probe: (_transport, _direction, bytes, start, end, sourcePort, destinationPort) => probe(bytes, start, end, sourcePort, destinationPort),
  create: (context) => new DhcpParser(context),
};
