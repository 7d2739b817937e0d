/**
 * Slow attacks on servers (slowloris, slow POST): one source holds many connections open at one port and never says enough to be served.
 * State: at most MAX_WAITING connections that wait for the first byte of the server; when they are full, all begin anew.
 */
import { formatIp, type RecordType, type RowOf } from '@wirecase/contract';
import { httpRecord } from '@wirecase/protocols';
import type { DetectContext, Detector, DetectorModule, Finding, FlowView, OptionValues } from '../detector.ts';
import { HostTable, MAX_HOSTS } from '../host-table.ts';
import { NumberTable } from '../number-table.ts';
import { spanText } from '../tally.ts';
import { options } from './options.ts';

const MAX_WAITING = 65_536;
const MAX_PACKETS = 50;
const PORTS = 65_536;
const TCP = 6;
/** Packet time between two looks at sources with many connections, seconds. */
const LOOK_EVERY = 0.1;
/** Of so many connections that wait, one that was answered since the oldest of them began shows that the server works. */
const ANSWERED_SHARE = 10;
/**
 * Seconds in which a server under load answers after all. When it does to half of those that made an alert, whole requests came: none was an
 * attack. Its word that a request took too long, or cannot be read, is no answer.
 */
const PATIENCE = 15;
const NO_ANSWER: ReadonlySet<number | null> = new Set([null, 400, 408]);

interface Waiting {
  seconds: number;
  timeNs: bigint;
  /** Number of the flow's first packet: what tells flows apart. */
  packet: number;
  sourcePort: number;
  /** Connections of its source at its port that had been served when it began. */
  servedBefore: number;
}

/** The suspects of those that never were an alert. Not written to. */
const nobody = new Map<number, number>();

/** Connections of one source to one port of a host. */
class Held {
  readonly source: number;
  readonly victim: number;
  readonly port: number;
  readonly key: number;
  /** By the flow's first packet, oldest first. */
  readonly waiting = new Map<number, Waiting>();
  /** When there were enough of them; null before that. */
  detectedAtNs: bigint | null = null;
  /** Connections that the server answered meanwhile. */
  served = 0;
  startNs = 0n;
  startSeconds = 0;
  endNs = 0n;
  endSeconds = 0;
  most = 0;
  packets: number[] = [];
  /** Those that made it an alert, by the port of the source: when they began, seconds; and how many they were. */
  suspects = nobody;
  suspected = 0;

  constructor(key: number, source: number, victim: number, port: number) {
    this.key = key;
    this.source = source;
    this.victim = victim;
    this.port = port;
  }
}

class ConnectionExhaustionDetector implements Detector {
  private readonly context: DetectContext;
  private readonly options: OptionValues<typeof options>;
  private readonly hosts = new HostTable();
  private held = new NumberTable<Held>();
  /** By the flow's first packet: where it waits. */
  private heldBy = new NumberTable<Held>();
  /** Those with enough connections to be looked at. */
  private readonly many = new Set<Held>();
  /** Those of an alert, by source, victim and port. */
  private readonly alerted = new Map<number, Held>();
  private nextLook = Number.NEGATIVE_INFINITY;

  constructor(context: DetectContext, values: OptionValues<typeof options>) {
    this.context = context;
    this.options = values;
  }

  established(flow: FlowView): void {
    if (this.heldBy.size >= MAX_WAITING || this.hosts.isFull) this.restart();
    const { seconds, timeNs } = this.context;
    const source = this.hosts.sourceOf(flow);
    const victim = this.hosts.destinationOf(flow);
    const key = keyOf(source, victim, flow.destinationPort);
    let held = this.held.get(key);
    if (!held) this.held.set(key, (held = new Held(key, source, victim, flow.destinationPort)));
    held.waiting.set(flow.firstPacket, {
      seconds,
      timeNs,
      packet: flow.firstPacket,
      sourcePort: flow.sourcePort,
      servedBefore: held.served,
    });
    this.heldBy.set(flow.firstPacket, held);
    if (held.waiting.size < this.options.connections) return;
    this.many.add(held);
    this.context.wakeAt(this.nextLook);
  }

  served(flow: FlowView): void {
    if (flow.ianaNumber !== TCP || this.heldBy.size === 0) return;
    const held = this.heldBy.get(flow.firstPacket);
    if (held) held.served++;
    this.forget(flow);
  }

  /** A check whether a port is open connects and closes, again and again. */
  closed(flow: FlowView): void {
    this.forget(flow);
  }

  ended(flow: FlowView): void {
    this.forget(flow);
  }

  /** A request was answered: not held back then, if it had to wait. */
  record(_type: RecordType, row: object): void {
    if (this.alerted.size === 0) return;
    const { sourceIp, destinationIp, sourcePort, destinationPort, statusCode } = row as RowOf<typeof httpRecord.fields>;
    if (sourcePort === null || destinationPort === null || NO_ANSWER.has(statusCode)) return;
    const held = this.alerted.get(keyOf(this.hosts.hostOf(sourceIp), this.hosts.hostOf(destinationIp), destinationPort));
    const began = held?.suspects.get(sourcePort);
    if (!held || began === undefined || this.context.seconds - began > PATIENCE) return;
    held.suspects.delete(sourcePort);
    if (2 * held.suspects.size <= held.suspected) this.takeBack(held);
  }

