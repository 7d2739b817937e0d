/** LDAP (RFC 4511) over TCP until TLS or a security layer of SASL begins, and over UDP (CLDAP): requests joined to their results by id. */
import type { Direction, FlowContext, OwnRow, PacketMark, ProbeAnswer, ProtocolModule, ProtocolParser } from '@wirecase/contract';
import { berLength, BerReader } from '../common/ber.ts';
import { FrameReader } from '../common/frame-reader.ts';
import { GssExchange, gssRecords } from '../common/gss-exchange.ts';
import { rowText } from '../common/text.ts';
import { ldapRecord } from './fields.ts';
import { filterText } from './filter.ts';
import { ldapResults } from './results.ts';

/** Bytes kept of a message: an entry found may be longer, what is told of it stands at its begin. */
const MAX_SECRET_CHARACTERS = 1024;
const MAX_MESSAGE_BYTES = 16_384;
/** Operations waiting for their result; beyond it the oldest is told without one. */
const MAX_PENDING = 256;
const MAX_TEXT_CHARACTERS = 512;
const MAX_ATTRIBUTES = 64;
const SEQUENCE = 0x30;
const INTEGER = 2;
const OCTET_STRING = 4;
const ENUMERATED = 10;
const SASL_BIND_IN_PROGRESS = 14;
const INVALID_CREDENTIALS = 49;
const START_TLS = '1.3.6.1.4.1.1466.20037';
/** protocolOp tags (RFC 4511 appendix B). */
const BIND_REQUEST = 0x60;
const BIND_RESPONSE = 0x61;
const SEARCH_REQUEST = 0x63;
const SEARCH_ENTRY = 0x64;
const SEARCH_REFERENCE = 0x73;
const EXTENDED_REQUEST = 0x77;
const EXTENDED_RESPONSE = 0x78;
const INTERMEDIATE_RESPONSE = 0x79;
const operations = new Map([
  [BIND_REQUEST, 'bind'],
  [0x42, 'unbind'],
  [SEARCH_REQUEST, 'search'],
  [0x66, 'modify'],
  [0x68, 'add'],
  [0x4a, 'delete'],
  [0x6c, 'modify dn'],
  [0x6e, 'compare'],
  [0x50, 'abandon'],
  [EXTENDED_REQUEST, 'extended'],
]);
/** Responses that end an operation. */
const results = new Set([BIND_RESPONSE, 0x65, 0x67, 0x69, 0x6b, 0x6d, 0x6f, EXTENDED_RESPONSE]);
const scopes = ['base', 'single', 'tree', 'subordinate'];

type Row = OwnRow<typeof ldapRecord>;

interface Operation {
  row: Row;
  at: PacketMark;
}

class LdapParser implements ProtocolParser {
  private readonly context: FlowContext;
  private readonly frames: readonly [FrameReader, FrameReader];
  private readonly pending = new Map<number, Operation>();
  private readonly tokens: GssExchange;
  private isStopped = false;
  private isTls = false;
  /** The password of the last simple bind. */
  private secret: string | null = null;
  /** A SASL bind succeeded: what is no LDAP from here on is its security layer (RFC 4422 3.7). */
  private mayBeProtected = false;

  constructor(context: FlowContext) {
    this.context = context;
    this.frames = [new FrameReader(MAX_MESSAGE_BYTES, messageLength), new FrameReader(MAX_MESSAGE_BYTES, messageLength)];
    this.tokens = new GssExchange(context, 'ldap');
  }

  data(direction: Direction, bytes: Uint8Array, start: number, end: number): boolean {
    if (this.context.transport === 'udp') {
      this.datagram(bytes, start, end);
      return true;
    }
    const frames = this.frames[direction];
    let offset = start;
    while (offset < end && !this.isStopped) {
      offset = frames.take(bytes, offset, end);
      if (frames.isWhole) this.message(frames.bytes, frames.start, frames.end);
      if (!frames.isBroken) continue;
      if (this.mayBeProtected) this.isStopped = true;
      else this.context.weird('ldap_bad_message');
    }
    if (this.isTls) this.context.handOver(offset);
    return !this.isStopped;
  }

  gap(direction: Direction, missing: number): boolean {
    this.frames[direction].gap(missing);
    return !this.isStopped;
  }

  end(): void {
    for (const operation of this.pending.values()) this.emit(operation, null);
    this.pending.clear();
    this.tokens.finish(null);
  }

  /** CLDAP: what is found and its end come in one datagram (MS-ADTS 6.3.3.1). */
  private datagram(bytes: Uint8Array, start: number, end: number): void {
    for (let at = start; at < end;) {
      const length = messageLength(bytes, at, end);
      const next = length > 0 && length < end - at ? at + length : end;
      this.message(bytes, at, next);
      at = next;
    }
  }

