import { Injectable } from '@nestjs/common';
import { fileRecord, WirecaseError } from '@wirecase/contract';
import { CarvedFiles, RecordReader, type FileArchive } from '@wirecase/store';
import { Packets } from '../packets/packets.ts';

/** Files carved out of stored captures: from a record to an archive that can be downloaded. */
@Injectable()
export class Files {
  constructor(
    private readonly reader: RecordReader,
    private readonly packets: Packets,
    private readonly carved: CarvedFiles,
  ) {}

  /** The archive of the file, and a name for it. Throws `file.not-found`, `file.incomplete` and what `CarvedFiles.extract` throws. */
  async archive(id: string): Promise<FileArchive & { name: string }> {
    const row = await this.reader.find(fileRecord, id);
    if (!row) throw new WirecaseError('file.not-found', `There is no file ${id}.`);
    const { sha256, size, missingBytes, captureId, flowId, controlFlowId } = row;
    if (sha256 === null)
      throw new WirecaseError(
        'file.incomplete',
        `${missingBytes} of its ${size} bytes were not captured, so there is nothing to compare with.`,
      );
    const flows = controlFlowId === null ? [flowId] : [controlFlowId, flowId];
    const archive = await this.carved.extract({ sha256, size }, async () => this.packets.captureOf(captureId, flows));
    return { ...archive, name: `${safeName(row.name ?? sha256)}.zip` };
  }
}

/** No path, no hidden file, nothing that a file system takes for something else; not longer than it takes. */
function safeName(name: string): string {
  const plain = name.replace(/[^\p{L}\p{N} ._()-]/gu, '_').replace(/^[. ]+/, '_');
  return plain.slice(0, 100).trim() || '_';
}
