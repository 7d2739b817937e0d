/**
 * Beacons: a host connects to another by a timer, with little jitter and alike sizes, as implants do that ask for orders. State: at most
 * MAX_PAIRS pairs with their latest connections; pairs not seen for longest go first.
 */
import { formatIp } from '@wirecase/contract';
import type { DetectContext, Detector, DetectorModule, EndedFlow, Finding, FlowView, OptionValues } from '../detector.ts';
import { GenerationMap } from '../generation-map.ts';
import { HostTable, isInternal, isOutward as leaves, MAX_HOSTS } from '../host-table.ts';
import { spanText } from '../tally.ts';
import { Machines } from './machines.ts';
import { options } from './options.ts';
import { Samples } from '../timer-samples.ts';
import { jitter, ritaScore, sizeSpread } from '../timer-score.ts';
import { isChatter, isHousework, isRare } from '../timer-services.ts';

const MAX_PAIRS = 16_384;
const MAX_PACKETS = 50;
const PORTS = 65_536;
const TCP = 6;
const UDP = 17;
/** Payload of the originator may differ by this share of its median, in half of the connections. */
const MAX_SIZE_SPREAD = 0.35;
/** A host that calls this many services of its network by a timer is a monitor or balances load. */
const MONITOR_PAIRS = 2;
/** A host of the network that has served so many others is a server of the operator, unless nearly all of these ask by a timer at a rare port. */
const SERVER_CLIENTS = 3;
const MAX_CLIENTS = 32;
const TIMED_SHARE = 0.75;
const MAX_SERVERS = 16_384;
/** A beacon that is silent for so many intervals, and for as long as its last connection may have been idle (seconds), is over. */
const LOST_BEATS = 10;
const LONGEST_FLOW = 600;
/** A pair is looked at whenever it has this share more connections: looking sorts them all. */
const LOOK_EACH = 0.25;

class Pair {
  readonly source: number;
  readonly destination: number;
  readonly port: number;
  readonly isUdp: boolean;
  /** Of the newest flow. */
  sourcePort = -1;
  /** The host by which the machine of the destination is known. */
  machine: number;
  readonly samples = new Samples();
  count = 0;
  /** Connections in which nothing was said since the first one with a word: looks whether the server is there. */
  looks = 0;
  /** Connections at which it is looked at next. */
  nextLook = 0;
  /** Since when it is a beacon: packet time, nanoseconds. */
  detectedAtNs: bigint | null = null;

  constructor(source: number, destination: number, port: number, isUdp: boolean) {
    this.source = source;
    this.destination = destination;
    this.port = port;
    this.isUdp = isUdp;
    this.machine = destination;
  }
}

class BeaconDetector implements Detector {
  private readonly context: DetectContext;
  private readonly options: OptionValues<typeof options>;
  private readonly hosts = new HostTable();
  private readonly pairs = new GenerationMap<Pair>(MAX_PAIRS, (_key, pair) => this.close(pair));
  /** Beacons of each source within the network. */
  private readonly timers = new Map<number, number>();
  private readonly machines = new Machines();
  /** By machine of the network, which may be asked by IPv4 and IPv6: the first hosts that it has served, at most MAX_CLIENTS. */
  private readonly clients = new GenerationMap<number[]>(MAX_SERVERS);
  private from = Number.NaN;
  /** Pairs that were a beacon once and may be still. */
  private readonly beating = new Set<Pair>();

  constructor(context: DetectContext, values: OptionValues<typeof options>) {
    this.context = context;
    this.options = values;
  }

  attempted(_flow: FlowView): void {
    if (Number.isNaN(this.from)) this.from = this.context.seconds;
  }

