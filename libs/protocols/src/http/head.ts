/** The head of an HTTP/1 message: start line and header fields (RFC 9112 2 to 5). */
import { parseParameters } from '../common/parameters.ts';
import { type AuthScheme, readAuthorization } from '../common/http-login.ts';
import { countRanges } from '../common/ranges.ts';
import { decodeBase64 } from '../common/sasl.ts';
import { decodeText, rowText } from '../common/text.ts';

/** Characters kept of a header or of the address. */
export const MAX_VALUE_CHARACTERS = 4096;
export const MAX_NAME_CHARACTERS = 255;
const MAX_CODINGS = 4;
/** Of a longer head, with cookies of 64 KiB perhaps, what is kept must not be a part of one text: that would keep all of it. */
const MAX_SHARED_BYTES = 4096;

/** How the end of a body is found (RFC 9112 6.3). */
export type BodyLength = number | 'chunked' | 'perhaps-chunked' | 'none-given';

export interface Headers {
  host: string | null;
  userAgent: string | null;
  referrer: string | null;
  mimeType: string | null;
  /** Between the parts of a multipart body. */
  boundary: string | null;
  /** How the content is packed: names of Content-Encoding, as `gzip`, in the order in which it was done. */
  codings: string[];
  /** Name by Content-Disposition. */
  filename: string | null;
  /** How many parts Range asks for, null without it. */
  ranges: number | null;
  /** Whether Content-Range says that it is a part of something larger. */
  isPart: boolean;
  /** User of Basic or Digest credentials, and which of the two it was. */
  authUser: string | null;
  authScheme: AuthScheme | null;
  authSecret: string | null;
  /** Of NTLM or Negotiate, in either direction (RFC 4559). */
  token: Uint8Array | null;
  upgrade: boolean;
  body: BodyLength;
}

export interface RequestHead extends Headers {
  method: string;
  target: string;
  version: string;
}
export interface ResponseHead extends Headers {
  /** 0: none was said. */
  statusCode: number;
  version: string;
}

/** Of a request without a version, and its answer without a head (RFC 1945 4.1, 5.1: Simple-Request). */
export const BARE_VERSION = '0.9';
const methodToken = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}$/;
/**
 * Lower case is wrong (RFC 9112 2.3) and seen; so are other versions, statuses of fewer digits and none, which browsers put up with. SHOUTcast
 * writes `ICY` for `HTTP/1.0`.
 */
const statusLine = /^(?:HTTP\/(\d{1,2}\.\d{1,2})|ICY)(?:[ \t]+(\d{1,3})(?:[ \t].*)?)?[ \t]*$/is;

const cleanTransfer = /^(?:[a-z-]+\s*,\s*)*chunked$/i;

/** Parse `bytes[start, end)`, a head with its last empty line. `null` when the start line is none. */
export function parseRequestHead(bytes: Uint8Array, start: number, end: number, weird: (name: string) => void): RequestHead | null {
  const lines = unfold(linesOf(bytes, start, end));
  const line = (lines[0] ?? '').trimEnd();
  const methodEnd = line.indexOf(' ');
  if (methodEnd < 0 || !methodToken.test(line.slice(0, methodEnd))) return null;
  // Cut at the last version, not at the first space: broken clients send spaces in the target.
  const versionAt = line.lastIndexOf(' HTTP/');
  const bareTarget = line.slice(methodEnd + 1).trim();
  if (versionAt < 0 && line.startsWith('GET /') && /^[^ \t]+$/.test(bareTarget))
    return { method: 'GET', target: bareTarget, version: BARE_VERSION, ...parseHeaders(lines, weird) };
  const version = line.slice(versionAt + 6);
  const target = line.slice(methodEnd, versionAt).trim();
  if (versionAt < methodEnd || target === '' || !/^\d\.\d$/.test(version)) return null;
  if (hasBareCr(bytes, start, end)) weird('http_bare_cr');
  return { method: line.slice(0, methodEnd), target, version, ...parseHeaders(lines, weird) };
}

