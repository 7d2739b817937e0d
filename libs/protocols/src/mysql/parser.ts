/** MySQL and MariaDB over TCP (client/server protocol, little-endian): greeting, login and commands, until TLS begins. */
import {
  type Direction,
  type FlowContext,
  type OwnRow,
  type PacketMark,
  type ProbeAnswer,
  type ProtocolModule,
  type ProtocolParser,
} from '@wirecase/contract';
import { read16Le, read24Le, read32Le } from '../common/binary.ts';
import { FrameReader } from '../common/frame-reader.ts';
import { decodeTerminated, rowText } from '../common/text.ts';
import { mysqlRecord } from './fields.ts';
import { isGreeting, MysqlLogin } from './login.ts';
import { MysqlReader, textIn } from './reader.ts';

const HEADER_BYTES = 4;
const MAX_MESSAGE_BYTES = 8192;
const PROTOCOL_41 = 0x200;
const SSL = 0x800;
const QUERY_ATTRIBUTES = 0x800_0000;
const DEPRECATE_EOF = 0x100_0000;
/** Of a handshake response before the user, from 4.1 on and before. */
const FIXED_BYTES = 32;
const OLD_FIXED_BYTES = 5;
const OK = 0;
const EOF = 0xfe;
const ERROR = 0xff;
const ACCESS_DENIED = 1045;
const QUIT = 1;
const INIT_DB = 2;
const QUERY = 3;
const FIELD_LIST = 4;
const CHANGE_USER = 17;
const PREPARE = 22;
const EXECUTE = 23;
const commands = new Map([
  [QUIT, 'quit'],
  [INIT_DB, 'init_db'],
  [QUERY, 'query'],
  [FIELD_LIST, 'field_list'],
  [5, 'create_db'],
  [6, 'drop_db'],
  [7, 'refresh'],
  [8, 'shutdown'],
  [9, 'statistics'],
  [10, 'process_info'],
  [12, 'process_kill'],
  [13, 'debug'],
  [14, 'ping'],
  [CHANGE_USER, 'change_user'],
  [18, 'binlog_dump'],
  [PREPARE, 'statement_prepare'],
  [EXECUTE, 'statement_execute'],
  [24, 'statement_send_long_data'],
  [25, 'statement_close'],
  [26, 'statement_reset'],
  [27, 'set_option'],
  [28, 'statement_fetch'],
  [31, 'reset_connection'],
]);
/** Nothing answers these. */
const unanswered = new Set([QUIT, 24, 25]);

type Row = OwnRow<typeof mysqlRecord>;

class MysqlParser implements ProtocolParser {
  private readonly context: FlowContext;
  private readonly frames: readonly [FrameReader, FrameReader] = [
    new FrameReader(MAX_MESSAGE_BYTES, messageLength),
    new FrameReader(MAX_MESSAGE_BYTES, messageLength),
  ];
  private phase: 'greeting' | 'login' | 'command' | 'stopped' = 'greeting';
  private server: Direction = 1;
  private serverVersion: string | null = null;
  private user: string | null = null;
  private database: string | null = null;
  private capabilities = 0;
  /** Since the greeting. */
  private proving: MysqlLogin | null = null;
  private asked: { row: Row; code: number; at: PacketMark } | null = null;
  /** Of the result at hand: whether its columns are being told, then how many rows came. */
  private columnsLeft = -1;
  private rows = 0;

  constructor(context: FlowContext) {
    this.context = context;
  }

  data(direction: Direction, bytes: Uint8Array, start: number, end: number): boolean {
    const frames = this.frames[direction];
    let offset = start;
    while (offset < end && this.phase !== 'stopped') {
      offset = frames.take(bytes, offset, end);
      if (frames.isBroken) this.context.weird('mysql_bad_message');
      if (frames.isWhole) this.message(direction, frames.bytes, frames.start, frames.end);
    }
    // The client's TLS begins behind its request for it.
    if (this.phase === 'stopped') this.context.handOver(offset);
    return this.phase !== 'stopped';
  }

  gap(direction: Direction, missing: number): boolean {
    this.frames[direction].gap(missing);
    if (this.phase === 'login') this.phase = 'command';
    return this.phase !== 'stopped';
  }

  end(): void {
    if (this.asked) this.context.emit(mysqlRecord, this.asked.row, this.asked.at);
    this.asked = null;
  }

