/**
 * What was said in one flow, from its packets: TCP put in order, of other transports the payload of each datagram. It can stop after
 * any packet and go on later from a few numbers (`place`), reading again only the packets of which something waited; the parts then
 * are those of one run.
 */
import type { Direction, FlowRow } from '@wirecase/contract';
import { type Datagram, decode, IpProtocol, Packet, Reassembler, type ReassemblyListener } from '@wirecase/decode';
import type { CaptureRecord } from '@wirecase/pcap-parser';
import { directionOf } from './direction-of.ts';
import { type Mark, maxWaitPackets, type Said } from './said.ts';
import { type SidePlace, TcpFollower } from './tcp-follower.ts';

export type FollowedFlow = Pick<FlowRow, 'sourceIp' | 'sourcePort' | 'destinationIp' | 'ianaNumber' | 'aggregate'>;

/** Where following stopped. */
export interface FollowPlace {
  /** Packet to read on from: what earlier ones brought was handed on. */
  from: number;
  /** The last packet that was taken: what whole datagrams said up to it was handed on. */
  last: Mark;
  /** By direction. */
  sides: readonly [SidePlace, SidePlace];
}

const unheard: SidePlace = { next: null, isBegun: false, said: 0, acked: null, fin: null };

export const beginning: FollowPlace = { from: 0, last: { packet: 0, seconds: 0, nanos: 0 }, sides: [unheard, unheard] };

/** Whether the flow is one connection, whose bytes have an order of their own. A row that stands for several flows is none. */
export function isConnection({ ianaNumber, aggregate }: FollowedFlow): boolean {
  return ianaNumber === IpProtocol.Tcp && aggregate <= 1;
}

export class Follower implements ReassemblyListener {
  private readonly flow: FollowedFlow;
  private readonly packet = new Packet();
  private readonly reassembler = new Reassembler(this);
  private readonly tcp: TcpFollower | null;
  /** Of datagrams: bytes said by direction. */
  private readonly datagramBytes: [number, number];
  /** Datagrams whose fragments are not all there, and how many packets had been taken before. */
  private readonly waiting = new Map<Datagram, number>();
  private said: Said[] = [];
  /** Packets taken. */
  private count = 0;
  private last: Mark;
  /** Whether the packet at hand was taken before, by the follower that stopped. */
  private isAgain = false;

  constructor(flow: FollowedFlow, { last, sides }: FollowPlace = beginning) {
    this.flow = flow;
    this.last = last;
    this.datagramBytes = [sides[0].said, sides[1].said];
    this.tcp = isConnection(flow) ? new TcpFollower((said) => this.said.push(said), sides, last) : null;
  }

  /** The next packet of the flow, in the order of the capture. Gives what can be handed on now. */
  take(record: CaptureRecord): Said[] {
    const { packet } = this;
    const { number, seconds, nanos, buffer, view } = record;
    this.said = [];
    this.count++;
    this.isAgain = number <= this.last.packet;
    const at = { packet: number, seconds, nanos };
    if (!this.isAgain) this.last = at;
    decode(packet, view, record.dataOffset, record.capturedLength, record.originalLength, record.linkType);
    if (!packet.isFragment) this.payload(packet, buffer, at);
    else this.fragment(this.reassembler.add(packet, buffer, view, number, seconds, nanos));
    return this.said;
  }

  /** No packets follow: what waits is handed on, with its gaps. */
  end(): Said[] {
    this.said = [];
    this.isAgain = false;
    this.reassembler.finish();
    this.tcp?.end();
    return this.said;
  }

  /** Where to go on with a new `Follower`. */
  get place(): FollowPlace {
    let from = Math.min(this.last.packet + 1, this.tcp?.oldest ?? Infinity);
    for (const [{ firstNumber }, order] of this.waiting) if (this.count - order <= maxWaitPackets) from = Math.min(from, firstNumber);
    const [source, destination] = this.datagramBytes;
    return {
      from,
      last: this.last,
      sides: this.tcp?.places ?? [
        { ...unheard, said: source },
        { ...unheard, said: destination },
      ],
    };
  }

  /** Its first fragments say what they can. */
  datagramGivenUp(datagram: Datagram): void {
    const at = markOf(datagram);
    this.waiting.delete(datagram);
    if (!this.reassembler.assemble(datagram, this.packet)) return;
    this.payload(this.packet, this.reassembler.assembled, at);
    if (this.tcp) return;
    this.saidBy(this.directionOf(this.packet, this.reassembler.assembled), at, 0, null, 'missing');
  }

  private fragment(datagram: Datagram): void {
    if (datagram.tag) return;
    if (!datagram.isComplete) {
      if (!this.waiting.has(datagram)) this.waiting.set(datagram, this.count);
      return;
    }
    this.waiting.delete(datagram);
    // Copies of its fragments may come.
    datagram.tag = this;
    if (this.reassembler.assemble(datagram, this.packet)) this.payload(this.packet, this.reassembler.assembled, markOf(datagram));
    this.reassembler.release(datagram);
  }

  private payload(packet: Packet, bytes: Uint8Array, at: Mark): void {
    if (packet.bucket !== 0) return;
    const direction = this.directionOf(packet, bytes);
    if (this.tcp && this.isAgain) return this.tcp.segmentAgain(direction, packet, bytes, at);
    if (this.tcp) return this.tcp.segment(direction, packet, bytes, at);
    const { payloadOffset, payloadLength, payloadBytes } = packet;
    if (payloadLength > 0) {
      const copy = bytes.slice(payloadOffset, payloadOffset + payloadLength);
      this.saidBy(direction, at, payloadLength, copy, null);
    }
    if (payloadBytes > payloadLength) this.saidBy(direction, at, payloadBytes - payloadLength, null, 'cut');
  }

  private saidBy(direction: Direction, at: Mark, length: number, bytes: Uint8Array | null, gap: Said['gap']): void {
    if (this.isAgain) return;
    this.said.push({ direction, ...at, offset: this.datagramBytes[direction], length, bytes, gap });
    this.datagramBytes[direction] += length;
  }

  /** Packets of a row that stands for several flows are all of those who began them. */
  private directionOf(packet: Packet, bytes: Uint8Array): Direction {
    return this.flow.aggregate <= 1 && directionOf(packet, bytes, this.flow) === 'destination' ? 1 : 0;
  }
}

function markOf({ firstNumber, firstSeconds, firstNanos }: Datagram): Mark {
  return { packet: firstNumber, seconds: firstSeconds, nanos: firstNanos };
}