  ended(flow: EndedFlow): void {
    const isUdp = flow.ianaNumber === UDP;
    if (isUdp ? isChatter(flow.destinationPort) || !leaves(flow) : flow.ianaNumber !== TCP) return;
    if (flow.payloadBytes(0) + flow.payloadBytes(1) === 0) return this.look(flow);
    if (this.hosts.isFull) this.restart();
    const source = this.hosts.sourceOf(flow);
    const destination = this.hosts.destinationOf(flow);
    const machine = this.machines.machineOf(flow.destinationMacNumber, destination);
    if (flow.payloadBytes(1) > 0 && !isUdp) this.serve(machine, source);
    if (flow.payloadBytes(0) === 0 || (isUdp && flow.payloadBytes(1) === 0)) return;
    const key = pairKey(source, destination, flow.destinationPort, isUdp);
    const pair = this.pairs.get(key) ?? new Pair(source, destination, flow.destinationPort, isUdp);
    this.pairs.set(key, pair);
    pair.machine = machine;
    // Peers, games and what keeps a way through a router open say all from one port; who asks anew has a new one.
    const isSamePort = pair.sourcePort === flow.sourcePort;
    pair.sourcePort = flow.sourcePort;
    if (isUdp && isSamePort) return;
    pair.samples.add(flow.startNs, flow.firstPacket, flow.payloadBytes(0));
    pair.count++;
    const { connections } = this.options;
    if (pair.detectedAtNs !== null || pair.count < connections || pair.count < pair.nextLook) return;
    // Near the threshold each connection is looked at.
    if (pair.count > 3 * connections) pair.nextLook = Math.ceil(pair.count * (1 + LOOK_EACH));
    if (this.isBeacon(pair)) {
      pair.detectedAtNs = this.context.timeNs;
      this.timers.set(source, (this.timers.get(source) ?? 0) + 1);
      this.beating.add(pair);
    }
  }

  open(): Finding[] {
    for (const pair of this.beating) {
      const { times } = pair.samples;
      if (this.context.seconds - times.at(-1)! > LOST_BEATS * jitter(times).median + LONGEST_FLOW) this.close(pair);
    }
    return [...this.beating].flatMap((pair) => this.rowOf(pair) ?? []);
  }

  finish(): void {
    // While the others are known: what is a server depends on how they came.
    for (const [, pair] of this.pairs.entries()) this.close(pair);
    this.pairs.clear();
    this.timers.clear();
    this.clients.clear();
    this.machines.clear();
  }

  /** Nothing was said: counted for pairs that talk at other times. */
  private look(flow: FlowView): void {
    const { hosts } = this;
    const [source, destination] = [hosts.sourceOf(flow, 0), hosts.destinationOf(flow, 0)];
    if (source < 0 || destination < 0) return;
    const pair = this.pairs.get(pairKey(source, destination, flow.destinationPort, false));
    if (pair) pair.looks++;
  }

  private serve(host: number, client: number): void {
    const clients = this.clients.get(host);
    if (clients === undefined) this.clients.set(host, [client]);
    else if (clients.length < MAX_CLIENTS && !clients.includes(client)) clients.push(client);
  }

  /** Whether a host of the network is there for others too, who come as they like. */
  private isServer({ destination, machine, port }: Pair): boolean {
    const clients = this.clients.get(machine);
    if (clients === undefined || clients.length < SERVER_CLIENTS) return false;
    if (!isRare(port) || clients.length === MAX_CLIENTS) return true;
    let timed = 0;
    for (const client of clients) {
      const pair = this.pairs.get(pairKey(client, destination, port, false));
      if (pair && this.hasBeat(pair)) timed++;
    }
    return timed < TIMED_SHARE * clients.length;
  }

  private isBeacon(pair: Pair): boolean {
    if (!this.hasBeat(pair)) return false;
    if (!this.isInside(pair)) return true;
    return !isHousework(pair.port) && pair.looks < pair.count && !this.isServer(pair);
  }

  private isInside({ source, destination }: Pair): boolean {
    return this.hosts.isInternal(destination) || !this.hosts.isInternal(source);
  }

