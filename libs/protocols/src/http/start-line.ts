/** Tells HTTP/1 by its first line (RFC 9112 3 and 4), apart from its relatives SIP, RTSP, ICAP and the HTTP/2 preface. */
import type { ProbeAnswer } from '@wirecase/contract';

/** Bytes that a probe looks at. */
const PROBE_BYTES = 512;
/** IANA "HTTP Method Registry", and what is seen in the wild. */
const methods = new Set(
  (
    'GET HEAD POST PUT DELETE CONNECT OPTIONS TRACE PATCH PROPFIND PROPPATCH MKCOL COPY MOVE LOCK UNLOCK SEARCH REPORT CHECKOUT CHECKIN ' +
    'UNCHECKOUT MKWORKSPACE UPDATE LABEL MERGE BASELINE-CONTROL MKACTIVITY ORDERPATCH ACL BIND UNBIND REBIND LINK UNLINK MKCALENDAR ' +
    'MKREDIRECTREF UPDATEREDIRECTREF VERSION-CONTROL QUERY PURGE POLL SUBSCRIBE UNSUBSCRIBE NOTIFY BPROPFIND BPROPPATCH BCOPY BMOVE ' +
    'BDELETE X-MS-ENUMATTS RPC_IN_DATA RPC_OUT_DATA RPC_CONNECT CCM_POST BITS_POST SOURCE TRACK DEBUG'
  ).split(' '),
);
const LONGEST_METHOD = 17;

/** Whether `bytes[start, end)` may be the begin of a request or response: judged by what is there of the first word. */
export function isStartLine(bytes: Uint8Array, start: number, end: number): boolean {
  return probe(bytes, start, end) !== 'no';
}

export function probe(bytes: Uint8Array, start: number, end: number): ProbeAnswer {
  let offset = start;
  while (offset < end && offset < start + 8 && (bytes[offset] === 13 || bytes[offset] === 10)) offset++;
  const word = firstWord(bytes, offset, end);
  if (word.startsWith('HTTP/1.')) return 'yes';
  const wordEnd = offset + word.length;
  if (wordEnd === end) return isBeginOfKnown(word) ? 'more' : 'no';
  if (bytes[wordEnd] !== 32 || !methods.has(word)) return 'no';
  return probeTarget(bytes, wordEnd + 1, end, offset);
}

/** Up to the first byte that cannot be in a method or `HTTP/1.1`. */
function firstWord(bytes: Uint8Array, start: number, end: number): string {
  let word = '';
  for (let i = start; i < end && word.length <= LONGEST_METHOD; i++) {
    const byte = bytes[i]!;
    const isLetter = (byte >= 65 && byte <= 90) || byte === 45 || byte === 95;
    if (!isLetter && !(word.startsWith('HTTP') && (byte === 47 || byte === 46 || byte === 49))) break;
    word += String.fromCharCode(byte);
  }
  return word;
}

function isBeginOfKnown(word: string): boolean {
  if ('HTTP/1.'.startsWith(word)) return true;
  for (const method of methods) if (method.startsWith(word)) return true;
  return false;
}

/** Behind the method: the line must end with an HTTP/1 version; a long one is judged by the target's begin. */
function probeTarget(bytes: Uint8Array, start: number, end: number, lineStart: number): ProbeAnswer {
  const limit = Math.min(end, lineStart + PROBE_BYTES);
  let lineEnd = start;
  while (lineEnd < limit && bytes[lineEnd] !== 10) lineEnd++;
  if (lineEnd === limit) {
    if (limit === end && end - lineStart < PROBE_BYTES) return 'more';
    return bytes[start] === 47 || bytes[start] === 104 ? 'yes' : 'no';
  }
  let line = '';
  for (let i = start; i < lineEnd; i++) line += String.fromCharCode(bytes[i]!);
  return /^HTTP\/[01]\.\d$/.test(line.trimEnd().slice(-8)) ? 'yes' : 'no';
}

/** Whether these are exactly one line `GET /path` without a version (RFC 1945 5.1), as HTTP/0.9 asks. */
export function isBareRequest(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start > PROBE_BYTES || bytes[end - 1] !== 10 || bytes[start] !== 0x47) return false;
  let line = '';
  for (let i = start; i < end; i++) line += String.fromCharCode(bytes[i]!);
  return /^GET \/[\x21-\x7e]*\r?\n$/.test(line);
}
