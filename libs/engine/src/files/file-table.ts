/** The files that are passing in all flows of a capture: how many there may be, and what they may hold. */
import type { FileStart, FileTarget, Platform } from '@wirecase/contract';
import type { FileHost, FileKeeper, FileRow } from './file-host.ts';
import { OpenFile } from './open-file.ts';
import { PackedFile } from './packed-file.ts';

/** Files open at once; beyond it the one that began first is ended. */
const MAX_OPEN = 1024;
/** Bytes that wait for earlier ones, in all files together. */
const MAX_WAITING_BYTES = 32 * 1024 * 1024;
/** Unpacked bytes that are taken in any case, and for each packed byte: beyond that somebody sends bombs. */
const FREE_UNPACKED_BYTES = 256 * 1024 * 1024;
const UNPACKED_PER_PACKED = 100;

export class FileTable implements FileHost {
  readonly platform: Platform;
  waitingBytes = 0;
  readonly maxWaitingBytes = MAX_WAITING_BYTES;
  private readonly keeper: FileKeeper | null;
  private readonly open = new Set<FileTarget>();
  private unpackedLeft = FREE_UNPACKED_BYTES;

  constructor(platform: Platform, keeper: FileKeeper | null) {
    this.platform = platform;
    this.keeper = keeper;
  }

  /** A file begins. `finish` gets its row, `limit` hears that another one had to go for it. */
  begin(start: FileStart, protocol: string, finish: (row: FileRow) => void, limit: () => void): FileTarget {
    if (this.open.size >= MAX_OPEN) {
      limit();
      for (const oldest of this.open) {
        oldest.end('limit');
        break;
      }
    }
    const file = new OpenFile(this, start, protocol, this.keeper?.begin() ?? null, finish);
    this.open.add(file);
    return start.coding ? new PackedFile(this, file, start.coding) : file;
  }

  closed(file: FileTarget): void {
    this.open.delete(file);
  }

  packed(bytes: number): void {
    this.unpackedLeft += bytes * UNPACKED_PER_PACKED;
  }

  mayUnpack(bytes: number): boolean {
    this.unpackedLeft -= bytes;
    return this.unpackedLeft >= 0;
  }
}
