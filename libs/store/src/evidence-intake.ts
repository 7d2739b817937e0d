/** One file on its way into the evidence: hashed from its first byte, judged by its head, counted against the limits. */
import { createHash } from 'node:crypto';
import { WirecaseError } from '@wirecase/contract';
import { sniff, sniffLength } from '@wirecase/pcap-parser';
import { readableFormats } from './capture-source.ts';
import { streamUnpackers, type Unpack, UnpackError } from './unpack/index.ts';

/** A Zstandard block unpacks only as a whole and may have 128 KiB packed: with this much at least one is there. */
const packedHeadBytes = 256 * 1024;
const pieceBytes = 16 * 1024;

/** Of an archive the directory is at its end: its content is judged when it is opened (`openCapture`). */
export const archiveFormat = 'zip';

/** `push` every piece in order, then `finish`. Both throw as soon as the file cannot be taken. */
export class Intake {
  readonly #hash = createHash('sha256');
  readonly #maxBytes: number;
  #head: Uint8Array[] = [];
  #headBytes = 0;
  #format: string | null = null;
  #size = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get size(): number {
    return this.#size;
  }

  /** Throws `request.too-large`, or `capture.unreadable` once enough was seen to judge. Keeps no reference to `bytes`. */
  async push(bytes: Uint8Array): Promise<void> {
    this.#size += bytes.length;
    if (this.#size > this.#maxBytes)
      throw new WirecaseError('request.too-large', `The file has more than the ${this.#maxBytes} bytes that are allowed.`);
    this.#hash.update(bytes);
    if (this.#format !== null) return;
    this.#head.push(bytes.slice());
    this.#headBytes += bytes.length;
    if (this.#headBytes >= sniffLength) await this.#judge(false);
  }

  /** What arrived. Throws `capture.empty` and `capture.unreadable`. `format`: `pcapng`, `pcap+gzip`, `pcapng+NetXRay` ...; with a plus a plain copy is read */
  async finish(): Promise<{ sha256: string; size: number; format: string }> {
    if (this.#size === 0) throw new WirecaseError('capture.empty', 'The file has no bytes. Capture again or check the copy.');
    if (this.#format === null) await this.#judge(true);
    return { sha256: this.#hash.digest('hex'), size: this.#size, format: this.#format! };
  }

  async #judge(isWhole: boolean): Promise<void> {
    const head = Buffer.concat(this.#head);
    const outer = sniff(head);
    if (outer.compression === 'zip') {
      this.#format = archiveFormat;
    } else if (outer.isForeign) {
      // Kept as it is; what is read is a copy in pcapng, made when it is parsed.
      this.#format = `pcapng+${outer.looksLike.replace(/^an? | capture.*$/g, '')}`;
    } else if (outer.compression === 'none') {
      this.#format = outer.format ?? refuse(outer.looksLike);
    } else {
      if (!isWhole && head.length < packedHeadBytes) return;
      const inner = sniff(await unpackedHead(head, streamUnpackers[outer.compression]));
      if (inner.compression !== 'none' || inner.format === null) refuse(`${outer.looksLike} of ${inner.looksLike}`);
      this.#format = `${inner.format}+${outer.compression}`;
    }
    this.#head = [];
  }
}

function refuse(looksLike: string): never {
  throw new WirecaseError('capture.unreadable', `This looks like ${looksLike}. Wirecase reads ${readableFormats}.`);
}

/** The first bytes that come out of `packed`; none when it cannot be unpacked. Stops at the first piece, so a bomb does no harm. */
async function unpackedHead(packed: Uint8Array, unpack: Unpack): Promise<Uint8Array> {
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (let i = 0; i < packed.length; i += pieceBytes) yield packed.subarray(i, i + pieceBytes);
  }
  try {
    for await (const piece of unpack(pieces())) if (piece.length > 0) return piece.slice(0, sniffLength);
  } catch (error) {
    // Damaged, or cut off before the first piece (`packed` is only a part): nothing to judge.
    if (!(error instanceof UnpackError)) throw error;
  }
  return new Uint8Array();
}
