/**
 * One file whose bytes are passing: digests, entropy and its first bytes are kept, never the file. Bytes are gathered to blocks, because a
 * call of a digest costs as much as some hundred bytes in it.
 */
import { type FileFault, type FileStart, type FileTarget, formatHex, type Hasher } from '@wirecase/contract';
import { isDisguised } from './disguise.ts';
import type { FileHost, FileRow, KeptFile } from './file-host.ts';
import { baseName, extensionOf } from './name.ts';
import { sniff } from './sniff.ts';

const BLOCK_BYTES = 16 * 1024;
const FIRST_BLOCK_BYTES = 2048;
/** What sniffing gets to see. */
const HEAD_BYTES = 1024;
/** Bytes that wait for earlier ones, and pieces of them, in one file. */
const MAX_WAITING_BYTES = 8 * 1024 * 1024;
const MAX_PIECES = 256;
const algorithms = ['md5', 'sha1', 'sha256'] as const;
type Algorithm = (typeof algorithms)[number];

interface Piece {
  offset: number;
  bytes: Uint8Array;
}

export class OpenFile implements FileTarget {
  private readonly table: FileHost;
  private readonly start: FileStart;
  private readonly protocol: string;
  private readonly kept: KeptFile | null;
  private readonly finish: (row: FileRow) => void;
  private block = new Uint8Array(FIRST_BLOCK_BYTES);
  private blockBytes = 0;
  /** First bytes, once the block has gone on. */
  private head: Uint8Array | null = null;
  private hashers: Record<Algorithm, Hasher> | null = null;
  /** How often each value of a byte came, in four tables to be added; made when it is needed. */
  private counts: Uint32Array | null = null;
  /** Offset of the next byte in order. */
  private next = 0;
  private missing = 0;
  /** Parts that came early, by offset, without overlap. */
  private pieces: Piece[] = [];
  private waiting = 0;
  private isOver = false;

  constructor(table: FileHost, start: FileStart, protocol: string, kept: KeptFile | null, finish: (row: FileRow) => void) {
    this.table = table;
    this.start = start;
    this.protocol = protocol;
    this.kept = kept;
    this.finish = finish;
  }

  data(bytes: Uint8Array, start: number, end: number): void {
    if (this.isOver) return;
    this.next += end - start;
    // Behind a hole there is no digest.
    if (this.missing > 0) return;
    let at = start;
    while (at < end) {
      if (this.blockBytes === this.block.length) this.makeRoom(end - at);
      const taken = Math.min(end - at, this.block.length - this.blockBytes);
      this.block.set(bytes.subarray(at, at + taken), this.blockBytes);
      this.blockBytes += taken;
      at += taken;
    }
  }

  dataAt(offset: number, bytes: Uint8Array, start: number, end: number): void {
    if (this.isOver || end <= start) return;
    const behind = this.next - offset;
    if (behind >= 0) {
      if (behind < end - start) this.data(bytes, start + behind, end);
      this.drain();
    } else this.wait({ offset, bytes: bytes.slice(start, end) });
  }

  gap(missing: number): void {
    if (this.isOver || missing <= 0) return;
    this.flush();
    this.next += missing;
    this.missing += missing;
  }

  end(fault: FileFault | null): void {
    if (this.isOver) return;
    while (this.pieces.length > 0) this.jump();
    this.isOver = true;
    this.table.closed(this);
    const row = this.row(fault);
    this.kept?.end(row);
    this.finish(row);
  }

  private row(fault: FileFault | null): FileRow {
    const { start, missing, next } = this;
    const digests = this.digests();
    const cause = fault ?? (missing > 0 ? 'missing' : start.size !== null && next < start.size ? 'cut-off' : null);
    const head = this.head ?? this.block.subarray(0, Math.min(HEAD_BYTES, this.blockBytes));
    const name = start.path === null ? null : baseName(start.path);
    const extension = name === null ? null : extensionOf(name);
    const sniffedType = sniff(head);
    return {
      name,
      path: start.path,
      extension,
      size: next,
      missingBytes: missing,
      mimeType: start.mimeType,
      sniffedType,
      mismatch: isDisguised(sniffedType, extension, start.mimeType),
      md5: digests?.md5 ?? null,
      sha1: digests?.sha1 ?? null,
      sha256: digests?.sha256 ?? null,
      entropy: this.entropy(),
      complete: cause === null,
      fault: cause,
      sourceProtocol: start.sourceProtocol ?? this.protocol,
      direction: start.direction === 0 ? 'to-responder' : 'to-originator',
      controlFlowId: start.controlFlowId ?? null,
      yara: [],
    };
  }

