/**
 * Slow attacks on servers (slowloris, slow POST): one source holds many connections open at one port and never says enough to be served.
 * State: at most MAX_WAITING connections that wait for the first byte of the server, without a whole request of HTTP; when they are full, all
 * begin anew.
 */
import { formatIp } from '@wirecase/contract';
import type { DetectContext, Detector, DetectorModule, Finding, FlowView, OptionValues } from '../detector.ts';
import { HostTable, MAX_HOSTS } from '../host-table.ts';
import { NumberTable } from '../number-table.ts';
import { slowFinding } from '../slow-finding.ts';
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
/** Seconds in which a client under load says its request after all. When half of those that made an alert do, it was none. */
const PATIENCE = 15;

interface Waiting {
  seconds: number;
  timeNs: bigint;
  /** Number of the flow's first packet: what tells flows apart. */
  packet: number;
  /** Connections of its source at its port that had been served when it began. */
  servedBefore: number;
}

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
  /** When there were enough of them, seconds; how many they were, and how many of them said a whole request after all. */
  detectedSeconds = 0;
  suspected = 0;
  late = 0;

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

  /** Whoever has said all waits for a server that is busy, and holds nothing back. */
  requested(flow: FlowView): void {
    const held = this.heldBy.get(flow.firstPacket);
    const began = held?.waiting.get(flow.firstPacket)?.seconds;
    if (held && began !== undefined) this.exonerate(held, began);
    this.forget(flow);
  }

  /** A check whether a port is open connects and closes, again and again. */
  closed(flow: FlowView): void {
    this.forget(flow);
  }

  ended(flow: FlowView): void {
    this.forget(flow);
  }

  advance(): void {
    if (this.many.size === 0 || this.context.seconds < this.nextLook) return;
    this.nextLook = this.context.seconds + LOOK_EVERY;
    for (const held of this.many) this.look(held);
    this.context.wakeAt(this.nextLook);
  }

  open(): Finding[] {
    return [...this.many].flatMap((held) => (held.detectedAtNs === null ? [] : [this.rowOf(held, held.detectedAtNs)]));
  }

  finish(): void {
    for (const held of this.many) {
      this.look(held);
      this.close(held);
    }
    this.held = new NumberTable();
    this.heldBy = new NumberTable();
  }

  private forget(flow: FlowView): void {
    if (flow.ianaNumber !== TCP || this.heldBy.size === 0) return;
    const held = this.heldBy.take(flow.firstPacket);
    if (!held) return;
    held.waiting.delete(flow.firstPacket);
    if (held.waiting.size > 0) return;
    this.close(held);
    this.held.take(held.key);
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
      held.detectedSeconds = seconds;
      held.suspected = all.length;
      held.late = 0;
      held.packets = all.slice(0, MAX_PACKETS).map(({ packet }) => packet);
    }
    held.most = Math.max(held.most, held.waiting.size);
    held.endNs = timeNs;
    held.endSeconds = seconds;
  }

  /** A connection that began at `began` was no attack. */
  private exonerate(held: Held, began: number): void {
    if (held.detectedAtNs === null || began > held.detectedSeconds || this.context.seconds - began > PATIENCE) return;
    if (2 * ++held.late < held.suspected) return;
    held.detectedAtNs = null;
    held.most = 0;
  }

  private close(held: Held): void {
    if (held.detectedAtNs !== null) this.context.alert(this.rowOf(held, held.detectedAtNs));
    this.many.delete(held);
  }

  private rowOf(held: Held, detectedAtNs: bigint): Finding {
    const { connections, age } = this.options;
    const source = this.hosts.addressOf(held.source);
    const victim = this.hosts.addressOf(held.victim);
    const explanation =
      `${formatIp(source)} held up to ${held.most} connections to ${formatIp(victim)} port ${held.port} open at the same time for ` +
      `${spanText(held.endSeconds - held.startSeconds)} without letting the server answer. The threshold is ${connections} connections, ` +
      `half of them open for ${age} s without a byte from the server.`;
    const { startNs, endNs, most, packets } = held;
    const found = { source, victim, startNs, endNs, detectedAtNs, most, packets };
    return slowFinding(found, this.options, { metric: 'connections held without service', explanation });
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
    version: '4',
    needs: ['both-directions'],
    doc:
      'One source holds many connections to one port that the server cannot answer yet: requests that never end (slowloris, slow POST). Where ' +
      'all of a request of HTTP was said, the server is busy and the connection is not counted; when half of them say it within 15 s after all, ' +
      'the finding is taken back. Not seen: many ' +
      'sources with few connections each, and what happens inside TLS. A pool of idle connections to a service where clients speak first ' +
      'looks the same.',
  },
  options,
  create: (context, values) => new ConnectionExhaustionDetector(context, values),
};
