/** Files that were carried by a protocol: what a parser hands over while the bytes pass, and the record that the engine makes of it. */
import { field, optional } from './field.ts';
import type { ContentCoding } from './platform.ts';
import type { Direction } from './direction.ts';
import { recordType } from './record-type.ts';

/**
 * Why the bytes of a file are not all of it. `missing`: some were never captured; `cut-off`: the transfer ended early; `range`: only a part
 * was asked for; `undecodable`: its encoding is unknown or damaged; `limit`: too many files or bytes at once.
 */
export type FileFault = 'missing' | 'cut-off' | 'range' | 'undecodable' | 'limit';

/** Takes bytes in order. The buffer is reused after each call. */
export interface ByteTarget {
  data(bytes: Uint8Array, start: number, end: number): void;
  /** `missing` bytes were never seen. */
  gap(missing: number): void;
  /** It is over. `fault`: why it is not whole, as far as the caller knows. */
  end(fault: FileFault | null): void;
}

/** Takes a file, also in parts that come in another order. */
export interface FileTarget extends ByteTarget {
  /** Bytes of the file from `offset` on. What came before for the same place stays. */
  dataAt(offset: number, bytes: Uint8Array, start: number, end: number): void;
}

/** What is known of a file when its first bytes come. */
export interface FileStart {
  /** Who sends the bytes. */
  direction: Direction;
  /** Name with its folders or address as said; null when nobody named it. */
  path: string | null;
  /** Type as declared. */
  mimeType: string | null;
  /** Bytes that it has, if that was said. */
  size: number | null;
  /** How the bytes are packed on the way: the file is what comes out of them. */
  coding?: ContentCoding | null;
  /** Protocol that carries it, where it is not the parser's name. */
  sourceProtocol?: string;
  /** The flow that spoke of the file where another one carries it. */
  controlFlowId?: string | null;
}

export const fileRecord = recordType(
  'file',
  'Files',
  'One file that went over the network: a body of HTTP, a transfer of FTP, TFTP or SMB, a mail or what is attached to it. Points to the packet with its last byte.',
  {
    name: optional('file.name', 'keyword', 'Name without folders, as the protocol gives it. Nothing proves that it fits the content.', {
      label: 'File name',
      aliases: ['filename', 'fileinfo.filename'],
      indexed: true,
    }),
    path: optional('file.path', 'text', 'Name with folders, share or address, as said.', { label: 'File path' }),
    extension: optional('file.extension', 'keyword', 'What follows the last point of the name, lower case.', { label: 'Extension' }),
    size: field('file.size', 'count', 'Bytes of the content after decoding, up to the last one seen.', {
      label: 'File size',
      aliases: ['fileinfo.size', 'total_bytes', 'seen_bytes'],
    }),
    missingBytes: field('wirecase.file.missing_bytes', 'count', 'Bytes of these that were never seen.', { label: 'Missing bytes' }),
    mimeType: optional('file.mime_type', 'keyword', 'Type as the sender declares it.', { label: 'Declared type', aliases: ['mime_type'] }),
    sniffedType: optional(
      'wirecase.file.sniffed_type',
      'keyword',
      'Type by the first bytes of the content; empty when they tell nothing.',
      {
        label: 'Type by content',
        aliases: ['magic', 'fileinfo.magic'],
        indexed: true,
      },
    ),
    mismatch: field(
      'wirecase.file.mismatch',
      'boolean',
      'Whether name or declared type say something else than the content, as a program that is called a picture.',
      { label: 'Disguised' },
    ),
    md5: optional('file.hash.md5', 'keyword', 'MD5 of the content; empty when bytes are missing.', {
      label: 'MD5',
      aliases: ['md5'],
      indexed: true,
    }),
    sha1: optional('file.hash.sha1', 'keyword', 'SHA-1 of the content; empty when bytes are missing.', {
      label: 'SHA-1',
      aliases: ['sha1'],
      indexed: true,
    }),
    sha256: optional(
      'file.hash.sha256',
      'keyword',
      'SHA-256 of the content; empty when bytes are missing. Of a file that was cut off, that of its begin.',
      { label: 'SHA-256', aliases: ['sha256', 'fileinfo.sha256', 'http.sha256'], indexed: true },
    ),
    entropy: field('wirecase.file.entropy', 'float', 'Bits of information in a byte, 0 to 8: near 8 is compressed or encrypted.', {
      label: 'Entropy',
    }),
    complete: field('wirecase.file.complete', 'boolean', 'Whether all of the file is there.', { label: 'Complete' }),
    fault: optional(
      'wirecase.file.fault',
      'keyword',
      'Why it is not: missing (bytes not captured), cut-off, range (a part was asked for), undecodable, limit.',
      { label: 'Incomplete because' },
    ),
    sourceProtocol: field('wirecase.file.source_protocol', 'keyword', 'Protocol that carried it: http, ftp, smtp, imap, pop3, smb, tftp.', {
      label: 'Carried by',
      aliases: ['fileinfo.source', 'source'],
    }),
    direction: field('wirecase.file.direction', 'keyword', 'to-responder (as an upload to a server) or to-originator.', {
      label: 'Direction',
    }),
    controlFlowId: optional('wirecase.file.control_flow_id', 'id', 'The flow in which it was asked for, where another one carried it.', {
      label: 'Asked for in',
    }),
    yara: field('wirecase.file.yara', 'keywords', 'YARA rules that matched when the file was extracted.', {
      label: 'YARA',
      aliases: ['yara'],
    }),
  },
);
