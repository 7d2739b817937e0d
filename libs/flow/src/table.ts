/**
 * The table of open flows: every packet of a flow is counted into its slot, flows end by close, time-out or eviction. No object per
 * packet or flow. Packet time rules, the wall clock is never read.
 */
import { type Datagram, IpProtocol, type Packet } from '@wirecase/decode';
import { FirstPackets, firstPacketCount } from './first-packets.ts';
import { isReply, noteEnds, noteFirstPacket } from './first-packet.ts';
import { destinationPortOf, hashOf, isForward, keyOf, sourcePortOf } from './flow-key.ts';
import { defaultFlowOptions, type FlowOptions } from './flow-options.ts';
import { HistoryTrie, Letter } from './history.ts';
import { HoleTracker } from './holes.ts';
import { Flag, Slot, slotWords, TcpState } from './slot.ts';
import { SlotTable } from './slot-table.ts';
import { noteOnce } from './tcp-history.ts';
import { isHandshakeAck, isTcpReuse, noteRtt, trackTcp } from './tcp.ts';

/** Told what happens to flows. The slot is valid during the call. */
export interface FlowListener {
  /** The flow is over; its slot is reused afterwards. */
  flowEnded(slot: number): void;
  /** Odd TCP in the flow. */
  flowWeird(slot: number, name: string): void;
  /** The table is full: `ended` flows were ended early. */
  tableFull(ended: number): void;
}

/** Idle flows are looked for when packet time has moved by this many seconds. */
const sweepInterval = 15;
/** Slots that a sweep may look at for each packet since the last one: keeps a capture whose time leaps from sweeping all the time. */
const slotsPerPacket = 4;
/** No flow: a fragment, whose datagram will have one. */
export const noFlow = -1;

export class FlowTable {
  readonly options: FlowOptions;
  readonly history = new HistoryTrie();
  readonly holes = new HoleTracker();
  readonly first = new FirstPackets();
  /** Of the packet tracked last: 0 from the originator, 1 from the responder; whether it began its flow. */
  direction = 0;
  isNew = false;
  /** Of the packet counted last: whole seconds since the one before it in its flow. */
  quietSeconds = 0;

  private readonly slots: SlotTable;
  private readonly listener: FlowListener;
  private readonly seed: number;
  private readonly shortestTimeout: number;
  private sweptAt = Number.NaN;
  /** Packets since then. */
  private sinceSweep = 0;

  /** `seed`: any number; a different one a run keeps an adversary from choosing colliding flows. Rows do not depend on it. */
  constructor(listener: FlowListener, options: Partial<FlowOptions> = {}, seed = 0x51ed270b) {
    this.listener = listener;
    this.options = { ...defaultFlowOptions, ...options };
    this.seed = seed | 0;
    const { tcpTimeout, udpTimeout, icmpTimeout, otherTimeout, closedTimeout } = this.options;
    this.shortestTimeout = Math.min(tcpTimeout, udpTimeout, icmpTimeout, otherTimeout, closedTimeout);
    this.slots = new SlotTable(this.options.maxFlows);
  }

  /** What is kept of the flows, see `Slot`; other arrays when the table has grown. */
  get words(): Int32Array {
    return this.slots.words;
  }

  get doubles(): Float64Array {
    return this.slots.doubles;
  }

  /** Open flows. */
  get size(): number {
    return this.slots.size;
  }

  /**
   * Count a packet whose bucket is 0 into its flow. `seconds` and `nanos`: packet time; `number`: its number in the capture.
   * Gives the slot, or `noFlow` for a fragment, which `trackDatagram` counts. Sets `direction` and `isNew`.
   */
  track(packet: Packet, view: DataView, seconds: number, nanos: number, number: number): number {
    if (packet.isFragment) return noFlow;
    this.closeIdle(seconds, nanos);
    const slot = this.findOrOpen(packet, seconds, nanos, number);
    if (this.isNew) noteFirstPacket(this.words, slot * slotWords, this.direction, packet, view);
    this.count(slot, packet, 1, packet.frameBytes, packet.ipBytes, packet.payloadBytes, seconds, nanos);
    if (packet.ipProtocol === IpProtocol.Tcp) this.trackTcp(slot, packet, seconds, nanos);
    else this.trackOther(slot, packet);
    return slot;
  }

