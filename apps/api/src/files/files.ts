import { Injectable } from '@nestjs/common';
import { fileRecord, WirecaseError } from '@wirecase/contract';
import { CarvedFiles, RecordReader, recordMatches, type FileArchive, type WantedFile } from '@wirecase/store';
import { YaraScanner } from '@wirecase/tshark';
import { Packets } from '../packets/packets.ts';
import { Database } from '../store.providers.ts';

/** Files carved out of stored captures: from a record to an archive that can be downloaded. */
@Injectable()
export class Files {
  constructor(
    private readonly reader: RecordReader,
    private readonly packets: Packets,
    private readonly carved: CarvedFiles,
    private readonly scanner: YaraScanner,
    private readonly database: Database,
  ) {}

  /** The archive of the file, and a name for it. Throws `file.not-found`, `file.incomplete` and what `CarvedFiles.extract` throws. */
  async archive(id: string): Promise<FileArchive & { name: string }> {
    const { wanted, packets, name } = await this.wanted(id);
    return { ...(await this.carved.extract(wanted, packets)), name: `${safeName(name)}.zip` };
  }

  /** Names of the operator's rules that match the file; they are kept with every record of that content. Throws as `archive`, and `yara.*`. */
  async scan(id: string): Promise<string[]> {
    await this.scanner.require();
    const { wanted, packets } = await this.wanted(id);
    const matches = await this.carved.inspect(wanted, packets, (path) => this.scanner.scan(path));
    await recordMatches(this.database.pool, wanted.sha256, matches);
    return matches;
  }

  private async wanted(id: string): Promise<{ wanted: WantedFile; packets: () => Promise<AsyncIterable<Uint8Array>>; name: string }> {
    const row = await this.reader.find(fileRecord, id);
    if (!row) throw new WirecaseError('file.not-found', `There is no file ${id}.`);
    const { sha256, size, missingBytes, captureId, flowId, controlFlowId } = row;
    if (sha256 === null)
      throw new WirecaseError(
        'file.incomplete',
        `${missingBytes} of its ${size} bytes were not captured, so there is nothing to compare with.`,
      );
    const flows = controlFlowId === null ? [flowId] : [controlFlowId, flowId];
    const packets = async () => this.packets.captureOf(captureId, flows);
    return { wanted: { sha256, size }, packets, name: row.name ?? sha256 };
  }
}

/** No path, no hidden file, nothing that a file system takes for something else; not longer than it takes. */
function safeName(name: string): string {
  const plain = name.replace(/[^\p{L}\p{N} ._()-]/gu, '_').replace(/^[. ]+/, '_');
  return plain.slice(0, 100).trim() || '_';
}