  private message(direction: Direction, bytes: Uint8Array, frame: number, end: number): void {
    const start = frame + HEADER_BYTES;
    const number = bytes[frame + 3]!;
    if (start >= end) return;
    if (this.phase === 'greeting' && number === 0 && isGreeting(bytes, start, end)) {
      this.server = direction;
      this.serverVersion = rowText(decodeTerminated(bytes, start + 1, Math.min(end, start + 65)), 64);
      this.proving = new MysqlLogin(bytes, start, end);
      this.phase = 'login';
    } else if (this.phase === 'greeting' && isRefusal(bytes, frame, end)) {
      this.server = direction;
      this.ask(0, this.row('login'));
      this.refused(this.asked!.row, bytes, start, end);
      this.end();
    } else if (direction === this.server) this.response(bytes, start, end);
    else if (this.phase === 'login' && number > 0) this.login(bytes, start, end);
    else if (number === 0) this.command(bytes, start, end);
  }

  /**
   * Handshake response: 4.1's capabilities, size, character set, 23 zeros, before 4.1 capabilities (2) and size (3); then user, proof,
   * database. TLS is asked for by the fixed part alone.
   */
  private login(bytes: Uint8Array, start: number, end: number): void {
    this.proving?.answer(bytes, start, end);
    // Whatever else is said in a login is no login.
    if (this.asked || end - start < OLD_FIXED_BYTES) return;
    const isOld = (read16Le(bytes, start) & PROTOCOL_41) === 0;
    const fixedBytes = isOld ? OLD_FIXED_BYTES : FIXED_BYTES;
    if (end - start < fixedBytes) return;
    this.capabilities = isOld ? read16Le(bytes, start) : read32Le(bytes, start);
    if (end - start === fixedBytes && this.capabilities & SSL) {
      this.context.emit(mysqlRecord, { ...this.row('login'), tls: true });
      this.phase = 'stopped';
      return;
    }
    this.proving?.respond(this.capabilities, bytes, start + fixedBytes, end);
    this.user = this.proving?.user ?? null;
    this.database = this.proving?.database ?? this.database;
    this.ask(0, { ...this.row('login'), argument: this.user });
  }

  private command(bytes: Uint8Array, start: number, end: number): void {
    const code = bytes[start]!;
    const name = commands.get(code);
    if (!name) return this.context.weird('mysql_bad_command');
    this.end();
    this.phase = 'command';
    const row = this.row(name);
    if (code === QUERY) row.argument = this.statement(bytes, start + 1, end);
    else if (code === PREPARE || code === FIELD_LIST || code === 5 || code === 6) row.argument = textIn(bytes, start + 1, end);
    else if (code === INIT_DB) row.argument = row.database = this.database = textIn(bytes, start + 1, end);
    else if (code === CHANGE_USER) row.argument = row.user = this.user = new MysqlReader(bytes, start + 1, end).terminated();
    if (unanswered.has(code)) this.context.emit(mysqlRecord, row);
    else this.ask(code, row);
  }

  /** With query attributes their count, a set count and perhaps their values stand before the statement (MySQL: COM_QUERY). */
  private statement(bytes: Uint8Array, start: number, end: number): string | null {
    if ((this.capabilities & QUERY_ATTRIBUTES) === 0) return textIn(bytes, start, end);
    const reader = new MysqlReader(bytes, start, end);
    const count = reader.length();
    reader.length();
    return reader.skipAttributes(count) ? reader.rest() : null;
  }

  private ask(code: number, row: Row): void {
    this.asked = { row, code, at: { packet: this.context.packet, timeNs: this.context.timeNs } };
    this.columnsLeft = -1;
    this.rows = 0;
  }

  private response(bytes: Uint8Array, start: number, end: number): void {
    if (!this.asked) return;
    const { row, code } = this.asked;
    const first = bytes[start]!;
    if (first === ERROR && end - start >= 3) {
      this.refused(row, bytes, start, end);
      return this.answered();
    }
    if (row.command === 'login' || code === CHANGE_USER) {
      if (first === EOF) this.proving?.askedAnew(bytes, start + 1, end);
      // A byte of 1 before what a method says in between: of caching_sha2, whether the answer was enough.
      if (first !== OK) return;
      this.phase = 'command';
      row.success = true;
      row.rows = 0;
      return this.answered();
    }
    if (this.columnsLeft >= 0) return this.result(first, end - start);
    if (first === OK || first === EOF || (code !== QUERY && code !== EXECUTE)) {
      row.success = true;
      row.rows = first === OK && code !== PREPARE ? new MysqlReader(bytes, start + 1, end).length() : 0;
      return this.answered();
    }
    // The number of columns begins a result.
    this.columnsLeft = new MysqlReader(bytes, start, end).length();
  }

