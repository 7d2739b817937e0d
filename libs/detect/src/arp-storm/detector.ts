/** ARP storms: one host sends so many ARP packets to all that everyone has its hands full. State: MAX_SENDERS hosts, those heard last. */
import { macText } from '../address-text.ts';
import type { ArpView, DetectContext, Detector, DetectorModule, Finding, OptionValues } from '../detector.ts';
import { GenerationMap } from '../generation-map.ts';
import { spanText } from '../tally.ts';
import { options } from './options.ts';

const MAX_SENDERS = 8192;
const MAX_PACKETS = 50;
const BROADCAST = 0xffff_ffff_ffff;

/** Packets of one host since the begin of a storm or, while there is none, of the window. */
interface Sender {
  mac: number;
  count: number;
  packets: number[];
  startNs: bigint;
  startSeconds: number;
  endNs: bigint;
  endSeconds: number;
  /** When it was known to be a storm, null while there is none. */
  detectedAtNs: bigint | null;
}

class ArpStormDetector implements Detector {
  private readonly context: DetectContext;
  private readonly options: OptionValues<typeof options>;
  /** By hardware address. */
  private readonly senders = new GenerationMap<Sender>(MAX_SENDERS, (_mac, sender) => this.close(sender));
  private readonly storms = new Set<Sender>();

  constructor(context: DetectContext, values: OptionValues<typeof options>) {
    this.context = context;
    this.options = values;
  }

  arp({ senderMac, frameDestination }: ArpView): void {
    // Who is asked a thousand times answers as often, to one host.
    if (frameDestination >= 0 && frameDestination !== BROADCAST) return;
    const { seconds, timeNs, packet } = this.context;
    let sender = this.senders.get(senderMac);
    if (sender && this.isOver(sender)) this.close(sender);
    if (!sender || this.isOver(sender)) {
      sender = {
        mac: senderMac,
        count: 0,
        packets: [],
        startNs: timeNs,
        startSeconds: seconds,
        endNs: timeNs,
        endSeconds: seconds,
        detectedAtNs: null,
      };
      this.senders.set(senderMac, sender);
    }
    sender.count++;
    sender.endNs = timeNs;
    sender.endSeconds = seconds;
    if (sender.detectedAtNs !== null) return;
    const isCrossing = sender.count >= this.options.packets;
    // The last place is for the crossing one.
    if (isCrossing || sender.packets.length < MAX_PACKETS - 1) sender.packets.push(packet);
    if (!isCrossing) return;
    sender.detectedAtNs = timeNs;
    this.storms.add(sender);
  }

  open(): Finding[] {
    for (const storm of this.storms) if (this.isOver(storm)) this.close(storm);
    return [...this.storms].map((storm) => this.rowOf(storm));
  }

  finish(): void {
    for (const storm of this.storms) this.close(storm);
  }

  /** Whether its next packet is not of this storm or window. */
  private isOver({ detectedAtNs, startSeconds, endSeconds }: Sender): boolean {
    const { seconds } = this.context;
    return detectedAtNs === null ? seconds - startSeconds > this.options.window : seconds - endSeconds > this.options.quiet;
  }

  private close(sender: Sender): void {
    if (this.storms.delete(sender)) this.context.alert(this.rowOf(sender));
  }

  private rowOf({ mac, count, packets, startNs, startSeconds, endNs, endSeconds, detectedAtNs }: Sender): Finding {
    const { packets: threshold, window } = this.options;
    return {
      start: startNs,
      end: endNs,
      detectedAt: detectedAtNs!,
      severity: 55,
      confidence: count >= 2 * threshold ? 0.9 : 0.7,
      techniques: ['T1498.001'],
      sourceIp: null,
      destinationIp: null,
      alertClass: 'flood.arp',
      entities: [{ role: 'attacker', mac: macText(mac) }],
      evidence: { metric: 'ARP packets to all', value: count, threshold, window, packets },
      explanation:
        `${macText(mac)} sent ${count} ARP packets to all in ${spanText(endSeconds - startSeconds)}, which every host has to look at. ` +
        `The threshold is ${threshold} within ${window} s.`,
    };
  }
}

export const arpStorm: DetectorModule<typeof options> = {
  rule: {
    id: 'arp-storm',
    name: 'ARP storm',
    version: '1',
    needs: [],
    doc:
      'One host sends a thousand ARP packets to all within a second. A loop in the network, which repeats the packets of an innocent host, looks the ' +
      'same, and so does a router when thousands of absent hosts behind it are asked for: an attack by somebody else, too.',
  },
  options,
  create: (context, values) => new ArpStormDetector(context, values),
};
