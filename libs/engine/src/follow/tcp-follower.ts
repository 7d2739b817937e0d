/**
 * Both directions of one TCP connection in the order in which they were said, with the packet of every byte. Bytes are put in order by
 * `TcpStream`, as for the protocol parsers: those that came first win, and a hole is given up when the peer has acknowledged it.
 */
import type { Direction } from '@wirecase/contract';
import type { Packet } from '@wirecase/decode';
import { StreamBudget, type StreamReceiver, TcpFlag, TcpStream } from '@wirecase/flow';
import { type Mark, maxWaitPackets, type Said } from './said.ts';

/** How far a direction has been handed on: what is needed to go on later. Sequence numbers are int32. */
export interface SidePlace {
  /** Sequence number of the next byte; null before anything tells. */
  next: number | null;
  /** Whether a segment with payload came, so that no SYN says any more where the bytes begin. */
  isBegun: boolean;
  /** Bytes handed on, gaps counted. */
  said: number;
  /** The highest that the peer acknowledged. */
  acked: number | null;
  /** Sequence number of the FIN. */
  fin: number | null;
}

/** A segment that is not handed on wholly: `[seq, end)` captured, `[end, wireEnd)` not. */
interface Heard {
  seq: number;
  end: number;
  wireEnd: number;
  at: Mark;
  /** Packets of the flow taken before it. */
  order: number;
}

const nothing = new Uint8Array(0);
/** Longer jumps are taken for nonsense in the header, not for lost bytes. */
const maxJump = 1 << 30;
/** An acknowledgment of 0 so far away is a broken header more often than a long connection that lands on 0. */
const tooLargeDelta = 1 << 20;

export class TcpFollower implements StreamReceiver {
  private readonly sides: readonly [Side, Side];
  private readonly say: (said: Said) => void;
  private taken = 0;
  private at: Mark;

  /** `at`: the last packet before those that come. */
  constructor(say: (said: Said) => void, places: readonly [SidePlace, SidePlace], at: Mark) {
    const budget = new StreamBudget();
    this.say = say;
    this.at = at;
    this.sides = [new Side(places[0], new TcpStream(0, this, budget)), new Side(places[1], new TcpStream(1, this, budget))];
  }

  /** The next segment, decoded from `bytes`. */
  segment(direction: Direction, packet: Packet, bytes: Uint8Array, at: Mark): void {
    if (!hasNumbers(packet)) return;
    this.at = at;
    const side = this.sides[direction];
    const flags = packet.tcpFlags;
    const seq = firstSeqOf(packet);
    side.begin(seq, (flags & TcpFlag.Syn) !== 0);
    if (flags & TcpFlag.Ack) this.sides[1 - direction]!.acknowledged(packet.tcpAck, (flags & TcpFlag.Rst) !== 0);
    if (flags & TcpFlag.Fin) side.fin = (seq + packet.payloadBytes) | 0;
    this.hear(direction, packet, bytes, at);
  }

  /** A segment that was taken before `places`: only what waited of it counts. */
  segmentAgain(direction: Direction, packet: Packet, bytes: Uint8Array, at: Mark): void {
    if (hasNumbers(packet)) this.hear(direction, packet, bytes, at);
  }

  /** No packets follow: hand on what waits, then what was acknowledged and never seen. */
  end(): void {
    for (const direction of [0, 1] as const) {
      const side = this.sides[direction];
      side.stream.end();
      const unseen = side.unseen();
      if (unseen > 0) this.gap(direction, unseen, 'missing', this.at);
    }
  }

  /** Where each direction stands. */
  get places(): readonly [SidePlace, SidePlace] {
    return [this.sides[0].place, this.sides[1].place];
  }

  /** Number of the first packet of which something waits; Infinity when nothing does. */
  get oldest(): number {
    return Math.min(...this.sides.flatMap(({ heard }) => heard.map(({ at }) => at.packet)));
  }

  streamData(direction: number, bytes: Uint8Array, start: number, end: number): void {
    const side = this.sides[direction]!;
    const at = side.heardAt(side.next!)?.at ?? this.at;
    const length = end - start;
    this.say({ direction: direction as Direction, ...at, offset: side.said, length, bytes: bytes.slice(start, end), gap: null });
    side.advance(length);
  }

  streamGap(direction: number, missing: number): void {
    const side = this.sides[direction]!;
    const cut = side.cutAt(side.next!);
    if (cut) this.gap(direction as Direction, missing, 'cut', cut.at);
    else this.gap(direction as Direction, missing, 'missing', side.heardAt((side.next! + missing) | 0)?.at ?? this.at);
  }

  private hear(direction: Direction, packet: Packet, bytes: Uint8Array, at: Mark): void {
    this.taken++;
    if (packet.payloadBytes > 0 && (packet.tcpFlags & TcpFlag.Rst) === 0) {
      const { payloadOffset: start, payloadLength, payloadBytes } = packet;
      this.sides[direction].take(firstSeqOf(packet), bytes, start, start + payloadLength, payloadBytes, at, this.taken);
    }
    for (const side of this.sides) side.settle(this.taken - maxWaitPackets);
  }

