/** Findings about lateral movement: rows and the sentences that explain them. */
import { formatIp } from '@wirecase/contract';
import type { Entity, Finding } from '../detector.ts';
import { type Episode, spanText } from '../tally.ts';

export type Kind = 'share' | 'discovery' | 'execution' | 'dcsync' | 'coercion' | 'log-clearing';

/** What was seen of one source, as addresses and names. */
export interface Moves {
  kind: Kind;
  source: Uint8Array;
  victims: readonly Uint8Array[];
  /** Names of what was called, or of shares. */
  names: readonly string[];
}

/** Hosts and names that an alert gives. */
const MAX_VICTIMS = 256;
const MAX_NAMES = 5;

interface Story {
  alertClass: string;
  severity: number;
  confidence: number;
  techniques: readonly string[];
  metric: string;
  did: string;
}

const stories: Readonly<Record<Kind, Story>> = {
  share: {
    alertClass: 'lateral.admin-share',
    severity: 60,
    confidence: 0.7,
    techniques: ['T1021.002'],
    metric: 'hosts whose administrative shares were tried',
    did: 'tried the administrative shares of',
  },
  discovery: {
    alertClass: 'lateral.discovery',
    severity: 45,
    confidence: 0.6,
    techniques: ['T1087', 'T1069', 'T1135', 'T1033'],
    metric: 'different questions',
    did: 'asked by RPC for users, groups, shares, sessions or services of',
  },
  execution: {
    alertClass: 'lateral.execution',
    severity: 80,
    confidence: 0.9,
    techniques: ['T1021.002', 'T1570', 'T1569.002', 'T1047', 'T1053.005'],
    metric: 'programs begun after a file was written',
    did: 'wrote a file to an administrative share and began a service, task or process by RPC on',
  },
  dcsync: {
    alertClass: 'lateral.dcsync',
    severity: 85,
    confidence: 0.7,
    techniques: ['T1003.006'],
    metric: 'requests to replicate the directory',
    did: 'asked, though nothing shows that it is a domain controller, to replicate the directory of',
  },
  coercion: {
    alertClass: 'lateral.coercion',
    severity: 75,
    confidence: 0.8,
    techniques: ['T1187'],
    metric: 'calls that make a host log in elsewhere',
    did: 'made calls that let a host log in wherever the caller says, on',
  },
  'log-clearing': {
    alertClass: 'lateral.log-clearing',
    severity: 75,
    confidence: 0.9,
    techniques: ['T1070.001'],
    metric: 'logs cleared',
    did: 'cleared logs by RPC on',
  },
};

/** `window` in seconds. */
export function movesFinding({ kind, source, victims, names }: Moves, episode: Episode, threshold: number, window: number): Finding {
  const { alertClass, severity, confidence, techniques, metric, did } = stories[kind];
  const attacker = formatIp(source);
  const named = victims.slice(0, MAX_VICTIMS).map((victim): Entity => ({ role: 'victim', ip: formatIp(victim) }));
  const whom = victims.length === 1 ? formatIp(victims[0]!) : `${victims.length} hosts`;
  const more = names.length > MAX_NAMES ? ' ...' : '';
  return {
    start: episode.startNs,
    end: episode.endNs,
    detectedAt: episode.detectedAtNs,
    severity,
    confidence,
    techniques,
    sourceIp: source,
    destinationIp: victims.length === 1 ? victims[0]! : null,
    alertClass,
    entities: [{ role: 'attacker', ip: attacker }, ...named],
    evidence: { metric, value: episode.count, threshold, window, packets: episode.packets },
    explanation:
      `${attacker} ${did} ${whom} in ${spanText(episode.endSeconds - episode.startSeconds)} ` +
      `(${names.slice(0, MAX_NAMES).join(', ')}${more}). ` +
      (threshold === 1 ? 'Once is enough.' : `The threshold is ${threshold} ${metric} within ${window} s.`),
  };
}
