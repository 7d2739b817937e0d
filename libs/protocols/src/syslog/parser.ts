/** Syslog over UDP (RFC 5426): one record a datagram. */
import type { Direction, FlowContext, ProbeAnswer, ProtocolModule, ProtocolParser } from '@wirecase/contract';
import { decodeText, rowText } from '../common/text.ts';
import { syslogRecord } from './fields.ts';
import { parseSyslog } from './message.ts';

const SYSLOG_PORT = 514;
/** Bytes looked at; RFC 5424 6.1 wants 2,048 taken. */
const MAX_BYTES = 8192;
const MAX_TEXT_CHARACTERS = 2048;
const PROBE_BYTES = 64;
/** RFC 5424 6.2.1. */
const facilities =
  'kern user mail daemon auth syslog lpr news uucp cron authpriv ftp ntp audit alert clock local0 local1 local2 local3 local4 local5 local6 local7'.split(
    ' ',
  );
const severities = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'];

class SyslogParser implements ProtocolParser {
  private readonly context: FlowContext;

  constructor(context: FlowContext) {
    this.context = context;
  }

  data(_direction: Direction, bytes: Uint8Array, start: number, end: number): boolean {
    const message = parseSyslog(decodeText(bytes, start, Math.min(end, start + MAX_BYTES)));
    if (!message) {
      this.context.weird('syslog_bad_priority');
      return true;
    }
    const word = (text: string | null): string | null => (text === null ? null : rowText(text, 255));
    this.context.emit(syslogRecord, {
      priority: message.priority,
      facility: facilities[message.priority >> 3]!,
      severity: severities[message.priority & 7]!,
      hostname: word(message.hostname),
      appName: word(message.appName),
      processId: word(message.processId),
      messageId: word(message.messageId),
      sentAt: word(message.sentAt),
      message: rowText(message.text, MAX_TEXT_CHARACTERS),
    });
    return true;
  }

  gap(): boolean {
    return false;
  }

  end(): void {
    // Nothing waits: each datagram is a record.
  }
}

/** On its port `<PRI>` is enough; elsewhere a time, or the version and time of RFC 5424, must follow. */
function probe(bytes: Uint8Array, start: number, end: number, isUsualPort: boolean): ProbeAnswer {
  if (start >= end || bytes[start] !== 0x3c) return 'no';
  const text = decodeText(bytes, start, Math.min(end, start + PROBE_BYTES));
  const pri = /^<(\d{1,3})>/.exec(text);
  if (!pri || Number(pri[1]) > 191) return 'no';
  if (isUsualPort) return 'yes';
  return /^(?:1 \d{4}-\d\d-\d\dT|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d )/.test(text.slice(pri[0].length)) ? 'yes' : 'no';
}

export const syslog: ProtocolModule = {
  name: 'syslog',
  records: [syslogRecord],
  transports: ['udp'],
  ports: [SYSLOG_PORT],
  probe: (_transport, _direction, bytes, start, end, sourcePort, destinationPort) =>
    probe(bytes, start, end, sourcePort === SYSLOG_PORT || destinationPort === SYSLOG_PORT),
  create: (context) => new SyslogParser(context),
};
