/**
 * Traceroute: several routers tell one host that its packets lived too short. State: at most MAX_HOSTS traces; when they are full, all
 * begin anew.
 */
import { formatIp } from '@wirecase/contract';
import type { DetectContext, Detector, DetectorModule, Finding, OptionValues, PacketView } from '../detector.ts';
import { HostTable } from '../host-table.ts';
import { type Episode, spanText, Tally } from '../tally.ts';
import { options } from './options.ts';

const MAX_TRACES = 4096;
/** Routers named in an alert, and told apart. */
const MAX_HOPS = 64;
const ICMP = 1;
/** Time exceeded in transit: RFC 792, RFC 4443 3.3. */
const TIME_EXCEEDED = 11;
const TIME_EXCEEDED_V6 = 3;

class Trace {
  readonly tally = new Tally();
  /** Numbers of the routers. */
  readonly hops = new Set<number>();
  readonly tracer: number;

  constructor(tracer: number) {
    this.tracer = tracer;
  }
}

class TracerouteDetector implements Detector {
  private readonly context: DetectContext;
  private readonly options: OptionValues<typeof options>;
  private readonly hosts = new HostTable();
  /** By number of the tracer. */
  private readonly traces = new Map<number, Trace>();
  /** Those that crossed the threshold and may go on. */
  private readonly tracing = new Set<Trace>();

  constructor(context: DetectContext, values: OptionValues<typeof options>) {
    this.context = context;
    this.options = values;
  }

  icmp(packet: PacketView): void {
    if (packet.icmpType === (packet.ipProtocol === ICMP ? TIME_EXCEEDED : TIME_EXCEEDED_V6)) this.exceeded(packet);
  }

  open(): Finding[] {
    for (const trace of this.tracing) if (trace.tally.isQuiet(this.context.seconds, this.options.window)) this.close(trace);
    return [...this.tracing].map((trace) => this.rowOf(trace, trace.tally.episode!));
  }

  finish(): void {
    for (const trace of this.traces.values()) this.close(trace);
    this.traces.clear();
  }

  private exceeded(packet: PacketView): void {
    if (this.hosts.isFull || this.traces.size >= MAX_TRACES) this.restart();
    const isIpv6 = packet.ipVersion === 6;
    const { destinationWord0, destinationWord1, destinationWord2, destinationWord3 } = packet;
    const tracer = this.hosts.numberOf(isIpv6, destinationWord0, destinationWord1, destinationWord2, destinationWord3);
    const router = this.hosts.numberOf(isIpv6, packet.sourceWord0, packet.sourceWord1, packet.sourceWord2, packet.sourceWord3);
    const trace = this.traceOf(tracer);
    const { hops, window } = this.options;
    if (trace.tally.isQuiet(this.context.seconds, window)) this.close(trace);
    if (trace.hops.has(router) || trace.hops.size >= MAX_HOPS) return;
    trace.hops.add(router);
    if (trace.tally.add(this.context, window, hops)) this.tracing.add(trace);
  }

  private traceOf(tracer: number): Trace {
    let trace = this.traces.get(tracer);
    if (!trace) this.traces.set(tracer, (trace = new Trace(tracer)));
    return trace;
  }

  private restart(): void {
    this.finish();
    this.hosts.clear();
  }

  private close(trace: Trace): void {
    const { episode } = trace.tally;
    if (episode) this.context.alert(this.rowOf(trace, episode));
    this.tracing.delete(trace);
    trace.tally.close();
    trace.hops.clear();
  }

  private rowOf({ tracer, hops: routers }: Trace, episode: Episode): Finding {
    const { hops, window } = this.options;
    const address = this.hosts.addressOf(tracer);
    const who = formatIp(address);
    const some = [...routers].slice(0, 5).map((router) => formatIp(this.hosts.addressOf(router)));
    return {
      start: episode.startNs,
      end: episode.endNs,
      detectedAt: episode.detectedAtNs,
      severity: 20,
      confidence: 0.9,
      techniques: ['T1590.004'],
      sourceIp: address,
      destinationIp: null,
      alertClass: 'recon.traceroute',
      entities: [{ role: 'attacker', ip: who }],
      evidence: { metric: 'routers that answered', value: episode.count, threshold: hops, window, packets: episode.packets },
      explanation:
        `${who} sent packets that lived too short, and ${episode.count} routers said so in ` +
        `${spanText(episode.endSeconds - episode.startSeconds)} (${some.join(', ')}). ` +
        `The threshold is ${hops} routers within ${window} s.`,
    };
  }
}

export const traceroute: DetectorModule<typeof options> = {
  rule: {
    id: 'traceroute',
    name: 'Traceroute',
    version: '1',
    needs: [],
    doc: 'Several routers tell one host that its packets lived too short (ICMP time exceeded): it explores the way. A routing loop looks alike.',
  },
  options,
  create: (context, values) => new TracerouteDetector(context, values),
};
