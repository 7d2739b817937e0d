/** SMB 1, CIFS (MS-CIFS 2.2, MS-SMB, little-endian): the commands of a message, chained by AndX. */
import { read16Le, read32Le, read64Le } from '../common/binary.ts';
import { decodeTerminated, decodeUtf16, rowText } from '../common/text.ts';
import { DELETE_ON_CLOSE, type PendingRequest, type SmbConnection, type SmbRow } from './connection.ts';
import { STATUS_BUFFER_OVERFLOW, STATUS_MORE_PROCESSING_REQUIRED, statusName } from './status.ts';

const HEADER_BYTES = 32;
const MAX_NAME_CHARACTERS = 512;
const MAX_DIALECTS = 32;
const MAX_CHAIN = 8;
const REPLY = 0x80;
const UNICODE = 0x8000;
const NT_STATUS = 0x4000;
const OPEN_ANDX = 0x2d;
const CLOSE = 0x04;
const DELETE = 0x06;
const RENAME = 0x07;
const TRANSACTION = 0x25;
const READ_ANDX = 0x2e;
const WRITE_ANDX = 0x2f;
const NEGOTIATE = 0x72;
const SESSION_SETUP_ANDX = 0x73;
const LOGOFF_ANDX = 0x74;
const TREE_CONNECT_ANDX = 0x75;
const NT_CREATE_ANDX = 0xa2;
const NO_ANDX = 0xff;
/** Key of a file that has no number yet. */
const NO_FILE = '65535';
const TRANSACT_NAMED_PIPE = 0x26;
const EXTENDED_SETUP_WORDS = 12;
const NT_SETUP_WORDS = 13;
const named = new Map([
  [0x00, 'create_directory'],
  [0x01, 'delete_directory'],
  [DELETE, 'delete'],
  [RENAME, 'rename'],
]);
const withAndX = new Set([0x24, OPEN_ANDX, READ_ANDX, WRITE_ANDX, SESSION_SETUP_ANDX, LOGOFF_ANDX, TREE_CONNECT_ANDX, NT_CREATE_ANDX]);
const actions = ['superseded', 'opened', 'created', 'overwritten'];
/** OpenResults of OPEN_ANDX (MS-CIFS 2.2.4.41.2). */
const openResults = [null, 'opened', 'created', 'overwritten'];
const services = new Map([
  ['A:', 'DISK'],
  ['IPC', 'PIPE'],
  ['LPT1:', 'PRINT'],
]);

/** One command of a message: its words and its bytes. */
interface Block {
  command: number;
  /** Header of the message. */
  at: number;
  words: number;
  wordCount: number;
  from: number;
  to: number;
  isUnicode: boolean;
}

export class Smb1 {
  private readonly connection: SmbConnection;
  /** File opened in the message at hand: what is chained behind the opening is about it (2.2.3.4). */
  private openedFile = '';
  /** Requests for a session by name and answer to the challenge, without a token. */
  private readonly plain = new WeakSet<SmbRow>();

  constructor(connection: SmbConnection) {
    this.connection = connection;
  }

  /** The message in `bytes[start, end)`; `cutBytes` more were not kept. */
  frame(bytes: Uint8Array, start: number, end: number, cutBytes: number): void {
    if (end - start < HEADER_BYTES + 3) return this.connection.context.weird('smb_bad_message');
    const isReply = (bytes[start + 9]! & REPLY) !== 0;
    const isUnicode = (read16Le(bytes, start + 10) & UNICODE) !== 0;
    let command = bytes[start + 4]!;
    let offset = start + HEADER_BYTES;
    this.openedFile = '';
    for (let i = 0; i < MAX_CHAIN; i++) {
      const wordCount = bytes[offset]!;
      const from = offset + 3 + 2 * wordCount;
      if (from > end) return this.connection.context.weird('smb_bad_message');
      const words = offset + 1;
      const to = Math.min(end, from + read16Le(bytes, from - 2));
      const block = { command, at: start, words, wordCount, from, to, isUnicode };
      if (isReply) this.response(bytes, block, end, cutBytes);
      else this.request(bytes, block, end, cutBytes);
      if (!withAndX.has(command) || wordCount < 2 || bytes[words] === NO_ANDX) return;
      command = bytes[words]!;
      const next = start + read16Le(bytes, words + 2);
      if (next <= offset || next + 3 > end) return;
      offset = next;
    }
  }

