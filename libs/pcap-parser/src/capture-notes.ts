import { visitOptions } from './pcapng-options.ts';

/** What a pcapng capture says beside its packets. Each list is bounded; what did not fit is counted in `left`. */
export interface CaptureNotes {
  /** opt_comment of sections, interfaces and packets; `packet` 0: not of a packet. */
  comments: { packet: number; text: string }[];
  /** Name resolution blocks: an IPv4 or IPv6 address (4 or 16 bytes) and a name it had. */
  names: { address: Uint8Array; name: string }[];
  /** Decryption secrets blocks: type (0x544c534b: TLS key log ...) and what is in them. */
  secrets: { type: number; data: Uint8Array }[];
  /** Blocks passed over, by type: custom ones and those that are not known. */
  skippedBlocks: Record<number, number>;
  left: number;
}

const maxComments = 1000;
const maxTextBytes = 4096;
const maxNames = 10_000;
const maxSecretBytes = 16 * 1024 * 1024;
const maxSkippedTypes = 100;

/** Gathers the notes. `offset` is where a block begins, `length` its total length, checked by the caller. */
export class NoteTaker implements CaptureNotes {
  readonly comments: { packet: number; text: string }[] = [];
  readonly names: { address: Uint8Array; name: string }[] = [];
  readonly secrets: { type: number; data: Uint8Array }[] = [];
  readonly skippedBlocks: Record<number, number> = {};
  left = 0;
  #secretBytes = 0;

  /** Comments among the options in `view[offset, end)`. */
  takeComments(view: DataView, offset: number, end: number, littleEndian: boolean, packet: number): void {
    visitOptions(view, offset, end, littleEndian, (code, at, size) => {
      if (code !== 1) return;
      if (this.comments.length < maxComments) this.comments.push({ packet, text: textAt(view, at, size) });
      else this.left++;
    });
  }

  /** Secrets type (4), length (4), data, options (draft-ietf-opsawg-pcapng 4.7). False: longer than its block. */
  takeSecrets(view: DataView, offset: number, length: number, littleEndian: boolean): boolean {
    const size = length < 20 ? Infinity : view.getUint32(offset + 12, littleEndian);
    if (size > length - 20) return false;
    if (this.#secretBytes + size <= maxSecretBytes) {
      this.#secretBytes += size;
      this.secrets.push({ type: view.getUint32(offset + 8, littleEndian), data: bytesAt(view, offset + 16, size) });
    } else {
      this.left++;
    }
    return true;
  }

  /** Records of type (2), length (2), address and names that end with 0, padded to 4 (4.5). False: a record does not fit. */
  takeNames(view: DataView, offset: number, length: number, littleEndian: boolean): boolean {
    const end = offset + length - 4;
    for (let at = offset + 8; at + 4 <= end;) {
      const type = view.getUint16(at, littleEndian);
      const size = view.getUint16(at + 2, littleEndian);
      if (type === 0) return true;
      if (at + 4 + size > end) return false;
      const addressLength = type === 1 ? 4 : type === 2 ? 16 : 0;
      if (addressLength > 0 && size > addressLength) this.#takeNamesOf(bytesAt(view, at + 4, size), addressLength);
      at += 4 + ((size + 3) & ~3);
    }
    return true;
  }

  takeSkipped(type: number): void {
    if (type in this.skippedBlocks || Object.keys(this.skippedBlocks).length < maxSkippedTypes) {
      this.skippedBlocks[type] = (this.skippedBlocks[type] ?? 0) + 1;
    } else {
      this.left++;
    }
  }

  #takeNamesOf(record: Uint8Array, addressLength: number): void {
    const address = record.slice(0, addressLength);
    for (const name of new TextDecoder().decode(record.subarray(addressLength)).split('\0')) {
      if (name === '') continue;
      if (this.names.length < maxNames) this.names.push({ address, name: name.slice(0, 255) });
      else this.left++;
    }
  }
}

function bytesAt(view: DataView, offset: number, length: number): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset + offset, length).slice();
}

function textAt(view: DataView, offset: number, length: number): string {
  return new TextDecoder().decode(bytesAt(view, offset, Math.min(length, maxTextBytes)));
}