  private message(bytes: Uint8Array, start: number, end: number): void {
    // The end of a long message was not kept: its outer length may not be believed.
    const header = bytes[start + 1]! < 0x80 ? 2 : 2 + (bytes[start + 1]! & 0x7f);
    const reader = new BerReader(bytes, start + header, end);
    const id = bytes[start] === SEQUENCE && reader.expect(INTEGER) ? reader.integer() : null;
    const tag = reader.peek();
    if (id === null || tag === 0) return this.context.weird('ldap_bad_message');
    if (operations.has(tag)) this.request(id, tag, reader);
    else if (results.has(tag)) this.result(id, tag, reader);
    else if (tag === SEARCH_ENTRY) this.found(id);
    else if (tag !== SEARCH_REFERENCE && tag !== INTERMEDIATE_RESPONSE) this.context.weird('ldap_bad_message');
  }

  private request(id: number, tag: number, reader: BerReader): void {
    const row: Row = {
      messageId: id >>> 0,
      operation: operations.get(tag)!,
      dn: null,
      result: null,
      resultCode: null,
      diagnostic: null,
      version: null,
      mechanism: null,
      hasPassword: null,
      scope: null,
      filter: null,
      attributes: [],
      resultCount: null,
      tls: false,
    };
    const operation = { row, at: { packet: this.context.packet, timeNs: this.context.timeNs } };
    if (!reader.next()) this.context.weird('ldap_bad_message');
    else if (tag === BIND_REQUEST) this.bind(row, reader.inside());
    else if (tag === SEARCH_REQUEST) search(row, reader.inside());
    else if (tag === EXTENDED_REQUEST) row.dn = extended(reader.inside());
    else if (tag === 0x4a) row.dn = text(reader);
    else if (tag === 0x50) abandon(row, reader);
    else if (tag !== 0x42) change(row, tag, reader.inside());
    // RFC 4511 4.3, 4.11: nothing answers these.
    if (tag === 0x42 || tag === 0x50) return this.emit(operation, null);
    const earlier = this.pending.get(id);
    if (earlier) this.emit(earlier, null);
    this.pending.delete(id);
    this.pending.set(id, operation);
    if (this.pending.size <= MAX_PENDING) return;
    this.context.weird('ldap_pending_limit');
    const [oldest, waiting] = this.pending.entries().next().value!;
    this.pending.delete(oldest);
    this.emit(waiting, null);
  }

  /** RFC 4511 4.2; choices 9 to 11 are Microsoft's (MS-ADTS 5.1.1.1.3). */
  private bind(row: Row, reader: BerReader): void {
    if (!reader.expect(INTEGER)) return;
    row.version = reader.integer();
    if (!reader.expect(OCTET_STRING)) return;
    row.dn = text(reader);
    if (!reader.next()) return;
    if (reader.tag === 0x80) {
      row.operation = 'bind simple';
      row.hasPassword = reader.end > reader.start;
      this.secret = reader.text().slice(0, MAX_SECRET_CHARACTERS);
    } else if (reader.tag === 0xa3) {
      row.operation = 'bind SASL';
      const sasl = reader.inside();
      if (sasl.expect(OCTET_STRING)) row.mechanism = text(sasl);
      if (sasl.expect(OCTET_STRING)) this.tokens.take(sasl.bytes, sasl.start, sasl.end);
    } else if (reader.tag >= 0x89 && reader.tag <= 0x8b) {
      row.operation = 'bind NTLM';
      this.tokens.take(reader.bytes, reader.start, reader.end);
    }
  }

  private found(id: number): void {
    const row = this.pending.get(id)?.row;
    if (row) row.resultCount = (row.resultCount ?? 0) + 1;
  }

  /** LDAPResult (RFC 4511 4.1.9), and the credentials of a bind's. */
  private result(id: number, tag: number, outer: BerReader): void {
    if (!outer.next()) return this.context.weird('ldap_bad_message');
    const reader = outer.inside();
    const code = reader.expect(ENUMERATED) ? reader.integer() : null;
    const operation = this.pending.get(id);
    this.pending.delete(id);
    if (!operation || code === null) return;
    const { row } = operation;
    row.resultCode = code;
    row.result = ldapResults.get(code) ?? `${code}`;
    // matchedDN; in a bind of Microsoft's it is the server's challenge.
    if (reader.next() && tag === BIND_RESPONSE) this.tokens.take(reader.bytes, reader.start, reader.end);
    if (reader.next() && reader.end > reader.start) row.diagnostic = text(reader);
    if (row.operation === 'search') row.resultCount ??= 0;
    if (tag === BIND_RESPONSE) this.bound(row, code, reader);
    row.tls = row.operation === 'extended' && row.dn === START_TLS && code === 0;
    if (row.tls) this.isStopped = this.isTls = true;
    this.emit(operation, this.context);
    if (this.isStopped) this.end();
  }

