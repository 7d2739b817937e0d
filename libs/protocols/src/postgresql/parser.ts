/** PostgreSQL over TCP (frontend/backend protocol 3.0, network byte order): login and statements, until TLS or GSS begins. */
import type { Direction, FlowContext, OwnRow, PacketMark, ProbeAnswer, ProtocolModule, ProtocolParser } from '@wirecase/contract';
import { read32 } from '../common/binary.ts';
import { FrameReader } from '../common/frame-reader.ts';
import { decodeTerminated, rowText } from '../common/text.ts';
import { postgresqlRecord } from './fields.ts';

const MAX_MESSAGE_BYTES = 8192;
const MAX_TEXT_CHARACTERS = 1024;
const MAX_SECRET_CHARACTERS = 1024;
const MAX_PENDING = 64;
const VERSION_3 = 196_608;
const SSL_REQUEST = 80_877_103;
const GSS_REQUEST = 80_877_104;
const CANCEL_REQUEST = 80_877_102;
const authentications = new Map([
  [0, 'ok'],
  [2, 'kerberos'],
  [3, 'clear'],
  [5, 'md5'],
  [7, 'gss'],
  [9, 'sspi'],
  [10, 'sasl'],
]);

type Row = OwnRow<typeof postgresqlRecord>;

interface Request {
  row: Row;
  at: PacketMark;
}

class PostgresqlParser implements ProtocolParser {
  private readonly context: FlowContext;
  private readonly frames: readonly [FrameReader, FrameReader];
  private readonly pending: Request[] = [];
  private isStarted = false;
  /** The server's next byte answers a request for encryption. */
  private asksEncryption = false;
  private isStopped = false;
  private isTls = false;
  private user: string | null = null;
  /** The password message given last. */
  private secret: string | null = null;
  private database: string | null = null;
  private application: string | null = null;
  private serverVersion: string | null = null;
  /** Rows since the last statement was over. */
  private rows = 0;

  constructor(context: FlowContext) {
    this.context = context;
    const fromClient = (bytes: Uint8Array, start: number, end: number) =>
      this.isStarted ? messageLength(bytes, start, end) : startLength(bytes, start, end);
    this.frames = [new FrameReader(MAX_MESSAGE_BYTES, fromClient), new FrameReader(MAX_MESSAGE_BYTES, messageLength)];
  }

  data(direction: Direction, bytes: Uint8Array, start: number, end: number): boolean {
    const frames = this.frames[direction];
    let offset = start;
    while (offset < end && !this.isStopped) {
      if (direction === 1 && this.asksEncryption) {
        this.encryptionAnswered(bytes[offset++]!);
        continue;
      }
      offset = frames.take(bytes, offset, end);
      if (frames.isBroken) this.context.weird('postgresql_bad_message');
      if (!frames.isWhole) continue;
      if (direction === 1) this.answer(frames.bytes, frames.start, frames.end);
      else if (this.isStarted) this.request(frames.bytes, frames.start, frames.end);
      else this.start(frames.bytes, frames.start, frames.end);
    }
    if (this.isTls) this.context.handOver(offset);
    return !this.isStopped;
  }

  gap(direction: Direction, missing: number): boolean {
    this.frames[direction].gap(missing);
    this.isStarted = true;
    return !this.isStopped;
  }

  end(): void {
    for (const { row, at } of this.pending.splice(0)) this.context.emit(postgresqlRecord, row, at);
  }

  private start(bytes: Uint8Array, start: number, end: number): void {
    const code = read32(bytes, start + 4);
    if (code === SSL_REQUEST || code === GSS_REQUEST) {
      this.asksEncryption = true;
      return this.wait(this.row(code === SSL_REQUEST ? 'ssl_request' : 'gssenc_request'));
    }
    this.isStarted = true;
    if (code === CANCEL_REQUEST) return this.context.emit(postgresqlRecord, this.row('cancel'));
    let offset = start + 8;
    while (offset < end && bytes[offset] !== 0) {
      const name = decodeTerminated(bytes, offset, end);
      offset = behind(bytes, offset, end);
      const value = rowText(decodeTerminated(bytes, offset, end), MAX_TEXT_CHARACTERS);
      offset = behind(bytes, offset, end);
      if (name === 'user') this.user = value;
      else if (name === 'database') this.database = value;
      else if (name === 'application_name') this.application = value;
    }
    this.wait(this.row('startup'));
  }

  private encryptionAnswered(byte: number): void {
    this.asksEncryption = false;
    const { row } = this.pending.shift()!;
    row.success = byte === 0x53 || byte === 0x47;
    row.tls = this.isTls = byte === 0x53;
    this.context.emit(postgresqlRecord, row);
    this.isStopped = row.success;
  }

  /** Password messages (`p`) are credentials; Bind, Execute and the rest of the extended query belong to the statement parsed before. */
  private request(bytes: Uint8Array, start: number, end: number): void {
    const kind = String.fromCharCode(bytes[start]!);
    if (kind === 'Q') this.wait({ ...this.row('query'), argument: text(bytes, start + 5, end) });
    else if (kind === 'P') this.wait({ ...this.row('parse'), argument: text(bytes, behind(bytes, start + 5, end), end) });
    else if (kind === 'p') this.secret = decodeTerminated(bytes, start + 5, end).slice(0, MAX_SECRET_CHARACTERS);
    else if (kind === 'X') this.context.emit(postgresqlRecord, this.row('terminate'));
  }

