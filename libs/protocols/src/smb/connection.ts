/** What both dialects of SMB keep of a connection: sessions, shares, open files and pipes; and the rows they become. All of it is bounded. */
import type { Direction, FileFault, FileTarget, FlowContext, OwnRow, PacketMark } from '@wirecase/contract';
import { BoundedMap } from '../common/bounded-map.ts';
import { RpcConnection } from '../common/dcerpc.ts';
import { GssExchange } from '../common/gss-exchange.ts';
import { smbRecord } from './fields.ts';

export type SmbRow = OwnRow<typeof smbRecord>;

/** CreateOptions: FILE_DELETE_ON_CLOSE (MS-CIFS 2.2.4.64.1, MS-SMB2 2.2.13). */
export const DELETE_ON_CLOSE = 0x1000;
/** Entries of each table; the oldest goes when one more comes. */
const MAX_ENTRIES = 1024;
const MAX_PIPES = 64;

export interface Share {
  path: string;
  type: string | null;
}

export interface OpenFile {
  name: string;
  share: Share | null;
  user: string | null;
  size: number | null;
  bytesRead: number;
  bytesWritten: number;
  /** A pipe's remote procedure calls. */
  rpc: RpcConnection | null;
  isPipe: boolean;
  /** What is read from it and written to it, by direction of the bytes. */
  content: [Content | null, Content | null];
}

/** Bytes of a file that go one way. */
interface Content {
  target: FileTarget;
  bytes: number;
  /** Offset behind the last one. */
  end: number;
}

/** What is to come of a block of a file that is longer than what is kept of a message. */
interface Rest {
  target: FileTarget;
  offset: number;
  bytes: number;
}

/** A request that waits for its response. */
export interface PendingRequest {
  command: number;
  row: SmbRow;
  at: PacketMark;
  /** Key of the file that it is about, or empty. */
  file: string;
  /** Where in it. */
  offset: number;
}

export class SmbConnection {
  readonly context: FlowContext;
  readonly tokens: GssExchange;
  version = '2';
  /** Id of a negotiation begun in SMB 1, which may be answered in SMB 2 (MS-SMB2 3.3.5.3). */
  negotiation = -1;
  isEncrypted = false;
  readonly shares = new BoundedMap<number, Share>(MAX_ENTRIES);
  readonly users = new BoundedMap<number, string>(MAX_ENTRIES);
  readonly pending = new BoundedMap<number, PendingRequest>(MAX_ENTRIES);
  private readonly files = new BoundedMap<string, OpenFile>(MAX_ENTRIES);
  private readonly rest: [Rest | null, Rest | null] = [null, null];
  private pipes = 0;

  constructor(context: FlowContext) {
    this.context = context;
    this.tokens = new GssExchange(context, 'smb');
  }

  row(command: string): SmbRow {
    return {
      version: this.version,
      command,
      status: null,
      user: null,
      share: null,
      shareType: null,
      filename: null,
      newName: null,
      action: null,
      size: null,
      isDeletedOnClose: null,
      bytesRead: null,
      bytesWritten: null,
      dialect: null,
      dialects: [],
      isEncrypted: this.isEncrypted,
      isGuest: null,
      nativeOs: null,
    };
  }

  wait(id: number, command: number, row: SmbRow, file = '', offset = 0): void {
    const { packet, timeNs } = this.context;
    const lost = this.pending.set(id, { command, row, at: { packet, timeNs }, file, offset });
    if (!lost) return;
    this.context.weird('smb_pending_limit');
    this.emit(lost.row, lost.at);
  }

  /** The request that `id` answers is over. */
  answered(id: number): PendingRequest | undefined {
    const request = this.pending.get(id);
    this.pending.delete(id);
    return request;
  }

  /** Tell a request; reads, writes and calls have no command to be told by. */
  emit(row: SmbRow, at?: PacketMark): void {
    if (row.command === '') return;
    row.version = this.version;
    this.context.emit(smbRecord, row, at);
  }

  setShare(row: SmbRow, tree: number): Share | null {
    const share = this.shares.get(tree) ?? null;
    row.share = share && share.path;
    row.shareType = share && share.type;
    return share;
  }

