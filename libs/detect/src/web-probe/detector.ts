/**
 * A web server that is felt over: a client tries names that are not there, or values with SQL in them. Both are counted by client and
 * server. State: at most MAX_PAIRS pairs; those not heard of for longest go first.
 */
import type { RecordType, RowOf } from '@wirecase/contract';
import { httpRecord } from '@wirecase/protocols';
import type { DetectContext, Detector, DetectorModule, Finding, OptionValues } from '../detector.ts';
import { GenerationMap } from '../generation-map.ts';
import { HostTable, MAX_HOSTS } from '../host-table.ts';
import { Tally } from '../tally.ts';
import { discoveryFinding, injectionFinding } from './finding.ts';
import { MissingNames } from './missing-names.ts';
import { options } from './options.ts';
import { hasInjection } from './sql.ts';

const MAX_PAIRS = 1024;
/** Queries told apart; beyond them all are forgotten. */
const MAX_QUERIES = 1024;
/** What says that a page is not there, or not for this client. */
const missing = new Set([403, 404, 410]);
const FIRST_ERROR = 400;

class Pair {
  readonly client: Uint8Array;
  readonly server: Uint8Array;
  readonly names = new MissingNames();
  /** Of the folder that crossed the threshold; whatever else is missing then goes with it. */
  search: Tally | null = null;
  readonly queries = new Set<string>();
  readonly injections = new Tally();

  constructor(client: Uint8Array, server: Uint8Array) {
    this.client = client;
    this.server = server;
  }
}

class WebProbeDetector implements Detector {
  private readonly context: DetectContext;
  private readonly options: OptionValues<typeof options>;
  private readonly hosts = new HostTable();
  private readonly pairs = new GenerationMap<Pair>(MAX_PAIRS, (_key, pair) => this.close(pair));
  private readonly going = new Set<Pair>();

  constructor(context: DetectContext, values: OptionValues<typeof options>) {
    this.context = context;
    this.options = values;
  }

  record(_type: RecordType, row: object): void {
    const http = row as RowOf<typeof httpRecord.fields>;
    if (http.method === null || http.statusCode === null) return;
    const pair = this.pairOf(http.sourceIp, http.destinationIp);
    if (http.urlQuery !== null && hasInjection(http.urlQuery)) this.inject(pair, `${http.urlPath}?${http.urlQuery}`);
    else if (http.statusCode < FIRST_ERROR) pair.names.found(this.options.names);
    // Who was led there by a page follows a broken link.
    else if (missing.has(http.statusCode) && http.referrer === null && http.urlPath?.startsWith('/'))
      this.miss(pair, http.urlDomain ?? '', http.urlPath);
  }

  open(): Finding[] {
    for (const pair of this.going) this.closeQuiet(pair);
    return [...this.going].flatMap((pair) => this.rowsOf(pair));
  }

  finish(): void {
    this.pairs.clear();
  }

  private miss(pair: Pair, domain: string, path: string): void {
    if (!pair.names.isGuess(domain, path)) return;
    const { context } = this;
    const { window, names } = this.options;
    if (pair.search) pair.search.add(context, window, names);
    else pair.search = pair.names.count(context, domain, path, window, names);
    if (pair.search) this.going.add(pair);
  }

  private inject(pair: Pair, query: string): void {
    if (pair.queries.has(query)) return;
    if (pair.queries.size >= MAX_QUERIES) pair.queries.clear();
    pair.queries.add(query);
    if (pair.injections.add(this.context, this.options.window, this.options.injections)) this.going.add(pair);
  }

  private pairOf(client: Uint8Array, server: Uint8Array): Pair {
    if (this.hosts.isFull) this.restart();
    const key = this.hosts.hostOf(client) * MAX_HOSTS + this.hosts.hostOf(server);
    const pair = this.pairs.get(key) ?? new Pair(client, server);
    this.pairs.set(key, pair);
    this.closeQuiet(pair);
    return pair;
  }

  private closeQuiet(pair: Pair): void {
    const { seconds } = this.context;
    const { window } = this.options;
    const { search, injections } = pair;
    if (search?.isQuiet(seconds, window)) this.closeSearch(pair);
    if (injections.isQuiet(seconds, window)) this.closeInjections(pair);
  }

  private close(pair: Pair): void {
    this.closeSearch(pair);
    this.closeInjections(pair);
  }

  private closeSearch(pair: Pair): void {
    if (pair.search) this.context.alert(discoveryFinding(pair, pair.search.episode!, this.options));
    pair.search = null;
    pair.names.clear();
    this.forget(pair);
  }

  private closeInjections(pair: Pair): void {
    const episode = pair.injections.close();
    if (episode) this.context.alert(injectionFinding(pair, episode, this.options));
    pair.queries.clear();
    this.forget(pair);
  }

  private forget(pair: Pair): void {
    if (!pair.search && !pair.injections.episode) this.going.delete(pair);
  }

  private rowsOf(pair: Pair): Finding[] {
    const { search, injections } = pair;
    return [
      ...(search ? [discoveryFinding(pair, search.episode!, this.options)] : []),
      ...(injections.episode ? [injectionFinding(pair, injections.episode, this.options)] : []),
    ];
  }

  private restart(): void {
    this.finish();
    this.hosts.clear();
  }
}

export const webProbe: DetectorModule<typeof options> = {
  rule: {
    id: 'web-probe',
    name: 'Web server felt over',
    version: '1',
    needs: ['both-directions', 'streams', 'whole-packets', 'clear-text'],
    doc:
      'A client asks a server over HTTP for many names of one folder that are not there, or that it may not see, without a page that leads ' +
      'there: words of a list are tried (web.discovery). Or many of its queries have SQL where a value belongs (web.injection); in bodies ' +
      'and headers it is not looked for. Icons, ids of objects, and clients that get what they ask for most of the time do not count. ' +
      'Scanners of vulnerabilities that are allowed look the same, and so does a program that asks whether things of its own are there.',
  },
  options,
  records: [httpRecord],
  create: (context, values) => new WebProbeDetector(context, values),
};
