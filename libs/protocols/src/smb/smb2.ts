/** SMB 2 and 3 (MS-SMB2 2.2, little-endian): the messages of one frame, which may be several behind each other. */
import { formatHex } from '@wirecase/contract';
import { read16Le, read32Le, read64Le } from '../common/binary.ts';
import { decodeUtf16, rowText } from '../common/text.ts';
import { DELETE_ON_CLOSE, type PendingRequest, type SmbConnection, type SmbRow } from './connection.ts';
import { STATUS_BUFFER_OVERFLOW, STATUS_MORE_PROCESSING_REQUIRED, STATUS_PENDING, statusName } from './status.ts';

const HEADER_BYTES = 64;
const MAX_NAME_CHARACTERS = 512;
const MAX_DIALECTS = 32;
/** Messages in one frame that are read. */
const MAX_COMPOUND = 64;
const RESPONSE = 1;
const NEGOTIATE = 0;
const SESSION_SETUP = 1;
const LOGOFF = 2;
const TREE_CONNECT = 3;
const CREATE = 5;
const CLOSE = 6;
const READ = 8;
const WRITE = 9;
const IOCTL = 11;
const SET_INFO = 17;
const FSCTL_PIPE_TRANSCEIVE = 0x0011_c017;
const FILE_RENAME_INFORMATION = 10;
const FILE_DISPOSITION_INFORMATION = 13;
const FILE_DISPOSITION_INFORMATION_EX = 64;
const FILE_INFO = 1;
const ALL_ONES = 'ffffffffffffffffffffffffffffffff';
/** Bytes that each request must have behind its header to be read. */
const requestBytes = new Map([
  [NEGOTIATE, 36],
  [SESSION_SETUP, 24],
  [LOGOFF, 4],
  [TREE_CONNECT, 8],
  [CREATE, 56],
  [CLOSE, 24],
  [READ, 48],
  [WRITE, 48],
  [IOCTL, 56],
  [SET_INFO, 32],
]);
/** "SMB 2.???": which one is negotiated once more. */
const ANY_DIALECT = 0x02ff;
const dialects = new Map([
  [0x0202, '2.0.2'],
  [0x0210, '2.1'],
  [ANY_DIALECT, '2.???'],
  [0x0300, '3.0'],
  [0x0302, '3.0.2'],
  [0x0311, '3.1.1'],
]);
const shareTypes = [null, 'DISK', 'PIPE', 'PRINT'];
const actions = ['superseded', 'opened', 'created', 'overwritten'];

export class Smb2 {
  private readonly connection: SmbConnection;
  /** File of the message before in this frame: a related message is about it (3.2.4.1.4). */
  private relatedFile = '';

  constructor(connection: SmbConnection) {
    this.connection = connection;
  }

  /** The messages in `bytes[start, end)`; `cutBytes` more of the last were not kept. */
  frame(bytes: Uint8Array, start: number, end: number, cutBytes: number): void {
    let offset = start;
    this.relatedFile = '';
    for (let count = 0; count < MAX_COMPOUND; count++) {
      if (end - offset < HEADER_BYTES || read16Le(bytes, offset + 4) !== HEADER_BYTES) {
        this.connection.context.weird('smb_bad_message');
        return;
      }
      const next = read32Le(bytes, offset + 20);
      const isLast = next < HEADER_BYTES || next > end - offset;
      const stop = isLast ? end : offset + next;
      if (read32Le(bytes, offset + 16) & RESPONSE) this.response(bytes, offset, stop, isLast ? cutBytes : 0);
      else this.request(bytes, offset, stop, isLast ? cutBytes : 0);
      if (isLast) return;
      offset = stop;
    }
  }

