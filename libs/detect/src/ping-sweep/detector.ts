/** Ping sweeps: a source sends ICMP questions to many hosts that do not answer. Bounds are those of `Sweeps` and `HostTable`. */
import type { DetectContext, Detector, DetectorModule, Finding, FlowView, OptionValues } from '../detector.ts';
import { HostTable } from '../host-table.ts';
import { type Sweep, Sweeps } from '../sweep.ts';
import { sweepFinding } from '../sweep-finding.ts';
import { options } from './options.ts';

const ICMP = 1;
const ICMPV6 = 58;

class PingSweepDetector implements Detector {
  private readonly values: OptionValues<typeof options>;
  private readonly context: DetectContext;
  private hosts = new HostTable();
  private sweeps: Sweeps;
  /** Answers of any kind that the capture shows, and those that it must have missed. */
  private seenAnswers = 0;
  private missedAnswers = 0;

  constructor(context: DetectContext, values: OptionValues<typeof options>) {
    this.context = context;
    this.values = values;
    this.sweeps = this.newSweeps();
  }

  attempted(flow: FlowView): void {
    if (!isQuestion(flow)) return;
    if (isGroup(flow)) return;
    if (this.hosts.isFull) this.startAfresh();
    this.sweeps.asked(this.hosts.sourceOf(flow), this.hosts.destinationOf(flow));
  }

  answered(flow: FlowView, seen: boolean): void {
    if (seen) this.seenAnswers++;
    else this.missedAnswers++;
    if (isQuestion(flow)) this.sweeps.answered(this.hosts.sourceOf(flow), this.hosts.destinationOf(flow));
  }

  refused(flow: FlowView): void {
    this.seenAnswers++;
    if (isQuestion(flow)) this.sweeps.refused(this.hosts.sourceOf(flow), this.hosts.destinationOf(flow));
  }

  advance(): void {
    this.sweeps.advance();
  }

  open(): Finding[] {
    const sweeps = this.sweeps.open();
    return this.isOneSided ? [] : sweeps.map((sweep) => this.rowOf(sweep));
  }

  finish(): void {
    this.sweeps.finish();
  }

  /** Connections show that their answers are missing: so may those to pings. */
  private get isOneSided(): boolean {
    return this.missedAnswers > this.seenAnswers;
  }

  private newSweeps(): Sweeps {
    return new Sweeps(this.context, this.values, (sweep) => {
      if (!this.isOneSided) this.context.alert(this.rowOf(sweep));
    });
  }

  private rowOf(sweep: Sweep): Finding {
    const victims = sweep.targets.map((host) => this.hosts.addressOf(host));
    const attacker = { ip: this.hosts.addressOf(sweep.source) };
    return sweepFinding(sweep, this.values, 'scan.ping', attacker, victims, 'pinged');
  }

  /** A flood of forged addresses has used up the numbers for hosts: tell what is known and forget it. */
  private startAfresh(): void {
    this.sweeps.finish();
    this.hosts.clear();
    this.sweeps = this.newSweeps();
  }
}

/** Echo, timestamp and address mask requests (RFC 792, 950); ICMPv6 echo request (RFC 4443 4.1). */
function isQuestion(flow: FlowView): boolean {
  const type = flow.sourcePort;
  if (flow.ianaNumber === ICMPV6) return type === 128;
  return flow.ianaNumber === ICMP && (type === 8 || type === 13 || type === 17);
}

/** Whether many hosts have the address: multicast, limited broadcast. */
function isGroup(flow: FlowView): boolean {
  return flow.isIpv6 ? flow.destinationWord(0) >>> 24 === 0xff : flow.destinationWord(0) >>> 28 >= 14;
}

export const pingSweep: DetectorModule<typeof options> = {
  rule: {
    id: 'ping-sweep',
    name: 'Ping sweep',
    version: '2',
    needs: ['both-directions'],
    doc:
      'A source sends ICMP echo, timestamp or address mask requests to many hosts within the window, most of which do not answer. A monitor ' +
      'whose hosts are down looks the same. In a capture whose connections show that answers are missing nothing is told.',
  },
  options,
  create: (context, values) => new PingSweepDetector(context, values),
};
