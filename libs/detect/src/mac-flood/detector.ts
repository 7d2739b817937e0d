/**
 * MAC flooding (macof): frames from ever new hardware addresses fill a switch's table, which then sends everything everywhere. State: one
 * bit for each class of addresses, and one flood.
 */
import { macText } from '../address-text.ts';
import type { ArpView, DetectContext, Detector, DetectorModule, Finding, FlowView, OptionValues } from '../detector.ts';
import { spanText } from '../tally.ts';
import { options } from './options.ts';

/** A power of two: a new address is taken for a known one as often as the bits are full. */
const BITS = 1 << 20;
/** Share of bits set at which all are forgotten. */
const FULL = 0.5;
const MAX_PACKETS = 50;
/** Addresses named: those before the crossing, not the hosts that a capture begins with. */
const MAX_NAMED = 8;

interface Flood {
  count: number;
  named: number[];
  packets: number[];
  startNs: bigint;
  endNs: bigint;
  detectedAtNs: bigint;
  startSeconds: number;
  endSeconds: number;
}

class MacFloodDetector implements Detector {
  private readonly context: DetectContext;
  private readonly options: OptionValues<typeof options>;
  private readonly bits = new Int32Array(BITS / 32);
  private set = 0;
  /** New addresses in the window that began at `since`: those kept as evidence, and how many. */
  private since = Number.NEGATIVE_INFINITY;
  private sinceNs = 0n;
  private count = 0;
  private packets: number[] = [];
  private named: number[] = [];
  private flood: Flood | null = null;

  constructor(context: DetectContext, values: OptionValues<typeof options>) {
    this.context = context;
    this.options = values;
  }

  attempted(flow: FlowView): void {
    this.hear(flow.sourceMacNumber);
  }

  arp(arp: ArpView): void {
    this.hear(arp.senderMac);
  }

  /** macof makes headers of TCP that are cut short. */
  stray(mac: number): void {
    this.hear(mac);
  }

  open(): Finding[] {
    if (this.flood && this.context.seconds - this.flood.endSeconds > this.options.quiet) this.finish();
    return this.flood ? [this.rowOf(this.flood)] : [];
  }

  finish(): void {
    if (this.flood) this.context.alert(this.rowOf(this.flood));
    this.flood = null;
  }

  private hear(mac: number): void {
    if (mac < 0) return;
    const bit = bitOf(mac);
    const word = bit >> 5;
    const mask = 1 << (bit & 31);
    if (this.bits[word]! & mask) return;
    if (this.set > BITS * FULL) this.forget();
    this.bits[word]! |= mask;
    this.set++;
    this.countNew(mac);
  }

  private countNew(mac: number): void {
    const { seconds, timeNs, packet } = this.context;
    const { flood } = this;
    if (flood && seconds - flood.endSeconds > this.options.quiet) this.finish();
    else if (flood) {
      flood.count++;
      flood.endSeconds = seconds;
      flood.endNs = timeNs;
      return;
    }
    if (seconds - this.since > this.options.window) this.begin();
    this.count++;
    if (this.named.length === MAX_NAMED) this.named.shift();
    this.named.push(mac);
    // The last place is for the crossing one.
    if (this.packets.length < MAX_PACKETS - 1 && this.packets.at(-1) !== packet) this.packets.push(packet);
    if (this.count < this.options.addresses) return;
    this.flood = {
      count: this.count,
      named: this.named,
      packets: this.packets.at(-1) === packet ? this.packets : [...this.packets, packet],
      startNs: this.sinceNs,
      endNs: timeNs,
      detectedAtNs: timeNs,
      startSeconds: this.since,
      endSeconds: seconds,
    };
    this.begin();
  }

  private begin(): void {
    this.since = this.context.seconds;
    this.sinceNs = this.context.timeNs;
    this.count = 0;
    this.packets = [];
    this.named = [];
  }

  private forget(): void {
    this.bits.fill(0);
    this.set = 0;
  }

  private rowOf(flood: Flood): Finding {
    const { addresses, window } = this.options;
    return {
      start: flood.startNs,
      end: flood.endNs,
      detectedAt: flood.detectedAtNs,
      severity: 70,
      confidence: flood.count >= 2 * addresses ? 0.9 : 0.7,
      techniques: ['T1557', 'T1498'],
      sourceIp: null,
      destinationIp: null,
      alertClass: 'flood.mac',
      entities: flood.named.map((mac) => ({ role: 'attacker', mac: macText(mac) })),
      evidence: { metric: 'new hardware addresses', value: flood.count, threshold: addresses, window, packets: flood.packets },
      explanation:
        `Frames came from ${flood.count} hardware addresses never seen before in ${spanText(flood.endSeconds - flood.startSeconds)} ` +
        `(${flood.named.slice(0, 3).map(macText).join(', ')} ...): more than a switch may remember, which then sends everything to everyone. ` +
        `The threshold is ${addresses} within ${window} s.`,
    };
  }
}

/** One of `BITS` for a 48-bit number. */
function bitOf(mac: number): number {
  const high = Math.floor(mac / 0x1_0000_0000);
  let hash = Math.imul((mac - high * 0x1_0000_0000) | 0, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0x45d9f3b);
  return (hash ^ (hash >>> 16)) & (BITS - 1);
}

export const macFlood: DetectorModule<typeof options> = {
  rule: {
    id: 'mac-flood',
    name: 'MAC flooding',
    version: '1',
    needs: [],
    doc:
      'Frames from hundreds of hardware addresses never seen before within seconds, as macof sends them to fill the table of a switch. The ' +
      'begin of a capture of a very large network looks the same, and so do wireless clients that change their address.',
  },
  options,
  create: (context, values) => new MacFloodDetector(context, values),
};
