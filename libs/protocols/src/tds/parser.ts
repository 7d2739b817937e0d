/**
 * TDS over TCP (MS-TDS 2.2, tokens little-endian): prelogin, login and batches. TLS shakes hands within its packets; behind that only the
 * login is encrypted where both sides said `off`, else everything is.
 */
import type { Direction, FlowContext, OwnRow, PacketMark, ProbeAnswer, ProtocolModule, ProtocolParser } from '@wirecase/contract';
import { read16, read16Le, read32Le } from '../common/binary.ts';
import { FrameReader } from '../common/frame-reader.ts';
import { GssExchange, gssRecords } from '../common/gss-exchange.ts';
import { decodeUtf16, rowText } from '../common/text.ts';
import { tdsRecord } from './fields.ts';

const HEADER_BYTES = 8;
const MAX_MESSAGE_BYTES = 8192;
const MAX_TEXT_CHARACTERS = 1024;
const MAX_SECRET_CHARACTERS = 128;
const BATCH = 1;
const RPC = 3;
const RESPONSE = 4;
const ATTENTION = 6;
const LOGIN = 16;
const SSPI = 17;
const PRELOGIN = 18;
/** First bytes of TLS's records: change_cipher_spec, alert, handshake, application data. */
const TLS_CHANGE_CIPHER = 20;
const TLS_HANDSHAKE = 22;
const TLS_DATA = 23;
const ERROR_TOKEN = 0xaa;
const LOGINACK_TOKEN = 0xad;
const DONE_TOKENS = new Set([0xfd, 0xfe, 0xff]);
/** Tokens with a length of 16 bits behind them; what has another form ends the walk. */
const counted = new Set([ERROR_TOKEN, 0xab, LOGINACK_TOKEN, 0xe3, 0xa9, 0xed]);
const MAX_TOKENS = 64;
const encryptions = ['off', 'on', 'unsupported', 'required'];
const types = new Set([BATCH, RPC, RESPONSE, ATTENTION, 7, 8, 14, LOGIN, SSPI, PRELOGIN]);

type Row = OwnRow<typeof tdsRecord>;

class TdsParser implements ProtocolParser {
  private readonly context: FlowContext;
  private readonly tokens: GssExchange;
  private readonly frames: readonly [FrameReader, FrameReader];
  private asked: { row: Row; at: PacketMark } | null = null;
  private user: string | null = null;
  /** The password of the login. */
  private secret: string | null = null;
  private isStopped = false;
  /** TLS shakes hands. */
  private isShakingHands = false;
  /** Both sides said `off`: the login alone is encrypted (2.2.6.5). */
  private isLoginOnly = false;
  /** The login goes on with tokens, which tell its user. */
  private hasTokens = false;
  /** The message at hand goes on in the next packet. */
  private isContinued: [boolean, boolean] = [false, false];

  constructor(context: FlowContext) {
    this.context = context;
    this.tokens = new GssExchange(context, 'tds');
    this.frames = [new FrameReader(MAX_MESSAGE_BYTES, packetLength), new FrameReader(MAX_MESSAGE_BYTES, packetLength)];
  }

  data(direction: Direction, bytes: Uint8Array, start: number, end: number): boolean {
    const frames = this.frames[direction];
    let offset = start;
    while (offset < end && !this.isStopped) {
      offset = frames.take(bytes, offset, end);
      if (frames.isBroken) this.context.weird('tds_bad_packet');
      if (!frames.isWhole) continue;
      const isContinued = this.isContinued[direction];
      this.isContinued[direction] = (frames.bytes[frames.start + 1]! & 1) === 0;
      if (!isContinued || this.isShakingHands) this.message(direction, frames.bytes, frames.start, frames.end);
    }
    return !this.isStopped;
  }

  gap(direction: Direction, missing: number): boolean {
    this.frames[direction].gap(missing);
    this.isContinued[direction] = false;
    return !this.isStopped;
  }

  end(): void {
    if (this.asked) this.context.emit(tdsRecord, this.asked.row, this.asked.at);
    this.asked = null;
    this.tokens.finish(null);
  }

