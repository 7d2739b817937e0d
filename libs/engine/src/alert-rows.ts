/** Makes alert rows of what detectors find. */
import { alertRecord, type AlertRow, type Platform, type RecordSink } from '@wirecase/contract';
import type { DetectorModule, Evidence, Finding } from '@wirecase/detect';
import { uuidText } from './ids.ts';

export interface AlertRowsParts {
  platform: Platform;
  captureSha256: Uint8Array;
  sink: RecordSink;
  /** The evidence with what another detector says of the same hosts. */
  evidenceOf: (finding: Finding) => Evidence;
}

export class AlertRows {
  private readonly parts: AlertRowsParts;
  /** Ids of the alerts that are over. */
  private readonly told = new Set<string>();

  constructor(parts: AlertRowsParts) {
    this.parts = parts;
  }

  /** An alert is over: its row goes to the sink. */
  tell(module: DetectorModule, finding: Finding): void {
    const row = this.rowOf(module, finding);
    // No two rows may have one id, whatever a detector says twice of a packet.
    for (let again = 1; this.told.has(row.id); again++) row.id = this.idOf(module.rule.id, finding, again);
    this.told.add(row.id);
    this.parts.sink.record(alertRecord, row);
  }

  /** The alert as it stands. */
  rowOf({ rule }: DetectorModule, finding: Finding): AlertRow {
    const { techniques, entities, start, end, ...row } = finding;
    return {
      ...row,
      // Packets that go on from what came later (captures joined, a clock set back) end before they began.
      start: start < end ? start : end,
      end: start < end ? end : start,
      id: this.idOf(rule.id, finding, 0),
      ruleId: rule.id,
      ruleName: rule.name,
      ruleVersion: rule.version,
      techniques,
      entities,
      evidence: this.parts.evidenceOf(finding),
      suppressedBy: null,
    };
  }

  /**
   * Made of what an alert has from its crossing to its end: the rule, the class (a packet may tell several things of the same hosts), the
   * number of its first packet, and the capture or series. Not of entities, counts and times, which grow while it goes on: an alert that is
   * told before it is over keeps its id, over any number of files, and packets have the same ids as a series and as one file.
   */
  private idOf(ruleId: string, { alertClass, evidence }: Finding, again: number): string {
    const { platform, captureSha256 } = this.parts;
    const first = evidence.packets[0] ?? 0;
    const identity = JSON.stringify(again === 0 ? [ruleId, alertClass, first] : [ruleId, alertClass, first, again]);
    const text = new TextEncoder().encode(identity);
    const input = new Uint8Array(text.length + captureSha256.length);
    input.set(text);
    input.set(captureSha256, text.length);
    return uuidText(platform.digest('sha256', input));
  }
}