  advance(): void {
    if (this.many.size === 0 || this.context.seconds < this.nextLook) return;
    this.nextLook = this.context.seconds + LOOK_EVERY;
    for (const held of this.many) {
      if (held.waiting.size > 0) this.look(held);
      else if (this.context.seconds - held.endSeconds > PATIENCE) this.close(held);
    }
    this.context.wakeAt(this.nextLook);
  }

  open(): Finding[] {
    return [...this.many].flatMap((held) => (held.detectedAtNs === null ? [] : [this.rowOf(held, held.detectedAtNs)]));
  }

  finish(): void {
    for (const held of this.many) {
      if (held.waiting.size > 0) this.look(held);
      this.close(held);
    }
    this.held = new NumberTable();
    this.heldBy = new NumberTable();
  }

  private forget(flow: FlowView): void {
    if (flow.ianaNumber !== TCP || this.heldBy.size === 0) return;
    const held = this.heldBy.get(flow.firstPacket);
    if (!held) return;
    this.heldBy.delete(flow.firstPacket);
    held.waiting.delete(flow.firstPacket);
    if (held.waiting.size > 0) return;
    // Whether the server merely took its time is known a little later.
    if (held.detectedAtNs === null) this.many.delete(held);
    this.held.delete(held.key);
  }

  /** Are there enough, half of which waited long enough? */
  private look(held: Held): void {
    const { connections, age } = this.options;
    const { seconds, timeNs } = this.context;
    if (held.detectedAtNs === null) {
      const half = Math.ceil(connections / 2);
      if (held.waiting.size < connections) return;
      let old = 0;
      let servedBefore = 0;
      // Oldest first: the first young one ends the count.
      for (const waiting of held.waiting.values()) {
        if (seconds - waiting.seconds < age || old === 2 * connections) break;
        if (old++ === 0) ({ servedBefore } = waiting);
      }
      if (old < half) return;
      // A server that is slow under load has answered some of this source meanwhile.
      const isServed = ANSWERED_SHARE * (held.served - servedBefore) >= held.waiting.size;
      if (isServed && old < 2 * connections) return;
      const all = [...held.waiting.values()];
      held.detectedAtNs = timeNs;
      held.startNs = all[0]!.timeNs;
      held.startSeconds = all[0]!.seconds;
      held.packets = all.slice(0, MAX_PACKETS).map(({ packet }) => packet);
      this.suspect(held, all);
    }
    held.most = Math.max(held.most, held.waiting.size);
    held.endNs = timeNs;
    held.endSeconds = seconds;
  }

  private suspect(held: Held, all: readonly Waiting[]): void {
    const earlier = this.alerted.get(held.key);
    if (earlier && earlier !== held) this.close(earlier);
    this.alerted.set(held.key, held);
    held.suspects = new Map(all.map(({ sourcePort, seconds }) => [sourcePort, seconds]));
    held.suspected = held.suspects.size;
  }

  private takeBack(held: Held): void {
    this.alerted.delete(held.key);
    held.detectedAtNs = null;
    held.most = 0;
    if (held.waiting.size === 0) this.many.delete(held);
  }

  private close(held: Held): void {
    if (held.detectedAtNs !== null) this.context.alert(this.rowOf(held, held.detectedAtNs));
    this.takeBack(held);
    this.many.delete(held);
  }

  private rowOf(held: Held, detectedAt: bigint): Finding {
    const { connections, age } = this.options;
    const source = this.hosts.addressOf(held.source);
    const victim = this.hosts.addressOf(held.victim);
    return {
      start: held.startNs,
      end: held.endNs,
      detectedAt,
      severity: 70,
      confidence: held.most >= 2 * connections ? 0.9 : 0.7,
      techniques: ['T1499.001', 'T1499.002'],
      sourceIp: source,
      destinationIp: victim,
      alertClass: 'dos.slow',
      entities: [
        { role: 'attacker', ip: formatIp(source) },
        { role: 'victim', ip: formatIp(victim) },
      ],
      evidence: {
        metric: 'connections held without service',
        value: held.most,
        threshold: connections,
        window: age,
        packets: held.packets,
      },
      explanation:
        `${formatIp(source)} held up to ${held.most} connections to ${formatIp(victim)} port ${held.port} open at the same time for ` +
        `${spanText(held.endSeconds - held.startSeconds)} without letting the server answer. The threshold is ${connections} connections, ` +
        `half of them open for ${age} s without a byte from the server.`,
    };
  }

  private restart(): void {
    this.finish();
    this.hosts.clear();
  }
}

const keyOf = (source: number, victim: number, port: number): number => (source * MAX_HOSTS + victim) * PORTS + port;

export const connectionExhaustion: DetectorModule<typeof options> = {
  rule: {
    id: 'connection-exhaustion',
    name: 'Connections held open',
    version: '3',
    needs: ['both-directions'],
    doc:
      'One source holds many connections to one port that the server cannot answer yet: requests that never end (slowloris, slow POST). When ' +
      'half of the requests are answered within 15 s after all, the server was busy and the finding is taken back. Not seen: answers that are read slowly, many sources with few connections each. A pool of idle connections to a service where clients ' +
      'speak first looks the same.',
  },
  options,
  records: [httpRecord],
  create: (context, values) => new ConnectionExhaustionDetector(context, values),
};
