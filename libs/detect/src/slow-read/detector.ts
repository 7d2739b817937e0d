/**
 * Slow reading (slowhttptest -X, sockstress): one source asks over many connections to one port, then closes its window (RFC 9293 3.8.6.1),
 * so that the server keeps what it has to send. State: at most MAX_STALLED connections; when they are full, all begin anew.
 */
import { formatIp } from '@wirecase/contract';
import type { DetectContext, Detector, DetectorModule, Finding, FlowView, OptionValues } from '../detector.ts';
import { HostTable, MAX_HOSTS } from '../host-table.ts';
import { NumberTable } from '../number-table.ts';
import { slowFinding } from '../slow-finding.ts';
import { spanText } from '../tally.ts';
import { options } from './options.ts';

const MAX_STALLED = 65_536;
const MAX_PACKETS = 50;
const PORTS = 65_536;

/** When a connection's window was closed, and by which packet. */
interface Stalled {
  seconds: number;
  timeNs: bigint;
  packet: number;
}

/** What one source does not read of one port of a host. */
class Reader {
  readonly key: number;
  readonly source: number;
  readonly victim: number;
  readonly port: number;
  /** By the flow's first packet, longest first. */
  readonly stalled = new Map<number, Stalled>();
  /** When there were enough of them; null before that. */
  detectedAtNs: bigint | null = null;
  startNs = 0n;
  startSeconds = 0;
  endNs = 0n;
  endSeconds = 0;
  most = 0;
  packets: number[] = [];

  constructor(key: number, source: number, victim: number, port: number) {
    this.key = key;
    this.source = source;
    this.victim = victim;
    this.port = port;
  }
}

class SlowReadDetector implements Detector {
  private readonly context: DetectContext;
  private readonly options: OptionValues<typeof options>;
  private readonly hosts = new HostTable();
  private readers = new NumberTable<Reader>();
  /** By the flow's first packet: who does not read it. */
  private readerOf = new NumberTable<Reader>();
  /** Those with enough connections. */
  private readonly many = new Set<Reader>();

  constructor(context: DetectContext, values: OptionValues<typeof options>) {
    this.context = context;
    this.options = values;
  }

  stalled(flow: FlowView): void {
    if (this.readerOf.size >= MAX_STALLED || this.hosts.isFull) this.restart();
    const { seconds, timeNs, packet } = this.context;
    const source = this.hosts.sourceOf(flow);
    const victim = this.hosts.destinationOf(flow);
    const key = (source * MAX_HOSTS + victim) * PORTS + flow.destinationPort;
    let reader = this.readers.get(key);
    if (!reader) this.readers.set(key, (reader = new Reader(key, source, victim, flow.destinationPort)));
    reader.stalled.set(flow.firstPacket, { seconds, timeNs, packet });
    this.readerOf.set(flow.firstPacket, reader);
    if (reader.stalled.size < this.options.connections) return;
    this.many.add(reader);
    this.look(reader);
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
    for (const reader of this.many) this.look(reader);
  }

  open(): Finding[] {
    return [...this.many].flatMap((reader) => (reader.detectedAtNs === null ? [] : [this.rowOf(reader, reader.detectedAtNs)]));
  }

  finish(): void {
    for (const reader of this.many) this.close(reader);
    this.readers = new NumberTable();
    this.readerOf = new NumberTable();
  }

  private forget(flow: FlowView): void {
    if (this.readerOf.size === 0) return;
    const reader = this.readerOf.take(flow.firstPacket);
    if (!reader) return;
    this.look(reader);
    reader.stalled.delete(flow.firstPacket);
    if (reader.stalled.size > 0) return;
    this.close(reader);
    this.readers.take(reader.key);
  }

  /** Are there enough, half of which have been for long enough? Otherwise it looks again when they could be. */
  private look(reader: Reader): void {
    const { connections, age } = this.options;
    const { seconds, timeNs } = this.context;
    if (reader.detectedAtNs === null) {
      if (reader.stalled.size < connections) return;
      const due = nth(reader.stalled.values(), Math.ceil(connections / 2)).seconds + age;
      if (seconds < due) return this.context.wakeAt(due);
      const all = [...reader.stalled.values()];
      reader.detectedAtNs = timeNs;
      reader.startNs = all[0]!.timeNs;
      reader.startSeconds = all[0]!.seconds;
      reader.packets = all.slice(0, MAX_PACKETS).map(({ packet }) => packet);
    }
    reader.most = Math.max(reader.most, reader.stalled.size);
    reader.endNs = timeNs;
    reader.endSeconds = seconds;
  }

  private close(reader: Reader): void {
    if (reader.detectedAtNs !== null) this.context.alert(this.rowOf(reader, reader.detectedAtNs));
    this.many.delete(reader);
  }

  private rowOf(reader: Reader, detectedAtNs: bigint): Finding {
    const { connections, age } = this.options;
    const source = this.hosts.addressOf(reader.source);
    const victim = this.hosts.addressOf(reader.victim);
    const explanation =
      `${formatIp(source)} held up to ${reader.most} connections to ${formatIp(victim)} port ${reader.port} with its window closed at the ` +
      `same time for ${spanText(reader.endSeconds - reader.startSeconds)}, so that the server could not send what was asked for. The ` +
      `threshold is ${connections} connections, half of them closed for ${age} s.`;
    const { startNs, endNs, most, packets } = reader;
    const held = { source, victim, startNs, endNs, detectedAtNs, most, packets };
    return slowFinding(held, this.options, { metric: 'connections with a closed window', explanation });
  }

  private restart(): void {
    this.finish();
    this.hosts.clear();
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