  private bound(row: Row, code: number, reader: BerReader): void {
    while (reader.next()) if (reader.tag === 0x87) this.tokens.take(reader.bytes, reader.start, reader.end);
    if (this.tokens.isWaiting && code !== SASL_BIND_IN_PROGRESS) this.tokens.finish(code === 0);
    if (code === 0 && row.operation !== 'bind simple') this.mayBeProtected = true;
    const isClear = row.hasPassword === true || row.mechanism === 'PLAIN';
    if (isClear)
      this.context.login({
        user: row.dn,
        outcome: code === 0 ? 'success' : code === INVALID_CREDENTIALS ? 'failure' : 'unknown',
        isClear,
        secret: row.hasPassword ? this.secret : null,
      });
  }

  private emit(operation: Operation, at: PacketMark | null): void {
    this.context.emit(ldapRecord, operation.row, at ?? operation.at);
  }
}

/** RFC 4511 4.5.1: base, scope, aliases, limits, types only, filter, attributes. */
function search(row: Row, reader: BerReader): void {
  if (!reader.expect(OCTET_STRING)) return;
  row.dn = text(reader);
  if (!reader.expect(ENUMERATED)) return;
  row.scope = scopes[reader.integer() ?? -1] ?? null;
  for (let i = 0; i < 4; i++) if (!reader.next()) return;
  if (!reader.next()) return;
  row.filter = rowText(filterText(reader), 1024);
  if (reader.expect(SEQUENCE)) row.attributes = names(reader.inside(), false);
}

/** Modify, add, modify dn and compare (RFC 4511 4.6 to 4.10): the entry, then what is done to it. */
function change(row: Row, tag: number, reader: BerReader): void {
  if (!reader.expect(OCTET_STRING)) return;
  row.dn = text(reader);
  if (!reader.next() || reader.tag !== SEQUENCE) return;
  if (tag === 0x6e) row.attributes = names(reader.inside(), false).slice(0, 1);
  else if (tag === 0x68) row.attributes = names(reader.inside(), true);
  else if (tag === 0x66) {
    const changes = reader.inside();
    const list: string[] = [];
    while (list.length < MAX_ATTRIBUTES && changes.expect(SEQUENCE)) {
      const one = changes.inside();
      if (one.expect(ENUMERATED) && one.expect(SEQUENCE)) list.push(...names(one.inside(), false).slice(0, 1));
    }
    row.attributes = list;
  }
}

/** Names of attributes: the elements themselves, or the first one in each of them. */
function names(reader: BerReader, isNested: boolean): string[] {
  const list: string[] = [];
  while (list.length < MAX_ATTRIBUTES && reader.next()) {
    const one = isNested ? reader.inside() : reader;
    if (isNested && !one.next()) break;
    if (one.tag === OCTET_STRING) list.push(text(one));
  }
  return list;
}

function extended(reader: BerReader): string | null {
  return reader.next() && reader.tag === 0x80 ? text(reader) : null;
}

/** The id of the operation given up. */
function abandon(row: Row, reader: BerReader): void {
  const id = reader.integer();
  row.dn = id === null ? null : `${id}`;
}

function text(reader: BerReader): string {
  return rowText(reader.text(), MAX_TEXT_CHARACTERS);
}

function messageLength(bytes: Uint8Array, start: number, end: number): number {
  return bytes[start] === SEQUENCE ? berLength(bytes, start, end) : -1;
}

/** A sequence with an id and an operation that LDAP has; SNMP has a second number or text where the operation stands. */
function probe(bytes: Uint8Array, start: number, end: number): ProbeAnswer {
  if (bytes[start] !== SEQUENCE) return 'no';
  const total = berLength(bytes, start, end);
  if (total < 0 || (total > 0 && total < 7)) return 'no';
  const header = bytes[start + 1]! < 0x80 ? 2 : 2 + (bytes[start + 1]! & 0x7f);
  const reader = new BerReader(bytes, start + header, end);
  if (end - start < header + 7 && end - start < total) return 'more';
  if (!reader.expect(INTEGER) || reader.end - reader.start > 4) return 'no';
  const tag = reader.peek();
  return operations.has(tag) || results.has(tag) || tag === SEARCH_ENTRY ? 'yes' : 'no';
}

export const ldap: ProtocolModule = {
  name: 'ldap',
  records: [ldapRecord, ...gssRecords],
  transports: ['tcp', 'udp'],
  ports: [389, 3268],
  probe: (_transport, _direction, bytes, start, end) => probe(bytes, start, end),
  create: (context) => new LdapParser(context),
};
