/** Findings about scans: rows and the sentences that explain them. */
import { formatIp } from '@wirecase/contract';
import type { Entity, Finding } from '../detector.ts';
import { isInternal } from '../host-table.ts';
import type { Scan } from './failures.ts';

/** Victims named in one alert; the count tells of the rest. */
const MAX_ENTITIES = 256;

/** `window` in seconds. */
export function verticalFinding(source: Uint8Array, destination: Uint8Array, scan: Scan, threshold: number, window: number): Finding {
  const [attacker, victim] = [formatIp(source), formatIp(destination)];
  return {
    ...common(source, scan),
    techniques: isInternal(source) ? ['T1046'] : ['T1046', 'T1595.001'],
    destinationIp: destination,
    alertClass: 'scan.vertical',
    entities: [
      { role: 'attacker', ip: attacker },
      { role: 'victim', ip: victim },
    ],
    evidence: { metric: 'distinct ports failed', value: scan.targets.size, threshold, window, packets: scan.packets },
    explanation:
      `${attacker} tried ${scan.targets.size} different ports of ${victim} in ${spanText(scan)} and failed on each: ${outcomeText(scan)}. ` +
      `The threshold is ${threshold} ports within ${window} s.`,
  };
}

/** `port`: protocol * 65,536 + port. */
export function horizontalFinding(
  source: Uint8Array,
  victims: readonly Uint8Array[],
  port: number,
  scan: Scan,
  threshold: number,
  window: number,
): Finding {
  const attacker = formatIp(source);
  const named: Entity[] = victims.slice(0, MAX_ENTITIES).map((address) => ({ role: 'victim', ip: formatIp(address) }));
  const portText = `${port >> 16 === 6 ? 'TCP' : 'UDP'} port ${port & 0xffff}`;
  return {
    ...common(source, scan),
    techniques: isInternal(source) ? ['T1046', 'T1018'] : ['T1046', 'T1018', 'T1595.001'],
    destinationIp: null,
    alertClass: 'scan.horizontal',
    entities: [{ role: 'attacker', ip: attacker }, ...named],
    evidence: { metric: 'distinct hosts failed', value: scan.targets.size, threshold, window, packets: scan.packets },
    explanation:
      `${attacker} tried ${portText} of ${scan.targets.size} different hosts in ${spanText(scan)} and failed on each: ${outcomeText(scan)}. ` +
      `The threshold is ${threshold} hosts within ${window} s.`,
  };
}

function common(source: Uint8Array, scan: Scan) {
  return {
    start: scan.first.timeNs,
    end: scan.last.timeNs,
    severity: severity(scan.targets.size),
    sourceIp: source,
    confidence: scan.refused > 0 ? 0.9 : 0.7,
    detectedAt: scan.detectedAtNs,
  };
}

/** Medium; one step more for each power of ten beyond a hundred targets. */
function severity(targets: number): number {
  return Math.min(69, 50 + 5 * Math.max(0, Math.floor(Math.log10(targets)) - 1));
}

function outcomeText(scan: Scan): string {
  const silent = scan.targets.size - scan.refused;
  return `${scan.refused} refused, ${Math.max(0, silent)} without answer`;
}

function spanText(scan: Scan): string {
  const seconds = scan.last.seconds - scan.first.seconds;
  return seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${seconds.toFixed(1)} s`;
}
