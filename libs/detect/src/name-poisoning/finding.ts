/** Findings about poisoned names: the row, and the sentence that explains it. */
import { parseIp } from '@wirecase/contract';
import type { Entity, Finding, OptionValues } from '../detector.ts';
import { spanText, Tally } from '../tally.ts';
import type { options } from './options.ts';

/** Clients named in one alert. */
export const MAX_CLIENTS = 64;
const MAX_NAMED = 4;

/** An address that a host leads names to. Addresses as text. */
export interface Lead {
  readonly address: string;
  readonly names: Set<string>;
  readonly hosts: Set<string>;
  readonly clients: Set<string>;
  readonly tally: Tally;
}

export function newLead(address: string): Lead {
  return { address, names: new Set(), hosts: new Set(), clients: new Set(), tally: new Tally() };
}

/** `lead` has crossed its threshold. */
export function poisoningFinding(
  { address, names, hosts, clients, tally }: Lead,
  { names: threshold, window }: OptionValues<typeof options>,
): Finding {
  const episode = tally.episode!;
  const attackers = [...new Set([...hosts, address])];
  const asked = [...clients];
  return {
    start: episode.startNs,
    end: episode.endNs,
    detectedAt: episode.detectedAtNs,
    severity: 75,
    confidence: episode.count >= 2 * threshold ? 0.95 : 0.8,
    techniques: ['T1557.001'],
    sourceIp: parseIp([...hosts][0]!),
    destinationIp: asked.length === 1 ? parseIp(asked[0]!) : null,
    alertClass: 'names.poisoned',
    entities: [
      ...attackers.map((ip): Entity => ({ role: 'attacker', ip })),
      ...asked.filter((ip) => !attackers.includes(ip)).map((ip): Entity => ({ role: 'victim', ip })),
    ],
    evidence: { metric: 'names led to one address', value: episode.count, threshold, window, packets: episode.packets },
    explanation:
      `${[...hosts].join(', ')} answered for ${episode.count} names that were asked of all neighbours (${[...names].slice(0, MAX_NAMED).join(', ')}` +
      `${names.size > MAX_NAMED ? ' ...' : ''}) and said that each is ${address}, in ${spanText(episode.endSeconds - episode.startSeconds)}. ` +
      `A host has one or two names of its own. The threshold is ${threshold} within ${window} s.`,
  };
}
