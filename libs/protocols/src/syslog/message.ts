/** The text of a syslog message: `<PRI>` and the headers of RFC 3164 4.1 and RFC 5424 6. */
import { withoutEnd } from '../common/text.ts';

export interface SyslogMessage {
  priority: number;
  sentAt: string | null;
  hostname: string | null;
  appName: string | null;
  processId: string | null;
  messageId: string | null;
  text: string;
}

const number5424 =
  /^1 (\S{1,40}) (\S{1,255}) (\S{1,48}) (\S{1,128}) (\S{1,32}) (-|(?:\[(?:[^\]\\"]|\\.|"(?:[^"\\]|\\.)*")*\])+)(?: ([^]*))?$/;
const date3164 = /^((?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]\d \d\d:\d\d:\d\d) (\S{1,255}) ([^]*)$/;

/** `null` when no `<PRI>` of 0 to 191 stands at the begin. */
export function parseSyslog(line: string): SyslogMessage | null {
  const pri = /^<(\d{1,3})>/.exec(line);
  if (!pri || Number(pri[1]) > 191) return null;
  const rest = withoutEnd(line.slice(pri[0].length), '\r\n\0');
  const message = { priority: Number(pri[1]), sentAt: null, hostname: null, appName: null, processId: null, messageId: null, text: rest };
  return modern(message, rest) ?? bsd(message, rest);
}

/** RFC 5424 6: `-` stands for nothing. */
function modern(message: SyslogMessage, rest: string): SyslogMessage | null {
  const parts = number5424.exec(rest);
  if (!parts) return null;
  const [sentAt, hostname, appName, processId, messageId] = parts.slice(1, 6).map((part) => (part === '-' ? null : part));
  const text = (parts[7] ?? '').replace(/^\uFEFF/, '');
  return { ...message, sentAt: sentAt!, hostname: hostname!, appName: appName!, processId: processId!, messageId: messageId!, text };
}

/** RFC 3164 4.1.2, 4.1.3: time and host, which many leave out, then `program[pid]: text`. */
function bsd(message: SyslogMessage, rest: string): SyslogMessage {
  const header = date3164.exec(rest);
  const body = header ? header[3]! : rest;
  const tag = /^([\w./-]{1,48})(?:\[([^\]\s]{1,32})\])?: ?/.exec(body);
  return {
    ...message,
    sentAt: header?.[1] ?? null,
    hostname: header?.[2] ?? null,
    appName: tag?.[1] ?? null,
    processId: tag?.[2] ?? null,
    text: tag ? body.slice(tag[0].length) : body,
  };
}