  /** A file was opened. Pipes, by their share, are listened to. */
  open(key: string, row: SmbRow, share: Share | null): void {
    const isPipe = share ? share.type === 'PIPE' || /\\IPC\$$/i.test(share.path) : false;
    const file = { name: row.filename ?? '', share, user: row.user, size: row.size, bytesRead: 0, bytesWritten: 0 };
    let rpc: RpcConnection | null = null;
    if (isPipe && this.pipes < MAX_PIPES) {
      this.pipes++;
      rpc = new RpcConnection(this.context, row.filename);
    }
    const lost = this.files.set(key, { ...file, rpc, isPipe, content: [null, null] });
    if (lost) this.forget(lost, 'cut-off');
  }

  /** Name in `row` the file that it is about. */
  nameFile(row: SmbRow, key: string): void {
    const file = this.files.get(key);
    if (!file) return;
    row.filename = file.name;
    row.share = file.share && file.share.path;
    row.shareType = file.share && file.share.type;
  }

  /** Bytes of a file from `offset` on, or of a pipe, went by: `total` of them, of which `bytes[start, end)` are at hand. */
  moved(key: string, direction: Direction, offset: number, total: number, bytes: Uint8Array, start: number, end: number): void {
    let file = this.files.get(key);
    if (!file?.share && direction === 0 && beginsRpc(bytes, start, end)) file = this.unknownPipe(key);
    if (!file) return;
    if (direction === 0) file.bytesWritten += total;
    else file.bytesRead += total;
    if (file.rpc && end > start) {
      file.rpc.data(direction, bytes, start, end);
      if (total > end - start) file.rpc.gap(direction, total - (end - start));
    }
    if (!file.isPipe && total > 0) this.carry(file, direction, offset, total, bytes, start, end);
  }

  private carry(file: OpenFile, direction: Direction, offset: number, total: number, bytes: Uint8Array, start: number, end: number): void {
    const content = (file.content[direction] ??= { target: this.beginFile(file, direction), bytes: 0, end: 0 });
    content.bytes += total;
    content.end = Math.max(content.end, offset + total);
    content.target.dataAt(offset, bytes, start, end);
    const left = total - (end - start);
    this.rest[direction] = left > 0 ? { target: content.target, offset: offset + end - start, bytes: left } : null;
  }

  private beginFile(file: OpenFile, direction: Direction): FileTarget {
    const share = file.share?.path ?? '';
    // SMB 1 has the separator in the name, SMB 2 has not.
    const path = share === '' ? file.name : `${share}\\${file.name.replace(/^\\+/, '')}`;
    return this.context.file({ direction, path: file.name === '' ? null : path, mimeType: null, size: null });
  }

  /** More bytes of the message that was given last. */
  continued(direction: Direction, bytes: Uint8Array, start: number, end: number): void {
    const rest = this.rest[direction];
    if (!rest) return;
    const taken = Math.min(end - start, rest.bytes);
    rest.target.dataAt(rest.offset, bytes, start, start + taken);
    this.lost(direction, taken);
  }

  /** `missing` bytes were lost. */
  lost(direction: Direction, missing: number): void {
    const rest = this.rest[direction];
    if (!rest) return;
    rest.offset += missing;
    rest.bytes -= missing;
    if (rest.bytes <= 0) this.rest[direction] = null;
  }

  /** A file is closed: gives what it was. */
  close(key: string): OpenFile | undefined {
    const file = this.files.get(key);
    if (!file) return undefined;
    this.files.delete(key);
    this.forget(file, null);
    return file;
  }

  end(): void {
    for (const request of this.pending.values()) this.emit(request.row, request.at);
    this.pending.clear();
    for (const file of this.files.values()) this.forget(file, 'cut-off');
    this.files.clear();
    this.tokens.finish(null);
  }

  /** A pipe whose opening, or whose share, was not seen is known by what is written to it. */
  private unknownPipe(key: string): OpenFile | undefined {
    const known = this.files.get(key);
    if (known?.rpc || this.pipes >= MAX_PIPES) return known;
    this.open(key, { ...this.row('create'), filename: known?.name ?? null }, { path: '', type: 'PIPE' });
    return this.files.get(key);
  }

  private forget(file: OpenFile, fault: FileFault | null): void {
    const [written, read] = file.content;
    if (written) written.target.end(fault ?? (written.bytes < written.end ? 'range' : null));
    // What was not asked for is not missing.
    if (read) read.target.end(fault ?? (read.bytes < Math.max(read.end, file.size ?? 0) ? 'range' : null));
    if (!file.rpc) return;
    file.rpc.end();
    this.pipes--;
  }
}

/** Whether `bytes[start, end)` are the begin of a bind or call of DCE/RPC 5.0. */
function beginsRpc(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start >= 16 && bytes[start] === 5 && bytes[start + 1] === 0;
}
