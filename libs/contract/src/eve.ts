/** Alerts as Suricata's EVE JSON (docs.suricata.io, "Eve JSON Format"), for tools that read eve.json. */
import { tacticsOf } from './attack.ts';
import type { AlertRow } from './records.ts';
import { formatIp, formatTime } from './text.ts';

/** Numbers of rules that Suricata leaves to those who write their own begin here; there are a million. */
const LOCAL_RULES = 1_000_000;

/** Suricata counts severity 1 (high) to 3 (low). `unseen`: what the detector could not see, a line each. */
export function eveAlert(alert: AlertRow, unseen: readonly string[] = []): object {
  const tactics = tacticsOf(alert.techniques);
  return {
    timestamp: eveTime(alert.detectedAt),
    event_type: 'alert',
    src_ip: alert.sourceIp ? formatIp(alert.sourceIp) : undefined,
    dest_ip: alert.destinationIp ? formatIp(alert.destinationIp) : undefined,
    alert: {
      action: 'allowed',
      gid: 1,
      signature_id: eveSignatureId(alert.ruleId),
      rev: Number.parseInt(alert.ruleVersion, 10) || 1,
      signature: alert.ruleName,
      category: alert.alertClass,
      severity: alert.severity >= 70 ? 1 : alert.severity >= 40 ? 2 : 3,
      // What signatures add of their own is lists of texts.
      metadata: {
        alert_id: [alert.id],
        rule: [alert.ruleId],
        mitre_technique_id: alert.techniques,
        mitre_tactic_id: tactics.ids,
        mitre_tactic_name: tactics.names,
        explanation: [alert.explanation],
        ...(unseen.length > 0 ? { unseen } : {}),
      },
    },
  };
}

/** The number by which EVE's readers know a rule: a hash of its id (FNV-1a), the same for ever. */
export function eveSignatureId(ruleId: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < ruleId.length; i++) hash = Math.imul(hash ^ ruleId.charCodeAt(i), 0x01000193);
  return LOCAL_RULES + ((hash >>> 0) % LOCAL_RULES);
}

/** EVE prints microseconds and the offset. */
export function eveTime(ns: bigint): string {
  return `${formatTime(ns).slice(0, 26)}+0000`;
}
