/** Alerts in the words of each kind of channel. What packets contain reaches none of them but as escaped text. */
import {
  alertRecord,
  cleanText,
  clearingText,
  formatIp,
  formatTime,
  rowToJson,
  sightLines,
  storedType,
  tacticsOf,
  type AlertSight,
  type ChatConfig,
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
  return `${paragraphsOf(message).join(message.alerts.length > 0 ? '\n\n' : '\n')}\n`;
}

function paragraphsOf({ alerts, notices }: Message): string[] {
  if (notices.length > 0) return notices.map(({ sensor, at, detail }) => `Sensor ${sensor}, ${at}: ${detail}`);
  if (alerts.length === 0) return ['This is a test of the channel. No alert is behind it.'];
  return alerts.map(paragraph);
}

function paragraph(alert: StoredAlert): string {
  const lines = [
    `${severityWord(alert.severity).toUpperCase()} ${alert.severity}: ${alert.ruleName} (${alert.alertClass})`,
    cleanText(alert.explanation),
    `First packet ${formatTime(alert.start)}, detected ${formatTime(alert.detectedAt)}`,
    `Alert ${alert.id}${attackOf(alert)}`,
    ...clearingLines(alert),
    ...sightLines(alert.unseen).map((line) => `Could not be seen: ${cleanText(line)}`),
  ];
  return lines.join('\n');
}

function attackOf({ techniques }: StoredAlert): string {
  if (techniques.length === 0) return '';
  const { names } = tacticsOf(techniques);
  return `, ATT&CK ${techniques.join(' ')}${names.length > 0 ? ` (${names.join(', ')})` : ''}`;
}

function clearingLines({ evidence }: StoredAlert): string[] {
  const text = clearingText(evidence as object);
  return text === null ? [] : [cleanText(text)];
}

/** As GET /alerts/{id} answers it, without what is found out when somebody asks: triage, search and counts. */
export function alertJson(alert: StoredAlert): JsonRow {
  const row = rowToJson(storedType(alertRecord), alert);
  const own = row['wirecase'] as { alert: object };
  const { ids, names } = tacticsOf(alert.techniques);
  const clearing = clearingText(alert.evidence as object);
  return {
    ...row,
    threat: { ...(row['threat'] as object), tactic: { id: ids, name: names } },
    wirecase: { ...own, alert: { ...own.alert, unseen: alert.unseen, clearing } },
  };
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

/** Bytes of text in a message to a chat: Teams refuses messages of more than 28 KB. */
const CHAT_BYTES = 16_000;

/** As `ChatConfig.style` says; without one (channels of old) as text. */
export function chatBody(message: Message, style: ChatConfig['style'] = 'text'): string {
  const paragraphs = chatParagraphs(message);
  if (style === 'card') return JSON.stringify(cardOf(headline(message), paragraphs));
  // `<!channel>` and its like call people in Slack: what could begin one is escaped, as its documentation asks.
  const text = `*${headline(message)}*\n${paragraphs.join('\n\n')}\n`;
  return JSON.stringify({ text: text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;') });
}

/** As many as a chat takes, the first in any case; how many more there are is said. */
function chatParagraphs(message: Message): string[] {
  const paragraphs = paragraphsOf(message);
  let bytes = 0;
  const fits = paragraphs.findIndex((text, i) => (bytes += Buffer.byteLength(text)) > CHAT_BYTES && i > 0);
  return fits < 0 ? paragraphs : [...paragraphs.slice(0, fits), `And ${paragraphs.length - fits} more, which Wirecase lists.`];
}

/** An Adaptive Card in the message that Teams' workflows take. Runs of text show what they hold: no Markdown, no mention. */
function cardOf(title: string, paragraphs: readonly string[]): object {
  const block = (text: string, style: object) => ({ type: 'RichTextBlock', inlines: [{ type: 'TextRun', text, ...style }] });
  const body = [block(title, { weight: 'Bolder', size: 'Medium' }), ...paragraphs.map((text) => block(text, {}))];
  const content = { $schema: 'http://adaptivecards.io/schemas/adaptive-card.json', type: 'AdaptiveCard', version: '1.4', body };
  return { type: 'message', attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content }] };
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
    ...cefAddress('src', 'c6a2', 'Source IPv6 Address', alert.sourceIp),
    ...cefAddress('dst', 'c6a3', 'Destination IPv6 Address', alert.destinationIp),
    ['cat', alert.alertClass],
    ['externalId', alert.id],
    ['cs1Label', 'technique'],
    ['cs1', alert.techniques.join(' ')],
    ['cs4Label', 'tactic'],
    ['cs4', tacticsOf(alert.techniques).names.join(', ')],
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

/** Version 0 has `src` and `dst` for IPv4 only. */
function cefAddress(name: string, name6: string, label6: string, ip: Uint8Array | null): [string, string][] {
  if (!ip) return [];
  if (ip.length === 4) return [[name, formatIp(ip)]];
  return [
    [`${name6}Label`, label6],
    [name6, formatIp(ip)],
  ];
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