  private request(bytes: Uint8Array, at: number, end: number, cutBytes: number): void {
    const { connection } = this;
    const command = read16Le(bytes, at + 12);
    const needed = requestBytes.get(command);
    if (needed === undefined) return;
    if (end - at - HEADER_BYTES < needed) return connection.context.weird('smb_bad_message');
    const id = read64Le(bytes, at + 24);
    const row = connection.row('');
    row.user = connection.users.get(read64Le(bytes, at + 40)) ?? null;
    switch (command) {
      case NEGOTIATE:
        row.command = 'negotiate';
        row.dialects = offered(bytes, at, end);
        break;
      case SESSION_SETUP: {
        row.command = 'session_setup';
        const [from, to] = range(bytes, at, at + 76, end);
        connection.tokens.take(bytes, from, to);
        break;
      }
      case LOGOFF:
        row.command = 'logoff';
        break;
      case TREE_CONNECT:
        row.command = 'tree_connect';
        row.share = name(bytes, at, at + 68, end);
        break;
      case CREATE:
        row.command = 'create';
        this.relatedFile = '';
        row.filename = name(bytes, at, at + 108, end);
        row.isDeletedOnClose = (read32Le(bytes, at + 104) & DELETE_ON_CLOSE) !== 0;
        connection.setShare(row, read32Le(bytes, at + 36));
        break;
      default:
        return this.fileRequest(command, id, row, bytes, at, end, cutBytes);
    }
    connection.wait(id, command, row);
  }

  /** Requests about an open file. Reads, writes and calls have no row of their own. */
  private fileRequest(command: number, id: number, row: SmbRow, bytes: Uint8Array, at: number, end: number, cutBytes: number): void {
    const { connection } = this;
    const file = this.fileKey(bytes, at + fileIdOffset(command));
    if (command === WRITE) {
      const from = at + read16Le(bytes, at + 66);
      const length = read32Le(bytes, at + 68);
      this.moved(file, 0, read64Le(bytes, at + 72), bytes, from, length, end, cutBytes);
      return;
    }
    if (command === IOCTL) {
      if (read32Le(bytes, at + 68) !== FSCTL_PIPE_TRANSCEIVE) return;
      this.moved(file, 0, 0, bytes, at + read32Le(bytes, at + 88), read32Le(bytes, at + 92), end, cutBytes);
    }
    if (command === CLOSE) row.command = 'close';
    if (command === SET_INFO && !setInfo(row, bytes, at, end)) return;
    connection.nameFile(row, file);
    connection.wait(id, command, row, file, command === READ ? read64Le(bytes, at + 72) : 0);
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
    // A length beyond what came is not believed.
    const total = Math.min(length, Math.max(0, end - from) + cutBytes);
    const start = Math.min(from, end);
    this.connection.moved(file, direction, offset, total, bytes, start, Math.min(end, start + total));
  }

  private fileKey(bytes: Uint8Array, offset: number): string {
    const key = formatHex(bytes.subarray(offset, offset + 16));
    return key === ALL_ONES ? this.relatedFile : key;
  }

  private response(bytes: Uint8Array, at: number, end: number, cutBytes: number): void {
    const { connection } = this;
    const status = read32Le(bytes, at + 8);
    if (status === STATUS_PENDING) return;
    const answered = read16Le(bytes, at + 12);
    const request = connection.answered(read64Le(bytes, at + 24)) ?? this.begunInSmb1(answered);
    if (!request || request.command !== answered) return;
    const { row, command } = request;
    row.status = statusName(status);
    // Asked in one frame with the opening, before the server had given the file its id.
    if (request.file === '' && this.relatedFile !== '') connection.nameFile(row, (request.file = this.relatedFile));
    if (command === SESSION_SETUP) return this.sessionSetup(row, status, bytes, at, end);
    if (command === READ || command === IOCTL) return this.fileResponse(request, status, bytes, at, end, cutBytes);
    if (command === CLOSE) {
      const file = connection.close(request.file);
      row.bytesRead = file ? file.bytesRead : null;
      row.bytesWritten = file ? file.bytesWritten : null;
    } else if (status === 0) this.succeeded(request, bytes, at, end);
    // A close says nothing about what was never seen open.
    if (command !== CLOSE || row.filename !== null || row.status !== 'STATUS_SUCCESS') connection.emit(row);
  }

  private begunInSmb1(command: number): PendingRequest | undefined {
    const request = command === NEGOTIATE ? this.connection.answered(this.connection.negotiation) : undefined;
    if (request) request.command = NEGOTIATE;
    return request;
  }

