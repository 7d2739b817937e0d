/** Alerts in the words of each kind of channel. What packets contain reaches none of them but as escaped text. */
import {
  alertRecord,
  cleanText,
  formatIp,
  formatTime,
  rowToJson,
  sightLines,
  storedType,
  type AlertSight,
  type JsonRow,
  type SensorNotice,
} from '@wirecase/contract';
import type { StoredRow } from '@wirecase/store';

/** An alert, and what its detector could not see. */
export type StoredAlert = StoredRow<typeof alertRecord.fields> & { unseen: readonly AlertSight[] };

/** One message: alerts that are told of together, what happened to a sensor, or neither: a test. */
export interface Message {
  /** The same whenever the same deliveries are tried: receivers may drop what they know. */
  id: string;
  alerts: readonly StoredAlert[];
  notices: readonly SensorNotice[];
}

const words = [
  [90, 'critical'],
  [70, 'high'],
  [40, 'medium'],
  [0, 'low'],
] as const;

export function severityWord(severity: number): string {
  return words.find(([from]) => severity >= from)![1];
}

/** A subject or headline: one line. */
export function headline({ alerts, notices }: Message): string {
  if (notices[0]) return `Wirecase: sensor ${notices[0].sensor}: ${noticeWords[notices[0].kind]}`;
  if (alerts.length === 0) return 'Wirecase: test message';
  const gravest = alerts.reduce((a, b) => (b.severity > a.severity ? b : a));
  const what = `${gravest.ruleName} (${severityWord(gravest.severity)})`;
  const who = gravest.sourceIp ? ` from ${formatIp(gravest.sourceIp)}` : '';
  return alerts.length === 1 ? `Wirecase: ${what}${who}` : `Wirecase: ${alerts.length} alerts, the gravest: ${what}${who}`;
}

const noticeWords: Record<SensorNotice['kind'], string> = {
  'sensor.away': 'its capture-rotator does not answer',
  'sensor.back': 'its capture-rotator answers again',
  'sensor.lagging': 'analysis lags behind',
  'sensor.caught-up': 'analysis has caught up',
  'sensor.trigger-full': 'triggers hold nothing more',
  'sensor.trigger-free': 'triggers hold traffic again',
};

/** The whole message as plain text. */
export function plainText(message: Message): string {
  if (message.notices.length > 0) return message.notices.map(({ sensor, at, detail }) => `Sensor ${sensor}, ${at}: ${detail}\n`).join('');
  if (message.alerts.length === 0) return 'This is a test of the channel. No alert is behind it.\n';
  return message.alerts.map(paragraph).join('\n');
}

function paragraph(alert: StoredAlert): string {
  const lines = [
    `${severityWord(alert.severity).toUpperCase()} ${alert.severity}: ${alert.ruleName} (${alert.alertClass})`,
    cleanText(alert.explanation),
    `First packet ${formatTime(alert.start)}, detected ${formatTime(alert.detectedAt)}`,
    `Alert ${alert.id}${alert.techniques.length > 0 ? `, ATT&CK ${alert.techniques.join(' ')}` : ''}`,
    ...sightLines(alert.unseen).map((line) => `Could not be seen: ${cleanText(line)}`),
  ];
  return `${lines.join('\n')}\n`;
}

/** As GET /alerts/{id} answers it. */
export function alertJson(alert: StoredAlert): JsonRow {
  const row = rowToJson(storedType(alertRecord), alert);
  const own = row['wirecase'] as { alert: object };
  return { ...row, wirecase: { ...own, alert: { ...own.alert, unseen: alert.unseen } } };
}

/** Body of a webhook. */
export function webhookBody(message: Message): string {
  const [notice] = message.notices;
  if (notice) return JSON.stringify({ id: message.id, event: notice.kind, sensors: message.notices });
  return JSON.stringify({
    id: message.id,
    event: message.alerts.length === 0 ? 'test' : 'alert.created',
    alerts: message.alerts.map(alertJson),
  });
}

/** `<!channel>` and its like call people in Slack: what could begin one is escaped, as its documentation asks. */
export function chatBody(message: Message): string {
  const text = `*${headline(message)}*\n${plainText(message)}`;
  return JSON.stringify({ text: text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;') });
}

/** ArcSight Common Event Format, version 0. */
export function cefText(alert: StoredAlert): string {
  const unseen = sightLines(alert.unseen).join(' ');
  const head = [
    'CEF:0',
    'Wirecase',
    'Wirecase',
    alert.ruleVersion,
    alert.ruleId,
    alert.ruleName,
    String(Math.min(10, Math.round(alert.severity / 10))),
  ];
  const extension: [string, string][] = [
    ['rt', String(alert.detectedAt / 1_000_000n)],
    ['start', String(alert.start / 1_000_000n)],
    ['end', String(alert.end / 1_000_000n)],
    ...(alert.sourceIp ? [['src', formatIp(alert.sourceIp)] as [string, string]] : []),
    ...(alert.destinationIp ? [['dst', formatIp(alert.destinationIp)] as [string, string]] : []),
    ['cat', alert.alertClass],
    ['externalId', alert.id],
    ['cs1Label', 'technique'],
    ['cs1', alert.techniques.join(' ')],
    ...(unseen === ''
      ? []
      : ([
          ['cs2Label', 'unseen'],
          ['cs2', unseen],
        ] as [string, string][])),
    ['msg', alert.explanation],
  ];
  return cef(head, extension);
}

/** The same of a sensor. */
export function cefNotice({ kind, sensor, at, severity, detail }: SensorNotice): string {
  const head = ['CEF:0', 'Wirecase', 'Wirecase', '1', kind, noticeWords[kind], String(Math.round(severity / 10))];
  return cef(head, [
    ['rt', String(Date.parse(at))],
    ['cs3Label', 'sensor'],
    ['cs3', sensor],
    ['msg', detail],
  ]);
}

function cef(head: readonly string[], extension: readonly [string, string][]): string {
  const headText = head.map((part, i) => (i === 0 ? part : cefHead(part))).join('|');
  return `${headText}|${extension.map(([name, value]) => `${name}=${cefValue(value)}`).join(' ')}`;
}

const cefHead = (text: string) => cleanText(text).replace(/[\\|]/g, (character) => `\\${character}`);
const cefValue = (text: string) => cleanText(text).replace(/[\\=]/g, (character) => `\\${character}`);
