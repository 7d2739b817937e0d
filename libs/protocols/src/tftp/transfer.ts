/** The blocks of one transfer (RFC 1350 2 to 6, RFC 7440), put together. */
import type { Direction, FileTarget, FlowContext } from '@wirecase/contract';
import { read16 } from '../common/binary.ts';
import { decodeText } from '../common/text.ts';

const DATA = 3;
const ERROR = 5;
const OPTIONS = 6;
const HEADER_BYTES = 4;
const BLOCK_BYTES = 512;

export class TransferReader {
  private readonly path: string;
  private readonly controlFlowId: string;
  private size: number | null;
  private file: FileTarget | null = null;
  private sender: Direction = 0;
  private blockBytes = BLOCK_BYTES;
  private isNegotiated = false;
  /** Number of the next block in order, from 1; on the wire it has 16 bits. */
  private next = 1;
  /** Number of the last block, once it was seen. */
  private last = 0;
  private isOver = false;

  /** `controlFlowId`: the flow of the request. */
  constructor(path: string, size: number | null, controlFlowId: string) {
    this.path = path;
    this.size = size;
    this.controlFlowId = controlFlowId;
  }

  /** A datagram of the transfer. Returns whether it is one. */
  take(context: FlowContext, direction: Direction, bytes: Uint8Array, start: number, end: number): boolean {
    if (end - start < HEADER_BYTES) return false;
    const operation = read16(bytes, start);
    if (operation === DATA) this.block(context, direction, bytes, start, end);
    else if (operation === OPTIONS) this.options(decodeText(bytes, start + 2, Math.min(end, start + 512)));
    else if (operation === ERROR) this.end();
    return operation >= DATA && operation <= OPTIONS;
  }

  /** Without its last block a file is cut off. */
  end(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.file?.end(this.last === 0 ? 'cut-off' : null);
  }

  /** RFC 2347: what of the options the server takes. */
  private options(text: string): void {
    this.isNegotiated = true;
    const pairs = text.split('\0');
    for (let i = 0; i + 1 < pairs.length; i += 2) {
      const value = Number(pairs[i + 1]);
      if (/^blksize$/i.test(pairs[i]!) && value >= 8 && value <= 65_464) this.blockBytes = value;
      if (/^tsize$/i.test(pairs[i]!) && Number.isSafeInteger(value) && value > 0) this.size = value;
    }
  }

  private block(context: FlowContext, direction: Direction, bytes: Uint8Array, start: number, end: number): void {
    if (this.isOver) return;
    const { path, size, controlFlowId } = this;
    const length = end - start - HEADER_BYTES;
    if (!this.file) {
      this.sender = direction;
      this.file = context.file({ direction, path, mimeType: null, size, sourceProtocol: 'tftp', controlFlowId });
      // The answer to the options was not seen: a first block that is longer than usual tells.
      if (!this.isNegotiated && length > BLOCK_BYTES) this.blockBytes = length;
    }
    if (direction !== this.sender || length > this.blockBytes) return;
    // How far from the next one, as 16 bits with sign: before it are repetitions.
    const number = this.next + (((read16(bytes, start + 2) - this.next) << 16) >> 16);
    if (number < 1) return;
    this.file.dataAt((number - 1) * this.blockBytes, bytes, start + HEADER_BYTES, end);
    if (number === this.next) this.next++;
    if (length < this.blockBytes) this.last = number;
    if (this.last > 0 && this.next > this.last) this.end();
  }
}