  /** Count the fragments of a datagram into the flow of `packet`, which is the datagram put together. As `track`. */
  trackDatagram(packet: Packet, view: DataView, datagram: Datagram): number {
    const { firstSeconds, firstNanos, lastSeconds, lastNanos } = datagram;
    this.closeIdle(lastSeconds, lastNanos);
    const slot = this.findOrOpen(packet, firstSeconds, firstNanos, datagram.firstNumber);
    if (this.isNew) noteFirstPacket(this.words, slot * slotWords, this.direction, packet, view);
    const isTunnelled = packet.tunnelCount > datagram.tunnelCount;
    const ipBytes = isTunnelled ? packet.ipBytes : datagram.ipBytes;
    const payloadBytes = isTunnelled ? packet.payloadBytes : datagram.payloadBytes - (packet.payloadOffset - packet.transportOffset);
    this.count(slot, packet, datagram.packets, datagram.frameBytes, ipBytes, Math.max(payloadBytes, 0), firstSeconds, firstNanos);
    this.count(slot, packet, 0, 0, 0, 0, lastSeconds, lastNanos);
    if (packet.ipProtocol === IpProtocol.Tcp) this.trackTcp(slot, packet, lastSeconds, lastNanos);
    else this.trackOther(slot, packet);
    return slot;
  }

  /** Count a copy of a fragment that came after its datagram was whole into the datagram's flow, if that is open still. */
  trackCopy(slot: number, firstPacket: number, packet: Packet, seconds: number, nanos: number): boolean {
    if (!this.slots.isTaken(slot) || this.firstPacket(slot) !== firstPacket) return false;
    this.direction = isForward(this.words, slot * slotWords, packet) ? 0 : 1;
    this.isNew = false;
    this.count(slot, packet, 1, packet.frameBytes, packet.ipBytes, packet.payloadBytes, seconds, nanos);
    return true;
  }

  private closeIdle(seconds: number, nanos: number): void {
    this.sinceSweep++;
    if (!(Math.abs(seconds - this.sweptAt) < sweepInterval) && this.sinceSweep * slotsPerPacket >= this.slots.unused) {
      this.sweep(seconds, nanos);
    }
  }

  /** The open flow that a packet belongs to, or `noFlow`; sets `direction`. Changes nothing. */
  find(packet: Packet): number {
    const key = keyOf(packet);
    const source = sourcePortOf(packet);
    const destination = destinationPortOf(packet);
    return this.turn(this.slots.find(packet, key, source, destination, hashOf(packet, key, source, destination, this.seed)));
  }

  /** End every open flow, in order of first packets. */
  finish(): void {
    // One number says both, so that the order is that of plain numbers: 2^53 is 2^33 packets and 2^20 slots.
    const slots = this.slots.unused;
    const order = new Float64Array(this.size);
    let count = 0;
    let isSorted = true;
    let last = 0;
    for (let slot = 0; slot < slots; slot++) {
      if (!this.slots.isTaken(slot)) continue;
      const entry = this.firstPacket(slot) * slots + slot;
      if (entry < last) isSorted = false;
      order[count++] = last = entry;
    }
    if (!isSorted) order.sort();
    for (const entry of order) {
      const slot = entry % slots;
      this.tellEnded(slot);
      this.slots.drop(slot);
    }
    this.slots.clear();
  }

  /** Slots of the open flows. */
  openSlots(): number[] {
    const open: number[] = [];
    for (let slot = 0; slot < this.slots.unused; slot++) if (this.slots.isTaken(slot)) open.push(slot);
    return open;
  }

  /** End the open flow in `slot` before its time. */
  endEarly(slot: number): void {
    this.end(slot);
  }