  private message(direction: Direction, bytes: Uint8Array, frame: number, end: number): void {
    const start = frame + HEADER_BYTES;
    if (isTlsRecord(bytes, frame)) return this.encrypted(direction);
    if (this.isShakingHands) return this.context.carry(direction, bytes, start, end);
    switch (bytes[frame]) {
      case PRELOGIN:
        if (bytes[start] === TLS_HANDSHAKE) {
          this.isShakingHands = true;
          this.context.carry(direction, bytes, start, end);
        } else if (direction === 0) this.ask({ ...emptyRow('prelogin', null), encryption: encryptionOf(bytes, start, end) });
        break;
      case LOGIN:
        this.login(bytes, start, end);
        break;
      case SSPI:
        this.tokens.take(bytes, start, end);
        break;
      case BATCH:
        this.ask({ ...emptyRow('batch', this.user), statement: batchOf(bytes, start, end) });
        break;
      case RPC:
        this.ask(emptyRow('rpc', this.user));
        break;
      case ATTENTION:
        this.context.emit(tdsRecord, emptyRow('attention', this.user));
        break;
      case RESPONSE:
        this.response(bytes, start, end);
        break;
    }
  }

  /** A record of TLS without a packet around it. */
  private encrypted(direction: Direction): void {
    this.isShakingHands = false;
    if (!this.isLoginOnly) {
      this.end();
      this.isStopped = true;
    } else if (direction === 0 && this.asked?.row.command !== 'login') this.ask(emptyRow('login', null));
  }

  private ask(row: Row): void {
    if (this.asked) this.context.emit(tdsRecord, this.asked.row, this.asked.at);
    this.asked = { row, at: { packet: this.context.packet, timeNs: this.context.timeNs } };
  }

  /** LOGIN7 (2.2.6.4): texts by offset and length in characters: host, user, password, application, server, ..., database. */
  private login(bytes: Uint8Array, start: number, end: number): void {
    if (end - start < 94) return this.context.weird('tds_bad_login');
    const text = (field: number) => {
      const from = start + read16Le(bytes, start + field);
      const to = from + 2 * read16Le(bytes, start + field + 2);
      return to > end || to === from ? null : rowText(decodeUtf16(bytes, from, to), 256);
    };
    const row = emptyRow('login', (this.user = text(40)));
    row.host = text(36);
    row.hasPassword = read16Le(bytes, start + 46) > 0;
    this.secret = passwordOf(bytes, start + read16Le(bytes, start + 44), read16Le(bytes, start + 46), end);
    row.application = text(48);
    row.server = text(52);
    row.database = text(68);
    this.tokens.take(bytes, start, end);
    this.ask(row);
  }

  private response(bytes: Uint8Array, start: number, end: number): void {
    if (!this.asked) return;
    const { row } = this.asked;
    if (row.command === 'prelogin') {
      row.encryption = encryptionOf(bytes, start, end) ?? row.encryption;
      row.success = true;
      this.isLoginOnly = row.encryption === 'off';
    } else if (row.command === 'login' && bytes[start] === 0xed) {
      // A challenge: the login goes on.
      this.hasTokens = true;
      this.tokens.take(bytes, start, end);
      return;
    } else this.outcome(row, bytes, start, end);
    if (row.command === 'login') this.loggedIn(row);
    this.context.emit(tdsRecord, row);
    this.asked = null;
  }

  private loggedIn({ user, success, hasPassword }: Row): void {
    const outcome = success ? 'success' : 'failure';
    if (hasPassword) this.context.login({ user, outcome, isClear: true, secret: this.secret });
    else if (hasPassword === null && !this.hasTokens) this.context.login({ user, outcome, isClear: false });
    this.tokens.finish(success);
  }

  /** The tokens up to the first that has no length: errors stand first. */
  private outcome(row: Row, bytes: Uint8Array, start: number, end: number): void {
    let offset = start;
    row.success = row.command !== 'login';
    for (let i = 0; i < MAX_TOKENS && offset + 3 <= end; i++) {
      const token = bytes[offset]!;
      if (DONE_TOKENS.has(token)) {
        if (read16Le(bytes, offset + 1) & 2) row.success = false;
        return;
      }
      if (!counted.has(token)) return;
      const next = offset + 3 + read16Le(bytes, offset + 1);
      if (token === LOGINACK_TOKEN) row.success = true;
      else if (token === ERROR_TOKEN && row.errorCode === null && offset + 11 <= end) {
        row.success = false;
        row.errorCode = read32Le(bytes, offset + 3) | 0;
        const to = Math.min(end, offset + 11 + 2 * read16Le(bytes, offset + 9));
        row.errorText = rowText(decodeUtf16(bytes, offset + 11, to), MAX_TEXT_CHARACTERS);
      }
      offset = next;
    }
  }
}

