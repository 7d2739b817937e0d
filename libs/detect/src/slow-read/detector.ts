/**
 * Slow reading (slowhttptest -X, sockstress): one source asks over many connections to one port, then closes its window (RFC 9293 3.8.6.1),
 * so that the server keeps what it has to send. When there is no room for more connections, all begin anew.
 */
import type { DetectContext, Detector, DetectorModule, Finding, FlowView, OptionValues } from '../detector.ts';
import { type Held, HeldConnections } from '../held-connections.ts';
import { options } from './options.ts';

class SlowReadDetector implements Detector {
  private readonly context: DetectContext;
  private readonly options: OptionValues<typeof options>;
  private readonly held: HeldConnections;

  constructor(context: DetectContext, values: OptionValues<typeof options>) {
    this.context = context;
    this.options = values;
    this.held = new HeldConnections(context, values, {
      metric: 'connections with a closed window',
      held: 'with its window closed',
      effect: ', so that the server could not send what was asked for',
      aged: `closed for ${values.age} s`,
    });
  }

  stalled(flow: FlowView): void {
    if (this.held.isFull) this.held.finish();
    const held = this.held.add(flow, this.context.packet);
    if (held.connections.size >= this.options.connections) this.look(held);
  }

  resumed(flow: FlowView): void {
    this.forget(flow);
  }

  closed(flow: FlowView): void {
    this.forget(flow);
  }

  ended(flow: FlowView): void {
    this.forget(flow);
  }

  advance(): void {
    for (const held of this.held.many) this.look(held);
  }

  open(): Finding[] {
    return this.held.open();
  }

  finish(): void {
    this.held.finish();
  }

  private forget(flow: FlowView): void {
    const held = this.held.isEmpty ? undefined : this.held.of(flow);
    if (!held) return;
    this.look(held);
    this.held.release(flow);
  }

  /** Are there enough, half of which have been for long enough? Otherwise it looks again when they could be. */
  private look(held: Held): void {
    if (held.attack) return held.extend(held.attack, this.context);
    const { connections, age } = this.options;
    if (held.connections.size < connections) return;
    const due = nth(held.connections.values(), Math.ceil(connections / 2)).seconds + age;
    if (this.context.seconds < due) return this.context.wakeAt(due);
    held.begin(this.context);
  }
}

/** The `n`th of `values`, counted from one; there must be so many. */
function nth<T>(values: Iterable<T>, n: number): T {
  let left = n;
  for (const value of values) if (--left === 0) return value;
  throw new RangeError(`fewer than ${n}`);
}

export const slowRead: DetectorModule<typeof options> = {
  rule: {
    id: 'slow-read',
    name: 'Answers not read',
    version: '1',
    needs: ['both-directions'],
    doc:
      'One source holds many connections to one port of a host on which it has closed its window, so that the server must keep what it has to ' +
      'send (slow read, sockstress). Not seen: windows that are small but open, and many sources with few connections each. A host that was ' +
      'suspended in the middle of many downloads looks the same.',
  },
  options,
  create: (context, values) => new SlowReadDetector(context, values),
};