  private findOrOpen(packet: Packet, seconds: number, nanos: number, number: number): number {
    const key = keyOf(packet);
    const source = sourcePortOf(packet);
    const destination = destinationPortOf(packet);
    const hash = hashOf(packet, key, source, destination, this.seed);
    const slot = this.turn(this.slots.find(packet, key, source, destination, hash));
    if (slot !== noFlow) {
      const isReuse = packet.ipProtocol === IpProtocol.Tcp && isTcpReuse(this.words, slot * slotWords, this.direction, packet);
      if (!isReuse && !this.isIdle(slot, seconds, nanos)) {
        this.isNew = false;
        return slot;
      }
      this.end(slot);
    }
    this.isNew = true;
    return this.open(packet, key, source, destination, hash, seconds, nanos, number);
  }

  /** The slot of what `SlotTable.find` found; sets `direction`. */
  private turn(found: number): number {
    if (found < 0) return noFlow;
    this.direction = found & 1;
    return found >> 1;
  }

  private isIdle(slot: number, seconds: number, nanos: number): boolean {
    const base = slot * slotWords;
    const idleSeconds = seconds - this.doubles[base / 2 + Slot.LastSecondsF64]!;
    // Nearly always decided by this alone. False also for a free slot, whose time is no number.
    if (!(idleSeconds >= this.shortestTimeout - 1)) return false;
    return idleSeconds + (nanos - this.words[base + Slot.LastNanos]!) * 1e-9 > this.timeout(base);
  }

  private timeout(base: number): number {
    switch (this.words[base + Slot.Key]! & 0xff) {
      case IpProtocol.Tcp:
        return this.words[base + Slot.Flags]! & Flag.Closed ? this.options.closedTimeout : this.options.tcpTimeout;
      case IpProtocol.Udp:
        return this.options.udpTimeout;
      case IpProtocol.Icmp:
      case IpProtocol.Icmpv6:
        return this.options.icmpTimeout;
      default:
        return this.options.otherTimeout;
    }
  }

  /** Begin a flow. Sets `direction`. */
  private open(
    packet: Packet,
    key: number,
    source: number,
    destination: number,
    hash: number,
    seconds: number,
    nanos: number,
    number: number,
  ): number {
    if (this.size === this.options.maxFlows) this.evict();
    const slot = this.slots.take(key, hash);
    const { words, doubles } = this.slots;
    const base = slot * slotWords;
    const isFlipped = isReply(packet, source, destination);
    this.direction = isFlipped ? 1 : 0;
    noteEnds(words, base, isFlipped, packet, source, destination);
    if (isFlipped) words[base + Slot.History] = this.history.addFlip(0);
    words[base + Slot.IndexSegment] = -1;
    words[base + Slot.FirstNanos] = nanos;
    doubles[base / 2 + Slot.FirstSecondsF64] = seconds;
    words[base + Slot.LastNanos] = nanos;
    doubles[base / 2 + Slot.LastSecondsF64] = seconds;
    doubles[base / 2 + Slot.FirstPacketF64] = number;
    return slot;
  }

  /** Count `packets` with these bytes, one of them at this time. */
  private count(
    slot: number,
    packet: Packet,
    packets: number,
    frameBytes: number,
    ipBytes: number,
    payloadBytes: number,
    seconds: number,
    nanos: number,
  ): void {
    const { words, doubles, direction } = this;
    const base = slot * slotWords;
    const half = base / 2;
    const before = words[base + Slot.Packets]! + words[base + Slot.Packets + 1]!;
    if (before > 0 && before < firstPacketCount && packets > 0)
      this.noteFirst(slot, direction === 0 ? frameBytes : -frameBytes, seconds, nanos);
    if (words[base + Slot.Packets + direction] === 0) words[base + Slot.FirstHeaders]! |= packet.ttl << (8 * direction);
    words[base + Slot.Packets + direction]! += packets;
    doubles[half + Slot.FrameBytesF64 + direction]! += frameBytes;
    doubles[half + Slot.IpBytesF64 + direction]! += ipBytes;
    doubles[half + Slot.PayloadBytesF64 + direction]! += payloadBytes;
    if (packet.isTruncated) words[base + Slot.Flags]! |= Flag.Truncated;
    // Packets may be out of order in the file: first and last are by time.
    const sinceLast = seconds - doubles[half + Slot.LastSecondsF64]!;
    this.quietSeconds = sinceLast;
    if (sinceLast > 0 || (sinceLast === 0 && nanos > words[base + Slot.LastNanos]!)) {
      doubles[half + Slot.LastSecondsF64] = seconds;
      words[base + Slot.LastNanos] = nanos;
      return;
    }
    const sinceFirst = seconds - doubles[half + Slot.FirstSecondsF64]!;
    if (sinceFirst < 0 || (sinceFirst === 0 && nanos < words[base + Slot.FirstNanos]!)) {
      doubles[half + Slot.FirstSecondsF64] = seconds;
      words[base + Slot.FirstNanos] = nanos;
    }
  }

