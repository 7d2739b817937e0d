/** Large responses of one service to one host: a leaky bucket, and the flood that it is in. */
import { DNS } from '../amplifying-services.ts';
import type { DetectContext, OptionValues, PacketView } from '../detector.ts';
import type { options } from './options.ts';

const MAX_PACKETS = 50;
/** Reflectors told apart. */
const MAX_REFLECTORS = 1024;

/** A flood that may still go on. */
export interface Flood {
  responses: number;
  responseBytes: number;
  requestBytes: number;
  /** Numbers of hosts. */
  reflectors: Set<number>;
  packets: number[];
  startSeconds: number;
  endSeconds: number;
  startNs: bigint;
  endNs: bigint;
  detectedAtNs: bigint;
}

export class Meter {
  readonly victim: number;
  readonly port: number;
  flood: Flood | null = null;
  /** Packet time of the newest response. */
  seconds = 0;
  private level = 0;
  /** Since the bucket was empty. */
  private responses = 0;
  private responseBytes = 0;
  private requestBytes = 0;
  private reflectors = new Set<number>();
  private packets: number[] = [];
  private startSeconds = 0;
  private startNs = 0n;

  constructor(victim: number, port: number) {
    this.victim = victim;
    this.port = port;
  }

  /** The host asked the service. */
  asked(bytes: number): void {
    if (this.flood) this.flood.requestBytes += bytes;
    else this.requestBytes += bytes;
  }

  /** A large response came from the host with the number `reflector`; answers whether it makes a flood. */
  answered(packet: PacketView, reflector: number, context: DetectContext, values: OptionValues<typeof options>): boolean {
    const { seconds } = context;
    const { rate, burst } = values;
    const { flood } = this;
    this.level = Math.max(0, this.level - rate * (seconds - this.seconds));
    this.seconds = seconds;
    if (flood) {
      this.level = Math.min(this.level + 1, 2 * burst);
      if (this.level < burst / 2) return false;
      flood.responses++;
      flood.responseBytes += packet.payloadBytes;
      if (flood.reflectors.size < MAX_REFLECTORS) flood.reflectors.add(reflector);
      flood.endSeconds = seconds;
      flood.endNs = context.timeNs;
      return false;
    }
    if (this.level === 0) this.restart(context);
    this.level = Math.min(this.level + 1, 2 * burst);
    this.responses++;
    this.responseBytes += packet.payloadBytes;
    if (this.reflectors.size < MAX_REFLECTORS) this.reflectors.add(reflector);
    // The last place is for the crossing one.
    if (this.packets.length < MAX_PACKETS - 1) this.packets.push(context.packet);
    if (this.level < burst || !this.isUnequal(values)) return false;
    this.open(context);
    return true;
  }

  /** The flood that is over, if there was one; counting begins anew. */
  close(): Flood | null {
    const { flood } = this;
    this.flood = null;
    this.level = 0;
    return flood;
  }

  private isUnequal({ factor, unaskedBytes }: OptionValues<typeof options>): boolean {
    if (this.requestBytes === 0 && this.port === DNS) return this.responseBytes >= unaskedBytes * this.responses;
    return this.responseBytes >= factor * this.requestBytes;
  }

  private restart(context: DetectContext): void {
    this.responses = 0;
    this.responseBytes = 0;
    this.requestBytes = 0;
    this.reflectors = new Set();
    this.packets = [];
    this.startSeconds = context.seconds;
    this.startNs = context.timeNs;
  }

  private open(context: DetectContext): void {
    const { responses, responseBytes, requestBytes, reflectors, packets, startSeconds, startNs } = this;
    this.flood = {
      ...{ responses, responseBytes, requestBytes, reflectors, startSeconds, startNs },
      packets: packets.at(-1) === context.packet ? packets : [...packets, context.packet],
      endSeconds: context.seconds,
      endNs: context.timeNs,
      detectedAtNs: context.timeNs,
    };
  }
}
