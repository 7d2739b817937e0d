/**
 * Names of a whole network asked for by DNS (nmap -sL, dnsrecon -r): one client asks for the names (PTR) of many neighbouring addresses.
 * State: at most MAX_KEPT pairs of client and network; those not asked for longest go first.
 */
import { formatIp, type RecordType, type RowOf } from '@wirecase/contract';
import { dnsRecord } from '@wirecase/protocols';
import type { DetectContext, Detector, DetectorModule, Finding, OptionValues } from '../detector.ts';
import { GenerationMap } from '../generation-map.ts';
import { HostTable, MAX_HOSTS } from '../host-table.ts';
import { type Episode, spanText, Tally } from '../tally.ts';
import { options } from './options.ts';

const MAX_KEPT = 8192;
/** Networks that have a number; when they run out all begin anew. */
const MAX_NETWORKS = 65_536;
/** Addresses told apart in one network. */
const MAX_ADDRESSES = 4096;
/** Labels of an address within its network: the last byte of IPv4, 16 nibbles of IPv6. */
const HOST_LABELS_V6 = 16;

class Sweep {
  readonly tally = new Tally();
  readonly asked = new Set<string>();
  readonly client: number;
  readonly network: string;

  constructor(client: number, network: string) {
    this.client = client;
    this.network = network;
  }
}

class PtrSweepDetector implements Detector {
  private readonly context: DetectContext;
  private readonly options: OptionValues<typeof options>;
  private readonly hosts = new HostTable();
  private readonly networks = new Map<string, number>();
  /** Key: network * MAX_HOSTS + client. */
  private readonly sweeps = new GenerationMap<Sweep>(MAX_KEPT, (_key, sweep) => this.close(sweep));
  private readonly going = new Set<Sweep>();

  constructor(context: DetectContext, values: OptionValues<typeof options>) {
    this.context = context;
    this.options = values;
  }

  record(_type: RecordType, row: object): void {
    const { questionName, questionType, sourceIp } = row as RowOf<typeof dnsRecord.fields>;
    if (questionType !== 'PTR' || questionName === null) return;
    const asked = reverseName(questionName);
    if (!asked) return;
    const sweep = this.sweepOf(sourceIp, asked.network);
    const { window, addresses } = this.options;
    if (sweep.tally.isQuiet(this.context.seconds, window)) this.close(sweep);
    if (sweep.asked.has(asked.host)) return;
    if (sweep.asked.size >= MAX_ADDRESSES) sweep.asked.clear();
    sweep.asked.add(asked.host);
    if (sweep.tally.add(this.context, window, addresses)) this.going.add(sweep);
  }

  open(): Finding[] {
    for (const sweep of this.going) if (sweep.tally.isQuiet(this.context.seconds, this.options.window)) this.close(sweep);
    return [...this.going].map((sweep) => this.rowOf(sweep, sweep.tally.episode!));
  }

  finish(): void {
    this.sweeps.clear();
  }

  private sweepOf(client: Uint8Array, network: string): Sweep {
    if (this.hosts.isFull || this.networks.size >= MAX_NETWORKS) this.restart();
    let number = this.networks.get(network);
    if (number === undefined) this.networks.set(network, (number = this.networks.size));
    const host = this.hosts.hostOf(client);
    const key = number * MAX_HOSTS + host;
    const sweep = this.sweeps.get(key) ?? new Sweep(host, network);
    this.sweeps.set(key, sweep);
    return sweep;
  }

  private close(sweep: Sweep): void {
    const { episode } = sweep.tally;
    if (episode) this.context.alert(this.rowOf(sweep, episode));
    this.going.delete(sweep);
    sweep.tally.close();
    sweep.asked.clear();
  }

  private rowOf({ client, network }: Sweep, episode: Episode): Finding {
    const { addresses, window } = this.options;
    const source = this.hosts.addressOf(client);
    return {
      start: episode.startNs,
      end: episode.endNs,
      detectedAt: episode.detectedAtNs,
      severity: 35,
      confidence: episode.count >= 3 * addresses ? 0.9 : 0.7,
      techniques: ['T1018', 'T1590.005'],
      sourceIp: source,
      destinationIp: null,
      alertClass: 'recon.names',
      entities: [{ role: 'attacker', ip: formatIp(source) }],
      evidence: { metric: 'neighbouring addresses', value: episode.count, threshold: addresses, window, packets: episode.packets },
      explanation:
        `${formatIp(source)} asked by DNS for the names of ${episode.count} addresses of one network (${network}) in ` +
        `${spanText(episode.endSeconds - episode.startSeconds)}. The threshold is ${addresses} within ${window} s.`,
    };
  }

  private restart(): void {
    this.finish();
    this.hosts.clear();
    this.networks.clear();
  }
}

/** `4.3.2.1.in-addr.arpa` (RFC 1035 3.5), or nibbles of `ip6.arpa` (RFC 3596 2.5), cut into network and what is before it; null for others. */
function reverseName(name: string): { host: string; network: string } | null {
  const labels = name.toLowerCase().split('.');
  const isV4 = labels.length === 6 && name.toLowerCase().endsWith('.in-addr.arpa');
  const isV6 = labels.length === 34 && name.toLowerCase().endsWith('.ip6.arpa');
  if (!isV4 && !isV6) return null;
  const cut = isV4 ? 1 : HOST_LABELS_V6;
  return { host: labels.slice(0, cut).join('.'), network: labels.slice(cut).join('.') };
}

export const ptrSweep: DetectorModule<typeof options> = {
  rule: {
    id: 'ptr-sweep',
    name: 'Names of a network asked for',
    version: '1',
    needs: ['whole-packets', 'clear-text'],
    doc:
      'One client asks for the names (PTR) of many addresses of one network within a minute, as scanners do before they scan. Monitors and ' +
      'programs that show the names of all they see do so too; a resolver in front of many clients adds theirs up.',
  },
  options,
  records: [dnsRecord],
  create: (context, values) => new PtrSweepDetector(context, values),
};
