/**
 * Hosts that are sent SYNs at one port after the other: a leaky bucket of ports met for the first time, for each of 4,096 classes of hosts,
 * so that the few ports that most hosts have cost nothing.
 */
import type { PacketView } from '../detector.ts';

const BUCKETS = 4096;
/** Ports in the bucket from which on they are too many for services. */
const FEW = 50;

export class FreshPorts {
  private readonly levels = new Float64Array(BUCKETS);
  private readonly seconds = new Float64Array(BUCKETS);

  /** A port of the destination is met for the first time, where buckets lose `rate` a second. Whether it is one of many. */
  areMany({ destinationWord0, destinationWord1, destinationWord2, destinationWord3 }: PacketView, seconds: number, rate: number): boolean {
    const word =
      destinationWord0 ^ Math.imul(destinationWord1, 31) ^ Math.imul(destinationWord2, 961) ^ Math.imul(destinationWord3, 29_791);
    const hash = Math.imul(word ^ (word >>> 16), 0x45d9f3b);
    const bucket = (hash ^ (hash >>> 16)) & (BUCKETS - 1);
    const level = Math.max(0, this.levels[bucket]! - rate * (seconds - this.seconds[bucket]!)) + 1;
    this.levels[bucket] = Math.min(level, 2 * FEW);
    this.seconds[bucket] = seconds;
    return level > FEW;
  }
}
