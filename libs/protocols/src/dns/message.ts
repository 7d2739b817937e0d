/** One DNS message (RFC 1035 4.1), big-endian: 12 bytes of header, questions, then resource records. */
import { formatHex, formatIp } from '@wirecase/contract';
import { decodeText, rowText } from '../common/text.ts';
import { className, opCodeName, responseCodeName, typeName } from './names.ts';

export const HEADER_BYTES = 12;
/** Answers kept of one message; the rest is counted as a weird. */
const MAX_ANSWERS = 100;
/** Questions kept of one message beside the first: mDNS asks several at once (RFC 6762 5.3). */
const MAX_FURTHER = 32;
const MAX_DATA_CHARACTERS = 1000;
/** RFC 1035 2.3.4. */
const MAX_NAME_BYTES = 255;
const MAX_LABELS = 128;
/** One before each label, at most: without this bound, pointers to pointers in a message of 64 KiB are some thousand a name. */
const MAX_POINTERS = MAX_LABELS;

export interface DnsMessage {
  id: number;
  isResponse: boolean;
  opCode: string;
  responseCode: string;
  flags: string[];
  questionName: string | null;
  questionType: string | null;
  questionClass: string | null;
  labelMax: number | null;
  /** Questions after the first. */
  further: Question[];
  answerNames: string[];
  answerTypes: string[];
  answerTtls: number[];
  answerData: string[];
  resolvedIps: Uint8Array[];
  bytes: number;
}

export interface Question {
  questionName: string;
  questionType: string;
  questionClass: string;
  labelMax: number;
}

/** A name that was read, or why it was not. */
interface Name {
  text: string;
  /** Offset behind the name where it was met (behind the pointer, if any). */
  next: number;
  longestLabel: number;
  problem: 'dns_label_loop' | 'dns_name_too_long' | 'dns_bad_label' | 'dns_truncated_message' | null;
}

/**
 * Parse the message in `bytes[start, end)`; needs 12 bytes. What is sound before the first fault is kept, the fault is told to `weird`.
 * `isMulticast`: the top bit of a class is mDNS's unicast-response or cache-flush bit (RFC 6762 18.12, 18.13), not part of it.
 */
export function parseMessage(
  bytes: Uint8Array,
  start: number,
  end: number,
  isMulticast: boolean,
  weird: (name: string) => void,
): DnsMessage {
  const flags = read16(bytes, start + 2);
  const message: DnsMessage = {
    id: read16(bytes, start),
    isResponse: (flags & 0x8000) !== 0,
    opCode: opCodeName((flags >> 11) & 15),
    responseCode: responseCodeName(flags & 15),
    flags: flagNames(flags),
    questionName: null,
    questionType: null,
    questionClass: null,
    labelMax: null,
    further: [],
    answerNames: [],
    answerTypes: [],
    answerTtls: [],
    answerData: [],
    resolvedIps: [],
    bytes: end - start,
  };
  const classMask = isMulticast ? 0x7fff : 0xffff;
  const offset = parseQuestions(message, bytes, start, end, classMask, weird);
  if (offset >= 0) parseAnswers(message, bytes, start, end, offset, weird);
  return message;
}

/** Returns the offset behind the question section, -1 after a fault. */
function parseQuestions(
  message: DnsMessage,
  bytes: Uint8Array,
  start: number,
  end: number,
  classMask: number,
  weird: (name: string) => void,
): number {
  const count = read16(bytes, start + 4);
  if (count > 1 && classMask === 0xffff) weird('dns_many_questions');
  let offset = start + HEADER_BYTES;
  for (let i = 0; i < count; i++) {
    const name = readName(bytes, start, end, offset);
    if (name.problem === null && name.next + 4 > end) name.problem = 'dns_truncated_message';
    if (name.problem !== null) {
      weird(name.problem);
      return -1;
    }
    const question: Question = {
      questionName: name.text,
      questionType: typeName(read16(bytes, name.next)),
      questionClass: className(read16(bytes, name.next + 2) & classMask),
      labelMax: name.longestLabel,
    };
    if (i === 0) Object.assign(message, question);
    else if (message.further.length < MAX_FURTHER) message.further.push(question);
    offset = name.next + 4;
  }
  return offset;
}

