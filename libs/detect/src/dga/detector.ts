/**
 * Domains made by an algorithm: malware tries one after the other until one exists. Counted are domains that do not exist (NXDOMAIN) and
 * read like no word. State: at most MAX_CLIENTS clients; when they are full, all begin anew.
 */
import { formatIp, type RecordType, type RowOf } from '@wirecase/contract';
import { dnsRecord } from '@wirecase/protocols';
import type { DetectContext, Detector, DetectorModule, Finding, OptionValues } from '../detector.ts';
import { splitName, wordiness } from '../dns-names.ts';
import { HostTable } from '../host-table.ts';
import { isAskedByOddNames } from '../odd-names.ts';
import { type Episode, spanText, Tally } from '../tally.ts';
import { options } from './options.ts';

const MAX_CLIENTS = 16_384;
const MAX_DOMAINS = 4096;
/** Shorter names tell nothing. */
const MIN_LENGTH = 7;
const MAX_WORDINESS = 0.5;
const NAMED = 3;

class Client {
  readonly tally = new Tally();
  readonly domains = new Set<string>();
  readonly address: Uint8Array;
  readonly server: Uint8Array;

  constructor(address: Uint8Array, server: Uint8Array) {
    this.address = address;
    this.server = server;
  }
}

class DgaDetector implements Detector {
  private readonly context: DetectContext;
  private readonly options: OptionValues<typeof options>;
  private readonly hosts = new HostTable();
  /** By number of the host. */
  private readonly clients = new Map<number, Client>();
  /** Those that crossed the threshold and may go on. */
  private readonly trying = new Set<Client>();

  constructor(context: DetectContext, values: OptionValues<typeof options>) {
    this.context = context;
    this.options = values;
  }

  record(_type: RecordType, row: object): void {
    const { questionName, responseCode, sourceIp, destinationIp } = row as RowOf<typeof dnsRecord.fields>;
    if (responseCode !== 'NXDOMAIN' || questionName === null) return;
    const name = splitName(questionName);
    if (!name || isAskedByOddNames(name.domain)) return;
    const label = name.domain.slice(0, name.domain.indexOf('.'));
    if (label.length < MIN_LENGTH || wordiness(label) >= MAX_WORDINESS) return;
    const client = this.clientOf(sourceIp, destinationIp);
    if (client.tally.isQuiet(this.context.seconds, this.options.window)) this.close(client);
    if (client.domains.has(name.domain)) return;
    if (client.domains.size >= MAX_DOMAINS) client.domains.clear();
    client.domains.add(name.domain);
    if (client.tally.add(this.context, this.options.window, this.options.domains)) this.trying.add(client);
  }

  open(): Finding[] {
    for (const client of this.trying) if (client.tally.isQuiet(this.context.seconds, this.options.window)) this.close(client);
    return [...this.trying].map((client) => this.rowOf(client, client.tally.episode!));
  }

  finish(): void {
    for (const client of this.clients.values()) this.close(client);
    this.clients.clear();
  }

  private clientOf(address: Uint8Array, server: Uint8Array): Client {
    if (this.clients.size >= MAX_CLIENTS) this.restart();
    const key = this.hosts.hostOf(address);
    let client = this.clients.get(key);
    if (client) return client;
    client = new Client(address, server);
    this.clients.set(key, client);
    return client;
  }

  private restart(): void {
    this.finish();
    this.hosts.clear();
  }

  private close(client: Client): void {
    const { episode } = client.tally;
    if (episode) this.context.alert(this.rowOf(client, episode));
    this.trying.delete(client);
    client.tally.close();
    client.domains.clear();
  }

  private rowOf({ address, server, domains: tried }: Client, episode: Episode): Finding {
    const { domains, window } = this.options;
    const examples = [...tried].slice(0, NAMED).join(', ');
    return {
      start: episode.startNs,
      end: episode.endNs,
      detectedAt: episode.detectedAtNs,
      severity: 60,
      confidence: episode.count >= 3 * domains ? 0.9 : 0.7,
      techniques: ['T1568.002'],
      sourceIp: address,
      destinationIp: server,
      alertClass: 'dns.dga',
      entities: [{ role: 'attacker', ip: formatIp(address) }],
      evidence: { metric: 'domains that do not exist', value: episode.count, threshold: domains, window, packets: episode.packets },
      explanation:
        `${formatIp(address)} asked for ${episode.count} domains that do not exist and read like no word (${examples} ...) in ` +
        `${spanText(episode.endSeconds - episode.startSeconds)}. The threshold is ${domains} within ${window} s.`,
    };
  }
}

export const dga: DetectorModule<typeof options> = {
  rule: {
    id: 'dga',
    name: 'Domains made by an algorithm',
    version: '1',
    needs: ['answers', 'whole-packets', 'clear-text'],
    doc:
      'A client asks for many different domains that do not exist and whose names have no words in them. Algorithms that put words together ' +
      'are not seen; a resolver in front of many clients adds theirs up.',
  },
  options,
  records: [dnsRecord],
  create: (context, values) => new DgaDetector(context, values),
};
