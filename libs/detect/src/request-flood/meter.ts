/** Requests for pages that were asked for before: a leaky bucket, and the flood that it is in. */
import type { DetectContext } from '../detector.ts';

const MAX_PACKETS = 50;
/** Clients told apart. */
const MAX_CLIENTS = 1024;

/** A flood that may still go on. */
export interface Flood {
  count: number;
  /** Numbers of hosts. */
  clients: Set<number>;
  packets: number[];
  startSeconds: number;
  endSeconds: number;
  startNs: bigint;
  endNs: bigint;
  detectedAtNs: bigint;
}

export class Meter {
  readonly server: number;
  readonly port: number;
  /** Of one client, or -1: of all. */
  readonly client: number;
  /** Hashes of the pages that the client has asked for. */
  readonly pages = new Set<number>();
  flood: Flood | null = null;
  /** Packet time of the newest request. */
  seconds = 0;
  private level = 0;
  /** Since the bucket was empty. */
  private count = 0;
  private clients = new Set<number>();
  private packets: number[] = [];
  private startSeconds = 0;
  private startNs = 0n;

  constructor(server: number, port: number, client: number) {
    this.server = server;
    this.port = port;
    this.client = client;
  }

  /** Count a request of `client`, which the packet at hand ends; answers whether it makes a flood. */
  add(client: number, context: DetectContext, rate: number, burst: number): boolean {
    const { seconds, timeNs, packet } = context;
    const { flood } = this;
    this.level = Math.max(0, this.level - rate * (seconds - this.seconds));
    this.seconds = seconds;
    if (this.level === 0 && !flood) this.restart(context);
    this.level = Math.min(this.level + 1, 2 * burst);
    if (flood) {
      if (this.level < burst / 2) return false;
      flood.count++;
      if (flood.clients.size < MAX_CLIENTS) flood.clients.add(client);
      flood.endSeconds = seconds;
      flood.endNs = timeNs;
      return false;
    }
    this.count++;
    if (this.clients.size < MAX_CLIENTS) this.clients.add(client);
    // The last place is for the crossing one.
    if (this.packets.length < MAX_PACKETS - 1 && this.packets.at(-1) !== packet) this.packets.push(packet);
    if (this.level < burst) return false;
    this.flood = {
      count: this.count,
      clients: this.clients,
      packets: this.packets.at(-1) === packet ? this.packets : [...this.packets, packet],
      ...{ startSeconds: this.startSeconds, startNs: this.startNs, endSeconds: seconds, endNs: timeNs, detectedAtNs: timeNs },
    };
    return true;
  }

  /** The flood that is over, if there was one; counting begins anew. */
  close(): Flood | null {
    const { flood } = this;
    this.flood = null;
    this.level = 0;
    return flood;
  }

  private restart({ seconds, timeNs }: DetectContext): void {
    this.count = 0;
    this.clients = new Set();
    this.packets = [];
    this.startSeconds = seconds;
    this.startNs = timeNs;
  }
}
