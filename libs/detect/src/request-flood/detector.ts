/**
 * Floods of HTTP requests: clients ask a server for the same few pages far more often than anyone reads them. New pages do not count, so
 * crawlers stay quiet. State: at most MAX_METERS clients of a port and ports; those that asked longest ago go first.
 */
import { formatIp } from '@wirecase/contract';
import type { DetectContext, Detector, DetectorModule, Entity, Finding, FlowView, OptionValues } from '../detector.ts';
import { GenerationMap } from '../generation-map.ts';
import { HostTable, MAX_HOSTS } from '../host-table.ts';
import { spanText } from '../tally.ts';
import { type Flood, Meter } from './meter.ts';
import { options } from './options.ts';

const MAX_METERS = 8192;
/** Pages of one client that are told apart; beyond them all are forgotten. */
const MAX_PAGES = 64;
/** What pages are told apart by. */
const MAX_PAGE_CHARACTERS = 1024;
const QUESTION_MARK = 63;
const PORTS = 0x1_0000;
const MAX_NAMED = 8;
/** Client of the meter of all clients. */
const ALL = -1;

class RequestFloodDetector implements Detector {
  private readonly context: DetectContext;
  private readonly options: OptionValues<typeof options>;
  private readonly hosts = new HostTable();
  /** Key: (server * PORTS + port) * MAX_HOSTS + client, below 2^52. */
  private readonly meters = new GenerationMap<Meter>(MAX_METERS, (_key, meter) => this.close(meter));
  /** Of all clients of a port together. Key: server * PORTS + port. */
  private readonly shared = new GenerationMap<Meter>(MAX_METERS, (_key, meter) => this.close(meter));
  private readonly flooded = new Set<Meter>();

  constructor(context: DetectContext, values: OptionValues<typeof options>) {
    this.context = context;
    this.options = values;
  }

  /** Counted when it is said: a server under a flood may never answer. */
  requested(flow: FlowView, target: string): void {
    if (this.hosts.isFull) this.restart();
    const [client, server] = [this.hosts.sourceOf(flow), this.hosts.destinationOf(flow)];
    const { destinationPort } = flow;
    const port = server * PORTS + destinationPort;
    const meter = this.meterOf(this.meters, port * MAX_HOSTS + client, server, destinationPort, client);
    if (!isRepeated(meter, target)) return;
    const { rate, burst, sharedRate, sharedBurst } = this.options;
    if (meter.add(client, this.context, rate, burst)) this.flooded.add(meter);
    if (meter.flood) return;
    const all = this.meterOf(this.shared, port, server, destinationPort, ALL);
    if (all.add(client, this.context, sharedRate, sharedBurst)) this.flooded.add(all);
  }

  open(): Finding[] {
    for (const meter of this.flooded) if (this.context.seconds - meter.seconds > this.options.quiet) this.close(meter);
    return [...this.flooded].map((meter) => this.rowOf(meter, meter.flood!));
  }

  finish(): void {
    this.meters.clear();
    this.shared.clear();
  }

  /** Touched at most once a second. */
  private meterOf(meters: GenerationMap<Meter>, key: number, server: number, port: number, client: number): Meter {
    const { seconds } = this.context;
    let meter = meters.get(key);
    if (!meter) meters.set(key, (meter = new Meter(server, port, client)));
    else if (seconds - meter.seconds >= 1) meters.set(key, meter);
    if (meter.flood && seconds - meter.seconds > this.options.quiet) this.close(meter);
    return meter;
  }

  private close(meter: Meter): void {
    this.flooded.delete(meter);
    const flood = meter.close();
    if (flood) this.context.alert(this.rowOf(meter, flood));
  }

  private rowOf({ server, port, client }: Meter, flood: Flood): Finding {
    const isShared = client === ALL;
    const { rate, burst, sharedRate, sharedBurst } = this.options;
    const [limit, most] = isShared ? [sharedRate, sharedBurst] : [rate, burst];
    const victim = this.hosts.addressOf(server);
    const clients = [...flood.clients].slice(0, MAX_NAMED).map((host) => this.hosts.addressOf(host));
    const isNamed = flood.clients.size <= MAX_NAMED;
    const whom = flood.clients.size === 1 ? formatIp(clients[0]!) : `${flood.clients.size} clients`;
    const seconds = flood.endSeconds - flood.startSeconds;
    return {
      start: flood.startNs,
      end: flood.endNs,
      detectedAt: flood.detectedAtNs,
      severity: 55,
      confidence: flood.count >= 4 * most ? 0.8 : 0.6,
      techniques: ['T1499.002'],
      sourceIp: flood.clients.size === 1 ? clients[0]! : null,
      destinationIp: victim,
      alertClass: 'flood.http',
      entities: [
        ...(isNamed ? clients.map((address): Entity => ({ role: 'attacker', ip: formatIp(address) })) : []),
        { role: 'victim', ip: formatIp(victim) },
      ],
      evidence: { metric: 'repeated requests', value: flood.count, threshold: most, window: most / limit, packets: flood.packets },
      explanation:
        `${whom} asked ${formatIp(victim)} port ${port} ${flood.count} times in ${spanText(seconds)} for pages that ` +
        `${flood.clients.size === 1 ? 'it' : 'they'} had before (${Math.round(flood.count / Math.max(seconds, 1))} a second). ` +
        `The threshold is ${most} more than ${limit} a second.`,
    };
  }

  private restart(): void {
    this.finish();
    this.hosts.clear();
  }
}

/** Whether the client has asked for the page before. */
function isRepeated({ pages }: Meter, target: string): boolean {
  const page = pageOf(target);
  if (pages.has(page)) return true;
  if (pages.size >= MAX_PAGES) pages.clear();
  pages.add(page);
  return false;
}

/** A hash of 32 bits (FNV-1a). Floods vary the query, which is no part of it, so that nothing comes from a cache. */
function pageOf(target: string): number {
  const end = Math.min(target.length, MAX_PAGE_CHARACTERS);
  let hash = 0x811c_9dc5 | 0;
  for (let i = 0; i < end; i++) {
    const character = target.charCodeAt(i);
    if (character === QUESTION_MARK) break;
    hash = Math.imul(hash ^ character, 0x0100_0193);
  }
  return hash;
}

export const requestFlood: DetectorModule<typeof options> = {
  rule: {
    id: 'request-flood',
    name: 'HTTP request flood',
    version: '2',
    needs: ['both-directions', 'streams', 'clear-text'],
    doc:
      'A client, or many together, ask a port of a server for the same few pages far more often than people and programs do, over HTTP that ' +
      'is not encrypted. Long load tests look the same, and so do proxies in front of a busy server and services that ask each other ' +
      'dozens of times a second.',
  },
  options,
  create: (context, values) => new RequestFloodDetector(context, values),
};
