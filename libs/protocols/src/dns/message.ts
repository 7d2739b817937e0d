/** One DNS message (RFC 1035 4.1), big-endian: 12 bytes of header, questions, then resource records. */
import { read16 } from '../common/binary.ts';
import { rowText } from '../common/text.ts';
import { HEADER_BYTES, readName } from './domain-name.ts';
import { className, opCodeName, responseCodeName, typeName } from './names.ts';
import { dataText, MAX_DATA_CHARACTERS } from './record-data.ts';

/** Answers kept of one message; the rest is counted as a weird. */
const MAX_ANSWERS = 100;
/** Questions kept of one message beside the first: mDNS asks several at once (RFC 6762 5.3). */
const MAX_FURTHER = 32;

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