function parseAnswers(
  message: DnsMessage,
  bytes: Uint8Array,
  start: number,
  end: number,
  firstOffset: number,
  weird: (name: string) => void,
): void {
  const count = read16(bytes, start + 6);
  let offset = firstOffset;
  for (let i = 0; i < count; i++) {
    if (i === MAX_ANSWERS) return weird('dns_many_answers');
    const name = readName(bytes, start, end, offset);
    if (name.problem === null && name.next + 10 > end) name.problem = 'dns_truncated_message';
    if (name.problem !== null) return weird(name.problem);
    const type = read16(bytes, name.next);
    const dataOffset = name.next + 10;
    const dataEnd = dataOffset + read16(bytes, name.next + 8);
    if (dataEnd > end) return weird('dns_truncated_message');
    message.answerNames.push(name.text);
    message.answerTypes.push(typeName(type));
    message.answerTtls.push(readTtl(bytes, name.next + 4));
    message.answerData.push(rowText(dataText(type, bytes, start, dataOffset, dataEnd, weird), MAX_DATA_CHARACTERS));
    if ((type === 1 && dataEnd - dataOffset === 4) || (type === 28 && dataEnd - dataOffset === 16))
      message.resolvedIps.push(bytes.slice(dataOffset, dataEnd));
    offset = dataEnd;
  }
}

/** RFC 2181 8: a TTL with its top bit set is to be taken as zero. */
function readTtl(bytes: Uint8Array, offset: number): number {
  const ttl = (read16(bytes, offset) << 16) | read16(bytes, offset + 2);
  return ttl < 0 ? 0 : ttl;
}

/** Text of a record's data as master files write it (RFC 1035 5.1); names in it may be compressed against the message at `start`. */
function dataText(type: number, bytes: Uint8Array, start: number, offset: number, end: number, weird: (name: string) => void): string {
  const length = end - offset;
  const nameAt = (at: number): Name => {
    const name = readName(bytes, start, end, at);
    if (name.problem !== null) weird(name.problem);
    return name;
  };
  switch (type) {
    case 1:
      return length === 4 ? formatIp(bytes.subarray(offset, end)) : genericData(bytes, offset, end);
    case 28:
      return length === 16 ? formatIp(bytes.subarray(offset, end)) : genericData(bytes, offset, end);
    case 2: // NS
    case 5: // CNAME
    case 12: // PTR
    case 39: // DNAME
      return nameAt(offset).text;
    case 15: // MX
      return length < 3 ? genericData(bytes, offset, end) : `${read16(bytes, offset)} ${nameAt(offset + 2).text}`;
    case 33: // SRV, RFC 2782
      if (length < 7) return genericData(bytes, offset, end);
      return `${read16(bytes, offset)} ${read16(bytes, offset + 2)} ${read16(bytes, offset + 4)} ${nameAt(offset + 6).text}`;
    case 6: // SOA: the primary server and the responsible mailbox
      return soaText(nameAt(offset), nameAt);
    case 13: // HINFO
    case 16: // TXT
    case 99: // SPF
      return characterStrings(bytes, offset, end);
    default:
      return genericData(bytes, offset, end);
  }
}

function soaText(primary: Name, nameAt: (offset: number) => Name): string {
  return primary.problem === null ? `${primary.text} ${nameAt(primary.next).text}` : primary.text;
}

/** RFC 1035 3.3 <character-string>s, joined by a space. */
function characterStrings(bytes: Uint8Array, start: number, end: number): string {
  const parts: string[] = [];
  let offset = start;
  while (offset < end) {
    const next = Math.min(end, offset + 1 + bytes[offset]!);
    parts.push(decodeText(bytes, offset + 1, next));
    offset = next;
  }
  return parts.join(' ');
}

