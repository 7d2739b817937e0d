/**
 * Strobes: one host connects to one port of a host outside the network again and again for minutes on end. Only finished handshakes count, so
 * floods and scans are left to their detectors. State: at most MAX_LINES pairs with port; those not seen for longest go first.
 */
import { formatIp } from '@wirecase/contract';
import type { DetectContext, Detector, DetectorModule, Finding, FlowView, OptionValues } from '../detector.ts';
import { GenerationMap } from '../generation-map.ts';
import { HostTable, isOutward, MAX_HOSTS } from '../host-table.ts';
import { spanText } from '../tally.ts';
import { options } from './options.ts';

const MAX_LINES = 16_384;
const MAX_PACKETS = 50;
const PORTS = 0x1_0000;
const MINUTE = 60;

interface Line {
  source: number;
  destination: number;
  port: number;
  /** Minutes since this packet time are counted. */
  sinceSeconds: number;
  startNs: bigint;
  endSeconds: number;
  endNs: bigint;
  /** The minute that is counted now, and connections in it. */
  minute: number;
  inMinute: number;
  /** Connections of all minutes. */
  count: number;
  /** Null while it is no strobe. */
  detectedAtNs: bigint | null;
  packets: number[];
}

class StrobeDetector implements Detector {
  private readonly context: DetectContext;
  private readonly options: OptionValues<typeof options>;
  private readonly hosts = new HostTable();
  private readonly lines = new GenerationMap<Line>(MAX_LINES, (_key, line) => this.close(line));
  private readonly strobing = new Set<Line>();

  constructor(context: DetectContext, values: OptionValues<typeof options>) {
    this.context = context;
    this.options = values;
  }

  established(flow: FlowView): void {
    if (!isOutward(flow)) return;
    if (this.hosts.isFull) this.restart();
    const line = this.lineOf(flow);
    const { seconds } = this.context;
    const { perMinute, minutes } = this.options;
    const minute = Math.floor((seconds - line.sinceSeconds) / MINUTE);
    // A minute that had too few ends the row of them.
    if (minute > line.minute + 1 || (minute > line.minute && line.inMinute < perMinute)) this.begin(line);
    else if (minute > line.minute) {
      line.minute = minute;
      line.inMinute = 0;
    }
    line.inMinute++;
    line.count++;
    line.endSeconds = seconds;
    line.endNs = this.context.timeNs;
    if (line.packets.length < MAX_PACKETS) line.packets.push(this.context.packet);
    if (line.detectedAtNs !== null || line.minute < minutes - 1 || line.inMinute < perMinute) return;
    line.detectedAtNs = this.context.timeNs;
    line.packets[line.packets.length - 1] = this.context.packet;
    this.strobing.add(line);
  }

  open(): Finding[] {
    for (const line of this.strobing) if (this.context.seconds - line.endSeconds > 2 * MINUTE) this.close(line);
    return [...this.strobing].map((line) => this.rowOf(line, line.detectedAtNs!));
  }

  finish(): void {
    this.lines.clear();
  }

  private lineOf(flow: FlowView): Line {
    const [source, destination, port] = [this.hosts.sourceOf(flow), this.hosts.destinationOf(flow), flow.destinationPort];
    const key = (source * MAX_HOSTS + destination) * PORTS + port;
    let line = this.lines.get(key);
    if (!line) {
      line = { source, destination, port, ...this.nothing() };
      this.lines.set(key, line);
    } else if (line.inMinute === 1) this.lines.set(key, line);
    return line;
  }

  private nothing(): Omit<Line, 'source' | 'destination' | 'port'> {
    const { seconds, timeNs } = this.context;
    return {
      ...{ sinceSeconds: seconds, startNs: timeNs, endSeconds: seconds, endNs: timeNs },
      ...{ minute: 0, inMinute: 0, count: 0, detectedAtNs: null, packets: [] },
    };
  }

  /** Tell what the line was, and count it anew from now on. */
  private begin(line: Line): void {
    this.close(line);
    Object.assign(line, this.nothing());
  }

  private close(line: Line): void {
    if (line.detectedAtNs !== null) this.context.alert(this.rowOf(line, line.detectedAtNs));
    this.strobing.delete(line);
    line.detectedAtNs = null;
  }

  private rowOf(line: Line, detectedAt: bigint): Finding {
    const { perMinute, minutes } = this.options;
    const source = this.hosts.addressOf(line.source);
    const destination = this.hosts.addressOf(line.destination);
    return {
      start: line.startNs,
      end: line.endNs,
      detectedAt,
      severity: 35,
      confidence: 0.5,
      techniques: ['T1071', 'T1571'],
      sourceIp: source,
      destinationIp: destination,
      alertClass: 'c2.strobe',
      entities: [
        { role: 'victim', ip: formatIp(source) },
        { role: 'attacker', ip: formatIp(destination) },
      ],
      evidence: {
        metric: 'connections',
        value: line.count,
        threshold: perMinute * minutes,
        window: minutes * MINUTE,
        packets: line.packets,
      },
      explanation:
        `${formatIp(source)} connected ${line.count} times in ${spanText(line.endSeconds - line.sinceSeconds)} to ${formatIp(destination)} ` +
        `port ${line.port} outside its network, and hardly paused. The threshold is ${perMinute} in each of ${minutes} minutes in a row.`,
    };
  }

  private restart(): void {
    this.finish();
    this.hosts.clear();
  }
}

export const strobe: DetectorModule<typeof options> = {
  rule: {
    id: 'strobe',
    name: 'Strobe',
    version: '1',
    needs: ['both-directions'],
    doc:
      'A host connects to one port of one host outside its network about once a second for minutes on end: a program that asks for orders or ' +
      'cannot keep its connection. Proxies, and clients that open a connection for each question to a service, look the same.',
  },
  options,
  create: (context, values) => new StrobeDetector(context, values),
};
