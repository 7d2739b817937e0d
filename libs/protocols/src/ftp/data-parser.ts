/** FTP's data connection (RFC 959 3.2 to 3.4, stream mode): the file that the control connection named, to the connection's end. */
import type { Direction, FileTarget, FlowContext, ProtocolParser } from '@wirecase/contract';
import { rowText } from '../common/text.ts';

const MAX_PATH_CHARACTERS = 512;
/** Commands that move a file; those of lists move none. */
const moves = new Set(['RETR', 'STOR', 'STOU', 'APPE']);

/** What the control connection says of a transfer; it goes on to tell while the data pass. */
export interface Transfer {
  controlFlowId: string;
  /** Command that asked for it; `null` as long as none came. */
  verb: string | null;
  argument: string | null;
  /** Whether it began in the middle (REST) or adds to what was there (APPE). */
  isPart: boolean;
  /** Whether the server said that it failed. */
  isFailed: boolean;
}

export class FtpDataParser implements ProtocolParser {
  private readonly context: FlowContext;
  private readonly transfer: Transfer;
  private file: FileTarget | null = null;
  private sender: Direction = 0;

  constructor(context: FlowContext, transfer: Transfer) {
    this.context = context;
    this.transfer = transfer;
  }

  data(direction: Direction, bytes: Uint8Array, start: number, end: number): boolean {
    const { transfer } = this;
    if (transfer.verb !== null && !moves.has(transfer.verb)) return false;
    this.file ??= this.begin(direction);
    if (direction !== this.sender) return false;
    this.file.data(bytes, start, end);
    return true;
  }

  gap(direction: Direction, missing: number): boolean {
    if (this.file && direction === this.sender) this.file.gap(missing);
    return true;
  }

  end(): void {
    const { transfer } = this;
    const isCut = transfer.isFailed || !this.context.isWhole(this.sender);
    this.file?.end(isCut ? 'cut-off' : transfer.isPart ? 'range' : null);
  }

  private begin(direction: Direction): FileTarget {
    const { argument, controlFlowId } = this.transfer;
    this.sender = direction;
    const path = argument === null ? null : rowText(argument, MAX_PATH_CHARACTERS);
    return this.context.file({ direction, path, mimeType: null, size: null, sourceProtocol: 'ftp', controlFlowId });
  }
}
