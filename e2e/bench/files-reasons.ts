/** Why an object that tshark exports is none of our files, told by its bytes and by what we say of the same capture: docs/differences.md. */
import type { ContentCoding } from '@wirecase/contract';
import { nodePlatform } from '@wirecase/store/platform';

/** A file of ours with its content. */
export interface OurFile {
  readonly name: string | null;
  readonly fault: string | null;
  readonly bytes: Buffer;
}

export interface Question {
  /** tshark's name for the protocol. */
  readonly kind: string;
  readonly name: string;
  readonly bytes: Buffer;
  readonly ours: readonly OurFile[];
  /** Names of pipes that SMB opened in the capture. */
  readonly pipes: ReadonlySet<string>;
  /** Whether a response in the capture has a status that allows no body. */
  readonly hasBodiless: boolean;
  /** Whether the object's packet is in a flow that is HTTP by its content; null where tshark does not tell the packet. */
  readonly isHttp: boolean | null;
}

type Reason = readonly [says: string, holds: (question: Question) => boolean];

const CRLF = Buffer.from('\r\n');
const headerOnly = /^(?:[\x21-\x39\x3b-\x7e]+:[^\r\n]*\r\n(?:[ \t][^\r\n]*\r\n)*)+\r\n$/;

/** The first that holds counts. */
const reasons: readonly Reason[] = [
  [
    'bytes in a pipe of SMB are calls or a program’s input and output, no file',
    ({ kind, name, pipes }) => kind === 'smb' && pipes.has(plain(name)),
  ],
  ['said on a port of HTTP, and no HTTP', ({ isHttp }) => isHttp === false],
  ['nothing: no file has no bytes unless a length says so', ({ bytes }) => bytes.length === 0],
  [
    'the end of the last line belongs to a mail (RFC 5321 4.1.1.4); tshark leaves it out',
    ({ kind, bytes, ours }) => kind === 'imf' && ours.some((file) => file.bytes.equals(Buffer.concat([bytes, CRLF]))),
  ],
  ['a header that IMAP fetches alone is no mail', ({ kind, bytes }) => kind === 'imf' && headerOnly.test(bytes.toString('latin1'))],
  [
    'a piece of what is one file here',
    ({ bytes, ours }) => ours.some((file) => file.bytes.length > bytes.length && file.bytes.includes(bytes)),
  ],
  ['packed still, unpacked here', ({ bytes, ours }) => has(ours, unpacked(bytes))],
  [
    'two codings are named and one is done: kept as sent here',
    ({ bytes, ours }) => ours.some((file) => file.fault === 'undecodable' && unpacked(file.bytes).some((one) => one.equals(bytes))),
  ],
  ['chunks with their sizes, or a part of them', ({ kind, bytes, ours }) => kind === 'http' && isChunks(bytes, ours)],
  [
    'a head, or a part of one, taken for a body',
    ({ kind, bytes }) => kind === 'http' && /\bHTTP(?:\/\d\.\d)?\r?\n|^http\/1/i.test(bytes.toString('latin1', 0, 400)),
  ],
  ['more than the body that is a file here', ({ bytes, ours }) => ours.some((file) => file.bytes.length > 8 && bytes.includes(file.bytes))],
  ['behind a response whose status allows no body (RFC 9112 6.3)', ({ kind, hasBodiless }) => kind === 'http' && hasBodiless],
];

/** The reason why `question.bytes` are none of our files; null when none is known. */
export function reasonOf(question: Question): string | null {
  return reasons.find(([, holds]) => holds(question))?.[0] ?? null;
}

/** `%5csamr(12)` -> `samr`. */
export function plain(name: string): string {
  return decodeURIComponent(name.replace(/%(?![0-9a-f]{2})/gi, '%25'))
    .replace(/\(\d+\)$/, '')
    .replace(/^\\+/, '')
    .toLowerCase();
}

function has(ours: readonly OurFile[], candidates: readonly Buffer[]): boolean {
  return candidates.some((bytes) => bytes.length > 0 && ours.some((file) => file.bytes.equals(bytes)));
}

function unpacked(bytes: Buffer): Buffer[] {
  return (['gzip', 'deflate'] as const satisfies ContentCoding[]).map((coding) => {
    const pieces: Buffer[] = [];
    const unpacker = nodePlatform.unpacker(coding, (from, start, end) => pieces.push(Buffer.from(from.slice(start, end))))!;
    unpacker.push(bytes, 0, bytes.length);
    unpacker.end();
    return Buffer.concat(pieces);
  });
}

/** Whether the content of the chunks in `bytes` is a file of ours, or a part of one; whatever stands before them. */
function isChunks(bytes: Buffer, ours: readonly OurFile[]): boolean {
  const text = bytes.toString('latin1');
  const content = [...text.matchAll(/(?:^|\n)([0-9a-f]{1,6})[^\n]{0,8}\n/gi)]
    .map(({ index, 0: line, 1: size }) => text.slice(index + line.length, index + line.length + Number.parseInt(size!, 16)))
    .join('');
  const rest = text.replace(/(?:\r?\n)+$/, '');
  if (/^0*$/.test(rest)) return ours.length > 0;
  return ours.some((file) => {
    const own = file.bytes.toString('latin1');
    return (content !== '' && own.startsWith(content)) || own.endsWith(rest);
  });
}
