/**
 * Content codings unpacked piece by piece, at once: node:zlib's streams answer only in a later turn, which the pure cores do not have, so
 * this drives the engine inside them, as npm's own minizlib does.
 */
import {
  constants,
  createBrotliDecompress,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
  type BrotliDecompress,
  type Inflate,
  type InflateRaw,
  type ZstdDecompress,
} from 'node:zlib';
import type { ContentCoding, Unpacker } from '@wirecase/contract';
import { GzipFrame } from './gzip-frame.ts';

type Take = (bytes: Uint8Array, start: number, end: number) => void;
type Stream = Inflate | InflateRaw | BrotliDecompress | ZstdDecompress;

/** Node's engine: works off the input as far as the output has room, and leaves in `_writeState` what is left of output and input. */
interface Engine {
  writeSync(flush: number, input: Uint8Array, at: number, length: number, output: Uint8Array, outputAt: number, room: number): void;
  onerror: (message: string) => void;
  close(): void;
}

const OUTPUT_BYTES = 64 * 1024;
/** Each holds a window of what it gave: up to 32 KiB for gzip, some MiB for the others. */
const MAX_OPEN = 64;
/** RFC 9659: windows beyond 8 MiB are not to be taken. */
const MAX_ZSTD_WINDOW_LOG = 23;
/** Compression method 8 in the first byte of RFC 1950. */
const isZlib = (first: number) => (first & 0x0f) === 8;

const output = new Uint8Array(OUTPUT_BYTES);
const nothing = new Uint8Array(0);
let open = 0;

/** See `Platform.unpacker`. */
export function openUnpacker(coding: ContentCoding, take: Take): Unpacker | null {
  if (open >= MAX_OPEN) return null;
  open++;
  return new NodeUnpacker(coding, take);
}

class NodeUnpacker implements Unpacker {
  private readonly coding: ContentCoding;
  private readonly take: Take;
  private readonly frame: GzipFrame | null;
  private stream: Stream | null = null;
  private isSound = true;

  constructor(coding: ContentCoding, take: Take) {
    this.coding = coding;
    this.take = take;
    this.frame = coding === 'gzip' ? new GzipFrame() : null;
  }

  push(bytes: Uint8Array, start: number, end: number): boolean {
    if (end <= start) return this.isSound;
    const from = this.frame ? this.frame.skipHeader(bytes, start, end) : start;
    if (from < 0) this.isSound = false;
    if (from < 0 || from === end) return this.isSound;
    this.stream ??= this.begin(bytes[from]!);
    return this.run(this.stream, flushes(this.coding).go, bytes, from, end);
  }

  end(): boolean {
    const { stream } = this;
    if (stream) {
      if (this.isSound) this.run(stream, flushes(this.coding).end, nothing, 0, 0);
      engineOf(stream).close();
      this.stream = null;
    }
    open--;
    return this.isSound && (this.frame?.isSound ?? true);
  }

  private begin(first: number): Stream {
    const stream = create(this.coding, first);
    engineOf(stream).onerror = () => {
      this.isSound = false;
    };
    return stream;
  }

  private run(stream: Stream, flush: number, bytes: Uint8Array, start: number, end: number): boolean {
    const left = (stream as unknown as { _writeState: Uint32Array })._writeState;
    let at = start;
    while (this.isSound) {
      engineOf(stream).writeSync(flush, bytes, at, end - at, output, 0, OUTPUT_BYTES);
      const [room, unread] = left;
      if (!this.isSound) break;
      if (room! < OUTPUT_BYTES) {
        this.frame?.unpacked(output, 0, OUTPUT_BYTES - room!);
        this.take(output, 0, OUTPUT_BYTES - room!);
      }
      at = end - unread!;
      if (room! > 0) break;
    }
    // With room left, unread bytes are behind the end of what was packed.
    if (this.isSound) this.frame?.behind(bytes, at, end);
    return this.isSound;
  }
}

function engineOf(stream: Stream): Engine {
  return (stream as unknown as { _handle: Engine })._handle;
}

function create(coding: ContentCoding, first: number): Stream {
  switch (coding) {
    case 'gzip':
      return createInflateRaw();
    case 'deflate':
      return isZlib(first) ? createInflate() : createInflateRaw();
    case 'br':
      return createBrotliDecompress();
    case 'zstd':
      return createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: MAX_ZSTD_WINDOW_LOG } });
  }
}

function flushes(coding: ContentCoding): { go: number; end: number } {
  if (coding === 'br') return { go: constants.BROTLI_OPERATION_PROCESS, end: constants.BROTLI_OPERATION_FINISH };
  if (coding === 'zstd') return { go: constants.ZSTD_e_continue, end: constants.ZSTD_e_end };
  return { go: constants.Z_SYNC_FLUSH, end: constants.Z_FINISH };
}