  private request(bytes: Uint8Array, block: Block, end: number, cutBytes: number): void {
    const { connection } = this;
    const { command, words, wordCount, from, to } = block;
    const row = connection.row(named.get(command) ?? '');
    row.user = connection.users.get(uid(bytes, block)) ?? null;
    let file = '';
    let offset = 0;
    if (command === NEGOTIATE) {
      row.command = 'negotiate';
      row.dialects = offered(bytes, from, to);
      connection.negotiation = id(bytes, block);
    } else if (command === SESSION_SETUP_ANDX) this.setup(row, bytes, block);
    else if (command === LOGOFF_ANDX) row.command = 'logoff';
    else if (command === TREE_CONNECT_ANDX && wordCount >= 4) {
      row.command = 'tree_connect';
      const texts = new Texts(bytes, from + read16Le(bytes, words + 6), block);
      row.share = texts.next();
    } else if (command === NT_CREATE_ANDX && wordCount >= 24) {
      row.command = 'create';
      row.filename = new Texts(bytes, from, block).counted(read16Le(bytes, words + 5));
      row.isDeletedOnClose = (read32Le(bytes, words + 39) & DELETE_ON_CLOSE) !== 0;
      connection.setShare(row, tree(bytes, block));
    } else if (command === OPEN_ANDX && wordCount >= 15) {
      row.command = 'create';
      row.filename = new Texts(bytes, from, block).next();
      connection.setShare(row, tree(bytes, block));
    } else if (named.has(command)) {
      // Each name stands behind the byte 4 of its format.
      const texts = new Texts(bytes, from + 1, block);
      row.filename = texts.next();
      connection.setShare(row, tree(bytes, block));
      if (command === RENAME) row.newName = texts.skip(1).next();
    } else if (command === CLOSE && wordCount >= 3) {
      row.command = 'close';
      connection.nameFile(row, (file = fileKey(bytes, words)));
    } else if (command === READ_ANDX && wordCount >= 10) {
      file = fileKey(bytes, words + 4);
      offset = offsetIn(bytes, words, wordCount, 20);
    } else if (command === WRITE_ANDX && wordCount >= 12) {
      const length = read16Le(bytes, words + 20) + 65536 * read16Le(bytes, words + 18);
      const at = offsetIn(bytes, words, wordCount, 24);
      return this.moved(fileKey(bytes, words + 4), 0, at, bytes, block.at + read16Le(bytes, words + 22), length, end, cutBytes);
    } else if (command === TRANSACTION && wordCount >= 16 && read16Le(bytes, words + 28) === TRANSACT_NAMED_PIPE) {
      file = fileKey(bytes, words + 30);
      this.moved(file, 0, 0, bytes, block.at + read16Le(bytes, words + 24), read16Le(bytes, words + 22), end, cutBytes);
    } else return;
    connection.wait(id(bytes, block), command, row, file, offset);
  }

  /** With a token, or with name and domain in clear; the passwords between are passed over (2.2.4.53). */
  private setup(row: SmbRow, bytes: Uint8Array, block: Block): void {
    const { words, wordCount, from, to } = block;
    row.command = 'session_setup';
    if (wordCount === EXTENDED_SETUP_WORDS) {
      const length = read16Le(bytes, words + 14);
      this.connection.tokens.take(bytes, from, Math.min(to, from + length));
      row.nativeOs = new Texts(bytes, from + length, block).next();
    } else if (wordCount === NT_SETUP_WORDS) {
      const texts = new Texts(bytes, from + read16Le(bytes, words + 14) + read16Le(bytes, words + 16), block);
      const user = texts.next();
      const domain = texts.next();
      if (user) {
        row.user = domain ? `${domain}\\${user}` : user;
        this.plain.add(row);
      }
      row.nativeOs = texts.next();
    }
  }

