/** Connections out of the network that last for hours: tunnels and remote control among them. No state: a connection is judged when it ends. */
import { formatIp } from '@wirecase/contract';
import type { DetectContext, Detector, DetectorModule, EndedFlow, OptionValues } from '../detector.ts';
import { isOutward } from '../host-table.ts';
import { spanText } from '../tally.ts';
import { options } from './options.ts';

const TCP = 6;
/** RITA's next steps, hours. */
const LONG_HOURS = 8;
const VERY_LONG_HOURS = 12;

class LongConnectionDetector implements Detector {
  private readonly context: DetectContext;
  private readonly options: OptionValues<typeof options>;

  constructor(context: DetectContext, values: OptionValues<typeof options>) {
    this.context = context;
    this.options = values;
  }

  ended(flow: EndedFlow): void {
    if (flow.ianaNumber !== TCP || !isOutward(flow)) return;
    const seconds = Number(flow.endNs - flow.startNs) / 1e9;
    if (seconds < this.options.duration) return;
    const [source, destination] = [formatIp(flow.sourceIp), formatIp(flow.destinationIp)];
    const hours = seconds / 3600;
    this.context.alert({
      start: flow.startNs,
      end: flow.endNs,
      detectedAt: this.context.timeNs,
      severity: hours >= VERY_LONG_HOURS ? 45 : hours >= LONG_HOURS ? 35 : 25,
      confidence: 0.5,
      techniques: ['T1071', 'T1572'],
      sourceIp: flow.sourceIp,
      destinationIp: flow.destinationIp,
      alertClass: 'c2.long-connection',
      entities: [
        { role: 'victim', ip: source },
        { role: 'attacker', ip: destination },
      ],
      evidence: {
        metric: 'seconds connected',
        value: Math.round(seconds),
        threshold: this.options.duration,
        window: Math.round(seconds),
        packets: [flow.firstPacket],
      },
      explanation:
        `${source} was connected to ${destination} port ${flow.destinationPort} outside its network for ${spanText(seconds)}. ` +
        `The threshold is ${spanText(this.options.duration)}.`,
    });
  }

  finish(): void {}
}

export const longConnection: DetectorModule<typeof options> = {
  rule: {
    id: 'long-connection',
    name: 'Long connection',
    version: '1',
    needs: ['both-directions'],
    doc: 'A TCP connection out of the network that lasted for hours: remote control, a tunnel; also chat, mail and push services.',
  },
  options,
  create: (context, values) => new LongConnectionDetector(context, values),
};
