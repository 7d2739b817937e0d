/** Syslog, RFC 5424, over UDP (RFC 5426), TCP with octet counting (RFC 6587 3.4.1) or TLS (RFC 5425). */
import { createSocket } from 'node:dgram';
import { connect as connectTcp, type Socket } from 'node:net';
import { hostname } from 'node:os';
import { connect as connectTls } from 'node:tls';
import { formatTime, type SyslogConfig } from '@wirecase/contract';
import { alertJson, cefNotice, cefText, headline, type Message } from './messages.ts';

const TIMEOUT_MS = 5_000;
/** local0 */
const FACILITY = 16;
const NOTICE = 5;
/** From the lowest severity of ours on: critical, error, warning, notice. */
const levels = [
  [90, 2],
  [70, 3],
  [40, 4],
  [0, NOTICE],
] as const;

/** One line an alert or a notice of a sensor; of a test one line. */
export function syslogLines(message: Message, format: SyslogConfig['format']): string[] {
  if (message.notices.length > 0)
    return message.notices.map((notice) => {
      const text = format === 'cef' ? cefNotice(notice) : JSON.stringify(notice);
      return line(levelOf(notice), new Date(notice.at), 'sensor', notice.sensorId, text);
    });
  if (message.alerts.length === 0) return [line(NOTICE, new Date(), 'test', message.id, headline(message))];
  return message.alerts.map((alert) => {
    const text = format === 'cef' ? cefText(alert) : JSON.stringify(alertJson(alert));
    return line(levelOf(alert), null, 'alert', alert.id, text, alert.detectedAt);
  });
}

export async function sendSyslog(config: SyslogConfig, message: Message): Promise<void> {
  const lines = syslogLines(message, config.format);
  if (config.transport === 'udp') return sendDatagrams(config, lines);
  const framed = lines.map((each) => `${Buffer.byteLength(each)} ${each}`).join('');
  await sendStream(config, framed);
}

/** The time is that of the packet which crossed the threshold: what happened, not when we looked (RFC 5424 6.2.3). */
function line(level: number, at: Date | null, messageId: string, id: string, text: string, timeNs = 0n): string {
  const time = at ? at.toISOString() : formatTime(timeNs).replace(/(\.\d{6})\d*Z$/, '$1Z');
  const host =
    hostname()
      .replace(/[^!-~]/g, '')
      .slice(0, 255) || '-';
  return `<${FACILITY * 8 + level}>1 ${time} ${host} wirecase ${process.pid} ${messageId} [wirecase@32473 id="${id}"] ${text}`;
}

const levelOf = ({ severity }: { severity: number }) => levels.find(([from]) => severity >= from)![1];

async function sendDatagrams({ host, port }: SyslogConfig, lines: readonly string[]): Promise<void> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  try {
    for (const each of lines) {
      await new Promise<void>((resolve, reject) => socket.send(each, port, host, (error) => (error ? reject(error) : resolve())));
    }
  } finally {
    socket.close();
  }
}

/** Resolves when the server has closed its side after ours: what it had not taken would have been an error. */
function sendStream({ host, port, transport, ca }: SyslogConfig, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket: Socket =
      transport === 'tls' ? connectTls({ host, port, servername: host, ...(ca === null ? {} : { ca }) }) : connectTcp({ host, port });
    socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)));
    socket.once('error', reject);
    socket.once(transport === 'tls' ? 'secureConnect' : 'connect', () => socket.end(text));
    socket.once('close', (hadError) => !hadError && resolve());
    socket.resume();
  });
}