  private moved(
    file: string,
    direction: 0 | 1,
    offset: number,
    bytes: Uint8Array,
    from: number,
    length: number,
    end: number,
    cutBytes: number,
  ): void {
    const total = Math.min(length, Math.max(0, end - from) + cutBytes);
    const start = Math.min(from, end);
    this.connection.moved(file, direction, offset, total, bytes, start, Math.min(end, start + total));
  }

  private response(bytes: Uint8Array, block: Block, end: number, cutBytes: number): void {
    const { connection } = this;
    const { command, at } = block;
    const request = connection.answered(id(bytes, block));
    if (!request || request.command !== command) return;
    const { row } = request;
    if (request.file === NO_FILE) request.file = this.openedFile;
    const status = read32Le(bytes, at + 5);
    row.status = read16Le(bytes, at + 10) & NT_STATUS || status === 0 ? statusName(status) : dosStatus(bytes, at);
    if (command === SESSION_SETUP_ANDX) return this.setupAnswered(row, status, bytes, block);
    if (command === READ_ANDX || command === TRANSACTION) return this.dataAnswered(request, status, bytes, block, end, cutBytes);
    if (command === CLOSE) {
      const file = connection.close(request.file);
      row.bytesRead = file ? file.bytesRead : null;
      row.bytesWritten = file ? file.bytesWritten : null;
      if (!file && status === 0) return;
    } else if (status === 0) this.succeeded(request, bytes, block);
    connection.emit(row);
  }

  private succeeded({ command, row }: PendingRequest, bytes: Uint8Array, block: Block): void {
    const { connection } = this;
    const { words, wordCount } = block;
    if (command === NEGOTIATE && wordCount >= 1) {
      connection.version = '1';
      row.dialect = row.dialects[read16Le(bytes, words)] ?? null;
    } else if (command === LOGOFF_ANDX) connection.users.delete(uid(bytes, block));
    else if (command === TREE_CONNECT_ANDX) {
      const service = decodeTerminated(bytes, block.from, block.to);
      row.shareType = services.get(service) ?? null;
      connection.shares.set(tree(bytes, block), { path: row.share ?? '', type: row.shareType });
    } else if (command === NT_CREATE_ANDX && wordCount >= 34) {
      row.action = actions[read32Le(bytes, words + 7)] ?? null;
      row.size = read64Le(bytes, words + 55);
      this.open(fileKey(bytes, words + 5), row, bytes, block);
    } else if (command === OPEN_ANDX && wordCount >= 12) {
      row.action = openResults[read16Le(bytes, words + 22) & 3] ?? null;
      row.size = read32Le(bytes, words + 12);
      this.open(fileKey(bytes, words + 4), row, bytes, block);
    }
  }

  private open(key: string, row: SmbRow, bytes: Uint8Array, block: Block): void {
    this.openedFile = key;
    this.connection.open(key, row, this.connection.setShare({ ...row }, tree(bytes, block)));
  }

  private setupAnswered(row: SmbRow, status: number, bytes: Uint8Array, block: Block): void {
    const { connection } = this;
    const { words, wordCount, from, to } = block;
    if (wordCount === 4) connection.tokens.take(bytes, from, Math.min(to, from + read16Le(bytes, words + 6)));
    if (status === STATUS_MORE_PROCESSING_REQUIRED) return;
    const { user, domain } = connection.tokens.ntlm;
    if (user !== null) row.user = domain === null ? user : `${domain}\\${user}`;
    if (status === 0 && wordCount >= 3) row.isGuest = (bytes[words + 4]! & 1) !== 0;
    if (status === 0 && row.user !== null) connection.users.set(uid(bytes, block), row.user);
    connection.tokens.finish(status === 0);
    if (this.plain.has(row)) connection.context.login({ user: row.user, outcome: status === 0 ? 'success' : 'failure', isClear: false });
    connection.emit(row);
  }

