/** The alert of attacks that keep a server waiting with many connections at once. */
import { formatIp } from '@wirecase/contract';
import type { Finding } from './detector.ts';

/** Connections of one source at one host that were held; times in nanoseconds. */
export interface Held {
  source: Uint8Array;
  victim: Uint8Array;
  startNs: bigint;
  endNs: bigint;
  detectedAtNs: bigint;
  /** At the same time. */
  most: number;
  /** Numbers of the packets that show it. */
  packets: readonly number[];
}

export function slowFinding(
  { source, victim, startNs, endNs, detectedAtNs, most, packets }: Held,
  { connections, age }: { connections: number; age: number },
  words: { metric: string; explanation: string },
): Finding {
  return {
    start: startNs,
    end: endNs,
    detectedAt: detectedAtNs,
    severity: 70,
    confidence: most >= 2 * connections ? 0.9 : 0.7,
    techniques: ['T1499.001', 'T1499.002'],
    sourceIp: source,
    destinationIp: victim,
    alertClass: 'dos.slow',
    entities: [
      { role: 'attacker', ip: formatIp(source) },
      { role: 'victim', ip: formatIp(victim) },
    ],
    evidence: { metric: words.metric, value: most, threshold: connections, window: age, packets: [...packets] },
    explanation: words.explanation,
  };
}