function emptyRow(command: string, user: string | null): Row {
  return {
    command,
    user,
    host: null,
    application: null,
    server: null,
    database: null,
    hasPassword: null,
    statement: null,
    encryption: null,
    success: null,
    errorCode: null,
    errorText: null,
  };
}

/** Text behind the headers, whose total length stands first from version 7.2 on (2.2.6.7). */
function batchOf(bytes: Uint8Array, start: number, end: number): string {
  const headers = end - start >= 4 ? read32Le(bytes, start) : 0;
  const from = headers >= 4 && headers <= 256 && start + headers <= end ? start + headers : start;
  return rowText(decodeUtf16(bytes, from, end), MAX_TEXT_CHARACTERS);
}

/** PRELOGIN's options (2.2.6.5, network byte order): kind, offset, length; encryption is 1, 255 the end. */
function encryptionOf(bytes: Uint8Array, start: number, end: number): string | null {
  for (let at = start; at + 5 <= end && bytes[at] !== 0xff; at += 5) {
    const where = start + read16(bytes, at + 1);
    if (bytes[at] === 1) return where < end ? (encryptions[bytes[where]!] ?? null) : null;
  }
  return null;
}

/** Type and major version, which no packet of TDS begins with. */
function isTlsRecord(bytes: Uint8Array, start: number): boolean {
  return bytes[start]! >= TLS_CHANGE_CIPHER && bytes[start]! <= TLS_DATA && bytes[start + 1] === 3;
}

/** Type, status, length with the header, process, number, window (2.2.3); or a record of TLS. */
function packetLength(bytes: Uint8Array, start: number, end: number): number {
  if (end - start >= 5 && isTlsRecord(bytes, start)) return 5 + read16(bytes, start + 3);
  if (bytes[start]! >= TLS_CHANGE_CIPHER && bytes[start]! <= TLS_DATA) return end - start < 5 ? 0 : -1;
  if (!types.has(bytes[start]!)) return -1;
  if (end - start < HEADER_BYTES) return 0;
  const length = read16(bytes, start + 2);
  return length < HEADER_BYTES || bytes[start + 1]! > 0x1f || bytes[start + 7] !== 0 ? -1 : length;
}

/** A prelogin with a version first (2.2.6.5), or a login of a version 7. */
function probe(bytes: Uint8Array, start: number, end: number): ProbeAnswer {
  if (bytes[start] !== PRELOGIN && bytes[start] !== LOGIN) return 'no';
  if (end - start < 16) return end - start >= HEADER_BYTES && packetLength(bytes, start, end) < 0 ? 'no' : 'more';
  const length = packetLength(bytes, start, end);
  if (length < 16 || bytes[start + 1]! > 9) return 'no';
  if (bytes[start] === LOGIN) return (bytes[start + 15]! & 0xf0) === 0x70 ? 'yes' : 'no';
  return bytes[start + 8] === 0 && bytes[start + 9] === 0 && read16(bytes, start + 11) === 6 ? 'yes' : 'no';
}

/** 2.2.6.4: UTF-16 whose bytes have their halves swapped and were then combined with 0xa5. `null` when there is none, or it is cut. */
function passwordOf(bytes: Uint8Array, start: number, characters: number, end: number): string | null {
  const stop = start + 2 * Math.min(characters, MAX_SECRET_CHARACTERS);
  if (characters === 0 || stop > end) return null;
  const plain = Uint8Array.from(bytes.subarray(start, stop), (byte) => (((byte ^ 0xa5) >> 4) | ((byte ^ 0xa5) << 4)) & 255);
  return decodeUtf16(plain, 0, plain.length);
}

export const tds: ProtocolModule = {
  name: 'tds',
  records: [tdsRecord, ...gssRecords],
  transports: ['tcp'],
  ports: [1433],
  probe: (_transport, _direction, bytes, start, end) => probe(bytes, start, end),
  create: (context) => new TdsParser(context),
};