  private answer(bytes: Uint8Array, start: number, end: number): void {
    const request = this.pending[0];
    switch (String.fromCharCode(bytes[start]!)) {
      case 'R': {
        const kind = end - start >= 9 ? read32(bytes, start + 5) : -1;
        // The last word of a login says `ok`; what it was asked by comes before.
        if (request && authentications.has(kind) && (kind !== 0 || !request.row.authentication)) {
          request.row.authentication = authentications.get(kind)!;
        }
        if (request && kind === 0) {
          request.row.success = true;
          this.login(request.row);
        }
        break;
      }
      case 'S':
        if (decodeTerminated(bytes, start + 5, end) === 'server_version') {
          this.serverVersion = text(bytes, behind(bytes, start + 5, end), end);
          if (request) request.row.serverVersion = this.serverVersion;
        }
        break;
      case 'D':
        this.rows++;
        break;
      case 'C':
        if (request) this.completed(request.row, text(bytes, start + 5, end));
        break;
      case 'E':
        if (request) this.failed(request.row, bytes, start + 5, end);
        break;
      case 'Z':
        this.ready();
        break;
    }
  }

  /** `SELECT 5`, `INSERT 0 1`, `CREATE TABLE`: the last word is the number of rows where it is one. */
  private completed(row: Row, tag: string): void {
    const count = /^[A-Z]+ (?:\d+ )?(\d{1,15})$/.exec(tag)?.[1];
    row.success ??= true;
    row.rows = (row.rows ?? 0) + (count === undefined ? this.rows : Number(count));
    this.rows = 0;
  }

  /** Fields of an error: a letter and a text each. */
  private failed(row: Row, bytes: Uint8Array, start: number, end: number): void {
    let offset = start;
    while (offset < end && bytes[offset] !== 0) {
      const kind = bytes[offset]!;
      if (kind === 0x43) row.errorCode = text(bytes, offset + 1, end);
      else if (kind === 0x4d) row.errorText = text(bytes, offset + 1, end);
      offset = behind(bytes, offset + 1, end);
    }
    row.success = false;
    if (row.command === 'startup') this.login(row);
    // A login that fails is not followed by ReadyForQuery.
    if (row.command === 'startup') this.ready();
  }

  /** SQLSTATE 28000 and 28P01 refuse the user; a server that asks for nothing was no login. */
  private login({ authentication, errorCode, success }: Row): void {
    if (authentication === 'ok' || (authentication === null && success)) return;
    const outcome = success ? 'success' : errorCode?.startsWith('28') ? 'failure' : 'unknown';
    this.context.login({ user: this.user, outcome, isClear: authentication === 'clear', secret: this.secret });
  }

  /** ReadyForQuery: all that was asked is over. */
  private ready(): void {
    for (const { row } of this.pending.splice(0)) {
      row.success ??= row.command === 'parse' ? true : null;
      this.context.emit(postgresqlRecord, row);
    }
    this.rows = 0;
  }

  private wait(row: Row): void {
    this.pending.push({ row, at: { packet: this.context.packet, timeNs: this.context.timeNs } });
    if (this.pending.length <= MAX_PENDING) return;
    this.context.weird('postgresql_pending_limit');
    const oldest = this.pending.shift()!;
    this.context.emit(postgresqlRecord, oldest.row, oldest.at);
  }

  private row(command: string): Row {
    return {
      command,
      argument: null,
      user: this.user,
      database: this.database,
      application: this.application,
      authentication: null,
      success: null,
      rows: null,
      errorCode: null,
      errorText: null,
      serverVersion: this.serverVersion,
      tls: false,
    };
  }
}

function text(bytes: Uint8Array, start: number, end: number): string {
  return rowText(decodeTerminated(bytes, Math.min(start, end), end), MAX_TEXT_CHARACTERS);
}

/** Offset behind the NUL that ends the text at `start`. */
function behind(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at] !== 0) at++;
  return at + 1;
}

/** Kind, then a length that counts itself. */
function messageLength(bytes: Uint8Array, start: number, end: number): number {
  const kind = bytes[start]! | 0x20;
  if ((kind < 0x61 || kind > 0x7a) && (bytes[start]! < 0x31 || bytes[start]! > 0x33)) return -1;
  if (end - start < 5) return 0;
  const length = read32(bytes, start + 1);
  return length < 4 || length > 0x4000_0000 ? -1 : 1 + length;
}

/** The first message has no kind. */
function startLength(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < 8) return 0;
  const length = read32(bytes, start);
  const code = read32(bytes, start + 4);
  if (length < 8 || length > 10_000) return -1;
  return (code >= VERSION_3 && code < VERSION_3 + 16) || (code >= CANCEL_REQUEST && code <= GSS_REQUEST) ? length : -1;
}

function probe(direction: Direction, bytes: Uint8Array, start: number, end: number): ProbeAnswer {
  if (direction !== 0 || bytes[start] !== 0 || (end - start > 1 && bytes[start + 1] !== 0)) return 'no';
  const length = startLength(bytes, start, end);
  return length === 0 ? 'more' : length > 0 ? 'yes' : 'no';
}

export const postgresql: ProtocolModule = {
  name: 'postgresql',
  records: [postgresqlRecord],
  transports: ['tcp'],
  ports: [5432],
  probe: (_transport, direction, bytes, start, end) => probe(direction, bytes, start, end),
  create: (context) => new PostgresqlParser(context),
};
