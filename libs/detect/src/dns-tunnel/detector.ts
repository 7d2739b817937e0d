/**
 * Data carried in DNS names (iodine, dnscat2, dns2tcp, exfiltration by look-ups): one client asks for many different names below one domain
 * that read like encoded data. State: at most MAX_PAIRS pairs of client and domain; those not asked for longest go first.
 */
import { formatIp, type RecordType } from '@wirecase/contract';
import { dnsRecord } from '@wirecase/protocols';
import type { DetectContext, Detector, DetectorModule, Finding, OptionValues } from '../detector.ts';
import { splitName } from '../dns-names.ts';
import { type Episode, spanText } from '../tally.ts';
import { GenerationMap } from '../generation-map.ts';
import { HostTable, MAX_HOSTS } from '../host-table.ts';
import { isAskedByOddNames } from '../odd-names.ts';
import { Lookups } from './lookups.ts';
import { options } from './options.ts';
import { isForged, type Lookup, readingOf } from './reading.ts';

const MAX_PAIRS = 16_384;
/** Domains that have a number; when they run out all begin anew. */
const MAX_DOMAINS = 65_536;

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
    const lookup = row as Lookup;
    const name = lookup.questionName === null ? null : splitName(lookup.questionName);
    if (!name || name.data === '' || isAskedByOddNames(name.domain)) return;
    const { window, names, shortNames } = this.options;
    const lookups = this.lookupsOf(lookup.sourceIp, lookup.destinationIp, name.domain);
    if (lookups.crossed.isQuiet(this.context.seconds, window)) this.close(lookups);
    if (!lookups.isNew(name.data)) return;
    const tally = lookups.note(name.data, readingOf(name.data, lookup, this.options), lookup.questionType ?? '?');
    if (tally?.add(this.context, window, tally === lookups.short ? shortNames : names)) this.tunnels.add(lookups);
  }

  open(): Finding[] {
    for (const lookups of this.tunnels) if (lookups.crossed.isQuiet(this.context.seconds, this.options.window)) this.close(lookups);
    return [...this.tunnels].map((lookups) => this.rowOf(lookups, lookups.crossed.episode!));
  }

  finish(): void {
    this.pairs.clear();
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
    const { episode } = lookups.crossed;
    if (episode) this.context.alert(this.rowOf(lookups, episode));
    this.tunnels.delete(lookups);
    lookups.clear();
  }

  private rowOf({ client, server, domain, bytes, types, short }: Lookups, episode: Episode): Finding {
    const { window } = this.options;
    const isShort = short.episode !== null;
    const names = isShort ? this.options.shortNames : this.options.names;
    const isForgedType = [...types].some(isForged);
    return {
      start: episode.startNs,
      end: episode.endNs,
      detectedAt: episode.detectedAtNs,
      severity: episode.count >= 100 ? 75 : 65,
      confidence: isForgedType || episode.count >= 3 * names ? 0.9 : isShort ? 0.5 : 0.7,
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
        `${spanText(episode.endSeconds - episode.startSeconds)} that read like ${isShort ? 'short pieces of ' : ''}encoded data: ${bytes} characters, types ${[...types].join(', ')}. ` +
        `The threshold is ${names} such names within ${window} s.`,
    };
  }
}

export const dnsTunnel: DetectorModule<typeof options> = {
  rule: {
    id: 'dns-tunnel',
    name: 'Data in DNS names',
    version: '2',
    needs: ['whole-packets', 'clear-text'],
    doc:
      'A client asks for many different names below one domain that are long and have no words in them, of types that only tunnels use, or by ' +
      'TXT for data; very many, where they are short. Block lists, virus scanners, content networks and measurements that ask by name in the ' +
      'same way are known and left out; a private service that does so looks the same.',
  },
  options,
  records: [dnsRecord],
  create: (context, values) => new DnsTunnelDetector(context, values),
};
