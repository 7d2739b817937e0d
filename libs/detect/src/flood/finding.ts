/** Findings about floods: rows and the sentences that explain them. */
import { formatIp } from '@wirecase/contract';
import type { Entity, Finding } from '../detector.ts';
import type { Sources } from './sources.ts';

export type FloodKind = 'syn' | 'ack' | 'udp' | 'icmp' | 'ip';

/** A flood that crossed its threshold and may still go on. */
export interface Flood {
  kind: FloodKind;
  victim: Uint8Array;
  /** 0 where all ports count together. */
  port: number;
  sources: Sources;
  counted: number;
  packets: number[];
  startSeconds: number;
  endSeconds: number;
  startNs: bigint;
  endNs: bigint;
  detectedAtNs: bigint;
  /** The limit that was crossed. */
  rate: number;
  burst: number;
}

const words: Readonly<Record<FloodKind, { metric: string; what: string }>> = {
  syn: { metric: 'SYNs without handshake', what: 'SYNs' },
  ack: { metric: 'segments outside connections', what: 'TCP segments that belong to no connection' },
  udp: { metric: 'unanswered datagrams', what: 'UDP datagrams that were not answered' },
  icmp: { metric: 'ICMP messages', what: 'ICMP requests, or messages that nobody asked for' },
  ip: { metric: 'unanswered packets', what: 'packets of other IP protocols that were not answered' },
};

/** More sources than this, each with few packets, are not the hosts that they say. */
const MANY_SOURCES = 32;

export function floodFinding(flood: Flood): Finding {
  const { kind, sources, counted, rate, burst } = flood;
  const victim = formatIp(flood.victim);
  const { count } = sources;
  const addresses = sources.attackers;
  const isForged = addresses.length === 0 && count > MANY_SOURCES && (counted < 3 * Math.max(count, 50) || count >= 500);
  const seconds = flood.endSeconds - flood.startSeconds;
  const perSecond = seconds > 0 ? Math.round(counted / seconds) : counted;
  const attackers = addresses.map((address): Entity => ({ role: 'attacker', ip: formatIp(address) }));
  return {
    start: flood.startNs,
    end: flood.endNs,
    detectedAt: flood.detectedAtNs,
    severity: perSecond >= 1000 ? 75 : 60,
    confidence: counted >= 4 * burst ? 0.9 : 0.7,
    techniques: ['T1498.001'],
    sourceIp: addresses.length === 1 ? addresses[0]! : null,
    destinationIp: flood.victim,
    alertClass: `flood.${kind}`,
    entities: [...attackers, { role: 'victim', ip: victim }],
    evidence: { metric: words[kind].metric, value: counted, threshold: burst, window: burst / rate, packets: flood.packets },
    explanation:
      `${victim} got ${counted} ${words[kind].what}${flood.port ? ` at port ${flood.port}` : ''} in ${spanText(seconds)} (${perSecond} a second), ` +
      `${kind === 'syn' ? 'far more than handshakes that were finished, ' : ''}from ${sourcesText(attackers, sources, isForged)}. ` +
      `The threshold is ${burst} more than ${rate} a second.`,
  };
}

function sourcesText(attackers: readonly Entity[], { count, minTtl, maxTtl }: Sources, isForged: boolean): string {
  if (attackers.length === 1) return attackers[0]!.ip!;
  if (attackers.length > 0) return `${attackers.length} sources`;
  const number = count >= 1000 ? 'more than 1000' : `about ${count}`;
  const ttl = minTtl === maxTtl ? `, all with TTL ${minTtl}` : '';
  return `${number} sources${isForged ? `, whose addresses look forged${ttl}` : ''}`;
}

function spanText(seconds: number): string {
  return seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${seconds.toFixed(1)} s`;
}