  private refused(row: Row, bytes: Uint8Array, start: number, end: number): void {
    row.success = false;
    row.errorCode = read16Le(bytes, start + 1);
    // From 4.1 on `#` and five characters of state stand before the text.
    row.response = textIn(bytes, bytes[start + 3] === 0x23 ? start + 9 : start + 3, end);
  }

  /** Columns, an end mark where the client asks for one, rows, an end mark. */
  private result(first: number, length: number): void {
    const isEnd = first === EOF && (length < 9 || (this.capabilities & DEPRECATE_EOF) !== 0);
    if (this.columnsLeft > 0) {
      this.columnsLeft--;
      if (this.columnsLeft === 0 && (this.capabilities & DEPRECATE_EOF) === 0) this.rows = -1;
    } else if (isEnd && this.rows < 0) this.rows = 0;
    else if (isEnd) {
      this.asked!.row.success = true;
      this.asked!.row.rows = this.rows;
      this.answered();
    } else this.rows++;
  }

  private answered(): void {
    const { command, user, success, errorCode } = this.asked!.row;
    if (command === 'login' || command === 'change_user') {
      const outcome = success ? 'success' : errorCode === ACCESS_DENIED ? 'failure' : 'unknown';
      const secret = command === 'login' ? (this.proving?.secret() ?? null) : null;
      this.context.login({ user, outcome, isClear: false, kind: secret === null ? undefined : 'digest', secret });
    }
    this.context.emit(mysqlRecord, this.asked!.row);
    this.asked = null;
  }

  private row(command: string): Row {
    return {
      command,
      argument: null,
      user: this.user,
      database: this.database,
      serverVersion: this.serverVersion,
      success: null,
      rows: null,
      errorCode: null,
      response: null,
      tls: false,
    };
  }
}

/** Length of the payload in 3 bytes, number; a payload of 16 MB goes on in the next, which begins a message as any. */
function messageLength(bytes: Uint8Array, start: number, end: number): number {
  return end - start < HEADER_BYTES ? 0 : HEADER_BYTES + read24Le(bytes, start);
}

/** Whether a frame, the server's first, is an error in place of a greeting: too many connections (1040), a host that is not welcome (1130) ... */
function isRefusal(bytes: Uint8Array, frame: number, end: number): boolean {
  const start = frame + HEADER_BYTES;
  if (end - start < 8 || read24Le(bytes, frame) !== end - start || bytes[frame + 3]! > 1 || bytes[start] !== ERROR) return false;
  const code = read16Le(bytes, start + 1);
  if (code < 1000 || code >= 5000) return false;
  for (let i = start + 3; i < end; i++) if (bytes[i]! < 32 || bytes[i] === 127) return false;
  return true;
}

function probe(bytes: Uint8Array, start: number, end: number): ProbeAnswer {
  if (end - start < 12) {
    if (end - start >= 5 && (bytes[start + 3] !== 0 || (bytes[start + 4] !== 10 && bytes[start + 4] !== ERROR))) return 'no';
    return end - start >= 3 && (bytes[start + 1] !== 0 || bytes[start + 2] !== 0) ? 'no' : 'more';
  }
  const length = read24Le(bytes, start);
  if (isRefusal(bytes, start, Math.min(end, start + HEADER_BYTES + length))) return 'yes';
  return length > 30 && length < 256 && bytes[start + 3] === 0 && isGreeting(bytes, start + HEADER_BYTES, end) ? 'yes' : 'no';
}

export const mysql: ProtocolModule = {
  name: 'mysql',
  records: [mysqlRecord],
  transports: ['tcp'],
  ports: [3306],
  probe: (_transport, _direction, bytes, start, end) => probe(bytes, start, end),
  create: (context) => new MysqlParser(context),
};
