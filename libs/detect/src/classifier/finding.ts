/** Findings of the model: rows and the sentences that explain them. */
import { formatIp, type ModelOpinion } from '@wirecase/contract';
import { macText } from '../address-text.ts';
import type { Entity, Finding } from '../detector.ts';
import { classNameOf, opinionOn, type Score } from './opinion.ts';

/** Windows of one host that agree on a class. */
export interface Agreement {
  class: string;
  /** The surest of them. */
  best: Score;
  windows: number;
  /** Of their packets, seconds as detectors count them. */
  from: number;
  to: number;
  /** The same as the packets tell it: earlier where captures were joined; and when there were enough windows, -1 before. */
  start: number;
  end: number;
  detectedAt: number;
  packets: number[];
  /** Where it sent to last, and whether that was the only place. */
  peer: Uint8Array;
  hasOnePeer: boolean;
}

/** Who did it: an address of 4 or 16 bytes, or a hardware address. */
export interface Suspect {
  address: Uint8Array;
  mac: number;
}

const techniques: Readonly<Record<string, string>> = {
  scan: 'T1046',
  flood: 'T1498.001',
  'arp-spoof': 'T1557.002',
  'brute-force': 'T1110.001',
  'slow-http': 'T1499.002',
  'dns-tunnel': 'T1071.004',
};
const words: Readonly<Record<string, string>> = {
  scan: 'one that scans',
  flood: 'one that floods others',
  'arp-spoof': 'one that forges ARP',
  'brute-force': 'one that guesses passwords',
  'slow-http': 'one that holds HTTP connections open',
  'dns-tunnel': 'one that sends data in DNS names',
};

/** Low, and no more than medium however many windows agree: a model is no proof. */
const [LOW, MEDIUM] = [30, 45];

export function classifierFinding({ address, mac }: Suspect, agreement: Agreement, threshold: number, within: number): Finding {
  const { best, windows, start, end, detectedAt, packets, peer, hasOnePeer } = agreement;
  const className = classNameOf(best);
  const who: Entity = mac >= 0 ? { role: 'attacker', mac: macText(mac) } : { role: 'attacker', ip: formatIp(address) };
  const hasVictim = mac < 0 && hasOnePeer;
  const ml = opinionOn(best);
  return {
    start: microseconds(Math.floor(start * 1e6)),
    end: microseconds(Math.ceil(end * 1e6)),
    detectedAt: microseconds(Math.ceil(detectedAt * 1e6)),
    severity: windows >= 3 * threshold ? MEDIUM : LOW,
    confidence: Math.min(0.9, ml.confidence),
    techniques: [techniques[className]!],
    sourceIp: mac >= 0 ? null : address,
    destinationIp: hasVictim ? peer : null,
    alertClass: `traffic.${className}`,
    entities: hasVictim ? [who, { role: 'victim', ip: formatIp(peer) }] : [who],
    evidence: { metric: 'windows that the model names so', value: windows, threshold, window: within, packets, ml },
    explanation:
      `In ${windows} windows ${who.mac ?? who.ip} behaved like ${words[className]}. The model is ${Math.round(100 * ml.confidence)} % sure of the ` +
      `clearest one, of ${ml.window} s: ${reasonsOf(ml)}. No rule has told of this host; look at its packets before you believe it.`,
  };
}

function reasonsOf({ contributions }: ModelOpinion): string {
  return contributions
    .filter(({ logit }) => logit > 0)
    .map(({ words: what, value }) => `${what} ${value}`)
    .slice(0, 3)
    .join(', ');
}

const microseconds = (value: number): bigint => BigInt(value) * 1000n;
