/**
 * Connections that a source holds so that a server must keep them, together by source, host and port, and the attack that they are once
 * there are enough. When one is, a detector says: how long they must be held, and what speaks against it, differs. State: at most
 * MAX_CONNECTIONS connections.
 */
import { formatIp } from '@wirecase/contract';
import type { DetectContext, Finding, FlowView } from './detector.ts';
import { HostTable, MAX_HOSTS } from './host-table.ts';
import { NumberTable } from './number-table.ts';
import { type Episode, spanText } from './tally.ts';

const MAX_CONNECTIONS = 65_536;
const MAX_PACKETS = 50;
const PORTS = 65_536;

/** Since when a connection is held, and which packet shows it. */
interface Connection {
  seconds: number;
  timeNs: bigint;
  packet: number;
  /** `Held.served` at that time. */
  servedBefore: number;
}

/** `count`: most connections at the same time. */
interface Attack extends Episode {
  /** When there were enough, seconds, and how many they were. */
  detectedSeconds: number;
  suspected: number;
  /** Connections that proved to be none of an attack. */
  late: number;
}

/** What one source holds at one port of a host. */
export class Held {
  readonly key: number;
  readonly source: number;
  readonly victim: number;
  readonly port: number;
  /** By the flow's first packet, oldest first. */
  readonly connections = new Map<number, Connection>();
  /** Connections that the server answered meanwhile. */
  served = 0;
  /** Null as long as it is none. */
  attack: Attack | null = null;

  constructor(key: number, source: number, victim: number, port: number) {
    this.key = key;
    this.source = source;
    this.victim = victim;
    this.port = port;
  }

  /** It is an attack, now. */
  begin({ seconds, timeNs }: DetectContext): void {
    const all = [...this.connections.values()];
    this.attack = {
      count: all.length,
      packets: all.slice(0, MAX_PACKETS).map(({ packet }) => packet),
      startSeconds: all[0]!.seconds,
      startNs: all[0]!.timeNs,
      ...{ endSeconds: seconds, endNs: timeNs, detectedSeconds: seconds, detectedAtNs: timeNs },
      suspected: all.length,
      late: 0,
    };
  }

  /** It goes on. */
  extend(attack: Attack, { seconds, timeNs }: DetectContext): void {
    attack.count = Math.max(attack.count, this.connections.size);
    attack.endSeconds = seconds;
    attack.endNs = timeNs;
  }
}

/** What an alert says of connections that are held. */
interface Words {
  metric: string;
  /** "... connections to HOST port N `held` at the same time for 3 s `effect`". */
  held: string;
  effect: string;
  /** "half of them `aged`". */
  aged: string;
}

export class HeldConnections {
  /** Those with as many connections as the threshold, or that had. */
  readonly many = new Set<Held>();
  private readonly context: DetectContext;
  private readonly options: { connections: number; age: number };
  private readonly words: Words;
  private readonly hosts = new HostTable();
  private all = new NumberTable<Held>();
  /** By the flow's first packet. */
  private byFlow = new NumberTable<Held>();

  constructor(context: DetectContext, options: { connections: number; age: number }, words: Words) {
    this.context = context;
    this.options = options;
    this.words = words;
  }

  /** Whether `finish` is due before another one is added. */
  get isFull(): boolean {
    return this.byFlow.size >= MAX_CONNECTIONS || this.hosts.isFull;
  }

  get isEmpty(): boolean {
    return this.byFlow.size === 0;
  }

  /** A connection is held from now on, as `packet` shows. */
  add(flow: FlowView, packet: number): Held {
    const { seconds, timeNs } = this.context;
    const source = this.hosts.sourceOf(flow);
    const victim = this.hosts.destinationOf(flow);
    const key = (source * MAX_HOSTS + victim) * PORTS + flow.destinationPort;
    let held = this.all.get(key);
    if (!held) this.all.set(key, (held = new Held(key, source, victim, flow.destinationPort)));
    held.connections.set(flow.firstPacket, { seconds, timeNs, packet, servedBefore: held.served });
    this.byFlow.set(flow.firstPacket, held);
    if (held.connections.size >= this.options.connections) this.many.add(held);
    return held;
  }

  /** Where a connection is held. */
  of(flow: FlowView): Held | undefined {
    return this.byFlow.get(flow.firstPacket);
  }

  /** A connection is held no longer; with the last one the attack is over. */
  release(flow: FlowView): void {
    const held = this.byFlow.take(flow.firstPacket);
    if (!held) return;
    held.connections.delete(flow.firstPacket);
    if (held.connections.size > 0) return;
    this.close(held);
    this.all.take(held.key);
  }

  open(): Finding[] {
    return [...this.many].flatMap((held) => (held.attack ? [this.findingOf(held, held.attack)] : []));
  }

  /** Tell what is open, and begin anew. */
  finish(): void {
    for (const held of this.many) this.close(held);
    this.all = new NumberTable();
    this.byFlow = new NumberTable();
    this.hosts.clear();
  }

  private close(held: Held): void {
    if (held.attack) this.context.alert(this.findingOf(held, held.attack));
    this.many.delete(held);
  }

  private findingOf({ source, victim, port }: Held, { count, packets, startNs, endNs, detectedAtNs, ...attack }: Attack): Finding {
    const { connections, age } = this.options;
    const { metric, held, effect, aged } = this.words;
    const [sourceIp, destinationIp] = [this.hosts.addressOf(source), this.hosts.addressOf(victim)];
    const [attacker, server] = [formatIp(sourceIp), formatIp(destinationIp)];
    return {
      start: startNs,
      end: endNs,
      detectedAt: detectedAtNs,
      severity: 70,
      confidence: count >= 2 * connections ? 0.9 : 0.7,
      techniques: ['T1499.001', 'T1499.002'],
      ...{ sourceIp, destinationIp },
      alertClass: 'dos.slow',
      entities: [
        { role: 'attacker', ip: attacker },
        { role: 'victim', ip: server },
      ],
      evidence: { metric, value: count, threshold: connections, window: age, packets },
      explanation:
        `${attacker} held up to ${count} connections to ${server} port ${port} ${held} at the same time for ` +
        `${spanText(attack.endSeconds - attack.startSeconds)}${effect}. The threshold is ${connections} connections, half of them ${aged}.`,
    };
  }
}
