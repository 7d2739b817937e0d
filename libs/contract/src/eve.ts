/** Alerts as Suricata's EVE JSON, for tools that read eve.json. */
import type { AlertRow } from './records.ts';
import { formatIp, formatTime } from './text.ts';

/** Suricata counts severity 1 (high) to 3 (low). `unseen`: what the detector could not see, a line each. */
export function eveAlert(alert: AlertRow, unseen: readonly string[] = []): object {
  return {
    timestamp: eveTime(alert.detectedAt),
    event_type: 'alert',
    src_ip: alert.sourceIp ? formatIp(alert.sourceIp) : undefined,
    dest_ip: alert.destinationIp ? formatIp(alert.destinationIp) : undefined,
    alert: {
      signature: alert.ruleName,
      category: alert.alertClass,
      severity: alert.severity >= 70 ? 1 : alert.severity >= 40 ? 2 : 3,
      metadata: {
        rule: [alert.ruleId],
        mitre_technique_id: alert.techniques,
        explanation: [alert.explanation],
        ...(unseen.length > 0 ? { unseen } : {}),
      },
    },
  };
}

/** EVE prints microseconds and the offset. */
export function eveTime(ns: bigint): string {
  return `${formatTime(ns).slice(0, 26)}+0000`;
}
