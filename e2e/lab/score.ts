/** How well `wirecase analyze` does on captures of the lab, against the goals of each class. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { probesOf } from './probes.ts';
import { capturesIn, type Label, readLabels } from './labels.ts';

const wirecase = fileURLToPath(new URL('../../apps/cli/bin/wirecase.mjs', import.meta.url));

/** What was found in a capture, as far as it is judged. */
interface Alert {
  class: string;
  attackers: string[];
  others: string[];
  start: number;
  detected: number;
  text: string;
}

interface Capture {
  path: string;
  labels: Label[];
  alerts: Alert[];
  seconds: number;
  packets: number;
}

interface Outcome {
  label: Label;
  alert: Alert | null;
  seconds: number;
  probes: number;
  /** Packets a second that the tool really sent: less than was drawn on a busy machine. */
  rate: number;
}

/** What each family of classes is held to: a delay in probes or in seconds, at a speed. */
const goals: readonly { prefix: string; speed: string; gate: string; goal: string; isMet(outcome: Outcome): boolean }[] = [
  { prefix: 'scan.distributed', speed: '', gate: '5 s', goal: 'all sources listed', isMet: listsAll },
  { prefix: 'scan.decoy', speed: '', gate: '5 s', goal: 'all sources listed', isMet: listsAll },
  { prefix: 'scan', speed: 'fast', gate: '2 s', goal: '12 probes, 1 s', isMet: ({ probes, seconds }) => probes <= 12 || seconds <= 1 },
  { prefix: 'scan', speed: 'medium', gate: '2 s', goal: '12 probes, 1 s', isMet: ({ probes, seconds }) => probes <= 12 || seconds <= 1 },
  { prefix: 'scan', speed: 'slow', gate: '60 s', goal: '60 s', isMet: ({ seconds }) => seconds <= 60 },
  { prefix: 'scan', speed: 'crawl', gate: '-', goal: '180 s', isMet: ({ seconds }) => seconds <= 180 },
  {
    prefix: 'sweep',
    speed: 'fast',
    gate: '10 targets, 2 s',
    goal: '6 targets',
    isMet: ({ probes, seconds }) => probes <= 6 || seconds <= 1.2,
  },
  { prefix: 'sweep', speed: '', gate: '10 targets', goal: '6 targets', isMet: ({ probes, label }) => probes <= 6 + 1.2 * label.rate },
  { prefix: 'flood.http', speed: '', gate: '-', goal: '60 s', isMet: ({ seconds }) => seconds <= 60 },
  {
    prefix: 'flood',
    speed: '',
    gate: '1 s at 1000/s',
    goal: '0.2 s at 1000/s, 3 s at 100/s',
    isMet: ({ seconds, rate }) => seconds <= (rate >= 1000 ? 0.2 : rate >= 100 ? 3 : 15),
  },
  { prefix: 'arp', speed: '', gate: '3 replies', goal: '1 reply', isMet: ({ probes }) => probes <= 1 },
  { prefix: 'brute', speed: '', gate: '60 s', goal: '60 s', isMet: ({ seconds }) => seconds <= 60 },
  { prefix: 'slow-http', speed: '', gate: '10 s', goal: '3 s', isMet: ({ seconds }) => seconds <= 3 },
  { prefix: 'dns-tunnel', speed: '', gate: '40 packets', goal: '16 packets', isMet: ({ probes }) => probes <= 16 },
];

export function score(directory: string): void {
  const captures = analyze(capturesIn(directory));
  const outcomes = captures.flatMap((capture) =>
    capture.labels.filter((label) => label.alerts.length > 0).map((label) => judge(capture, label)),
  );
  for (const line of table(outcomes)) console.log(line);
  const hours = captures.reduce((sum, capture) => sum + capture.seconds / 3600, 0);
  const packets = captures.reduce((sum, capture) => sum + capture.packets, 0);
  const wrong = captures.flatMap((capture) => falseAlerts(capture).map((alert) => `${capture.path}: ${alert.class}: ${alert.text}`));
  const sent = outcomes.filter(isSent);
  const found = sent.filter(({ alert }) => alert !== null).length;
  console.log(
    `\nFound ${found} of ${sent.length}; ${wrong.length} false alerts in ${hours.toFixed(2)} h of capture and ${packets} packets.`,
  );
  for (const line of wrong) console.log(`false: ${line}`);
}

