/** Findings about ARP: rows and the sentences that explain them. */
import { ipv4Bytes, ipv4Text, macText } from '../address-text.ts';
import type { Entity, Finding } from '../detector.ts';
import type { Mark } from './claims.ts';

/** Hosts named in one alert. */
const MAX_ENTITIES = 256;

/** What one MAC address does to the addresses of others. */
export interface Incident {
  alertClass: 'arp.spoof' | 'arp.duplicate-ip';
  /** Forced claims that made it spoofing, 0 when the changes of the address did. */
  threshold: number;
  /** Changes of the address that show that two hosts use it. */
  changes: number;
  attacker: number;
  /** The address that the attacker asks from, `null` when it was not heard asking. */
  ownIp: number | null;
  /** Addresses that it claims, with the MAC that they belong to where that is known. */
  claims: Map<number, number | null>;
  /** Hosts that were told. */
  targets: Set<number>;
  packets: number[];
  forced: number;
  switches: number;
  first: Mark;
  last: Mark;
  detectedAtNs: bigint;
}

/** `window` in seconds. */
export function spoofFinding(incident: Incident, window: number): Finding {
  const { forced } = incident;
  const isForced = incident.threshold > 0;
  const threshold = isForced ? incident.threshold : incident.changes;
  const told =
    forced > 0
      ? `sent ${forced} ${forced === 1 ? 'answer' : 'answers'} that nobody asked for, to ${hostsText(incident)}`
      : 'took it again and again';
  const metric = isForced ? 'unsolicited ARP answers' : 'changes of the address';
  return {
    ...common(incident),
    severity: 75,
    confidence: incident.claims.size > 1 || [...incident.claims.values()].some((mac) => mac !== null) ? 0.9 : 0.7,
    evidence: { metric, value: isForced ? forced : incident.switches, threshold, window, packets: packetsOf(incident) },
    explanation: `${whoText(incident)} claimed ${claimsText(incident)} and ${told}. The threshold is ${threshold} within ${window} s.`,
  };
}

export function duplicateFinding(incident: Incident, window: number): Finding {
  const { changes: threshold } = incident;
  return {
    ...common(incident),
    severity: 50,
    confidence: 0.6,
    evidence: { metric: 'changes of the address', value: incident.switches, threshold, window, packets: packetsOf(incident) },
    explanation:
      `${macText(incident.attacker)} claims ${claimsText(incident)} too: the address changed between the two ${incident.switches} times. ` +
      `The threshold is ${threshold} within ${window} s.`,
  };
}

function common(incident: Incident) {
  const claimed = [...incident.claims.keys()];
  const isOwnKnown = incident.ownIp !== null && !incident.claims.has(incident.ownIp);
  const attacker: Entity = { role: 'attacker', ...(isOwnKnown ? { ip: ipv4Text(incident.ownIp!) } : {}), mac: macText(incident.attacker) };
  const victims = [...new Set([...claimed, ...incident.targets])].slice(0, MAX_ENTITIES);
  return {
    start: incident.first.timeNs,
    end: incident.last.timeNs,
    detectedAt: incident.detectedAtNs,
    techniques: ['T1557.002'],
    sourceIp: isOwnKnown ? ipv4Bytes(incident.ownIp!) : null,
    destinationIp: claimed.length === 1 ? ipv4Bytes(claimed[0]!) : null,
    alertClass: incident.alertClass,
    entities: [attacker, ...victims.map((ip): Entity => ({ role: 'victim', ip: ipv4Text(ip) }))],
  };
}

function packetsOf(incident: Incident): number[] {
  return incident.packets.toSorted((a, b) => a - b);
}

function whoText({ attacker, ownIp, claims }: Incident): string {
  return ownIp !== null && !claims.has(ownIp) ? `${macText(attacker)} (${ipv4Text(ownIp)})` : macText(attacker);
}

function claimsText({ claims }: Incident): string {
  return [...claims]
    .slice(0, 8)
    .map(([ip, mac]) => (mac === null ? ipv4Text(ip) : `${ipv4Text(ip)} (of ${macText(mac)})`))
    .join(' and ');
}

function hostsText({ targets }: Incident): string {
  const named = [...targets].slice(0, 4).map(ipv4Text);
  return targets.size > named.length ? `${named.join(', ')} and ${targets.size - named.length} more` : named.join(' and ');
}
