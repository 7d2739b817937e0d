/** Findings about answers of DNS: the row, who is behind them, and the sentence that explains it. */
import { formatIp, parseIp } from '@wirecase/contract';
import type { Entity, Finding, OptionValues } from '../detector.ts';
import { isInternal } from '../host-table.ts';
import type { Episode, Tally } from '../tally.ts';
import type { options } from './options.ts';

/** Questions with two answers that are kept of one server. */
export const MAX_KEPT = 32;
const MAX_PACKETS = 50;
/** Hosts named in one alert. */
const MAX_ENTITIES = 64;

/** A question that was answered twice, by addresses as text, in the order in which they came. */
export interface Pair {
  seconds: number;
  client: Uint8Array;
  name: string;
  answers: readonly [string[], string[]];
  packets: readonly [number, number];
}

export interface Server {
  readonly address: Uint8Array;
  readonly tally: Tally;
  pairs: Pair[];
}

export function forgeryFinding(
  episode: Episode,
  { address, pairs }: Server,
  { contradictions, window }: OptionValues<typeof options>,
): Finding {
  const server = formatIp(address);
  const clients = [...new Set(pairs.map(({ client }) => formatIp(client)))];
  const led = ledTo(pairs);
  const attackers: Entity[] = led === null ? [] : [{ role: 'attacker', ip: led }];
  const [{ name, answers }] = pairs as [Pair];
  const texts = answers.map((answer) => (answer.length === 0 ? 'no such name' : answer.slice(0, 3).join(', ')));
  return {
    start: episode.startNs,
    end: episode.endNs,
    detectedAt: episode.detectedAtNs,
    severity: 80,
    confidence: led === null ? 0.7 : 0.9,
    techniques: ['T1557'],
    sourceIp: led === null ? null : parseIp(led),
    destinationIp: clients.length === 1 ? pairs[0]!.client : null,
    alertClass: 'names.forged',
    entities: [...attackers, ...[...clients.slice(0, MAX_ENTITIES), server].map((ip): Entity => ({ role: 'victim', ip }))],
    evidence: {
      metric: 'questions with two answers',
      value: episode.count,
      threshold: contradictions,
      window,
      packets: [...new Set(pairs.flatMap(({ packets }) => packets))].slice(0, MAX_PACKETS),
    },
    explanation:
      `${episode.count} questions of ${clients.slice(0, 4).join(', ')} to ${server} were answered twice, and not alike: ${name} is ` +
      `${texts[0]} and ${texts[1]}.${led === null ? '' : ` ${led} is where the forged ones lead.`} ` +
      `The threshold is ${contradictions} within ${window} s.`,
  };
}

/** The one address that different names are led to, or else the one inside the network where the others are outside; `null` if neither is. */
function ledTo(pairs: readonly Pair[]): string | null {
  const names = new Map<string, Set<string>>();
  for (const { name, answers } of pairs) for (const ip of answers.flat()) names.set(ip, (names.get(ip) ?? new Set()).add(name));
  const shared = [...names].filter(([, led]) => led.size > 1);
  if (shared.length === 1) return shared[0]![0];
  const inside = [...names.keys()].filter((ip) => isInternal(parseIp(ip)!));
  return inside.length === 1 && names.size > 1 ? inside[0]! : null;
}
