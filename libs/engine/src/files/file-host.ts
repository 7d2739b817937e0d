/** What a file that is passing needs of the table of them, and what others may get of it. */
import type { fileRecord, FileTarget, OwnRow, Platform } from '@wirecase/contract';

export type FileRow = OwnRow<typeof fileRecord>;

/** Takes the content of files while it passes, beside the record: extraction. */
export interface FileKeeper {
  /** A file begins; `null`: it is not wanted. */
  begin(): KeptFile | null;
}
export interface KeptFile {
  /** The next bytes, without a hole before them. The buffer is reused. */
  data(bytes: Uint8Array): void;
  end(row: FileRow): void;
}

export interface FileHost {
  readonly platform: Platform;
  /** Bytes that wait for earlier ones, in all files, and how many may. */
  waitingBytes: number;
  readonly maxWaitingBytes: number;
  closed(file: FileTarget): void;
  /** Packed bytes came. */
  packed(bytes: number): void;
  /** Whether `bytes` more may come out of them. */
  mayUnpack(bytes: number): boolean;
}
