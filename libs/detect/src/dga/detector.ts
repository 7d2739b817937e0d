/**
 * Domains made by an algorithm: malware tries one after the other until one exists. Counted are domains that do not exist (NXDOMAIN) and
 * read like no word; and, as some algorithms put words together, domains of any name that are asked for as they are registered, as long as
 * hardly any of these exists. State: at most MAX_CLIENTS clients; when they are full, all begin anew.
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
/** Share of the domains asked for as they are registered that must not exist: who follows links finds most of them. */
const MIN_MISSING = 0.8;
const addressTypes = new Set(['A', 'AAAA']);

class Client {
  /** Domains that read like no word; those of any name. One of the two crosses first and goes on with all. */
  readonly odd = new Tally();
  readonly any = new Tally();
  readonly domains = new Set<string>();
  /** Domains that exist, since this packet time, seconds. */
  readonly existing = new Set<string>();
  since = 0;
  readonly address: Uint8Array;
  readonly server: Uint8Array;

  constructor(address: Uint8Array, server: Uint8Array) {
    this.address = address;
    this.server = server;
  }

  /** The tally that crossed its threshold, or that of odd domains. */
  get crossed(): Tally {
    return this.any.episode ? this.any : this.odd;
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
    const { questionName, questionType, responseCode, sourceIp, destinationIp } = row as RowOf<typeof dnsRecord.fields>;
    const isMissing = responseCode === 'NXDOMAIN';
    if ((!isMissing && responseCode !== 'NOERROR') || questionName === null) return;
    const name = splitName(questionName);
    if (!name || isAskedByOddNames(name.domain)) return;
    const label = name.domain.slice(0, name.domain.indexOf('.'));
    if (label.length < MIN_LENGTH) return;
    const isBare = (name.data === '' || name.data === 'www') && addressTypes.has(questionType ?? '');
    if (!isMissing) {
      if (isBare) this.exists(sourceIp, name.domain);
      return;
    }
    const isOdd = wordiness(label) < MAX_WORDINESS;
    if (!isOdd && !isBare) return;
    const client = this.clientOf(sourceIp, destinationIp);
    if (client.crossed.isQuiet(this.context.seconds, this.options.window)) this.close(client);
    if (client.domains.has(name.domain)) return;
    if (client.domains.size >= MAX_DOMAINS) client.domains.clear();
    client.domains.add(name.domain);
    if (this.isCrossing(client, isOdd, isBare)) this.trying.add(client);
  }

  /** Count a domain that does not exist; whether it is the one that crosses. */
  private isCrossing(client: Client, isOdd: boolean, isBare: boolean): boolean {
    const { context } = this;
    const { window, domains, anyDomains } = this.options;
    if (client.crossed.episode) return client.crossed.add(context, window, domains);
    if (isOdd && client.odd.add(context, window, domains)) return true;
    const missing = client.any.count + 1;
    return isBare && missing >= MIN_MISSING * (missing + client.existing.size) && client.any.add(context, window, anyDomains);
  }

  /** A domain that a client asks for exists: of those that have tried one that does not. */
  private exists(address: Uint8Array, domain: string): void {
    const client = this.clients.get(this.hosts.hostOf(address));
    if (!client) return;
    const { seconds } = this.context;
    if (seconds - client.since > this.options.window) {
      client.existing.clear();
      client.since = seconds;
    }
    if (client.existing.size < MAX_DOMAINS) client.existing.add(domain);
  }

  open(): Finding[] {
    for (const client of this.trying) if (client.crossed.isQuiet(this.context.seconds, this.options.window)) this.close(client);
    return [...this.trying].map((client) => this.rowOf(client, client.crossed.episode!));
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
    const { episode } = client.crossed;
    if (episode) this.context.alert(this.rowOf(client, episode));
    this.trying.delete(client);
    client.odd.close();
    client.any.close();
    client.domains.clear();
  }

  private rowOf({ address, server, domains: tried, any }: Client, episode: Episode): Finding {
    const { window } = this.options;
    const isAny = any.episode !== null;
    const domains = isAny ? this.options.anyDomains : this.options.domains;
    const examples = [...tried].slice(0, NAMED).join(', ');
    return {
      start: episode.startNs,
      end: episode.endNs,
      detectedAt: episode.detectedAtNs,
      severity: 60,
      confidence: isAny ? 0.6 : episode.count >= 3 * domains ? 0.9 : 0.7,
      techniques: ['T1568.002'],
      sourceIp: address,
      destinationIp: server,
      alertClass: 'dns.dga',
      entities: [{ role: 'attacker', ip: formatIp(address) }],
      evidence: { metric: 'domains that do not exist', value: episode.count, threshold: domains, window, packets: episode.packets },
      explanation:
        `${formatIp(address)} asked for ${episode.count} domains that do not exist ${isAny ? 'where hardly one does' : 'and read like no word'} (${examples} ...) in ` +
        `${spanText(episode.endSeconds - episode.startSeconds)}. The threshold is ${domains} within ${window} s.`,
    };
  }
}

export const dga: DetectorModule<typeof options> = {
  rule: {
    id: 'dga',
    name: 'Domains made by an algorithm',
    version: '2',
    needs: ['answers', 'whole-packets', 'clear-text'],
    doc:
      'A client asks for many different domains that do not exist and whose names have no words in them. Where they have, ' +
      'twice as many count that are asked for as they are registered, if hardly one exists. A resolver in front of many clients adds theirs up.',
  },
  options,
  records: [dnsRecord],
  create: (context, values) => new DgaDetector(context, values),
};
