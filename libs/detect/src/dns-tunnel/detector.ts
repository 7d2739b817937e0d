/**
 * Data carried in DNS names (iodine, dnscat2, dns2tcp, exfiltration by look-ups): one client asks for many different names below one domain
 * that read like encoded data. State: at most MAX_PAIRS pairs of client and domain; those not asked for longest go first.
 */
import { formatIp, type RecordType, type RowOf } from '@wirecase/contract';
import { dnsRecord } from '@wirecase/protocols';
import type { DetectContext, Detector, DetectorModule, Finding, OptionValues } from '../detector.ts';
import { splitName, wordiness } from '../dns-names.ts';
import { type Episode, spanText, Tally } from '../tally.ts';
import { GenerationMap } from '../generation-map.ts';
import { HostTable, MAX_HOSTS } from '../host-table.ts';
import { isServiceOfLookups } from '../lookup-services.ts';
import { options } from './options.ts';

const MAX_PAIRS = 16_384;
/** Domains that have a number; when they run out all begin anew. */
const MAX_DOMAINS = 65_536;
/** Names kept of a pair to tell new ones from old; afterwards all begin anew. */
const MAX_NAMES = 1024;
/** Types that carry bytes and that nobody else asks for. */
const carriers = new Set(['NULL', 'TYPE65399', 'TYPE65305', 'KEY', 'PRIVATE']);
/** Encoded data has fewer common pairs of letters than this. */
const MAX_WORDINESS = 0.5;
/** The same for questions of type TXT: polls of a tunnel that has nothing to carry are a session and a counter, little of which is odd. */
const MAX_TEXT_WORDINESS = 0.7;
/** Lists of addresses are asked by reversed addresses (RFC 5782 2.1), networks by Cymru's. */
const REVERSED_ADDRESS = /^(?:\d{1,3}\.){3}\d{1,3}(?:\.|$)|^(?:[\da-f]\.){31}[\da-f](?:\.|$)/;
/** Share of a domain's names that must carry data. */
const MIN_SHARE = 0.6;

/** What one client asked for below one domain. */
class Lookups {
  readonly tally = new Tally();
  readonly names = new Set<string>();
  /** Names that carry no data, and those that do. */
  plain = 0;
  carrying = 0;
  bytes = 0;
  readonly types = new Set<string>();
  readonly client: Uint8Array;
  readonly server: Uint8Array;
  readonly domain: string;

  constructor(client: Uint8Array, server: Uint8Array, domain: string) {
    this.client = client;
    this.server = server;
    this.domain = domain;
  }
}

class DnsTunnelDetector implements Detector {
  private readonly context: DetectContext;
  private readonly options: OptionValues<typeof options>;
  private readonly clients = new HostTable();
  /** Number of each domain. */
  private readonly domains = new Map<string, number>();
  /** Key: domain * MAX_HOSTS + client. */
  private readonly pairs = new GenerationMap<Lookups>(MAX_PAIRS, (_key, lookups) => this.close(lookups));
  /** Tunnels that may go on. */
  private readonly tunnels = new Set<Lookups>();

  constructor(context: DetectContext, values: OptionValues<typeof options>) {
    this.context = context;
    this.options = values;
  }

  record(_type: RecordType, row: object): void {
    const { questionName, questionType, sourceIp, destinationIp } = row as RowOf<typeof dnsRecord.fields>;
    const name = questionName === null ? null : splitName(questionName);
    if (!name || name.data === '' || isServiceOfLookups(name.domain)) return;
    const { window, names } = this.options;
    const lookups = this.lookupsOf(sourceIp, destinationIp, name.domain);
    if (lookups.tally.isQuiet(this.context.seconds, window)) this.close(lookups);
    if (lookups.names.has(name.data)) return;
    if (lookups.names.size >= MAX_NAMES) lookups.names.clear();
    lookups.names.add(name.data);
    if (!this.carriesData(name.data, questionType ?? '')) {
      lookups.plain++;
      return;
    }
    lookups.carrying++;
    lookups.bytes += name.data.length;
    if (lookups.types.size < 8) lookups.types.add(questionType ?? '?');
    // A domain with many ordinary names and some odd ones is a big site.
    const isMixed = lookups.carrying < (lookups.carrying + lookups.plain) * MIN_SHARE;
    if ((!isMixed || lookups.tally.episode) && lookups.tally.add(this.context, window, names)) this.tunnels.add(lookups);
  }

