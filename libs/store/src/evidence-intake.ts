/** One file on its way into the evidence: hashed from its first byte, judged by its head, counted against the limits. */
import { createHash } from 'node:crypto';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { WirecaseError, type Compression } from '@wirecase/contract';
import { sniff, sniffLength } from '@wirecase/pcap-parser';

/** A Zstandard block unpacks only as a whole and may have 128 KiB packed: with this much at least one is there. */
const packedHeadBytes = 256 * 1024;

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

  /** What arrived. Throws `capture.empty` and `capture.unreadable`. `format`: `pcapng`, `pcap+gzip` ... */
  async finish(): Promise<{ sha256: string; size: number; format: string }> {
    if (this.#size === 0) throw new WirecaseError('capture.empty', 'The file has no bytes. Capture again or check the copy.');
    if (this.#format === null) await this.#judge(true);
    return { sha256: this.#hash.digest('hex'), size: this.#size, format: this.#format! };
  }

  async #judge(isWhole: boolean): Promise<void> {
    const head = Buffer.concat(this.#head);
    const outer = sniff(head);
    if (outer.compression === 'none') {
      this.#format = outer.format ?? refuse(outer.looksLike);
    } else {
      if (!isWhole && head.length < packedHeadBytes) return;
      const inner = sniff(await unpackedHead(head, outer.compression));
      if (inner.compression !== 'none' || inner.format === null) refuse(`${outer.looksLike} of ${inner.looksLike}`);
      this.#format = `${inner.format}+${outer.compression}`;
    }
    this.#head = [];
  }
}

function refuse(looksLike: string): never {
  throw new WirecaseError(
    'capture.unreadable',
    `This looks like ${looksLike}. Wirecase reads pcap and pcapng, also packed with gzip or zstd.`,
  );
}

/** The first bytes that come out of `packed`; none when it cannot be unpacked. Stops at the first piece, so a bomb does no harm. */
async function unpackedHead(packed: Uint8Array, compression: Compression): Promise<Uint8Array> {
  const unpacker = compression === 'gzip' ? createGunzip() : createZstdDecompress();
  try {
    unpacker.end(packed);
    for await (const piece of unpacker) return piece as Buffer;
  } catch {
    // Damaged, or cut off before the first piece (`packed` is only a part): nothing to judge.
  }
  return new Uint8Array();
}
