/** A file that is packed on the way (RFC 9110 8.4): what comes out is the file. Behind a hole nothing can be unpacked. */
import type { ContentCoding, FileFault, FileTarget, Unpacker } from '@wirecase/contract';
import type { FileHost } from './file-host.ts';

export class PackedFile implements FileTarget {
  private readonly table: FileHost;
  private readonly file: FileTarget;
  private readonly unpacker: Unpacker | null;
  private fault: FileFault | null = null;

  constructor(table: FileHost, file: FileTarget, coding: ContentCoding) {
    this.table = table;
    this.file = file;
    this.unpacker = table.platform.unpacker(coding, (bytes, start, end) => {
      if (this.fault) return;
      if (table.mayUnpack(end - start)) file.data(bytes, start, end);
      else this.fault = 'limit';
    });
    if (!this.unpacker) this.fault = 'limit';
  }

  data(bytes: Uint8Array, start: number, end: number): void {
    if (this.fault) return;
    this.table.packed(end - start);
    if (!this.unpacker!.push(bytes, start, end)) this.fault ??= 'undecodable';
  }

  /** Parts that come in another order cannot be unpacked. */
  dataAt(): void {
    this.fault ??= 'undecodable';
  }

  gap(): void {
    this.fault ??= 'missing';
  }

  end(fault: FileFault | null): void {
    const isWhole = this.unpacker?.end() ?? false;
    const own = this.fault ?? (isWhole ? null : 'undecodable');
    this.file.end(fault ?? own);
  }
}