  private succeeded({ command, row }: PendingRequest, bytes: Uint8Array, at: number, end: number): void {
    const { connection } = this;
    if (command === NEGOTIATE && end - at >= 70) {
      const dialect = read16Le(bytes, at + 68);
      row.dialect = dialects.get(dialect) ?? `0x${dialect.toString(16)}`;
      connection.version = dialect === ANY_DIALECT ? '2' : row.dialect;
    } else if (command === LOGOFF) connection.users.delete(read64Le(bytes, at + 40));
    else if (command === TREE_CONNECT && end - at >= 72) {
      row.shareType = shareTypes[bytes[at + 66]!] ?? null;
      connection.shares.set(read32Le(bytes, at + 36), { path: row.share ?? '', type: row.shareType });
    } else if (command === CREATE && end - at >= 144) {
      row.action = actions[read32Le(bytes, at + 68)] ?? null;
      row.size = read64Le(bytes, at + 112);
      this.relatedFile = formatHex(bytes.subarray(at + 128, at + 144));
      connection.open(this.relatedFile, row, connection.setShare({ ...row }, read32Le(bytes, at + 36)));
    }
  }

  /** Each step of the exchange is answered; the last tells how it ended. */
  private sessionSetup(row: SmbRow, status: number, bytes: Uint8Array, at: number, end: number): void {
    const { connection } = this;
    const { tokens } = connection;
    if (end - at >= HEADER_BYTES + 8) {
      const [from, to] = range(bytes, at, at + 68, end);
      tokens.take(bytes, from, to);
    }
    if (status === STATUS_MORE_PROCESSING_REQUIRED) return;
    const { user, domain } = tokens.ntlm;
    if (user !== null) row.user = domain === null ? user : `${domain}\\${user}`;
    if (status === 0 && end - at >= 68) {
      row.isGuest = (bytes[at + 66]! & 3) !== 0;
      row.isEncrypted = connection.isEncrypted = (bytes[at + 66]! & 4) !== 0;
      if (row.user !== null) connection.users.set(read64Le(bytes, at + 40), row.user);
    }
    tokens.finish(status === 0);
    connection.emit(row);
  }

  private fileResponse(request: PendingRequest, status: number, bytes: Uint8Array, at: number, end: number, cutBytes: number): void {
    if (status !== 0 && status !== STATUS_BUFFER_OVERFLOW) return;
    if (request.command === READ && end - at >= 80) {
      this.moved(request.file, 1, request.offset, bytes, at + bytes[at + 66]!, read32Le(bytes, at + 68), end, cutBytes);
    } else if (request.command === IOCTL && end - at >= 112) {
      this.moved(request.file, 1, 0, bytes, at + read32Le(bytes, at + 96), read32Le(bytes, at + 100), end, cutBytes);
    }
  }
}

/** Where each request has its FileId. */
function fileIdOffset(command: number): number {
  if (command === READ || command === WRITE || command === SET_INFO) return 80;
  return 72;
}

/** Rename and delete (MS-FSCC 2.4.42, 2.4.11); others have no row. */
function setInfo(row: SmbRow, bytes: Uint8Array, at: number, end: number): boolean {
  const kind = bytes[at + 67]!;
  const from = at + read16Le(bytes, at + 72);
  if (bytes[at + 66] !== FILE_INFO) return false;
  if (kind === FILE_RENAME_INFORMATION && from + 20 <= end) {
    row.command = 'rename';
    const length = read32Le(bytes, from + 16);
    row.newName = rowText(decodeUtf16(bytes, from + 20, Math.min(end, from + 20 + length)), MAX_NAME_CHARACTERS);
    return true;
  }
  const isDelete = kind === FILE_DISPOSITION_INFORMATION || kind === FILE_DISPOSITION_INFORMATION_EX;
  if (!isDelete || from >= end || (bytes[from]! & 1) === 0) return false;
  row.command = 'delete';
  return true;
}

/** 2.2.3: the dialects behind the fixed part. */
function offered(bytes: Uint8Array, at: number, end: number): string[] {
  const list: string[] = [];
  const count = Math.min(MAX_DIALECTS, read16Le(bytes, at + 66));
  for (let i = 0; i < count && at + 102 + 2 * i <= end; i++) {
    const dialect = read16Le(bytes, at + 100 + 2 * i);
    list.push(dialects.get(dialect) ?? `0x${dialect.toString(16)}`);
  }
  return list;
}

/** The buffer that offset (from the header) and length at `field` describe, cut to what is there. */
function range(bytes: Uint8Array, at: number, field: number, end: number): readonly [number, number] {
  const from = Math.min(end, at + read16Le(bytes, field));
  return [from, Math.min(end, from + read16Le(bytes, field + 2))];
}

function name(bytes: Uint8Array, at: number, field: number, end: number): string {
  const [from, to] = range(bytes, at, field, end);
  return rowText(decodeUtf16(bytes, from, to), MAX_NAME_CHARACTERS);
}