  /** Digests of what came; `null` behind a hole. A file of one block is digested at once, which costs less. */
  private digests(): Record<Algorithm, string> | null {
    const { hashers, table } = this;
    if (this.missing > 0) return null;
    const block = this.block.subarray(0, this.blockBytes);
    if (hashers) {
      this.flush();
      return byAlgorithm((algorithm) => formatHex(hashers[algorithm].digest()));
    }
    this.count(block);
    this.kept?.data(block);
    return byAlgorithm((algorithm) => formatHex(table.platform.digest(algorithm, block)));
  }

  /** The block is full: a larger one, or it goes into the digests. */
  private makeRoom(wanted: number): void {
    if (this.block.length < BLOCK_BYTES) {
      const grown = new Uint8Array(Math.min(BLOCK_BYTES, Math.max(4 * this.block.length, this.blockBytes + wanted)));
      grown.set(this.block);
      this.block = grown;
    } else this.flush();
  }

  private flush(): void {
    if (this.blockBytes === 0 && this.hashers) return;
    const block = this.block.subarray(0, this.blockBytes);
    this.head ??= block.slice(0, HEAD_BYTES);
    this.hashers ??= byAlgorithm((algorithm) => this.table.platform.hasher(algorithm));
    for (const algorithm of algorithms) this.hashers[algorithm].update(block);
    this.count(block);
    this.kept?.data(block);
    this.blockBytes = 0;
  }

  private count(block: Uint8Array): void {
    const counts = (this.counts ??= new Uint32Array(4 * 256));
    // Four tables in turn: adding to the counter that was just written waits for it, and neighbours are often equal.
    for (let i = 0; i < block.length; i++) counts[((i & 3) << 8) | block[i]!]!++;
  }

  /** Shannon's entropy of the bytes that came, bits a byte, to four digits. */
  private entropy(): number {
    const { counts } = this;
    if (!counts) return 0;
    let total = 0;
    for (let i = 0; i < counts.length; i++) total += counts[i]!;
    let bits = 0;
    for (let i = 0; i < 256; i++) {
      const share = (counts[i]! + counts[i + 256]! + counts[i + 512]! + counts[i + 768]!) / total;
      if (share > 0) bits -= share * Math.log2(share);
    }
    return Math.round(bits * 10_000) / 10_000;
  }

  private wait(piece: Piece): void {
    let index = 0;
    while (index < this.pieces.length && this.pieces[index]!.offset <= piece.offset) index++;
    this.pieces.splice(index, 0, piece);
    this.waiting += piece.bytes.length;
    this.table.waitingBytes += piece.bytes.length;
    while (
      this.pieces.length > 0 &&
      (this.waiting > MAX_WAITING_BYTES || this.pieces.length > MAX_PIECES || this.table.waitingBytes > this.table.maxWaitingBytes)
    )
      this.jump();
  }

  /** What lies before the first waiting part is given up. */
  private jump(): void {
    this.gap(this.pieces[0]!.offset - this.next);
    this.drain();
  }

  private drain(): void {
    while (this.pieces.length > 0 && this.pieces[0]!.offset <= this.next) {
      const { offset, bytes } = this.pieces.shift()!;
      this.waiting -= bytes.length;
      this.table.waitingBytes -= bytes.length;
      const behind = this.next - offset;
      if (behind < bytes.length) this.data(bytes, behind, bytes.length);
    }
  }
}

function byAlgorithm<T>(make: (algorithm: Algorithm) => T): Record<Algorithm, T> {
  return { md5: make('md5'), sha1: make('sha1'), sha256: make('sha256') };
}
