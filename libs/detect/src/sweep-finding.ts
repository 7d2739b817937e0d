/** The row and the sentence of a sweep, whatever it asked by. */
import { formatIp } from '@wirecase/contract';
import type { Entity, Finding } from './detector.ts';
import { isInternal } from './host-table.ts';
import type { Sweep, SweepLimits } from './sweep.ts';

/** Victims named in one alert; the count tells of the rest. */
const MAX_ENTITIES = 256;

/** `attacker` with its address, if it has one; `verb` says how it asked, as in "pinged". */
export function sweepFinding(
  sweep: Sweep,
  limits: SweepLimits,
  alertClass: string,
  attacker: { ip: Uint8Array | null; mac?: string },
  victims: readonly Uint8Array[],
  verb: string,
): Finding {
  const { ip, mac } = attacker;
  const who = ip ? formatIp(ip) : mac!;
  const entity: Entity = { role: 'attacker', ...(ip ? { ip: formatIp(ip) } : {}), ...(mac === undefined ? {} : { mac }) };
  const seconds = sweep.endSeconds - sweep.startSeconds;
  const span = seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${seconds.toFixed(1)} s`;
  return {
    start: sweep.startNs,
    end: sweep.endNs,
    detectedAt: sweep.detectedAtNs,
    severity: Math.min(60, 45 + 5 * Math.floor(Math.log10(sweep.silent))),
    confidence: sweep.silent >= 2 * sweep.threshold ? 0.9 : 0.7,
    techniques: ip && !isInternal(ip) ? ['T1018', 'T1595.001'] : ['T1018'],
    sourceIp: ip,
    destinationIp: null,
    alertClass,
    entities: [entity, ...victims.slice(0, MAX_ENTITIES).map((victim): Entity => ({ role: 'victim', ip: formatIp(victim) }))],
    evidence: {
      metric: 'distinct silent hosts',
      value: sweep.silent,
      threshold: sweep.threshold,
      window: limits.window,
      packets: sweep.packets,
    },
    explanation:
      `${who} ${verb} ${sweep.silent} different addresses in ${span} that did not answer; ${sweep.answered} did. ` +
      `The threshold is ${sweep.threshold} silent hosts within ${limits.window} s, more than answer.`,
  };
}