export function parseResponseHead(bytes: Uint8Array, start: number, end: number, weird: (name: string) => void): ResponseHead | null {
  const lines = unfold(linesOf(bytes, start, end));
  const parts = statusLine.exec(lines[0] ?? '');
  if (!parts) return null;
  if (hasBareCr(bytes, start, end)) weird('http_bare_cr');
  const statusCode = Number(parts[2] ?? 0);
  if (statusCode < 100) weird('http_bad_status');
  return { version: parts[1] ?? '1.0', statusCode, ...parseHeaders(lines, weird) };
}

/** The answer to a request without a version. */
export function bareResponse(): ResponseHead {
  return { version: BARE_VERSION, statusCode: 0, ...parseHeaders([], () => undefined) };
}

/** A request without HTTP's version: what comes before it was seen whole. */
const cutRequestLine = /^(\S{1,32}) +(\S+) /;

/** What there is of a head that is cut off in `bytes[start, end)`: its whole lines, of a request line at least method and target. */
export function parseCutHead(
  bytes: Uint8Array,
  start: number,
  end: number,
  weird: (name: string) => void,
): { request: RequestHead | null; response: ResponseHead | null } {
  const lines = bytes.lastIndexOf(10, end - 1) + 1;
  if (lines > start)
    return { request: parseRequestHead(bytes, start, lines, weird), response: parseResponseHead(bytes, start, lines, weird) };
  const text = decodeText(bytes, start, end);
  const parts = cutRequestLine.exec(text);
  const isRequest = parts !== null && methodToken.test(parts[1]!) && !text.startsWith('HTTP/');
  const request = isRequest ? { method: parts[1]!, target: parts[2]!, version: '1', ...parseHeaders([], weird) } : null;
  return { request, response: /^HTTP\/\d\.\d +\d{3}/i.test(text) ? parseResponseHead(bytes, start, end, weird) : null };
}

/** A line that begins with white space continues the one before (RFC 9112 5.2, obsolete but seen). */
function unfold(all: readonly string[]): string[] {
  const lines: string[] = [];
  for (const line of all) {
    if (/^[ \t]/.test(line) && lines.length > 1) lines[lines.length - 1] += ` ${line.trim()}`;
    else if (line !== '') lines.push(line);
  }
  return lines;
}

/** Lines of the head, also empty ones. A CR alone ends a line for browsers, whatever RFC 9112 2.2 says. */
function linesOf(bytes: Uint8Array, start: number, end: number): string[] {
  if (end - start <= MAX_SHARED_BYTES) return decodeText(bytes, start, end).split(/\r?\n|\r/);
  const lines: string[] = [];
  let from = start;
  for (let i = start; i < end; i++) {
    if (bytes[i] !== 10 && bytes[i] !== 13) continue;
    lines.push(decodeText(bytes, from, i));
    from = i + 1;
  }
  lines.push(decodeText(bytes, from, end));
  return lines;
}

function hasBareCr(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i + 1 < end; i++) if (bytes[i] === 13 && bytes[i + 1] !== 10 && bytes[i + 1] !== 13) return true;
  return false;
}