  open(): Finding[] {
    for (const lookups of this.tunnels) if (lookups.tally.isQuiet(this.context.seconds, this.options.window)) this.close(lookups);
    return [...this.tunnels].map((lookups) => this.rowOf(lookups, lookups.tally.episode!));
  }

  finish(): void {
    this.pairs.clear();
  }

  private carriesData(data: string, type: string): boolean {
    if (carriers.has(type)) return true;
    if (REVERSED_ADDRESS.test(data)) return false;
    const text = data.replaceAll('.', '');
    // Keys and policies of mail are asked for by names with `_` (RFC 6376, 7489).
    const isText = type === 'TXT' && !text.includes('_');
    if (isText) return text.length >= this.options.textLength && wordiness(text) < MAX_TEXT_WORDINESS;
    return text.length >= this.options.length && wordiness(text) < MAX_WORDINESS;
  }

  private lookupsOf(client: Uint8Array, server: Uint8Array, domain: string): Lookups {
    if (this.clients.isFull || this.domains.size >= MAX_DOMAINS) this.restart();
    let number = this.domains.get(domain);
    if (number === undefined) this.domains.set(domain, (number = this.domains.size));
    const key = number * MAX_HOSTS + this.clients.hostOf(client);
    const lookups = this.pairs.get(key) ?? new Lookups(client, server, domain);
    this.pairs.set(key, lookups);
    return lookups;
  }

  private restart(): void {
    this.finish();
    this.clients.clear();
    this.domains.clear();
  }

  private close(lookups: Lookups): void {
    const { episode } = lookups.tally;
    if (episode) this.context.alert(this.rowOf(lookups, episode));
    this.tunnels.delete(lookups);
    lookups.tally.close();
    lookups.names.clear();
    lookups.types.clear();
    lookups.plain = 0;
    lookups.carrying = 0;
    lookups.bytes = 0;
  }

  private rowOf({ client, server, domain, bytes, types }: Lookups, episode: Episode): Finding {
    const { names, window } = this.options;
    const isForgedType = [...types].some((type) => carriers.has(type));
    return {
      start: episode.startNs,
      end: episode.endNs,
      detectedAt: episode.detectedAtNs,
      severity: episode.count >= 100 ? 75 : 65,
      confidence: isForgedType || episode.count >= 3 * names ? 0.9 : 0.7,
      techniques: ['T1071.004', 'T1572', 'T1048.003'],
      sourceIp: client,
      destinationIp: server,
      alertClass: 'dns.tunnel',
      entities: [
        { role: 'attacker', ip: formatIp(client) },
        { role: 'victim', ip: formatIp(server) },
      ],
      evidence: { metric: 'names that carry data', value: episode.count, threshold: names, window, packets: episode.packets },
      explanation:
        `${formatIp(client)} asked ${formatIp(server)} for ${episode.count} different names below ${domain} in ` +
        `${spanText(episode.endSeconds - episode.startSeconds)} that read like encoded data: ${bytes} characters, types ${[...types].join(', ')}. ` +
        `The threshold is ${names} such names within ${window} s.`,
    };
  }
}

export const dnsTunnel: DetectorModule<typeof options> = {
  rule: {
    id: 'dns-tunnel',
    name: 'Data in DNS names',
    version: '1',
    needs: ['whole-packets', 'clear-text'],
    doc:
      'A client asks for many different names below one domain that are long and have no words in them, or of types that only tunnels use. ' +
      'Block lists and virus scanners that ask by name in the same way are known and left out; a private service that does so looks the same.',
  },
  options,
  records: [dnsRecord],
  create: (context, values) => new DnsTunnelDetector(context, values),
};