/** All captures in one run: each one's alerts are followed by its `capture` record. */
function analyze(paths: readonly string[]): Capture[] {
  const argv = [wirecase, 'analyze', ...paths, '--records', 'alert,capture'];
  const output = execFileSync(process.execPath, argv, { encoding: 'utf8', maxBuffer: 1 << 28 });
  const captures: Capture[] = [];
  let alerts: Alert[] = [];
  for (const line of output.split('\n').filter((text) => text !== '')) {
    const row = JSON.parse(line);
    if (row.record === 'alert') {
      alerts.push(alertOf(row));
      continue;
    }
    const path = paths[captures.length]!;
    const seconds = (Date.parse(row.last_time) - Date.parse(row.first_time)) / 1000;
    captures.push({ path, labels: readLabels(path.replace(/\.pcap$/, '.labels.jsonl')), alerts, seconds, packets: row.packets });
    alerts = [];
  }
  return captures;
}

/** What `wirecase analyze` prints of an alert, as far as it is used. */
interface AlertRow {
  wirecase: { alert: { class: string; entities: { role: string; ip?: string; mac?: string }[]; detected_at: string; explanation: string } };
  event: { start: string };
}

function alertOf(row: AlertRow): Alert {
  const { class: name, entities, detected_at: detected, explanation } = row.wirecase.alert;
  const named = (isAttacker: boolean): string[] =>
    entities
      .filter(({ role }) => (role === 'attacker') === isAttacker)
      .flatMap(({ ip, mac }) => [ip, mac].filter((text) => text !== undefined));
  return {
    class: name,
    attackers: named(true),
    others: named(false),
    start: seconds(row.event.start),
    detected: seconds(detected),
    text: explanation,
  };
}

/** Seconds since 1970 with microseconds, which `Date` does not keep. */
function seconds(time: string): number {
  return Date.parse(time.slice(0, 19) + 'Z') / 1000 + Number(`0${time.slice(19, 26)}`);
}

/** Whether the tool did anything: on a busy machine some give up before they attack. */
function isSent({ label, alert, probes }: Outcome): boolean {
  return alert !== null || probes > 0 || label.attackers.length + label.victims.length === 0;
}

function judge(capture: Capture, label: Label): Outcome {
  const alert = capture.alerts
    .filter((candidate) => label.alerts.includes(candidate.class) && concerns(candidate, label))
    .toSorted((a, b) => a.detected - b.detected)[0];
  const times = probesOf(readFileSync(capture.path), label);
  const first = times[0] ?? label.start;
  const rate = (times.length - 1) / ((times.at(-1) ?? first) - first);
  if (!alert) return { label, alert: null, seconds: Number.POSITIVE_INFINITY, probes: times.length, rate };
  const probes = times.filter((time) => time <= alert.detected + 1e-6).length;
  return { label, alert, seconds: alert.detected - first, probes, rate };
}

/** Whether an alert is about what the label says: an attacker of it, its victim when sources are forged, or its time when there is neither. */
function concerns(alert: Alert, label: Label): boolean {
  if (alert.detected < label.start - 2 || alert.start > label.end + 2) return false;
  if (label.attackers.length === 0 && label.victims.length === 0) return label.alerts.includes(alert.class);
  if (label.attackers.length > 0) return alert.attackers.some((attacker) => label.attackers.includes(attacker));
  return alert.others.some((victim) => label.victims.includes(victim));
}

function listsAll({ label, alert }: Outcome): boolean {
  return alert !== null && label.attackers.every((attacker) => alert.attackers.includes(attacker));
}

/** Alerts that no label explains. What follows from an attack (a gateway asking for absent hosts, another word for it) is none of these. */
function falseAlerts(capture: Capture): Alert[] {
  return capture.alerts.filter(
    (alert) =>
      !capture.labels.some(
        (label) => label.alerts.length > 0 && (concerns(alert, label) || alert.others.some((ip) => label.victims.includes(ip))),
      ),
  );
}

function table(outcomes: readonly Outcome[]): string[] {
  const header = ['class', 'tool', 'speed', 'drawn/s', 'sent/s', 'found', 'delay s', 'probes', 'gate', 'goal', 'goal met'];
  const rows = outcomes.map((outcome) => {
    const { label, alert } = outcome;
    const goal = goals.find(({ prefix, speed }) => label.class.startsWith(prefix) && (speed === '' || speed === label.speed));
    const isMet = goal === undefined || alert === null ? '-' : goal.isMet(outcome) ? 'yes' : 'no';
    const delay = alert === null ? '-' : outcome.seconds.toFixed(3);
    const found = alert === null ? (isSent(outcome) ? 'MISSED' : 'NOT SENT') : alert.class;
    return [
      label.class,
      label.tool,
      label.speed,
      label.rate.toPrecision(3),
      outcome.rate.toPrecision(3),
      found,
      delay,
      String(outcome.probes),
      goal?.gate ?? '',
      goal?.goal ?? '',
      isMet,
    ];
  });
  const widths = header.map((_, i) => Math.max(...[header, ...rows].map((row) => row[i]!.length)));
  return [header, ...rows].map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i]!))
      .join('  ')
      .trimEnd(),
  );
}
