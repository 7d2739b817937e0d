/**
 * Slow attacks on servers (slowloris, slow POST): one source holds many connections open at one port and never says enough to be served.
 * A connection is held until the first byte of the server, or a whole request of HTTP. When there is no room for more, all begin anew.
 */
import type { DetectContext, Detector, DetectorModule, Finding, FlowView, OptionValues } from '../detector.ts';
import { type Held, HeldConnections } from '../held-connections.ts';
import { options } from './options.ts';

const TCP = 6;
/** Packet time between two looks at sources with many connections, seconds. */
const LOOK_EVERY = 0.1;
/** Of so many connections that wait, one that was answered since the oldest of them began shows that the server works. */
const ANSWERED_SHARE = 10;
/** Seconds in which a client under load says its request after all. When half of those that made an alert do, it was none. */
const PATIENCE = 15;

class ConnectionExhaustionDetector implements Detector {
  private readonly context: DetectContext;
  private readonly options: OptionValues<typeof options>;
  private readonly held: HeldConnections;
  private nextLook = Number.NEGATIVE_INFINITY;

  constructor(context: DetectContext, values: OptionValues<typeof options>) {
    this.context = context;
    this.options = values;
    this.held = new HeldConnections(context, values, {
      metric: 'connections held without service',
      held: 'open',
      effect: ' without letting the server answer',
      aged: `open for ${values.age} s without a byte from the server`,
    });
  }

  established(flow: FlowView): void {
    if (this.held.isFull) this.finish();
    const held = this.held.add(flow, flow.firstPacket);
    if (held.connections.size >= this.options.connections) this.context.wakeAt(this.nextLook);
  }

  served(flow: FlowView): void {
    if (flow.ianaNumber !== TCP || this.held.isEmpty) return;
    const held = this.held.of(flow);
    if (!held) return;
    held.served++;
    this.held.release(flow);
  }

  /** Whoever has said all waits for a server that is busy, and holds nothing back. */
  requested(flow: FlowView): void {
    const held = this.held.of(flow);
    const connection = held?.connections.get(flow.firstPacket);
    if (held && connection) this.exonerate(held, connection.seconds);
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
    if (this.held.many.size === 0 || this.context.seconds < this.nextLook) return;
    this.nextLook = this.context.seconds + LOOK_EVERY;
    for (const held of this.held.many) this.look(held);
    this.context.wakeAt(this.nextLook);
  }

  open(): Finding[] {
    return this.held.open();
  }

  finish(): void {
    for (const held of this.held.many) this.look(held);
    this.held.finish();
  }

  private forget(flow: FlowView): void {
    if (flow.ianaNumber === TCP && !this.held.isEmpty) this.held.release(flow);
  }

  /** Are there enough, half of which waited long enough? */
  private look(held: Held): void {
    if (held.attack) return held.extend(held.attack, this.context);
    const { connections, age } = this.options;
    if (held.connections.size < connections) return;
    let old = 0;
    let servedBefore = 0;
    // Oldest first: the first young one ends the count.
    for (const connection of held.connections.values()) {
      if (this.context.seconds - connection.seconds < age || old === 2 * connections) break;
      if (old++ === 0) ({ servedBefore } = connection);
    }
    if (old < Math.ceil(connections / 2)) return;
    // A server that is slow under load has answered some of this source meanwhile.
    const isServed = ANSWERED_SHARE * (held.served - servedBefore) >= held.connections.size;
    if (isServed && old < 2 * connections) return;
    held.begin(this.context);
  }

  /** A connection that began at `began` was no attack. */
  private exonerate(held: Held, began: number): void {
    const { attack } = held;
    if (!attack || began > attack.detectedSeconds || this.context.seconds - began > PATIENCE) return;
    if (2 * ++attack.late >= attack.suspected) held.attack = null;
  }
}

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