/** RFC 3597 5: `\# length hexadecimal`. */
function genericData(bytes: Uint8Array, offset: number, end: number): string {
  return `\\# ${end - offset} ${formatHex(bytes.subarray(offset, Math.min(end, offset + MAX_DATA_CHARACTERS / 2)))}`;
}

/**
 * Read the name at `offset` of the message `bytes[start, end)` (RFC 1035 4.1.4). A pointer must go to before the label sequence that holds
 * it, so that a loop is impossible; at most 128 labels, 128 pointers and 255 bytes.
 */
export function readName(bytes: Uint8Array, start: number, end: number, offset: number): Name {
  const name: Name = { text: '', next: end, longestLabel: 0, problem: null };
  const labels: string[] = [];
  let position = offset;
  let sequenceStart = offset;
  let pointers = 0;
  let nameBytes = 0;
  for (;;) {
    if (position >= end) return failed(name, labels, 'dns_truncated_message');
    const length = bytes[position]!;
    if (length === 0) {
      if (pointers === 0) name.next = position + 1;
      name.text = labels.length === 0 ? '.' : labels.join('.');
      return name;
    }
    if (length >= 0xc0) {
      if (position + 2 > end) return failed(name, labels, 'dns_truncated_message');
      if (pointers++ === 0) name.next = position + 2;
      const target = start + (((length & 0x3f) << 8) | bytes[position + 1]!);
      if (target >= sequenceStart || target < start + HEADER_BYTES || pointers > MAX_POINTERS)
        return failed(name, labels, 'dns_label_loop');
      position = target;
      sequenceStart = target;
      continue;
    }
    if (length > 63) return failed(name, labels, 'dns_bad_label');
    if (position + 1 + length > end) return failed(name, labels, 'dns_truncated_message');
    nameBytes += length + 1;
    if (nameBytes >= MAX_NAME_BYTES || labels.length === MAX_LABELS) return failed(name, labels, 'dns_name_too_long');
    labels.push(labelText(bytes, position + 1, position + 1 + length));
    if (length > name.longestLabel) name.longestLabel = length;
    position += 1 + length;
  }
}

function failed(name: Name, labels: string[], problem: NonNullable<Name['problem']>): Name {
  name.text = labels.join('.');
  name.problem = problem;
  return name;
}

/** Labels read of late, by a hash of their bytes: names repeat, and finding a text costs less than making it. */
const knownLabels: string[] = Array.from({ length: 4096 }, () => '');

/** A label as text; mDNS labels are UTF-8 (RFC 6762 16). */
function labelText(bytes: Uint8Array, start: number, end: number): string {
  let isPlain = true;
  let hash = end - start;
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!;
    if (byte <= 32 || byte > 126 || byte === 46 || byte === 92) isPlain = false;
    hash = Math.imul(hash ^ byte, 0x85ebca6b);
  }
  if (!isPlain) return rowText(decodeText(bytes, start, end).replace(/[\\.]/g, '\\$&'), MAX_DATA_CHARACTERS);
  const slot = (hash >>> 20) & 4095;
  const known = knownLabels[slot]!;
  if (isText(known, bytes, start, end)) return known;
  return (knownLabels[slot] = String.fromCharCode.apply(null, bytes.subarray(start, end) as unknown as number[]));
}

function isText(text: string, bytes: Uint8Array, start: number, end: number): boolean {
  if (text.length !== end - start) return false;
  for (let i = start; i < end; i++) if (text.charCodeAt(i - start) !== bytes[i]) return false;
  return true;
}

function flagNames(flags: number): string[] {
  const names: string[] = [];
  if (flags & 0x0400) names.push('AA');
  if (flags & 0x0200) names.push('TC');
  if (flags & 0x0100) names.push('RD');
  if (flags & 0x0080) names.push('RA');
  if (flags & 0x0020) names.push('AD');
  if (flags & 0x0010) names.push('CD');
  return names;
}

export function read16(bytes: Uint8Array, offset: number): number {
  return (bytes[offset]! << 8) | bytes[offset + 1]!;
}
