/** Findings about neighbours: rows and the sentences that explain them. */
import { formatIp } from '@wirecase/contract';
import { macText } from '../address-text.ts';
import type { Entity, Finding, OptionValues } from '../detector.ts';
import { type Episode, spanText } from '../tally.ts';
import type { Claims, Mark, Rival } from './claims.ts';
import type { Denials } from './denials.ts';
import type { options } from './options.ts';

type Values = OptionValues<typeof options>;

const MAX_PACKETS = 50;
/** Hosts named in one alert. */
const MAX_ENTITIES = 256;

/** What one hardware address does to the addresses of others. */
export interface Incident {
  readonly mac: number;
  /** What crossed its threshold. */
  readonly metric: 'pushes' | 'switches' | 'router';
  /** By key: the address and the hardware address of its owner. */
  readonly addresses: Map<number, { address: Uint8Array; mac: number }>;
  readonly targets: Map<number, Uint8Array>;
  readonly packets: number[];
  pushes: number;
  switches: number;
  readonly first: Mark;
  last: Mark;
  readonly detectedAtNs: bigint;
}

export function newIncident(rival: Rival, mark: Mark, claims: number): Incident {
  return {
    mac: rival.mac,
    metric: rival.pushes >= claims ? 'pushes' : rival.deniesRouter ? 'router' : 'switches',
    addresses: new Map(),
    targets: new Map(),
    packets: [],
    pushes: 0,
    switches: 0,
    first: rival.first,
    last: mark,
    detectedAtNs: mark.timeNs,
  };
}

/** Take over what `rival` did since the last time. */
export function extendIncident(incident: Incident, { address, mac, last }: Claims, key: number, rival: Rival): void {
  incident.addresses.set(key, { address, mac });
  for (const [targetKey, target] of rival.targets) incident.targets.set(targetKey, target);
  for (const packet of rival.packets)
    if (incident.packets.length < MAX_PACKETS && !incident.packets.includes(packet)) incident.packets.push(packet);
  incident.pushes += rival.pushes;
  incident.switches += rival.switches;
  incident.last = rival.last.seconds > last.seconds ? rival.last : last;
  rival.pushes = 0;
  rival.switches = 0;
}

export function spoofFinding(incident: Incident, { claims, switches, window }: Values): Finding {
  const { mac, metric, pushes, first, last } = incident;
  const owned = [...incident.addresses.values()];
  const isPushed = metric === 'pushes';
  const threshold = isPushed ? claims : metric === 'router' ? 1 : switches;
  const victims = new Set([...owned.map(({ address }) => formatIp(address)), ...[...incident.targets.values()].map(formatIp)]);
  const named = owned.slice(0, 8).map((each) => `${formatIp(each.address)} (of ${macText(each.mac)})`);
  const told = isPushed
    ? `told so ${times(pushes)} to hosts that did not ask, or beside its owner`
    : `announced that to all ${times(Math.max(1, incident.switches))}${metric === 'router' ? ', as no router, which its owner is' : ', whenever its owner had used it'}`;
  return {
    start: first.timeNs,
    end: last.timeNs,
    detectedAt: incident.detectedAtNs,
    severity: 75,
    confidence: isPushed || owned.length > 1 ? 0.9 : 0.7,
    techniques: ['T1557'],
    sourceIp: null,
    destinationIp: owned.length === 1 ? owned[0]!.address : null,
    alertClass: 'ndp.spoof',
    entities: [
      { role: 'attacker', mac: macText(mac) },
      ...[...victims].slice(0, MAX_ENTITIES).map((ip): Entity => ({ role: 'victim', ip })),
    ],
    evidence: {
      metric: isPushed ? 'advertisements that nobody needed' : 'changes of the address',
      value: isPushed ? pushes : Math.max(1, incident.switches),
      threshold,
      window,
      packets: incident.packets.toSorted((a, b) => a - b),
    },
    explanation: `${macText(mac)} claimed ${named.join(' and ')} and ${told}. The threshold is ${threshold} within ${window} s.`,
  };
}

export function denialFinding(episode: Episode, { deniers, victims, addresses }: Denials, { denials, denialWindow }: Values): Finding {
  const entity =
    (role: Entity['role']) =>
    (mac: number): Entity => ({ role, mac: macText(mac) });
  return {
    start: episode.startNs,
    end: episode.endNs,
    detectedAt: episode.detectedAtNs,
    severity: 60,
    confidence: episode.count >= 2 * denials ? 0.9 : 0.7,
    techniques: ['T1499'],
    sourceIp: null,
    destinationIp: null,
    alertClass: 'ndp.dad-denial',
    entities: [...[...deniers].map(entity('attacker')), ...[...victims].map(entity('victim'))],
    evidence: { metric: 'new addresses claimed', value: episode.count, threshold: denials, window: denialWindow, packets: episode.packets },
    explanation:
      `${[...victims].map(macText).join(', ')} tried ${episode.count} new addresses (${addresses.slice(0, 3).map(formatIp).join(', ')}) in ` +
      `${spanText(episode.endSeconds - episode.startSeconds)}, and each was claimed at once by a host that had not used it before ` +
      `(${[...deniers].slice(0, 3).map(macText).join(', ')}): so nobody gets one. The threshold is ${denials} within ${denialWindow} s.`,
  };
}

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);
