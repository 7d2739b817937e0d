/** Findings about scans: rows and the sentences that explain them. */
import { formatIp } from '@wirecase/contract';
import type { Entity, Finding } from '../detector.ts';
import { isInternal } from '../host-table.ts';
import { PORTS } from './contact.ts';
import type { GroupScan } from './group.ts';
import type { HostScan } from './hosts-at-port.ts';
import { learned, type PortScan } from './pair.ts';

/** Hosts named in one alert; the count tells of the rest. */
const MAX_ENTITIES = 256;
/** Open ports named in a sentence. */
const MAX_OPEN = 16;
const transports: Readonly<Record<number, string>> = { 6: 'TCP', 17: 'UDP', 132: 'SCTP' };

export function verticalFinding(source: Uint8Array, destination: Uint8Array, scan: PortScan): Finding {
  const [attacker, victim] = [formatIp(source), formatIp(destination)];
  const { open, closed, silent } = learned(scan);
  const count = closed + silent;
  const protocols = new Set([...scan.ports.keys()].map((target) => Math.floor(target / PORTS)));
  const isOfProtocols = [...protocols].filter((protocol) => !(protocol in transports)).length > scan.ports.size / 2;
  const what = isOfProtocols ? 'IP protocols' : 'ports';
  const metric = isOfProtocols ? 'distinct protocols failed' : scan.metric;
  return {
    ...common(source, scan),
    severity: severity(count),
    confidence: closed > 0 ? 0.9 : 0.7,
    techniques: isInternal(source) ? ['T1046'] : ['T1046', 'T1595.001'],
    destinationIp: destination,
    alertClass: isOfProtocols ? 'scan.protocol' : 'scan.vertical',
    entities: [
      { role: 'attacker', ip: attacker },
      { role: 'victim', ip: victim },
    ],
    evidence: { metric, value: count, threshold: scan.threshold, window: scan.window, packets: scan.packets },
    explanation:
      `${attacker} tried ${scan.ports.size} different ${what} of ${victim} in ${spanText(scan)} and learned: ` +
      `${closed} closed, ${silent} without answer, ${openText(open)}. The threshold is ${scan.threshold} ${metric} within ${scan.window} s.`,
  };
}

export function horizontalFinding(source: Uint8Array, victims: readonly Uint8Array[], scan: HostScan): Finding {
  const attacker = formatIp(source);
  const named: Entity[] = victims.slice(0, MAX_ENTITIES).map((address) => ({ role: 'victim', ip: formatIp(address) }));
  const silent = Math.max(0, scan.hosts.size - scan.refused);
  return {
    ...common(source, scan),
    severity: severity(scan.hosts.size),
    confidence: scan.refused > 0 ? 0.9 : 0.7,
    techniques: isInternal(source) ? ['T1046', 'T1018'] : ['T1046', 'T1018', 'T1595.001'],
    destinationIp: null,
    alertClass: 'scan.horizontal',
    entities: [{ role: 'attacker', ip: attacker }, ...named],
    evidence: { metric: scan.metric, value: scan.hosts.size, threshold: scan.threshold, window: scan.window, packets: scan.packets },
    explanation:
      `${attacker} tried ${portText(scan.target)} of ${scan.hosts.size} different hosts in ${spanText(scan)} and failed on each: ` +
      `${scan.refused} refused, ${silent} without answer. The threshold is ${scan.threshold} ${scan.metric} within ${scan.window} s.`,
  };
}

export function groupFinding(sources: readonly Uint8Array[], destination: Uint8Array, scan: GroupScan): Finding {
  const victim = formatIp(destination);
  const attackers = sources.slice(0, MAX_ENTITIES).map((address): Entity => ({ role: 'attacker', ip: formatIp(address) }));
  const counts = [...scan.sources.values()].map(({ failures }) => failures);
  const isEven = Math.max(...counts) <= 2 * Math.min(...counts);
  const decoys = isEven ? ' All did about the same: it may be one scanner among decoys, 1 of ' + sources.length + '.' : '';
  return {
    start: scan.startNs,
    end: scan.endNs,
    detectedAt: scan.detectedAtNs,
    severity: severity(scan.ports.size),
    confidence: 0.8,
    techniques: sources.every(isInternal) ? ['T1046'] : ['T1046', 'T1595.001'],
    sourceIp: null,
    destinationIp: destination,
    alertClass: 'scan.distributed',
    entities: [...attackers, { role: 'victim', ip: victim }],
    evidence: {
      metric: 'sources that failed on ports of one host',
      value: sources.length,
      threshold: scan.threshold,
      window: scan.window,
      packets: scan.packets,
    },
    explanation:
      `${sources.length} sources failed on ${scan.ports.size} different ports of ${victim} at the same time, each on a part of them or all on ` +
      `the same.${decoys} The threshold is ${scan.threshold} sources within ${scan.window} s.`,
  };
}

function common(source: Uint8Array, scan: { startNs: bigint; endNs: bigint; detectedAtNs: bigint }) {
  return { start: scan.startNs, end: scan.endNs, sourceIp: source, detectedAt: scan.detectedAtNs };
}

/** Medium; one step more for each power of ten beyond a hundred targets. */
function severity(targets: number): number {
  return Math.min(69, 50 + 5 * Math.max(0, Math.floor(Math.log10(targets)) - 1));
}

function openText(open: readonly number[]): string {
  if (open.length === 0) return 'none open';
  const more = open.length > MAX_OPEN ? ` and ${open.length - MAX_OPEN} more` : '';
  return `open ${open.slice(0, MAX_OPEN).join(', ')}${more}`;
}

function portText(target: number): string {
  const protocol = Math.floor(target / PORTS);
  const port = target % PORTS;
  const name = transports[protocol];
  return name ? `${name} port ${port}` : `IP protocol ${protocol}`;
}

function spanText(scan: { startSeconds: number; endSeconds: number }): string {
  const seconds = scan.endSeconds - scan.startSeconds;
  return seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${seconds.toFixed(1)} s`;
}
