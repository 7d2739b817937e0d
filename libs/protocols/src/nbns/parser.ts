/** NetBIOS name service over UDP (RFC 1002 4.2, network byte order): requests joined to the answers of the same id and flow. */
import type { Direction, FlowContext, OwnRow, PacketMark, ProbeAnswer, ProtocolModule, ProtocolParser } from '@wirecase/contract';
import { read16 } from '../common/binary.ts';
import { BoundedMap } from '../common/bounded-map.ts';
import { decodeText, rowText, withoutEnd } from '../common/text.ts';
import { nbnsRecord } from './fields.ts';

const NBNS_PORT = 137;
const HEADER_BYTES = 12;
/** A length, 32 letters, the root. */
const NAME_BYTES = 34;
const NAME_CHARACTERS = 15;
const NB = 32;
const NBSTAT = 33;
const RESPONSE = 0x8000;
const BROADCAST = 0x10;
const GROUP = 0x8000;
const MAX_SCOPE_BYTES = 255;
const MAX_PENDING = 64;
const MAX_ADDRESSES = 16;
const MAX_NAMES = 64;
const operations = new Map([
  [0, 'query'],
  [5, 'registration'],
  [6, 'release'],
  [7, 'wait'],
  [8, 'refresh'],
  [9, 'refresh'],
  [15, 'multihomed_registration'],
]);
const codes = ['NOERROR', 'FMT_ERR', 'SRV_ERR', 'NAM_ERR', 'IMP_ERR', 'RFS_ERR', 'ACT_ERR', 'CFT_ERR'];
/** The sixteenth byte of a name, as Microsoft uses it. */
const services = new Map([
  [0x00, 'workstation'],
  [0x01, 'browser'],
  [0x03, 'messenger'],
  [0x06, 'remote_access'],
  [0x1b, 'domain_master_browser'],
  [0x1c, 'domain_controllers'],
  [0x1d, 'master_browser'],
  [0x1e, 'browser_elections'],
  [0x20, 'file_server'],
]);

type Row = OwnRow<typeof nbnsRecord>;

class NbnsParser implements ProtocolParser {
  private readonly context: FlowContext;
  /** By id. */
  private readonly pending = new BoundedMap<number, { row: Row; at: PacketMark }>(MAX_PENDING);

  constructor(context: FlowContext) {
    this.context = context;
  }

  data(_direction: Direction, bytes: Uint8Array, start: number, end: number): boolean {
    const row = isMessage(bytes, start, end) ? readMessage(bytes, start, end) : null;
    if (!row) this.context.weird('nbns_bad_message');
    else if (row.responseCode === null) this.ask(row);
    else this.answer(row);
    return true;
  }

  gap(): boolean {
    return false;
  }

  end(): void {
    for (const { row, at } of this.pending.values()) this.context.emit(nbnsRecord, row, at);
    this.pending.clear();
  }

  /** The same request is sent three times where nobody answers: once is told. */
  private ask(row: Row): void {
    if (this.pending.get(row.nbnsId)?.row.name === row.name) return;
    const lost = this.pending.set(row.nbnsId, { row, at: { packet: this.context.packet, timeNs: this.context.timeNs } });
    if (lost) this.context.emit(nbnsRecord, lost.row, lost.at);
  }

  private answer(answer: Row): void {
    const asked = this.pending.get(answer.nbnsId)?.row;
    this.pending.delete(answer.nbnsId);
    if (asked) {
      answer.questionType = asked.questionType;
      answer.isBroadcast = asked.isBroadcast;
    }
    this.context.emit(nbnsRecord, answer);
  }
}

/** Header, then a question and perhaps what is registered (4.2.2), or the one record of an answer (4.2.5). `null`: cut or malformed. */
function readMessage(bytes: Uint8Array, start: number, end: number): Row | null {
  const flags = read16(bytes, start + 2);
  const isResponse = (flags & RESPONSE) !== 0;
  const name = start + HEADER_BYTES;
  let offset = behindName(bytes, name, end);
  if (offset < 0 || offset + 4 > end) return null;
  const type = read16(bytes, offset);
  const last = letters(bytes, name + 1 + 2 * NAME_CHARACTERS);
  const row: Row = {
    nbnsId: read16(bytes, start),
    operation: operations.get((flags >> 11) & 15)!,
    questionType: isResponse ? null : type === NBSTAT ? 'NBSTAT' : 'NB',
    name: encodedName(bytes, name + 1),
    service: services.get(last) ?? hexByte(last),
    isBroadcast: (flags & BROADCAST) !== 0,
    isGroup: null,
    responseCode: isResponse ? (codes[flags & 15] ?? `${flags & 15}`) : null,
    addresses: [],
    names: [],
    mac: null,
  };
  if (!isResponse) {
    // What is registered follows the question: the name again (a pointer or whole), type, class.
    if (read16(bytes, start + 10) === 0) return row;
    offset = behindName(bytes, offset + 4, end);
    if (offset < 0 || offset + 4 > end) return row;
  }
  // Type, class, time to live, length.
  const data = offset + 10;
  if (data > end) return row;
  const stop = Math.min(end, data + read16(bytes, offset + 8));
  if (read16(bytes, offset) === NB) readAddresses(row, bytes, data, stop);
  else if (read16(bytes, offset) === NBSTAT) readNames(row, bytes, data, stop);
  return row;
}