function parseHeaders(lines: readonly string[], weird: (name: string) => void): Headers {
  const headers: Headers = {
    host: null,
    userAgent: null,
    referrer: null,
    mimeType: null,
    boundary: null,
    codings: [],
    filename: null,
    ranges: null,
    isPart: false,
    authUser: null,
    authScheme: null,
    authSecret: null,
    token: null,
    upgrade: false,
    body: 'none-given',
  };
  let contentLength: number | null = null;
  let isOddTransfer = false;
  for (let i = 1; i < lines.length; i++) {
    const line = lines[i]!;
    const colon = line.indexOf(':');
    if (colon <= 0) {
      weird('http_bad_header');
      continue;
    }
    const value = line.slice(colon + 1).trim();
    switch (line.slice(0, colon).trim().toLowerCase()) {
      case 'host':
        if (headers.host !== null) weird('http_many_hosts');
        headers.host ??= rowText(value, MAX_NAME_CHARACTERS);
        break;
      case 'user-agent':
        headers.userAgent ??= rowText(value, MAX_VALUE_CHARACTERS);
        break;
      case 'referer':
        headers.referrer ??= rowText(value, MAX_VALUE_CHARACTERS);
        break;
      case 'content-type':
        headers.mimeType ??= rowText(value.split(';')[0]!.trim().toLowerCase(), MAX_NAME_CHARACTERS);
        if (/^multipart\//i.test(value)) headers.boundary ??= parseParameters(value).parameters.get('boundary') ?? null;
        break;
      case 'content-encoding':
        // RFC 9110 5.3: fields of one name are one list. The same coding said twice is done once.
        if (headers.codings.length < MAX_CODINGS) headers.codings = [...new Set([...headers.codings, ...codingsOf(value)])];
        break;
      case 'content-disposition':
        headers.filename ??= nameOf(value);
        break;
      case 'range':
        headers.ranges ??= countRanges(value);
        break;
      case 'content-range':
        headers.isPart = !isWhole(value);
        break;
      case 'authorization':
      case 'proxy-authorization':
        takeCredentials(headers, value);
        headers.token ??= readToken(value);
        break;
      case 'www-authenticate':
      case 'proxy-authenticate':
        headers.token ??= readToken(value);
        break;
      case 'upgrade':
        headers.upgrade = true;
        break;
      case 'transfer-encoding':
        // Not `chunked` last (RFC 9112 6.1): software differs, which is used to get past filters. What is chunked is found by its chunks.
        isOddTransfer ||= !cleanTransfer.test(value);
        if (isOddTransfer) weird('http_bad_transfer_encoding');
        if (/(?:^|[\s,])chunked(?:$|[\s,;])/i.test(value)) headers.body = 'chunked';
        break;
      case 'content-length': {
        const length = parseLength(value);
        if (length === null || (contentLength !== null && contentLength !== length)) weird('http_bad_content_length');
        contentLength ??= length;
        break;
      }
    }
  }
  if (isOddTransfer && headers.body === 'chunked') headers.body = 'perhaps-chunked';
  if (contentLength === null) return headers;
  // RFC 9112 6.3: Transfer-Encoding overrides Content-Length; both together may be an attempt at smuggling.
  if (headers.body !== 'none-given') weird('http_length_conflict');
  // A coding that is not said as it should be overrides nothing.
  if (headers.body !== 'chunked') headers.body = contentLength;
  return headers;
}

function codingsOf(value: string): string[] {
  const codings = value.split(',', MAX_CODINGS).map((item) => item.trim().toLowerCase().replace(/^x-/, ''));
  return codings.filter((coding) => coding !== '' && coding !== 'identity');
}

function nameOf(value: string): string | null {
  const name = parseParameters(value).parameters.get('filename');
  return name ? rowText(name, MAX_VALUE_CHARACTERS) : null;
}

/** RFC 9110 14.4: `bytes 0-99/100` is all of it. */
function isWhole(value: string): boolean {
  const parts = /^bytes\s+(\d{1,15})-(\d{1,15})\/(\d{1,15})$/i.exec(value);
  return parts !== null && Number(parts[1]) === 0 && Number(parts[2]) + 1 === Number(parts[3]);
}

function takeCredentials(headers: Headers, value: string): void {
  const credentials = headers.authScheme ? null : readAuthorization(value);
  if (!credentials) return;
  headers.authScheme = credentials.scheme;
  headers.authUser = credentials.user;
  headers.authSecret = credentials.secret;
}

/** The token behind `NTLM` or `Negotiate`. */
function readToken(value: string): Uint8Array | null {
  const scheme = /^(?:ntlm|negotiate) /i.exec(value)?.[0];
  return scheme ? decodeBase64(value.slice(scheme.length)) : null;
}

/** A list of equal lengths counts as one (RFC 9110 8.6). */
function parseLength(value: string): number | null {
  const items = value.split(',').map((item) => item.trim());
  if (!/^\d{1,15}$/.test(items[0]!) || items.some((item) => item !== items[0])) return null;
  return Number(items[0]);
}