  private gap(direction: Direction, length: number, gap: 'missing' | 'cut', at: Mark): void {
    const side = this.sides[direction];
    this.say({ direction, ...at, offset: side.said, length, bytes: null, gap });
    side.advance(length);
  }
}

/** With less captured nothing tells where the bytes belong. */
function hasNumbers(packet: Packet): boolean {
  return packet.payloadOffset - packet.transportOffset >= 14;
}

/** Sequence number of the first byte of payload. */
function firstSeqOf(packet: Packet): number {
  return packet.tcpFlags & TcpFlag.Syn ? (packet.tcpSeq + 1) | 0 : packet.tcpSeq;
}

/** One direction: its stream, and the segments that its stream has not handed on. */
class Side {
  next: number | null;
  said: number;
  fin: number | null;
  private acked: number | null;
  readonly stream: TcpStream;
  /** In the order in which they came. */
  heard: Heard[] = [];
  private isBegun = false;
  /** `next` when `heard` was looked through last: while a hole stays open nothing in it is done with. */
  private prunedAt: number | null = null;

  constructor({ next, isBegun, said, acked, fin }: SidePlace, stream: TcpStream) {
    this.next = next;
    this.said = said;
    this.acked = acked;
    this.fin = fin;
    this.stream = stream;
    if (isBegun) this.start();
  }

  get place(): SidePlace {
    return { next: this.next, isBegun: this.isBegun, said: this.said, acked: this.acked, fin: this.fin };
  }

  /** A packet with this number came; before any bytes the SYN says where they begin, else the first packet. */
  begin(seq: number, isSyn: boolean): void {
    if (!this.isBegun && (isSyn || this.next === null)) this.next = seq;
  }

  acknowledged(ack: number, isReset: boolean): void {
    if (this.next === null) {
      this.next = ack;
      return;
    }
    if (this.isBegun) this.stream.acknowledged(ack);
    const advance = (ack - (this.acked ?? this.next)) | 0;
    if (!isReset && advance > 0 && !(ack === 0 && advance > tooLargeDelta)) this.acked = ack;
  }

  /** `bytes[start, end)` captured of `wireLength`, `order`th packet of the flow. */
  take(seq: number, bytes: Uint8Array, start: number, end: number, wireLength: number, at: Mark, order: number): void {
    this.start();
    const wireEnd = (seq + wireLength) | 0;
    if (((wireEnd - this.next!) | 0) <= 0) return;
    this.heard.push({ seq, end: (seq + (end - start)) | 0, wireEnd, at, order });
    this.stream.segment(seq, bytes, start, end, wireLength);
  }

  /** Forget segments that were handed on, and give up the holes before those that came before the `before`th packet. */
  settle(before: number): void {
    this.prune();
    for (let oldest = this.heard[0]; oldest && oldest.order < before; oldest = this.heard[0]) {
      this.stream.acknowledged(oldest.seq);
      this.prune();
      // Nothing of it was captured: it does not wait in the stream.
      if (this.heard[0] === oldest) this.heard.shift();
    }
  }

  advance(length: number): void {
    this.next = (this.next! + length) | 0;
    this.said += length;
  }

  /** The segment that brought the byte with this sequence number. */
  heardAt(seq: number): Heard | undefined {
    return this.heard.find((each) => ((seq - each.seq) | 0) >= 0 && ((each.end - seq) | 0) > 0);
  }

  /** The segment of which the capture cut off the byte with this sequence number. */
  cutAt(seq: number): Heard | undefined {
    return this.heard.find((each) => ((seq - each.end) | 0) >= 0 && ((each.wireEnd - seq) | 0) > 0);
  }

  /** Bytes at the end that the peer acknowledged, or that stand before the FIN, and were not seen. */
  unseen(): number {
    const { next, fin, acked } = this;
    const isFinLast = fin !== null && (acked === null || ((acked - fin) | 0) >= 0);
    const last = isFinLast ? fin : acked;
    if (next === null || last === null) return 0;
    const unseen = (last - next) | 0;
    // One byte is a FIN that was not captured.
    return unseen > (fin === null ? 1 : 0) && unseen <= maxJump ? unseen : 0;
  }

  private start(): void {
    this.isBegun = true;
    this.stream.start(this.next!);
  }

  private prune(): void {
    if (this.heard.length === 0 || this.next === this.prunedAt) return;
    // The stream does not keep what it has no byte of: that the next bytes were cut off is known here.
    for (let cut = this.cutAt(this.next!); cut; cut = this.cutAt(this.next!))
      this.stream.segment(this.next!, nothing, 0, 0, (cut.wireEnd - this.next!) | 0);
    this.prunedAt = this.next;
    this.heard = this.heard.filter(({ wireEnd }) => ((wireEnd - this.next!) | 0) > 0);
  }
}