/** 4.2.1.3: flags and address, repeated. */
function readAddresses(row: Row, bytes: Uint8Array, start: number, end: number): void {
  const addresses: Uint8Array[] = [];
  for (let at = start; at + 6 <= end && addresses.length < MAX_ADDRESSES; at += 6) {
    row.isGroup ??= (read16(bytes, at) & GROUP) !== 0;
    addresses.push(bytes.slice(at + 2, at + 6));
  }
  row.addresses = addresses;
}

/** 4.2.18: their number, names of 16 bytes with flags, then statistics that begin with the hardware address. */
function readNames(row: Row, bytes: Uint8Array, start: number, end: number): void {
  if (start >= end) return;
  const names: string[] = [];
  let at = start + 1;
  for (let left = bytes[start]!; left > 0 && at + 18 <= end; left--, at += 18) {
    if (names.length === MAX_NAMES) continue;
    const group = read16(bytes, at + 16) & GROUP ? ' group' : '';
    names.push(`${trimmed(decodeText(bytes, at, at + NAME_CHARACTERS))}<${hexByte(bytes[at + NAME_CHARACTERS]!)}>${group}`);
  }
  row.names = names;
  if (at + 6 <= end) row.mac = Array.from({ length: 6 }, (_, i) => hexByte(bytes[at + i]!)).join(':');
}

/** Offset behind a name: a pointer, or the 32 letters with labels of a scope behind them; -1 when it is none. */
function behindName(bytes: Uint8Array, start: number, end: number): number {
  if (start + 2 <= end && bytes[start]! >= 0xc0) return start + 2;
  let at = start;
  const limit = Math.min(end, start + MAX_SCOPE_BYTES);
  while (at < limit && bytes[at] !== 0) {
    if (bytes[at]! > 63) return -1;
    at += 1 + bytes[at]!;
  }
  return at < limit ? at + 1 : -1;
}

/** First level encoding (RFC 1001 14.1): two letters from A on a byte. */
function encodedName(bytes: Uint8Array, start: number): string {
  const name = Uint8Array.from({ length: NAME_CHARACTERS }, (_, i) => letters(bytes, start + 2 * i));
  return trimmed(decodeText(name, 0, name.length));
}

function letters(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! - 0x41) << 4) | (bytes[at + 1]! - 0x41);
}

/** Filled up with blanks, `*` with zeros. */
function trimmed(name: string): string {
  return rowText(withoutEnd(name, ' \0'), 4 * NAME_CHARACTERS);
}

function hexByte(value: number): string {
  return value.toString(16).padStart(2, '0');
}

/** A known operation, a question or an answer, and a name of 32 letters from A to P. */
function isMessage(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < HEADER_BYTES + NAME_BYTES || bytes[start + HEADER_BYTES] !== 32) return false;
  if (!operations.has((read16(bytes, start + 2) >> 11) & 15) || read16(bytes, start + 4) + read16(bytes, start + 6) === 0) return false;
  const from = start + HEADER_BYTES + 1;
  for (let i = from; i < from + 32; i++) if (bytes[i]! < 0x41 || bytes[i]! > 0x50) return false;
  return true;
}

function probe(bytes: Uint8Array, start: number, end: number): ProbeAnswer {
  return isMessage(bytes, start, end) ? 'yes' : 'no';
}

export const nbns: ProtocolModule = {
  name: 'nbns',
  records: [nbnsRecord],
  transports: ['udp'],
  ports: [NBNS_PORT],
  probe: (_transport, _direction, bytes, start, end) => probe(bytes, start, end),
  create: (context) => new NbnsParser(context),
};
