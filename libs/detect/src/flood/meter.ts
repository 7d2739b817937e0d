/** A leaky bucket for one kind of packet to one victim, and the flood that it is in. */
import { addressBytes } from '../address-text.ts';
import type { DetectContext, PacketView } from '../detector.ts';
import { Sources } from './sources.ts';
import type { Flood, FloodKind } from './finding.ts';

/** Packet numbers kept as evidence; the last place is for the crossing one. */
const MAX_PACKETS = 50;
/** Packets that a bucket holds before sources are told apart. */
const FEW = 4;
/** Seconds that a stream must last: a device that is asked for much at once sends a burst. */
export const SHORTEST_STREAM = 0.1;

export class Meter {
  readonly kind: FloodKind;
  readonly port: number;
  /** When the victim was first seen to get something. */
  readonly bornSeconds: number;
  flood: Flood | null = null;
  /** Of the packet counted last. */
  seconds = 0;
  /** Errors about ports of the victim: they tell a flood from a stream. */
  refusals = 0;

  /** Of the datagram before. */
  private lastDestinationPort = -1;
  private lastSourcePort = -1;
  private level = 0;
  private streamLevel = 0;
  private streamSeconds = 0;
  private streamStart = 0;
  private counted = 0;
  private startSeconds = 0;
  private startNs = 0n;
  /** From the packet on at which the bucket holds `FEW`: most meters never come so far. */
  private sources: Sources | null = null;
  private packets: number[] = [];
  private readonly ipVersion: number;
  private readonly word0: number;
  private readonly word1: number;
  private readonly word2: number;
  private readonly word3: number;

  constructor(kind: FloodKind, packet: PacketView, port: number, seconds: number) {
    this.bornSeconds = seconds;
    this.kind = kind;
    this.port = port;
    this.ipVersion = packet.ipVersion;
    this.word0 = packet.destinationWord0;
    this.word1 = packet.destinationWord1;
    this.word2 = packet.destinationWord2;
    this.word3 = packet.destinationWord3;
  }

  /**
   * Count a packet against a bucket that loses `rate` a second and is a flood when it holds `burst`, from `leastSources` or more and for
   * `leastSeconds` at least.
   */
  add(packet: PacketView, context: DetectContext, rate: number, burst: number, leastSources = 0, leastSeconds = 0): void {
    const { seconds } = context;
    const level = Math.max(0, this.level - rate * (seconds - this.seconds));
    if (level === 0 && !this.flood) this.restart(context);
    this.seconds = seconds;
    this.level = Math.min(level + 1, 2 * burst);
    const { flood } = this;
    if (!flood) {
      this.counted++;
      if (this.level >= FEW) (this.sources ??= new Sources()).add(packet);
      // Most meters count one packet only: an array that was pushed to has room for seventeen.
      if (this.packets.length === 0) this.packets = [context.packet];
      else if (this.packets.length < MAX_PACKETS - 1) this.packets.push(context.packet);
      const isLong = seconds - this.startSeconds >= leastSeconds;
      if (this.level >= burst && isLong && (this.sources?.count ?? 0) >= leastSources) this.open(context, rate, burst);
    } else if (this.level >= burst / 2) {
      flood.counted++;
      flood.sources.add(packet);
      flood.endSeconds = seconds;
      flood.endNs = context.timeNs;
    }
  }

  /** Whether a datagram goes to another port than the one before, from the same one: as a scan does. */
  isNextPort(destinationPort: number, sourcePort: number): boolean {
    const isNext = destinationPort !== this.lastDestinationPort && sourcePort === this.lastSourcePort;
    this.lastDestinationPort = destinationPort;
    this.lastSourcePort = sourcePort;
    return isNext;
  }

  /** As `add`, in a bucket of its own, for packets of flows that were counted there already. */
  addStream(packet: PacketView, context: DetectContext, rate: number, burst: number): void {
    if (this.flood) return this.add(packet, context, this.flood.rate, this.flood.burst);
    const { seconds } = context;
    const level = Math.max(0, this.streamLevel - rate * (seconds - this.streamSeconds));
    if (level === 0) this.streamStart = seconds;
    this.streamLevel = level + 1;
    this.streamSeconds = seconds;
    this.counted++;
    if (this.streamLevel >= burst && seconds - this.streamStart >= SHORTEST_STREAM) {
      (this.sources ??= new Sources()).add(packet);
      this.level = 2 * burst;
      this.seconds = seconds;
      this.open(context, rate, burst);
    }
  }

  /** One of those counted, of the source with these words, turned out to be ordinary. False: none is counted still. */
  takeBack(word0: number, word1: number, word2: number, word3: number): boolean {
    const isCounted = this.level >= 1;
    if (isCounted) this.level--;
    (this.flood ? this.flood.sources : this.sources)?.remove(word0, word1, word2, word3);
    return isCounted;
  }

  private restart(context: DetectContext): void {
    this.startSeconds = context.seconds;
    this.startNs = context.timeNs;
    if (this.counted === 0) return;
    this.counted = 0;
    this.packets = [];
    this.sources = null;
  }

  private open(context: DetectContext, rate: number, burst: number): void {
    const { kind, port, sources, counted, startSeconds, startNs, ipVersion, word0, word1, word2, word3 } = this;
    this.flood = {
      kind,
      victim: addressBytes(ipVersion === 4 ? [word0] : [word0, word1, word2, word3]),
      port,
      sources: sources ?? new Sources(),
      counted,
      packets: this.packets.at(-1) === context.packet ? this.packets : [...this.packets, context.packet],
      startSeconds,
      endSeconds: context.seconds,
      startNs,
      endNs: context.timeNs,
      detectedAtNs: context.timeNs,
      rate,
      burst,
    };
  }

  /** The flood that is over, if one was open; counting begins anew. */
  close(): Flood | null {
    const { flood } = this;
    this.flood = null;
    this.level = 0;
    this.counted = 0;
    this.packets = [];
    this.sources = null;
    return flood;
  }
}
