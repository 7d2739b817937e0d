/**
 * Labelled captures of the lab as windows of hosts: features, class, and what was captured. The label says who attacked when; what a host is
 * besides (a victim, a server of a tunnel, the hardware address of an attacker known by IP) is decided here, and is left out where unclear.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { type AlertRow, formatIp } from '@wirecase/contract';
import { classifier, type Entity, features, MIN_ACTIVITY, registry, TrafficWindows, vectorOf, type WindowTable } from '@wirecase/detect';
import { Analyzer } from '@wirecase/engine';
import { dnsRecord } from '@wirecase/protocols';
import { nodePlatform } from '@wirecase/store';
import { type Label, readLabels } from '../labels.ts';

/** The harmless one first. */
export const classes = ['benign', 'scan', 'flood', 'arp-spoof', 'brute-force', 'slow-http', 'dns-tunnel'] as const;
export type ClassName = (typeof classes)[number];

/** A host in a window. */
export interface Sample {
  features: Float64Array;
  /** Place in `classes`. */
  class: number;
  capture: LabCapture;
  host: string;
  /** The class that the rules' alerts about the host give it, place in `classes`. */
  byRules: number;
  /** Seconds since 1970 of its first and last packet. */
  from: number;
  to: number;
}

export interface LabCapture {
  name: string;
  sha256: string;
  /** None for benign traffic. */
  tool: string;
  label: Label;
}

export interface Dataset {
  captures: LabCapture[];
  /** By length of window: 2 s, 60 s. */
  samples: [Sample[], Sample[]];
}

/** First word of a lab class -> class of the model. */
const classOfLabel: Readonly<Record<string, ClassName>> = {
  scan: 'scan',
  sweep: 'scan',
  flood: 'flood',
  arp: 'arp-spoof',
  brute: 'brute-force',
  'slow-http': 'slow-http',
  'dns-tunnel': 'dns-tunnel',
  'dns-exfiltration': 'dns-tunnel',
};
const classOfAlert: Readonly<Record<string, ClassName>> = {
  scan: 'scan',
  flood: 'flood',
  arp: 'arp-spoof',
  'brute-force': 'brute-force',
  dos: 'slow-http',
  dns: 'dns-tunnel',
};
const rules = registry.filter(({ rule }) => rule.id !== classifier.rule.id);
/** Slow HTTP is many connections: a window in which its tool makes fewer is neither that nor harmless. */
const FEWEST_HELD = 8;
const ESTABLISHED = features.findIndex(({ name }) => name === 'established_out');
/** Seconds that the clocks of label and capture may differ by. */
const SLACK = 0.5;

/** `paths`: captures that have their labels beside them; in this order, which the model depends on. */
export function readDataset(paths: readonly string[]): Dataset {
  const dataset: Dataset = { captures: [], samples: [[], []] };
  for (const path of paths) {
    const bytes = readFileSync(path);
    const [label] = readLabels(path.replace(/\.pcap$/, '.labels.jsonl'));
    // Frames with made-up addresses have no host; other classes than the model's are not for it to tell.
    if (label === undefined || label.class === 'flood.mac' || !isLearnt(label)) continue;
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const capture = { name: basename(path, '.pcap'), sha256, tool: label.tool, label };
    dataset.captures.push(capture);
    for (const [length, window] of windowsOf(bytes).entries()) {
      for (const sample of window) {
        const name = roleOf(sample, label);
        if (name !== null) dataset.samples[length]!.push({ ...sample, capture, class: classes.indexOf(name) });
      }
    }
  }
  return dataset;
}

function isLearnt({ class: name }: Label): boolean {
  return name === 'benign' || classOfLabel[name.split('.')[0]!] !== undefined;
}

type Window = Omit<Sample, 'class' | 'capture'>;

/** What a rule says of a host: class, and the seconds since 1970 of its alert. */
interface Verdict {
  host: string;
  class: number;
  from: number;
  to: number;
}

/** Every window with enough in it, by length; what the rules say of it is from a run over the whole capture. */
function windowsOf(bytes: Uint8Array): [Window[], Window[]] {
  const windows: [Window[], Window[]] = [[], []];
  const take = (length: number, table: WindowTable): void => {
    for (let row = 0; row < table.size; row++) {
      if (table.activityOf(row) < MIN_ACTIVITY) continue;
      const vector = new Float64Array(features.length);
      vectorOf(table, row, vector);
      const mac = table.macOf(row);
      const host = mac >= 0 ? macText(mac) : formatIp(table.hosts.addressOf(row));
      windows[length]!.push({ features: vector, host, from: table.firstSeconds(row), to: table.lastSeconds(row), byRules: 0 });
    }
  };
  const verdicts: Verdict[] = [];
  const rule = { id: 'windows', name: 'Windows', version: '1', needs: [], doc: '' };
  const analyzer = new Analyzer({
    platform: nodePlatform,
    sink: { record: (type, row) => void (type.name === 'alert' && verdicts.push(...verdictsOf(row as unknown as AlertRow))) },
    captureSha256: new Uint8Array(32),
    detectors: [{ rule, options: {}, records: [dnsRecord], create: (context) => new TrafficWindows(context, take) }, ...rules],
  });
  analyzer.push(bytes);
  analyzer.finish();
  for (const window of windows.flat()) {
    const verdict = verdicts.find(({ host, from, to }) => host === window.host && window.to >= from - SLACK && window.from <= to + SLACK);
    if (verdict) window.byRules = verdict.class;
  }
  return windows;
}

/** First word of an alert's class -> class of the model, for the attackers it names. */
function verdictsOf({ alertClass, entities, start, end }: AlertRow): Verdict[] {
  const named = classOfAlert[alertClass.split('.')[0]!];
  if (named === undefined) return [];
  const [from, to] = [Number(start) / 1e9, Number(end) / 1e9];
  return (entities as readonly Entity[]).flatMap(({ role, ip, mac }) => {
    const host = ip ?? mac;
    return role !== 'attacker' || host === undefined ? [] : [{ host, class: classes.indexOf(named), from, to }];
  });
}

/** What a host was; null: it is not said, or stands between. */
function roleOf({ host, from, to, features: vector }: Window, label: Label): ClassName | null {
  if (label.class === 'benign') return 'benign';
  const className = classOfLabel[label.class.split('.')[0]!]!;
  const isMeant = to >= label.start - SLACK && from <= label.end + SLACK;
  if (label.attackers.includes(host)) {
    const isTooLittle = className === 'slow-http' && 2 ** vector[ESTABLISHED]! - 1 < FEWEST_HELD;
    return isMeant && !isTooLittle ? className : null;
  }
  // The tools make traffic by other addresses of the attacker too: its hardware address, IPv6, forged ones.
  if (isAttackersMachine(host)) return null;
  if (!label.victims.includes(host)) return 'benign';
  // Who is scanned or flooded is harmless, and must be learnt to be.
  return className === 'scan' || className === 'flood' || className === 'brute-force' ? 'benign' : null;
}

/** The lab's hardware addresses end in the host's number; the attacker's is 66. */
function isAttackersMachine(host: string): boolean {
  return host === '02:00:5e:10:00:42' || /(\.66|::42)$/.test(host);
}

const macText = (mac: number): string => (mac.toString(16).padStart(12, '0').match(/../g) ?? []).join(':');