  /** One of the first packets, but not the first; not counted yet. */
  private noteFirst(slot: number, bytes: number, seconds: number, nanos: number): void {
    const { first, words, doubles } = this;
    const base = slot * slotWords;
    const half = base / 2;
    if (!first.has(slot)) {
      const firstBytes = doubles[half + Slot.FrameBytesF64]! - doubles[half + Slot.FrameBytesF64 + 1]!;
      first.begin(slot, firstBytes, doubles[half + Slot.FirstSecondsF64]!, words[base + Slot.FirstNanos]!);
    }
    first.add(slot, bytes, seconds, nanos);
  }

  private trackTcp(slot: number, packet: Packet, seconds: number, nanos: number): void {
    const { words } = this;
    const base = slot * slotWords;
    const weird = trackTcp(words, base, this.direction, packet, this.history, this.holes);
    if (weird !== '') this.listener.flowWeird(slot, weird);
    if (this.direction === 0 && isHandshakeAck(words, base, packet)) noteRtt(words, this.doubles, base, seconds, nanos);
  }

  /** UDP and others: active or not, which is all that their state says; history notes data of UDP. */
  private trackOther(slot: number, packet: Packet): void {
    const base = slot * slotWords;
    this.words[base + Slot.State + this.direction] = TcpState.Established;
    if (packet.ipProtocol === IpProtocol.Udp) noteOnce(this.words, base, this.direction, Letter.Data, Letter.Data, this.history);
  }

  /** End flows whose time has run out. */
  private sweep(seconds: number, nanos: number): void {
    this.sweptAt = seconds;
    this.sinceSweep = 0;
    if (this.size === 0) return;
    for (let slot = 0; slot < this.slots.unused; slot++) {
      if (this.isIdle(slot, seconds, nanos)) this.end(slot);
    }
  }

  /** Make room: end the eighth of the flows that was silent longest. */
  private evict(): void {
    const times = new Float64Array(this.size);
    let count = 0;
    for (let slot = 0; slot < this.slots.unused; slot++) if (this.slots.isTaken(slot)) times[count++] = this.lastSeconds(slot);
    const limit = times.sort()[count >> 3]!;
    const most = (count >> 3) + 1;
    let ended = 0;
    for (let slot = 0; slot < this.slots.unused && ended < most; slot++) {
      if (!this.slots.isTaken(slot) || this.lastSeconds(slot) > limit) continue;
      this.end(slot);
      ended++;
    }
    this.listener.tableFull(ended);
  }

  /** Number of its first packet. */
  private firstPacket(slot: number): number {
    return this.doubles[slot * (slotWords / 2) + Slot.FirstPacketF64]!;
  }

  private lastSeconds(slot: number): number {
    return this.doubles[slot * (slotWords / 2) + Slot.LastSecondsF64]! + this.words[slot * slotWords + Slot.LastNanos]! * 1e-9;
  }

  private end(slot: number): void {
    this.tellEnded(slot);
    this.slots.release(slot);
  }

  private tellEnded(slot: number): void {
    this.listener.flowEnded(slot);
    const base = slot * slotWords;
    if (this.words[base + Slot.Flags]! & (Flag.Holes | Flag.HolesResponder)) this.holes.forget(base);
    this.first.forget(slot);
  }
}
