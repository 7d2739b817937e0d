/** Findings about rogue DNS servers: the row, and the sentence that explains it. */
import { formatIp, parseIp } from '@wirecase/contract';
import type { Entity, Finding, OptionValues } from '../detector.ts';
import { spanText, Tally } from '../tally.ts';
import type { options } from './options.ts';

/** Names kept of one lead, one of each domain, and names in its sentence. */
const MAX_NAMED = 16;
const MAX_IN_SENTENCE = 3;
/** Clients named in one alert. */
const MAX_CLIENTS = 64;

/** Of a name: who was answered by whom, as text, and what. */
export interface Answer {
  client: string;
  server: string;
  name: string;
  domain: string;
  addresses: readonly Uint8Array[];
  packet: number;
}

/** One host of the network that a server leads the names of others to. */
export class Lead {
  readonly tally = new Tally();
  /** When it was first said of a domain within the window, seconds. */
  readonly domains = new Map<string, number>();
  readonly clients = new Set<string>();
  pairs: { inside: Answer; outside: Answer }[] = [];
  readonly server: string;
  readonly address: string;

  constructor(server: string, address: string) {
    this.server = server;
    this.address = address;
  }

  /** A client was led here instead of to where others say that the name is. */
  note(inside: Answer, outside: Answer): void {
    if (this.clients.size < MAX_CLIENTS) this.clients.add(inside.client);
    const isNamed = this.pairs.some((pair) => pair.inside.domain === inside.domain);
    if (!isNamed && this.pairs.length < MAX_NAMED) this.pairs.push({ inside, outside });
  }

  clear(): void {
    this.tally.close();
    this.domains.clear();
    this.clients.clear();
    this.pairs = [];
  }
}

/** `lead` has crossed its threshold. */
export function rogueFinding({ server, address, clients, pairs, tally }: Lead, { domains, window }: OptionValues<typeof options>): Finding {
  const episode = tally.episode!;
  const attackers = [...new Set([server, address])];
  const asked = [...clients].filter((client) => !attackers.includes(client));
  const named = pairs.slice(0, MAX_IN_SENTENCE).map(({ inside, outside }) => `${inside.name} (${formatIp(outside.addresses[0]!)})`);
  const packets = pairs.flatMap(({ inside, outside }) => [inside.packet, outside.packet]);
  return {
    start: episode.startNs,
    end: episode.endNs,
    detectedAt: episode.detectedAtNs,
    severity: 80,
    confidence: 0.8,
    techniques: ['T1557', 'T1584.002'],
    sourceIp: parseIp(server),
    destinationIp: asked.length === 1 ? parseIp(asked[0]!) : null,
    alertClass: 'dns.rogue-server',
    entities: [...attackers.map((ip): Entity => ({ role: 'attacker', ip })), ...asked.map((ip): Entity => ({ role: 'victim', ip }))],
    evidence: {
      metric: 'domains of others led to one host inside',
      value: episode.count,
      threshold: domains,
      window,
      packets: [...new Set(packets)].sort((a, b) => a - b),
    },
    explanation:
      `${server} answered ${asked.join(', ')}, which ${asked.length === 1 ? 'was' : 'were'} answered by another server before, that names of ` +
      `${episode.count} domains are ${address}; other servers say that they are outside: ${named.join(', ')}. It took ` +
      `${spanText(episode.endSeconds - episode.startSeconds)}. The threshold is ${domains} domains within ${window} s.`,
  };
}
