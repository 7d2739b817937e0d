/** One SIP message (RFC 3261 7) and its session description (RFC 8866) as text. */
import { rowText } from '../common/text.ts';

const MAX_TEXT_CHARACTERS = 512;
const MAX_HEADERS = 128;
const MAX_LIST = 16;
const MAX_CODECS = 32;
/** Compact forms (RFC 3261 7.3.3). */
const compact = new Map([
  ['i', 'call-id'],
  ['m', 'contact'],
  ['e', 'content-encoding'],
  ['l', 'content-length'],
  ['c', 'content-type'],
  ['f', 'from'],
  ['s', 'subject'],
  ['t', 'to'],
  ['v', 'via'],
]);

export interface SipMessage {
  /** `null`: a response. */
  method: string | null;
  uri: string | null;
  status: number | null;
  statusText: string | null;
  /** First value of each header, by lower-case name. */
  headers: ReadonlyMap<string, string>;
  via: string[];
  /** Authorization or Proxy-Authorization as sent; never for a row. */
  authorization: string | null;
  media: string[];
  /** The media of these that are RTP. */
  streams: RtpMedia[];
}

/** Media by RTP that a session description offers. */
export interface RtpMedia {
  address: string;
  port: number;
  /** Where RTCP goes. */
  rtcpPort: number;
  /** By payload type, as `opus/48000`; at most 32. */
  codecs: [number, string][];
}

/** The message in `text`, which begins with its start line; `null` when that is none. */
export function readSip(text: string): SipMessage | null {
  const split = /\r?\n\r?\n/.exec(text);
  const lines = (split ? text.slice(0, split.index) : text).split(/\r?\n/);
  const request = /^([A-Z][A-Z0-9]{1,31}) (\S{1,2048}) SIP\/2\.0$/.exec(lines[0]!);
  const response = request ? null : /^SIP\/2\.0 (\d{3})(?: (.*))?$/.exec(lines[0]!);
  if (!request && !response) return null;
  const headers = new Map<string, string>();
  const via: string[] = [];
  let authorization: string | null = null;
  for (const line of unfolded(lines)) {
    const at = line.indexOf(':');
    if (at <= 0 || headers.size >= MAX_HEADERS) continue;
    const name = line.slice(0, at).trim().toLowerCase();
    const full = compact.get(name) ?? name;
    const sent = line.slice(at + 1).trim();
    const value = rowText(sent, MAX_TEXT_CHARACTERS);
    if (full === 'authorization' || full === 'proxy-authorization') authorization ??= sent;
    if (full === 'via' && via.length < MAX_LIST) via.push(value);
    if (!headers.has(full)) headers.set(full, value);
  }
  const description = split && /application\/sdp/i.test(headers.get('content-type') ?? '') ? text.slice(split.index + split[0].length) : '';
  const media = mediaOf(description);
  return {
    method: request ? request[1]! : null,
    uri: request ? rowText(request[2]!, MAX_TEXT_CHARACTERS) : null,
    status: response ? Number(response[1]) : null,
    statusText: response ? rowText(response[2] ?? '', MAX_TEXT_CHARACTERS) : null,
    headers,
    via,
    authorization,
    media: media.map(({ kind, host, port, proto }) => rowText(`${kind} ${host.includes(':') ? `[${host}]` : host}:${port} ${proto}`, 256)),
    streams: media.filter(isRtp).map(({ host, port, rtcpPort, codecs }) => ({
      address: host,
      port,
      rtcpPort: rtcpPort ?? port + 1,
      codecs,
    })),
  };
}

/** Lines of the header: one that begins with a space goes on the one before (7.3.1). */
function unfolded(lines: readonly string[]): string[] {
  const whole: string[] = [];
  for (let i = 1; i < lines.length && whole.length < MAX_HEADERS; i++) {
    const line = lines[i]!;
    if (/^[ \t]/.test(line) && whole.length > 0) whole[whole.length - 1] += ` ${line.trim()}`;
    else whole.push(line);
  }
  return whole;
}

interface Media {
  kind: string;
  port: number;
  proto: string;
  host: string;
  rtcpPort: number | null;
  codecs: [number, string][];
}

/** `m=` lines with the address of their own or the session's `c=` line, and what their attributes say of RTP (RFC 8866 6.6, RFC 3605). */
function mediaOf(description: string): Media[] {
  const found: Media[] = [];
  let session = '';
  for (const line of description.split(/\r?\n/, 512)) {
    const last = found.at(-1);
    const media = /^m=(\S{1,32}) (\d{1,5})(?:\/\d+)? (\S{1,32})/.exec(line);
    const address = /^c=IN IP[46] ([^\s/]{1,64})/.exec(line)?.[1];
    const map = /^a=rtpmap:(\d{1,3}) ([\w.+-]{1,32}\/\d{3,6})(?:\/\d+)?/.exec(line);
    const rtcp = /^a=rtcp:(\d{1,5})/.exec(line);
    if (media && found.length < MAX_LIST)
      found.push({ kind: media[1]!, port: Number(media[2]), proto: media[3]!, host: session, rtcpPort: null, codecs: [] });
    else if (address && last) last.host = address;
    else if (address) session = address;
    else if (map && last && last.codecs.length < MAX_CODECS) last.codecs.push([Number(map[1]), map[2]!]);
    else if (rtcp && last) last.rtcpPort = Number(rtcp[1]);
  }
  return found;
}

/** Media that begin with DTLS are left to whoever reads that; port 0 is none (RFC 3264 6). */
function isRtp({ proto, port }: Media): boolean {
  return /^RTP\/S?AVPF?$/.test(proto) && port > 0 && port < 65_535;
}

/** User of an Authorization or Proxy-Authorization header, or `null`. */
export function authorizedUser(headers: ReadonlyMap<string, string>): string | null {
  const value = headers.get('authorization') ?? headers.get('proxy-authorization');
  return value === undefined ? null : (/username="([^"]{0,255})"/i.exec(value)?.[1] ?? null);
}

/** Bytes that the header says follow it, or `null`. */
export function contentLength(headers: ReadonlyMap<string, string>): number | null {
  const value = headers.get('content-length');
  return value !== undefined && /^\d{1,9}$/.test(value) ? Number(value) : null;
}
