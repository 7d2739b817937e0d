import { open, readFile, type FileHandle } from 'node:fs/promises';
import { WirecaseError } from '@wirecase/contract';
import { PacketIndexReader, type FlowPackets, type PacketRef } from '@wirecase/engine';
import {
  CaptureRecord,
  decodeRecordAt,
  maxRecordLength,
  PcapngWriter,
  recordLengthAt,
  recordPrefixLength,
  type CaptureInterface,
} from '@wirecase/pcap-parser';

/** Packets by number or flow: of one capture, or of a series of them. Close it after use. */
export interface PacketSlices {
  /** All packets of the row whose flow began with packet `first`, in order; empty when none did. */
  flowPackets(first: number): Promise<PacketRef[]>;
  /** The same, to be read in parts. */
  flow(first: number): Promise<FlowPackets>;
  packet(number: number): Promise<PacketRef>;
  records(refs: readonly PacketRef[]): AsyncGenerator<CaptureRecord>;
  pcapng(refs: readonly PacketRef[], secrets?: Uint8Array): AsyncGenerator<Uint8Array>;
  close(): Promise<void>;
}

/** Files of one capture: `capture` is the uncompressed one (the original, or the plain copy of a compressed original). */
export interface SliceFiles {
  capture: string;
  index: string;
  /** Decryption secrets of the capture (`secretBlocks`); the file need not be there. */
  secrets?: string;
}

/** Read at a time; neighbouring records of a flow often share a window. */
const WINDOW_BYTES = 32 * 1024;
/** Pieces handed out are gathered to about this size. */
const PIECE_BYTES = 256 * 1024;

/**
 * Packets of a stored capture by number or flow, in time independent of the capture's size: the packet index says where they are, and
 * only they are read. Close it after use.
 */
export class CaptureSlices implements PacketSlices {
  readonly #file: FileHandle;
  readonly #indexFile: FileHandle;
  readonly #index: PacketIndexReader;
  /** Blocks that each slice begins with. */
  readonly #secrets: Uint8Array;
  readonly #record = new CaptureRecord();
  #window: Uint8Array = new Uint8Array(0);
  #windowOffset = 0;

  private constructor(file: FileHandle, indexFile: FileHandle, index: PacketIndexReader, secrets: Uint8Array) {
    this.#secrets = secrets;
    this.#file = file;
    this.#indexFile = indexFile;
    this.#index = index;
  }