  /** Whether the connections came by a timer. */
  private hasBeat(pair: Pair): boolean {
    const { samples } = pair;
    const { connections, interval, insideInterval, jitterPercent, insideJitterPercent } = this.options;
    const isInside = this.isInside(pair);
    if (samples.count < connections) return false;
    const { median, share, fits } = jitter(samples.times);
    return (
      fits &&
      median >= (isInside ? insideInterval : interval) &&
      share * 100 <= (isInside ? insideJitterPercent : jitterPercent) &&
      sizeSpread(samples.bytes) <= MAX_SIZE_SPREAD
    );
  }

  private close(pair: Pair): void {
    const row = this.rowOf(pair);
    if (row) this.context.alert(row);
    this.beating.delete(pair);
    pair.detectedAtNs = null;
  }

  private rowOf(pair: Pair): Finding | null {
    const { detectedAtNs, samples } = pair;
    // What began as a beacon and lost its beat was none.
    if (detectedAtNs === null || !this.isBeacon(pair)) return null;
    const source = this.hosts.addressOf(pair.source);
    const destination = this.hosts.addressOf(pair.destination);
    const isOutward = isInternal(source) && !isInternal(destination);
    if (!isOutward && (this.timers.get(pair.source) ?? 0) >= MONITOR_PAIRS) return null;
    const { times, bytes, count } = samples;
    const { median, share } = jitter(times);
    const rita = ritaScore(times, bytes, Math.min(this.from, times[0]!), this.context.seconds);
    return {
      start: samples.timeNs(0),
      end: samples.timeNs(count - 1),
      detectedAt: detectedAtNs,
      severity: isOutward ? 55 : 35,
      confidence: Math.min(0.9, 0.5 + 0.02 * count),
      techniques: ['T1071', 'T1029'],
      sourceIp: source,
      destinationIp: destination,
      alertClass: 'c2.beacon',
      entities: [
        { role: 'attacker', ip: formatIp(destination) },
        { role: 'victim', ip: formatIp(source) },
      ],
      evidence: {
        metric: 'connections by a timer',
        value: pair.count,
        threshold: this.options.connections,
        window: Math.round(times[count - 1]! - times[0]!),
        packets: samples.packets.slice(0, MAX_PACKETS),
      },
      explanation:
        `${formatIp(source)} connected to ${formatIp(destination)} ${pair.isUdp ? 'UDP port' : 'port'} ${pair.port} ${pair.count} times, every ${spanText(median)} with ` +
        `${Math.round(100 * share)} % jitter, sending about as much each time. RITA's score is ${rita.total.toFixed(2)} ` +
        `(timestamps ${rita.timestamps.toFixed(2)}, sizes ${rita.sizes.toFixed(2)}, histogram ${rita.histogram.toFixed(2)}, duration ${rita.duration.toFixed(2)}).`,
    };
  }

  private restart(): void {
    this.finish();
    this.hosts.clear();
  }
}

/** Below 2^53. */
const pairKey = (source: number, destination: number, port: number, isUdp: boolean): number =>
  ((source * MAX_HOSTS + destination) * 2 + Number(isUdp)) * PORTS + port;

export const beacon: DetectorModule<typeof options> = {
  rule: {
    id: 'beacon',
    name: 'Connections by a timer',
    version: '6',
    needs: ['both-directions', 'answers'],
    doc:
      'A host connects to one outside its network again and again by a timer, with little jitter and sending about as much each time, as ' +
      "implants do. RITA's score is given beside it. Checks for updates and news look the same; a host that calls several others of its " +
      'network by a timer is a monitor and left out. Within the network, so are mail, shells, files, directories and databases, looks whether ' +
      'a server is there, and servers with three clients or more, unless three in four of these come by a timer to a rare port. Of UDP, exchanges with hosts outside count that come from ever new ' +
      'ports, but names, clocks, calls, tunnels and the web.',
  },
  options,
  create: (context, values) => new BeaconDetector(context, values),
};
