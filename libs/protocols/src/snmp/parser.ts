/** SNMP over UDP: versions 1 and 2c (RFC 1157, 3416) and 3 (RFC 3412, 3414): one record a message. */
import {
  formatHex,
  type Direction,
  type FlowContext,
  type OwnRow,
  type Platform,
  type ProbeAnswer,
  type ProtocolModule,
  type ProtocolParser,
} from '@wirecase/contract';
import { BerReader } from '../common/ber.ts';
import { decodeText, rowText } from '../common/text.ts';
import { snmpRecord } from './fields.ts';

const SEQUENCE = 0x30;
const INTEGER = 2;
const OCTET_STRING = 4;
const OBJECT_IDENTIFIER = 6;
const TRAP_V1 = 0xa4;
const MAX_VARIABLES = 64;
const MAX_ARCS = 128;
const MAX_ENGINE_BYTES = 32;
const MAX_COMMUNITY_CHARACTERS = 256;
/** Context tags 0 to 8 (RFC 1157 4.1, RFC 3416 3). */
const pdus = [
  'get-request',
  'get-next-request',
  'get-response',
  'set-request',
  'trap',
  'get-bulk-request',
  'inform-request',
  'trap2',
  'report',
];
const versions = new Map([
  [0, '1'],
  [1, '2c'],
  [3, '3'],
]);

type Row = OwnRow<typeof snmpRecord>;

class SnmpParser implements ProtocolParser {
  private readonly context: FlowContext;
  /** The community told last: told again only when it is another one. */
  private community: string | null = null;

  constructor(context: FlowContext) {
    this.context = context;
  }

  data(_direction: Direction, bytes: Uint8Array, start: number, end: number): boolean {
    const row = message(bytes, start, end, this.context.platform);
    if (row) {
      this.context.emit(snmpRecord, row);
      if (row.communityHash !== null) this.shown(communityOf(bytes, start, end));
    } else this.context.weird('snmp_bad_message');
    return true;
  }

  gap(): boolean {
    return false;
  }

  private shown(community: string): void {
    if (community === this.community) return;
    this.community = community;
    this.context.credential({ kind: 'community', user: null, success: null, secret: community });
  }

  end(): void {
    // Nothing waits: each datagram is a record.
  }
}

/** The community of a message of version 1 or 2c that was read. */
function communityOf(bytes: Uint8Array, start: number, end: number): string {
  const outer = new BerReader(bytes, start, end);
  outer.next();
  const reader = outer.inside();
  reader.next();
  reader.next();
  return reader.text().slice(0, MAX_COMMUNITY_CHARACTERS);
}

/** `null` when version and community, or the header of version 3, are not there. What lies behind may be cut. */
function message(bytes: Uint8Array, start: number, end: number, platform: Platform): Row | null {
  const outer = new BerReader(bytes, start, end);
  if (!outer.expect(SEQUENCE)) return null;
  const reader = outer.inside();
  const version = reader.expect(INTEGER) ? versions.get(reader.integer() ?? -1) : undefined;
  if (!version) return null;
  const row: Row = {
    version,
    communityHash: null,
    user: null,
    engineId: null,
    isEncrypted: false,
    pdu: null,
    requestId: null,
    errorStatus: null,
    variables: [],
  };
  if (version === '3') return readVersion3(row, reader) ? row : null;
  if (!reader.expect(OCTET_STRING)) return null;
  row.communityHash = formatHex(platform.digest('sha256', bytes.slice(reader.start, reader.end))).slice(0, 8);
  readPdu(row, reader);
  return row;
}

/** Header, security parameters, then the scoped PDU, which may be encrypted (RFC 3412 6). Returns whether the header is one. */
function readVersion3(row: Row, reader: BerReader): boolean {
  if (!reader.expect(SEQUENCE) || !reader.expect(OCTET_STRING)) return false;
  readUser(row, reader.inside());
  if (!reader.next()) return true;
  row.isEncrypted = reader.tag === OCTET_STRING;
  if (reader.tag !== SEQUENCE) return true;
  const scoped = reader.inside();
  if (scoped.expect(OCTET_STRING) && scoped.expect(OCTET_STRING)) readPdu(row, scoped);
  return true;
}

/** UsmSecurityParameters (RFC 3414 2.4): engine, boots, time, user; what follows is keys' work. */
function readUser(row: Row, outer: BerReader): void {
  if (!outer.expect(SEQUENCE)) return;
  const reader = outer.inside();
  if (!reader.expect(OCTET_STRING)) return;
  if (reader.end > reader.start)
    row.engineId = formatHex(reader.bytes.subarray(reader.start, Math.min(reader.end, reader.start + MAX_ENGINE_BYTES)));
  if (!reader.expect(INTEGER) || !reader.expect(INTEGER) || !reader.expect(OCTET_STRING)) return;
  if (reader.end > reader.start) row.user = rowText(decodeText(reader.bytes, reader.start, reader.end), 255);
}

function readPdu(row: Row, outer: BerReader): void {
  if (!outer.next() || outer.tag < 0xa0 || outer.tag > 0xa8) return;
  row.pdu = pdus[outer.tag - 0xa0]!;
  const reader = outer.inside();
  if (outer.tag === TRAP_V1) {
    // RFC 1157 4.1.6: enterprise, address, generic and specific trap, time; then the variables.
    if (reader.expect(OBJECT_IDENTIFIER)) for (let i = 0; i < 4; i++) reader.next();
  } else {
    if (!reader.expect(INTEGER)) return;
    row.requestId = reader.integer();
    if (!reader.expect(INTEGER)) return;
    if (row.pdu === 'get-response' || row.pdu === 'report') row.errorStatus = reader.integer();
    if (!reader.expect(INTEGER)) return;
  }
  if (reader.expect(SEQUENCE)) row.variables = variables(reader.inside());
}

function variables(reader: BerReader): string[] {
  const names: string[] = [];
  while (names.length < MAX_VARIABLES && reader.expect(SEQUENCE)) {
    const pair = reader.inside();
    const name = pair.expect(OBJECT_IDENTIFIER) ? pair.objectIdentifier(MAX_ARCS) : null;
    if (name !== null) names.push(name);
  }
  return names;
}

/** The outer sequence fills the datagram, a version stands first, and what that version has second. */
function probe(bytes: Uint8Array, start: number, end: number): ProbeAnswer {
  if (start >= end || bytes[start] !== SEQUENCE) return 'no';
  const outer = new BerReader(bytes, start, end);
  if (!outer.expect(SEQUENCE) || end - outer.end > 4) return 'no';
  const reader = outer.inside();
  if (!reader.expect(INTEGER)) return 'no';
  const version = reader.integer();
  if (version === null || !versions.has(version) || reader.end - reader.start !== 1) return 'no';
  if (version === 3) return reader.expect(SEQUENCE) && reader.expect(OCTET_STRING) ? 'yes' : 'no';
  return reader.expect(OCTET_STRING) && reader.next() && reader.tag >= 0xa0 && reader.tag <= 0xa8 ? 'yes' : 'no';
}

export const snmp: ProtocolModule = {
  name: 'snmp',
  records: [snmpRecord],
  transports: ['udp'],
  ports: [161, 162],
  probe: (_transport, _direction, bytes, start, end) => probe(bytes, start, end),
  create: (context) => new SnmpParser(context),
};
