/**
 * Mails and their parts (RFC 5322, RFC 2045 to 2047, RFC 7578), as the bytes pass: a header, then content that may be parts again. What is
 * attached becomes a file.
 */
import type { ByteTarget, Direction, FileFault, FileTarget, FlowContext } from '@wirecase/contract';
import { ByteBuffer } from './byte-buffer.ts';
import { MultipartReader } from './multipart.ts';
import { parseParameters } from './parameters.ts';
import { decodeText, rowText } from './text.ts';
import { transferDecoder } from './transfer-encoding.ts';

const MAX_HEADER_BYTES = 65_536;
const MAX_FIELDS = 256;
/** Parts within parts. */
const MAX_DEPTH = 8;
/** Parts of one mail or form. */
const MAX_PARTS = 1000;
const MAX_NAME_CHARACTERS = 512;
const CR = 13;
const LF = 10;

type Header = ReadonlyMap<string, string>;

/** What the parts of one mail or form share. */
interface Whole {
  context: FlowContext;
  direction: Direction;
  /** Whether only what has a file name is a file. */
  isForm: boolean;
  parts: number;
}

/** A mail: itself a file, and what is attached to it. */
export function mailTarget(context: FlowContext, direction: Direction, size: number | null): ByteTarget {
  const file = context.file({ direction, path: null, mimeType: 'message/rfc822', size });
  return new Tee(file, new EntityReader({ context, direction, isForm: false, parts: 0 }, 0));
}

/** A form: itself `file`, and the files in it. */
export function formTarget(context: FlowContext, direction: Direction, boundary: string, file: FileTarget): ByteTarget {
  const whole: Whole = { context, direction, isForm: true, parts: 0 };
  return new Tee(file, new MultipartReader(boundary, () => new EntityReader(whole, 1)));
}

/** A header, up to its empty line, and the content behind it. */
class EntityReader implements ByteTarget {
  private readonly whole: Whole;
  private readonly depth: number;
  private readonly header = new ByteBuffer(MAX_HEADER_BYTES);
  private lineBytes = 0;
  private isHeader = true;
  private content: ByteTarget | null = null;

  constructor(whole: Whole, depth: number) {
    this.whole = whole;
    this.depth = depth;
  }

  data(bytes: Uint8Array, start: number, end: number): void {
    let at = start;
    while (this.isHeader && at < end) {
      const byte = bytes[at++]!;
      if (byte === LF) {
        if (this.lineBytes === 0) this.open(bytes, start, at);
        this.lineBytes = 0;
      } else if (byte !== CR) this.lineBytes++;
    }
    if (!this.isHeader) {
      if (at < end) this.content?.data(bytes, at, end);
    } else if (!this.header.append(bytes, start, end)) this.isHeader = false;
  }

  gap(missing: number): void {
    // A header with a hole tells nothing for sure.
    this.isHeader = false;
    this.content?.gap(missing);
  }

  end(fault: FileFault | null): void {
    if (this.isHeader) this.open(this.header.bytes, 0, 0);
    this.content?.end(fault);
    this.content = null;
  }

  private open(bytes: Uint8Array, start: number, end: number): void {
    this.isHeader = false;
    if (!this.header.append(bytes, start, end)) return;
    this.content = contentOf(this.whole, this.depth, parseHeader(decodeText(this.header.bytes, 0, this.header.length)));
    this.header.clear();
  }
}

/** Where the content behind a header goes; `null` when it is no file. */
function contentOf(whole: Whole, depth: number, header: Header): ByteTarget | null {
  if (++whole.parts > MAX_PARTS) {
    whole.context.weird('mime_part_limit');
    return null;
  }
  const { value, parameters } = parseParameters(header.get('content-type') ?? '');
  const type = value === '' ? null : rowText(value, 128);
  const disposition = parseParameters(header.get('content-disposition') ?? '');
  const name = disposition.parameters.get('filename') ?? parameters.get('name') ?? null;
  const boundary = parameters.get('boundary');
  if (type?.startsWith('multipart/') && boundary && depth < MAX_DEPTH) {
    return new MultipartReader(boundary, () => new EntityReader(whole, depth + 1));
  }
  const encoding = (header.get('content-transfer-encoding') ?? '').trim().toLowerCase();
  const isMail = type === 'message/rfc822' && depth < MAX_DEPTH;
  const inner = isMail ? new EntityReader(whole, depth + 1) : null;
  const isAttached = whole.isForm ? disposition.parameters.has('filename') : name !== null || disposition.value === 'attachment';
  if (!isAttached && (whole.isForm || type === null || type.startsWith('text/') || isMail))
    return inner && transferDecoder(encoding, inner);
  const { context, direction } = whole;
  const file = context.file({
    direction,
    path: name === null || name === '' ? null : rowText(name, MAX_NAME_CHARACTERS),
    mimeType: type,
    size: null,
  });
  return transferDecoder(encoding, inner ? new Tee(file, inner) : file);
}

/** Both get all of it. */
class Tee implements ByteTarget {
  private readonly first: ByteTarget;
  private readonly second: ByteTarget;

  constructor(first: ByteTarget, second: ByteTarget) {
    this.first = first;
    this.second = second;
  }

  data(bytes: Uint8Array, start: number, end: number): void {
    this.first.data(bytes, start, end);
    this.second.data(bytes, start, end);
  }

  gap(missing: number): void {
    this.first.gap(missing);
    this.second.gap(missing);
  }

  end(fault: FileFault | null): void {
    this.second.end(fault);
    this.first.end(fault);
  }
}

/** Fields of a header by lower-case name, the first of each, unfolded (RFC 5322 2.2.3). */
function parseHeader(text: string): Header {
  const fields = new Map<string, string>();
  for (const line of text.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)) {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon)).trim().toLowerCase();
    if (name !== '' && !fields.has(name) && fields.size < MAX_FIELDS) fields.set(name, line.slice(colon + 1).trim());
  }
  return fields;
}