  static async open(files: SliceFiles): Promise<CaptureSlices> {
    const file = await open(files.capture, 'r');
    let indexFile: FileHandle | null = null;
    try {
      indexFile = await open(files.index, 'r');
      const { size } = await indexFile.stat();
      const handle = indexFile;
      const index = await PacketIndexReader.open((offset, length) => readAt(handle, offset, length), size);
      return new CaptureSlices(file, indexFile, index, await readSecrets(files.secrets));
    } catch (error) {
      await file.close();
      await indexFile?.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#file.close();
    await this.#indexFile.close();
  }

  flowPackets(first: number): Promise<PacketRef[]> {
    return this.#index.flowPackets(first);
  }

  flow(first: number): Promise<FlowPackets> {
    return this.#index.flow(first);
  }

  /** Keys of the flows that the row of flow `first` stands for besides its own, as far as this file says. */
  members(first: number): Promise<number[]> {
    return this.#index.members(first);
  }

  /** As `flow`, without those of flows that share its row. */
  ownPackets(first: number): Promise<FlowPackets> {
    return this.#index.ownPackets(first);
  }

  /** The packet of this number, of a flow or not. Throws `packet.not-found`. */
  async packet(number: number): Promise<PacketRef> {
    const ref = await this.#index.locate(number);
    if (!ref) throw new WirecaseError('packet.not-found', `The capture has ${this.#index.packets} packets, none with number ${number}.`);
    return ref;
  }

  /**
   * The records of `refs`, one after the other. The same object is filled again for each, and its bytes are valid until the next:
   * copy what is kept.
   */
  async *records(refs: readonly PacketRef[]): AsyncGenerator<CaptureRecord> {
    for (const ref of refs) yield await this.#read(ref);
  }

  /** The packets of `refs` as a pcapng capture with their original times, lengths and interfaces, in pieces; `secrets`: blocks beside the capture's own. */
  async *pcapng(refs: readonly PacketRef[], secrets = new Uint8Array(0)): AsyncGenerator<Uint8Array> {
    const used = [...new Set(refs.map((ref) => ref.interfaceId))];
    const written = used.map((id) => this.interface(id));
    const known = Buffer.concat([this.#secrets, secrets]);
    yield* gathered(written, known, this.records(refs), (record) => used.indexOf(record.interfaceId));
  }

  async #read(ref: PacketRef): Promise<CaptureRecord> {
    const from = this.interface(ref.interfaceId);
    let at = await this.#have(ref.offset, recordPrefixLength);
    if (this.#window.length - at >= recordPrefixLength) at = await this.#have(ref.offset, recordLengthAt(this.#window, at, from));
    if (!decodeRecordAt(this.#window, at, from, this.#record)) {
      throw new WirecaseError(
        'capture.evidence-changed',
        `Packet ${ref.number} is not at offset ${ref.offset}, where the packet index has it.`,
      );
    }
    this.#record.number = ref.number;
    this.#record.fileOffset = ref.offset;
    this.#record.interfaceId = ref.interfaceId;
    return this.#record;
  }

  /** Make sure that `length` bytes from `offset` (as far as the file has them) are in the window; gives their position in it. */
  async #have(offset: number, length: number): Promise<number> {
    const at = offset - this.#windowOffset;
    if (at >= 0 && at + length <= this.#window.length) return at;
    this.#window = await readAt(this.#file, offset, Math.max(WINDOW_BYTES, Math.min(length, maxRecordLength)));
    this.#windowOffset = offset;
    return 0;
  }

  /** Throws `capture.damaged` for an interface that the index does not have. */
  interface(id: number): CaptureInterface {
    const from = this.#index.interfaces[id];
    if (!from)
      throw new WirecaseError(
        'capture.damaged',
        `The packet index names interface ${id}, which it does not have; retry the capture to rebuild it.`,
      );
    return from;
  }
}

/** `records` as a pcapng capture, in pieces; `interfaceOf` gives the position of a record's interface in `interfaces`. */
export async function* gathered(
  interfaces: readonly CaptureInterface[],
  secrets: Uint8Array,
  records: AsyncIterable<CaptureRecord>,
  interfaceOf: (record: CaptureRecord) => number,
  comment: (record: CaptureRecord) => string = () => '',
): AsyncGenerator<Uint8Array> {
  const writer = new PcapngWriter(
    interfaces.map(({ linkType, snapLength, name }) => ({ linkType, snapLength, name })),
    'Wirecase',
  );
  let pieces = [writer.begin(), secrets];
  let bytes = pieces[0]!.length + secrets.length;
  for await (const record of records) {
    const piece = writer.packet(record, interfaceOf(record), comment(record));
    pieces.push(piece);
    bytes += piece.length;
    if (bytes >= PIECE_BYTES) {
      yield Buffer.concat(pieces, bytes);
      pieces = [];
      bytes = 0;
    }
  }
  if (bytes > 0) yield Buffer.concat(pieces, bytes);
}

/** The secrets of a capture as the blocks that slices begin with: what `secrets` in `SliceFiles` holds. Empty when there are none. */
export function secretBlocks(secrets: readonly { type: number; data: Uint8Array }[]): Uint8Array {
  const writer = new PcapngWriter([], 'Wirecase');
  return Buffer.concat(secrets.map(({ type, data }) => writer.secrets(type, data)));
}

async function readSecrets(path: string | undefined): Promise<Uint8Array> {
  if (path === undefined) return new Uint8Array(0);
  return readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return new Uint8Array(0);
    throw error;
  });
}

async function readAt(file: FileHandle, offset: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  const { bytesRead } = await file.read(bytes, 0, length, offset);
  return bytes.subarray(0, bytesRead);
}
