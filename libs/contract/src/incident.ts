/** Incidents: the alerts of one attacker that follow one another, in the order of an attack. Made from alerts when asked for. */

/** Steps of an attack, as they follow one another. */
export const attackSteps = [
  'reconnaissance',
  'credential-access',
  'lateral-movement',
  'command-and-control',
  'exfiltration',
  'impact',
] as const;
export type AttackStep = (typeof attackSteps)[number];

/** Classes of alerts, or what they begin with, by step; what is not here is reconnaissance. */
const stepsOfClasses: Readonly<Record<string, AttackStep>> = {
  arp: 'credential-access',
  'brute-force': 'credential-access',
  credentials: 'credential-access',
  dhcp: 'credential-access',
  icmp: 'credential-access',
  ndp: 'credential-access',
  names: 'credential-access',
  stp: 'credential-access',
  lateral: 'lateral-movement',
  c2: 'command-and-control',
  dns: 'command-and-control',
  exfiltration: 'exfiltration',
  intel: 'command-and-control',
  transfer: 'command-and-control',
  flood: 'impact',
  dos: 'impact',
  // What the traffic classifier takes it for.
  'traffic.arp-spoof': 'credential-access',
  'traffic.brute-force': 'credential-access',
  'traffic.dns-tunnel': 'command-and-control',
  'traffic.flood': 'impact',
  'traffic.slow-http': 'impact',
};

/** The step that an alert's class (`scan.vertical`) is of. */
export function stepOf(alertClass: string): AttackStep {
  const known = [alertClass, alertClass.split('.', 1)[0]!].find((name) => Object.hasOwn(stepsOfClasses, name));
  return known === undefined ? 'reconnaissance' : stepsOfClasses[known]!;
}

/** An alert of an incident. Times are RFC 3339. */
export interface IncidentAlert {
  id: string;
  captureId: string;
  alertClass: string;
  ruleName: string;
  step: AttackStep;
  severity: number;
  confidence: number;
  start: string;
  end: string;
  explanation: string;
  state: string;
  verdict: string | null;
}

export interface IncidentEntity {
  role: string;
  /** Address or MAC. */
  who: string;
  /** Alerts that name it. */
  alerts: number;
}

/** GET /incidents: newest first, or by risk. */
export interface Incident {
  /** Of its first alert; GET /incidents/{id} takes the id of any alert in it. */
  id: string;
  /** Address or MAC. */
  attacker: string;
  /** Whom it attacks, those named most often first, at most five of `targetCount`; of a host that was made to call out, whom it calls. */
  targets: string[];
  targetCount: number;
  start: string;
  end: string;
  /** 0-100: 1 - the product of 1 - severity * confidence over its alerts, without those that were closed as false or benign. */
  risk: number;
  steps: AttackStep[];
  alerts: number;
  captures: number;
}

/** GET /incidents/{id}. */
export interface IncidentDetail extends Incident {
  /** By step, then by time. */
  chain: IncidentAlert[];
  /** Those named most often first. */
  entities: IncidentEntity[];
}

/** What an incident is made of. */
export interface IncidentPart extends IncidentAlert {
  /** Who acts. */
  attacker: string;
  startNs: bigint;
  endNs: bigint;
  named: readonly { role: string; who: string }[];
}

/** Alerts of one attacker that begin later than this after the last have nothing to do with each other. */
const quietNs = 30n * 60n * 1_000_000_000n;

const MOST_TARGETS = 5;

/** The alerts put together; the same alerts in any order give the same incidents, ordered by their begin. */
export function incidentsOf(parts: readonly IncidentPart[]): IncidentDetail[] {
  const ordered = parts.toSorted((a, b) => compare(a.startNs, b.startNs) || (a.id < b.id ? -1 : 1));
  const groups: { end: bigint; parts: IncidentPart[] }[] = [];
  const latest = new Map<string, (typeof groups)[number]>();
  for (const part of ordered) {
    let group = latest.get(part.attacker);
    if (!group || part.startNs - group.end > quietNs) {
      groups.push((group = { end: part.endNs, parts: [] }));
      latest.set(part.attacker, group);
    }
    group.parts.push(part);
    if (part.endNs > group.end) group.end = part.endNs;
  }
  return groups.map(({ parts: together }) => detailOf(together));
}

/** `parts` by time. */
function detailOf(parts: readonly IncidentPart[]): IncidentDetail {
  const first = parts[0]!;
  const last = parts.reduce((latest, part) => (part.endNs > latest.endNs ? part : latest));
  const entities = entitiesOf(parts);
  const targets = targetsOf(first.attacker, entities);
  const chain = parts.toSorted((a, b) => attackSteps.indexOf(a.step) - attackSteps.indexOf(b.step));
  return {
    id: first.id,
    attacker: first.attacker,
    targets: targets.slice(0, MOST_TARGETS),
    targetCount: targets.length,
    start: first.start,
    end: last.end,
    risk: riskOf(parts),
    steps: attackSteps.filter((step) => parts.some((part) => part.step === step)),
    alerts: parts.length,
    captures: new Set(parts.map(({ captureId }) => captureId)).size,
    chain: chain.map(({ attacker: _attacker, startNs: _startNs, endNs: _endNs, named: _named, ...alert }) => alert),
    entities,
  };
}

/** A host that calls out is the victim of whom it calls: nobody else is one then. */
function targetsOf(attacker: string, entities: readonly IncidentEntity[]): string[] {
  const others = entities.filter(({ who }) => who !== attacker);
  const victims = others.filter(({ role }) => role === 'victim');
  return [...new Set((victims.length > 0 ? victims : others).map(({ who }) => who))];
}

function riskOf(parts: readonly IncidentPart[]): number {
  const real = parts.filter(({ verdict }) => verdict === null || verdict === 'true_positive');
  const harmless = real.reduce((product, { severity, confidence }) => product * (1 - (severity / 100) * confidence), 1);
  return Math.round(100 * (1 - harmless));
}

function entitiesOf(parts: readonly IncidentPart[]): IncidentEntity[] {
  const entities = new Map<string, IncidentEntity>();
  for (const { named } of parts)
    for (const { role, who } of named) {
      const known = entities.get(`${role} ${who}`);
      if (known) known.alerts++;
      else entities.set(`${role} ${who}`, { role, who, alerts: 1 });
    }
  return [...entities.values()].sort((a, b) => b.alerts - a.alerts);
}

const compare = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);
