/**
 * Rogue DNS servers: a client that was answered by others is answered by a host that leads names of many owners to one host of the network,
 * though other servers give public addresses for them. State: the last MAX_NAMES names that servers gave addresses for, MAX_CLIENTS clients,
 * MAX_LEADS addresses that servers lead to; when they are full they are forgotten, but not what is told of.
 */
import { formatIp, type RecordType, type RowOf } from '@wirecase/contract';
import { dnsRecord } from '@wirecase/protocols';
import type { DetectContext, Detector, DetectorModule, Finding, OptionValues } from '../detector.ts';
import { splitName } from '../dns-names.ts';
import { isInternal } from '../host-table.ts';
import { type Answer, Lead, rogueFinding } from './finding.ts';
import { options } from './options.ts';

const MAX_NAMES = 16_384;
const MAX_CLIENTS = 16_384;
const MAX_LEADS = 1024;
const DNS_PORT = 53;
const LOOPBACK = 127;

type Row = RowOf<typeof dnsRecord.fields>;

class RogueDnsDetector implements Detector {
  private readonly context: DetectContext;
  private readonly options: OptionValues<typeof options>;
  /** By name: the last public answer, and the last that leads inside. */
  private names = new Map<string, { outside: Answer | null; inside: Answer | null }>();
  /** By client: who answered it first. */
  private clients = new Map<string, string>();
  private servers = new Set<string>();
  /** By server and the address that it leads to. */
  private readonly leads = new Map<string, Lead>();

  constructor(context: DetectContext, values: OptionValues<typeof options>) {
    this.context = context;
    this.options = values;
  }

  record(_type: RecordType, row: object): void {
    const { destinationPort, responseCode, rtt, questionName, sourceIp, destinationIp, resolvedIps, packet } = row as Row;
    if (destinationPort !== DNS_PORT || responseCode === null || rtt === null) return;
    const [client, server] = [formatIp(sourceIp), formatIp(destinationIp)];
    if (this.clients.size >= MAX_CLIENTS) this.clients.clear();
    if (!this.clients.has(client)) this.clients.set(client, server);
    if (this.servers.size >= MAX_CLIENTS) this.servers.clear();
    this.servers.add(server);
    const domain = questionName === null ? null : splitName(questionName)?.domain;
    if (!domain || resolvedIps.length === 0 || resolvedIps.some(isNobody)) return;
    const isInside = resolvedIps.length === 1 && isInternal(resolvedIps[0]!);
    if (!isInside && resolvedIps.some(isInternal)) return;
    // Only a server that the client did not begin with is a surprise.
    if (isInside && (this.clients.get(client) === server || !isInternal(destinationIp))) return;
    const name = questionName!.toLowerCase();
    if (this.names.size >= MAX_NAMES) this.names.clear();
    const known = this.names.get(name) ?? { outside: null, inside: null };
    this.names.set(name, known);
    known[isInside ? 'inside' : 'outside'] = { client, server, name, domain, addresses: resolvedIps, packet };
    if (known.inside && known.outside) this.contradicted(known.inside, known.outside);
  }

  open(): Finding[] {
    const found: Finding[] = [];
    for (const lead of this.leads.values()) {
      this.endIfQuiet(lead);
      if (lead.tally.episode) found.push(rogueFinding(lead, this.options));
    }
    return found;
  }

  finish(): void {
    for (const lead of this.leads.values()) this.close(lead);
  }

  private contradicted(inside: Answer, outside: Answer): void {
    // A server that asks another, and tells its own clients otherwise, filters names.
    if (inside.server === outside.server || this.servers.has(outside.client)) return;
    const lead = this.leadOf(inside);
    this.endIfQuiet(lead);
    lead.note(inside, outside);
    const { seconds } = this.context;
    const { window, domains } = this.options;
    const since = lead.domains.get(inside.domain);
    if (since !== undefined && seconds - since <= window) return;
    lead.domains.set(inside.domain, seconds);
    lead.tally.add(this.context, window, domains);
  }

  private leadOf({ server, addresses }: Answer): Lead {
    const key = `${server} ${formatIp(addresses[0]!)}`;
    let lead = this.leads.get(key);
    if (!lead) {
      if (this.leads.size >= MAX_LEADS) this.makeRoom();
      this.leads.set(key, (lead = new Lead(server, formatIp(addresses[0]!))));
    }
    return lead;
  }

  private makeRoom(): void {
    this.finish();
    this.leads.clear();
  }

  private endIfQuiet(lead: Lead): void {
    if (lead.tally.isQuiet(this.context.seconds, this.options.window)) this.close(lead);
  }

  private close(lead: Lead): void {
    if (lead.tally.episode) this.context.alert(rogueFinding(lead, this.options));
    lead.clear();
  }
}

/** Whether an address is unspecified or of the host itself, as filters give it for names that they block. */
function isNobody(address: Uint8Array): boolean {
  if (address.length === 4) return address[0] === 0 || address[0] === LOOPBACK;
  return address[15]! <= 1 && address.subarray(0, 15).every((byte) => byte === 0);
}

export const rogueDns: DetectorModule<typeof options> = {
  rule: {
    id: 'rogue-dns',
    name: 'Rogue DNS server',
    version: '1',
    needs: ['whole-packets', 'answers'],
    doc:
      'A host of the network answers clients that began with another DNS server, and says of names of several owners that they are one host of ' +
      'the network, while other servers say that they are outside. Servers that a client began with, that filter what they ask of others, that ' +
      'block names by 0.0.0.0 or 127.0.0.1, and addresses inside for the names of one or two owners stay quiet. A filter that is asked beside ' +
      'another server and blocks by its own address looks the same, and so does a second server that has several public domains behind one ' +
      'proxy. A rogue server that leads outside cannot be told from others: public names have many addresses.',
  },
  options,
  records: [dnsRecord],
  create: (context, values) => new RogueDnsDetector(context, values),
};