  private dataAnswered(request: PendingRequest, status: number, bytes: Uint8Array, block: Block, end: number, cutBytes: number): void {
    const { words, wordCount, at } = block;
    if (status !== 0 && status !== STATUS_BUFFER_OVERFLOW) return;
    if (request.command === READ_ANDX && wordCount >= 12) {
      const length = read16Le(bytes, words + 10) + 65536 * read16Le(bytes, words + 14);
      this.moved(request.file, 1, request.offset, bytes, at + read16Le(bytes, words + 12), length, end, cutBytes);
    } else if (request.command === TRANSACTION && wordCount >= 10) {
      this.moved(request.file, 1, 0, bytes, at + read16Le(bytes, words + 14), read16Le(bytes, words + 12), end, cutBytes);
    }
  }
}

/** Texts behind each other: UTF-16 ones begin on an even distance from the header. */
class Texts {
  private readonly bytes: Uint8Array;
  private readonly block: Block;
  private offset: number;

  constructor(bytes: Uint8Array, offset: number, block: Block) {
    this.bytes = bytes;
    this.block = block;
    this.offset = offset;
  }

  skip(count: number): this {
    this.offset += count;
    return this;
  }

  /** The next terminated text, or `null` at the end. */
  next(): string | null {
    const { bytes, block } = this;
    this.align();
    if (this.offset >= block.to) return null;
    let stop = this.offset;
    const step = block.isUnicode ? 2 : 1;
    while (stop + step <= block.to && (bytes[stop] !== 0 || (step === 2 && bytes[stop + 1] !== 0))) stop += step;
    const text = this.decode(stop);
    this.offset = stop + step;
    return text;
  }

  /** The next `length` bytes as text. */
  counted(length: number): string {
    this.align();
    return this.decode(Math.min(this.block.to, this.offset + length));
  }

  private align(): void {
    if (this.block.isUnicode && (this.offset - this.block.at) % 2 !== 0) this.offset++;
  }

  private decode(end: number): string {
    const { bytes, block } = this;
    const start = Math.min(this.offset, end);
    return rowText(block.isUnicode ? decodeUtf16(bytes, start, end) : decodeTerminated(bytes, start, end), MAX_NAME_CHARACTERS);
  }
}

/** 2.2.4.52.1: dialects, each behind the byte 2. */
function offered(bytes: Uint8Array, from: number, to: number): string[] {
  const list: string[] = [];
  let offset = from;
  while (list.length < MAX_DIALECTS && offset < to && bytes[offset] === 2) {
    const text = decodeTerminated(bytes, offset + 1, Math.min(to, offset + 64));
    list.push(rowText(text, 64));
    offset += 2 + text.length;
  }
  return list;
}

/** Without NT codes: class and number. */
function dosStatus(bytes: Uint8Array, at: number): string {
  return `DOS_${bytes[at + 5]!}_${read16Le(bytes, at + 7)}`;
}

/** 2.2.4.42, 2.2.4.43: the high half of the offset at `high`, where the request is long enough to have one. */
function offsetIn(bytes: Uint8Array, words: number, wordCount: number, high: number): number {
  return read32Le(bytes, words + 6) + (2 * wordCount >= high + 4 ? read32Le(bytes, words + high) * 2 ** 32 : 0);
}

function fileKey(bytes: Uint8Array, offset: number): string {
  return `${read16Le(bytes, offset)}`;
}

function tree(bytes: Uint8Array, { at }: Block): number {
  return read16Le(bytes, at + 24);
}

function uid(bytes: Uint8Array, { at }: Block): number {
  return read16Le(bytes, at + 28);
}

/** Requests are told apart by process, number and command: a chain has one number for all its commands. */
function id(bytes: Uint8Array, { at, command }: Block): number {
  return (read16Le(bytes, at + 26) * 65536 + read16Le(bytes, at + 30)) * 256 + command;
}
