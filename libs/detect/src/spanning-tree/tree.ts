/** One spanning tree as its bridges tell of it: its root, who speaks, and how much. */
import type { BridgeView, DetectContext } from '../detector.ts';
import { Tally } from '../tally.ts';

/** Bridges and ports told apart. */
const MAX_SPEAKERS = 512;
/** Seconds in which a tree must have stayed as it is, and after which a root that is not heard of is gone (802.1D 17.14: max age). */
const SETTLED_SECONDS = 3;
const MAX_AGE = 20;

export class Tree {
  readonly key: number;
  readonly flood = new Tally();
  /** Senders of the flood, the first ones. */
  readonly flooders = new Set<number>();
  rootPriority = 0;
  rootMac = 0;
  /** The newest messages for the root, as evidence. */
  packets: number[] = [];
  private count = 0;
  private sinceSeconds = 0;
  private heardSeconds = Number.NEGATIVE_INFINITY;
  private readonly speakers = new Set<number>();

  constructor(key: number) {
    this.key = key;
  }

  /**
   * A bridge proposes a root. Answers whether a stranger does, who has spoken in this tree neither by that bridge's nor by that port's
   * address, and its root is better than one that was settled after `hellos` messages.
   */
  hear(message: BridgeView, context: DetectContext, hellos: number): boolean {
    const isTold = this.isTakenOver(message, context.seconds, hellos);
    this.speak(message.bridgeMac);
    this.speak(message.sourceMac);
    const isNew = message.rootMac !== this.rootMac || message.rootPriority !== this.rootPriority;
    if (!isNew || this.isBetter(message) || context.seconds - this.heardSeconds > MAX_AGE) this.keep(message, context, isNew);
    return isTold;
  }

  private isTakenOver(message: BridgeView, seconds: number, hellos: number): boolean {
    const isSettled = this.count >= hellos && seconds - this.sinceSeconds >= SETTLED_SECONDS && seconds - this.heardSeconds <= MAX_AGE;
    const isStranger = !this.speakers.has(message.bridgeMac) || !this.speakers.has(message.sourceMac);
    return isSettled && isStranger && this.isBetter(message);
  }

  private isBetter({ rootPriority, rootMac }: BridgeView): boolean {
    return rootPriority < this.rootPriority || (rootPriority === this.rootPriority && rootMac < this.rootMac);
  }

  private keep({ rootPriority, rootMac }: BridgeView, { seconds, packet }: DetectContext, isNew: boolean): void {
    if (isNew) {
      this.rootPriority = rootPriority;
      this.rootMac = rootMac;
      this.count = 0;
      this.sinceSeconds = seconds;
      this.packets = [];
    }
    this.count++;
    this.heardSeconds = seconds;
    if (this.packets.length < 2) this.packets.push(packet);
    else this.packets[2] = packet;
  }

  private speak(mac: number): void {
    if (this.speakers.size >= MAX_SPEAKERS) this.speakers.clear();
    this.speakers.add(mac);
  }
}
