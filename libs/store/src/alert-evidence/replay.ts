/** Whether packets make a detector fire: the engine over them, and a comparison with the alert they are evidence of. */
import type { AlertRow, RecordSink } from '@wirecase/contract';
import { classifier, type DetectorModule, registry } from '@wirecase/detect';
import { Analyzer, type AnalyzeOptions } from '@wirecase/engine';
import { nodePlatform } from '../platform.ts';

/**
 * How like an alert of the evidence is to the alert. `whole`: rule, class, entities, first, crossing and last packet time. `crossing`:
 * rule, class, main entities, first and crossing packet time: the evidence ends where the threshold was crossed.
 */
export type Likeness = 'whole' | 'crossing';

/** The alerts that a capture (its bytes in pieces) gives, by all detectors or by some. */
export function alertsOf(
  capture: readonly Uint8Array[],
  options: Partial<AnalyzeOptions>,
  detectors: readonly DetectorModule[] = registry,
): AlertRow[] {
  const found: AlertRow[] = [];
  const sink: RecordSink = {
    record: (type, row) => {
      if (type.name === 'alert') found.push(row as unknown as AlertRow);
    },
  };
  // Rows of flows are not looked at, so none need collapse.
  const analyzer = new Analyzer({
    platform: nodePlatform,
    sink,
    captureSha256: new Uint8Array(32),
    detectors,
    options: { ...options, collapse: false },
  });
  for (const piece of capture) analyzer.push(piece);
  analyzer.finish();
  return found;
}

/** The detectors that an alert depends on: its own, and for the classifier's all, as it leaves out what a rule tells. */
export function detectorsOf({ ruleId }: AlertRow): readonly DetectorModule[] {
  return ruleId === classifier.rule.id ? registry : registry.filter(({ rule }) => rule.id === ruleId);
}

export function isLike(found: AlertRow, alert: AlertRow, likeness: Likeness): boolean {
  const isSameCrossing =
    found.ruleId === alert.ruleId &&
    found.alertClass === alert.alertClass &&
    found.start === alert.start &&
    found.detectedAt === alert.detectedAt &&
    sameBytes(found.destinationIp, alert.destinationIp);
  if (likeness === 'crossing') return isSameCrossing;
  return isSameCrossing && found.end === alert.end && entitiesText(found) === entitiesText(alert);
}

/** In any order; evidence says who they are, not in which order they came to be known. */
function entitiesText({ entities }: AlertRow): string {
  const each = entities as readonly { role: string; ip?: string; mac?: string }[];
  return JSON.stringify(each.map(({ role, ip = '', mac = '' }) => `${role} ${ip} ${mac}`).toSorted());
}

function sameBytes(a: Uint8Array | null, b: Uint8Array | null): boolean {
  if (a === null || b === null) return a === b;
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
