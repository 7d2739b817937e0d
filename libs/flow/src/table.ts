/**
 * The table of open flows: every packet of a flow is counted into its slot, flows end by close, time-out or eviction. Open addressing
 * over slots in one Int32Array; no object per packet or flow. Packet time rules, the wall clock is never read.
 */
import { type Datagram, IpProtocol, type Packet } from '@wirecase/decode';
import { HistoryTrie, Letter } from './history.ts';
import { HoleTracker } from './holes.ts';
import { icmpCounterpart, isIcmpRequest } from './icmp.ts';
import { isServerPort } from './server-port.ts';
import { Flag, isIpv6, isOneWay, Slot, slotWords, TcpState } from './slot.ts';
import { isTcpReuse, noteOnce, TcpFlag, trackTcp } from './tcp.ts';

export interface FlowOptions {
  /** Seconds of packet time without a packet after which a flow ends, by transport. */
  tcpTimeout: number;
  udpTimeout: number;
  icmpTimeout: number;
  /** Other IP protocols. */
  otherTimeout: number;
  /** TCP after both ends closed or one reset. */
  closedTimeout: number;
  /** Open flows kept at once; when full, the eighth that was silent longest ends. */
  maxFlows: number;
}

export const defaultFlowOptions: FlowOptions = {
  tcpTimeout: 300,
  udpTimeout: 60,
  icmpTimeout: 60,
  otherTimeout: 60,
  closedTimeout: 60,
  maxFlows: 3 << 18,
};

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
const initialSlots = 1024;
/** No flow: a fragment, whose datagram will have one. */
export const noFlow = -1;

export class FlowTable {
  readonly options: FlowOptions;
  readonly history = new HistoryTrie();
  readonly holes = new HoleTracker();
  /** See `Slot`; replaced when the table grows. */
  words: Int32Array;
  doubles: Float64Array;
  /** Open flows. */
  size = 0;
  /** Of the packet tracked last: 0 from the originator, 1 from the responder; whether it began its flow. */
  direction = 0;
  isNew = false;

  private readonly listener: FlowListener;
  private readonly seed: number;
  private capacity: number;
  /** `slot + 1`, 0 when free; at least twice as many as slots. */
  private buckets: Int32Array;
  private readonly freeSlots: number[] = [];
  /** Slots from here on were never used. */
  private unusedSlot = 0;
  private sweptAt = Number.NaN;
  /** Packets since then. */
  private sinceSweep = 0;

  /** `seed`: any number; a different one a run keeps an adversary from choosing colliding flows. Rows do not depend on it. */
  constructor(listener: FlowListener, options: Partial<FlowOptions> = {}, seed = 0x51ed270b) {
    this.listener = listener;
    this.options = { ...defaultFlowOptions, ...options };
    this.seed = seed | 0;
    this.capacity = Math.min(initialSlots, this.options.maxFlows);
    this.words = new Int32Array(this.capacity * slotWords);
    this.doubles = new Float64Array(this.words.buffer);
    this.buckets = new Int32Array(bucketCount(this.capacity));
  }

  /**
   * Count a packet whose bucket is 0 into its flow. `seconds` and `nanos`: packet time; `number`: its number in the capture.
   * Gives the slot, or `noFlow` for a fragment, which `trackDatagram` counts. Sets `direction` and `isNew`.
   */
  track(packet: Packet, view: DataView, seconds: number, nanos: number, number: number): number {
    if (packet.isFragment) return noFlow;
    this.closeIdle(seconds, nanos);
    const slot = this.findOrOpen(packet, seconds, nanos, number);
    if (this.isNew) this.describe(slot, packet, view);
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
    if (this.isNew) this.describe(slot, packet, view);
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
    if (!this.isOpen(slot) || this.doubles[slot * (slotWords / 2) + Slot.FirstPacketF64] !== firstPacket) return false;
    this.direction = isForward(this.words, slot * slotWords, packet) ? 0 : 1;
    this.isNew = false;
    this.count(slot, packet, 1, packet.frameBytes, packet.ipBytes, packet.payloadBytes, seconds, nanos);
    return true;
  }

  private closeIdle(seconds: number, nanos: number): void {
    this.sinceSweep++;
    if (!(Math.abs(seconds - this.sweptAt) < sweepInterval) && this.sinceSweep * slotsPerPacket >= this.unusedSlot) {
      this.sweep(seconds, nanos);
    }
  }

  /** The open flow that a packet belongs to, or `noFlow`; sets `direction`. Changes nothing. */
  find(packet: Packet): number {
    const key = keyOf(packet);
    const source = sourcePortOf(packet);
    const destination = destinationPortOf(packet);
    return this.lookUp(packet, key, source, destination, this.hash(packet, key, source, destination));
  }

  /** End every open flow, in order of first packets. */
  finish(): void {
    const open = this.openSlots();
    const first = (slot: number) => this.doubles[slot * (slotWords / 2) + Slot.FirstPacketF64]!;
    open.sort((a, b) => first(a) - first(b));
    for (const slot of open) this.end(slot);
  }

  /** Slots of the open flows. */
  openSlots(): number[] {
    const open: number[] = [];
    for (let slot = 0; slot < this.unusedSlot; slot++) if (this.isOpen(slot)) open.push(slot);
    return open;
  }

  /** End the open flow in `slot` before its time. */
  endEarly(slot: number): void {
    this.end(slot);
  }

  private isOpen(slot: number): boolean {
    return (this.words[slot * slotWords + Slot.Flags]! & Flag.Open) !== 0;
  }

  private findOrOpen(packet: Packet, seconds: number, nanos: number, number: number): number {
    const key = keyOf(packet);
    const source = sourcePortOf(packet);
    const destination = destinationPortOf(packet);
    const hash = this.hash(packet, key, source, destination);
    const slot = this.lookUp(packet, key, source, destination, hash);
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

  /** The slot with this key in either direction; sets `direction`. */
  private lookUp(packet: Packet, key: number, source: number, destination: number, hash: number): number {
    const { words, buckets } = this;
    const mask = buckets.length - 1;
    const forward = (source << 16) | destination;
    const backward = (destination << 16) | source;
    for (let bucket = hash & mask; ; bucket = (bucket + 1) & mask) {
      const entry = buckets[bucket]!;
      if (entry === 0) return noFlow;
      const base = (entry - 1) * slotWords;
      if (words[base + Slot.Hash] !== hash || words[base + Slot.Key] !== key) continue;
      if (words[base + Slot.Ports] === forward && isForward(words, base, packet)) {
        this.direction = 0;
        return entry - 1;
      }
      if (words[base + Slot.Ports] === backward && !(key & isOneWay) && isBackward(words, base, packet)) {
        this.direction = 1;
        return entry - 1;
      }
    }
  }

  /** The same for both directions of a flow. */
  private hash(packet: Packet, key: number, source: number, destination: number): number {
    const a = this.hashEnd(packet.sourceWord0, packet.sourceWord1, packet.sourceWord2, packet.sourceWord3, source);
    const b = this.hashEnd(packet.destinationWord0, packet.destinationWord1, packet.destinationWord2, packet.destinationWord3, destination);
    let hash = ((a + b) | 0) ^ Math.imul(key, 0x9e3779b1);
    hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
    return hash ^ (hash >>> 13);
  }

  private hashEnd(word0: number, word1: number, word2: number, word3: number, port: number): number {
    let hash = Math.imul(word0 ^ this.seed ^ Math.imul(port, 0x2545f491), 0x85ebca6b);
    hash ^= hash >>> 15;
    if ((word1 | word2 | word3) !== 0) {
      hash = Math.imul(hash ^ word1, 0x27d4eb2f) ^ (hash >>> 13);
      hash = Math.imul(hash ^ word2, 0x165667b1) ^ (hash >>> 16);
      hash = Math.imul(hash ^ word3, 0xc2b2ae35) ^ (hash >>> 15);
    }
    return Math.imul(hash, 0x27d4eb2f);
  }

  private isIdle(slot: number, seconds: number, nanos: number): boolean {
    const base = slot * slotWords;
    const idle = seconds - this.doubles[base / 2 + Slot.LastSecondsF64]! + (nanos - this.words[base + Slot.LastNanos]!) * 1e-9;
    return idle > this.timeout(base);
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

  /** Begin a flow in a free slot. Sets `direction`. */
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
    if (this.freeSlots.length === 0 && this.unusedSlot === this.capacity) this.grow();
    const slot = this.freeSlots.length > 0 ? this.freeSlots.pop()! : this.unusedSlot++;
    const { words, doubles } = this;
    const base = slot * slotWords;
    words.fill(0, base, base + slotWords);
    const isFlipped = isReply(packet, source, destination);
    this.direction = isFlipped ? 1 : 0;
    const from = base + (isFlipped ? Slot.DestinationIp : Slot.SourceIp);
    const to = base + (isFlipped ? Slot.SourceIp : Slot.DestinationIp);
    words[from] = packet.sourceWord0;
    words[from + 1] = packet.sourceWord1;
    words[from + 2] = packet.sourceWord2;
    words[from + 3] = packet.sourceWord3;
    words[to] = packet.destinationWord0;
    words[to + 1] = packet.destinationWord1;
    words[to + 2] = packet.destinationWord2;
    words[to + 3] = packet.destinationWord3;
    words[base + Slot.Ports] = isFlipped ? (destination << 16) | source : (source << 16) | destination;
    words[base + Slot.Key] = key;
    words[base + Slot.Hash] = hash;
    words[base + Slot.Flags] = Flag.Open;
    if (isFlipped) words[base + Slot.History] = this.history.addFlip(0);
    words[base + Slot.IndexSegment] = -1;
    words[base + Slot.Rtt] = -1;
    words[base + Slot.Ttl] = -1;
    words[base + Slot.Ttl + 1] = -1;
    words[base + Slot.FirstNanos] = nanos;
    doubles[base / 2 + Slot.FirstSecondsF64] = seconds;
    words[base + Slot.LastNanos] = nanos;
    doubles[base / 2 + Slot.LastSecondsF64] = seconds;
    doubles[base / 2 + Slot.FirstPacketF64] = number;
    this.insert(slot, hash);
    this.size++;
    return slot;
  }

  private insert(slot: number, hash: number): void {
    const { buckets } = this;
    const mask = buckets.length - 1;
    let bucket = hash & mask;
    while (buckets[bucket] !== 0) bucket = (bucket + 1) & mask;
    buckets[bucket] = slot + 1;
  }

  /** Note what only the first packet of a flow tells: MAC addresses, VLANs, who began. */
  private describe(slot: number, packet: Packet, view: DataView): void {
    const { words } = this;
    const base = slot * slotWords;
    let flags = words[base + Slot.Flags]!;
    if (packet.sourceMacOffset >= 0 && packet.destinationMacOffset >= 0) {
      const from = this.direction === 0 ? packet.sourceMacOffset : packet.destinationMacOffset;
      const to = this.direction === 0 ? packet.destinationMacOffset : packet.sourceMacOffset;
      words[base + Slot.Macs] = view.getInt32(from);
      words[base + Slot.Macs + 1] = (view.getUint16(from + 4) << 16) | view.getUint16(to);
      words[base + Slot.Macs + 2] = view.getInt32(to + 2);
      flags |= Flag.Macs;
    }
    if (packet.vlanDepth > 0) {
      words[base + Slot.Vlans] = (packet.innerVlan << 16) | packet.outerVlan;
      flags |= packet.vlanDepth > 1 ? Flag.Vlan | Flag.DoubleVlan : Flag.Vlan;
    }
    words[base + Slot.FirstTcpFlags] = packet.tcpFlags;
    if (showsInitiator(packet)) flags |= Flag.InitiatorKnown;
    words[base + Slot.Flags] = flags;
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
    words[base + Slot.Packets + direction]! += packets;
    doubles[half + Slot.FrameBytesF64 + direction]! += frameBytes;
    doubles[half + Slot.IpBytesF64 + direction]! += ipBytes;
    doubles[half + Slot.PayloadBytesF64 + direction]! += payloadBytes;
    if (packet.isTruncated) words[base + Slot.Flags]! |= Flag.Truncated;
    if (words[base + Slot.Ttl + direction] === -1) words[base + Slot.Ttl + direction] = packet.ttl;
    // Packets may be out of order in the file: first and last are by time.
    const sinceLast = seconds - doubles[half + Slot.LastSecondsF64]!;
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

  private trackTcp(slot: number, packet: Packet, seconds: number, nanos: number): void {
    const { words } = this;
    const base = slot * slotWords;
    const flipped = words[base + Slot.Flags]! & Flag.Flipped;
    const weird = trackTcp(words, base, this.direction, packet, this.history, this.holes);
    if ((words[base + Slot.Flags]! & Flag.Flipped) !== flipped) this.direction = 0;
    if (weird !== '') this.listener.flowWeird(slot, weird);
    if (words[base + Slot.Rtt] === -1 && this.direction === 0 && isHandshakeAck(words, base, packet)) {
      const half = base / 2;
      const elapsed = seconds - this.doubles[half + Slot.FirstSecondsF64]! + (nanos - words[base + Slot.FirstNanos]!) * 1e-9;
      words[base + Slot.Rtt] = Math.min(Math.max(Math.round(elapsed * 1e6), 0), 0x7fffffff);
    }
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
    for (let slot = 0; slot < this.unusedSlot; slot++) if (this.isOpen(slot) && this.isIdle(slot, seconds, nanos)) this.end(slot);
  }

  /** Make room: end the eighth of the flows that was silent longest. */
  private evict(): void {
    const times = new Float64Array(this.size);
    let count = 0;
    for (let slot = 0; slot < this.unusedSlot; slot++) if (this.isOpen(slot)) times[count++] = this.lastSeconds(slot);
    const limit = times.sort()[count >> 3]!;
    const most = (count >> 3) + 1;
    let ended = 0;
    for (let slot = 0; slot < this.unusedSlot && ended < most; slot++) {
      if (!this.isOpen(slot) || this.lastSeconds(slot) > limit) continue;
      this.end(slot);
      ended++;
    }
    this.listener.tableFull(ended);
  }

  private lastSeconds(slot: number): number {
    return this.doubles[slot * (slotWords / 2) + Slot.LastSecondsF64]! + this.words[slot * slotWords + Slot.LastNanos]! * 1e-9;
  }

  private end(slot: number): void {
    this.listener.flowEnded(slot);
    const base = slot * slotWords;
    if (this.words[base + Slot.Flags]! & (Flag.Holes | Flag.HolesResponder)) this.holes.forget(base);
    this.remove(slot);
    this.words[base + Slot.Flags] = 0;
    this.freeSlots.push(slot);
    this.size--;
  }

  /** Take a slot out of the buckets, moving later entries of its run back so that none becomes unreachable. */
  private remove(slot: number): void {
    const { buckets, words } = this;
    const mask = buckets.length - 1;
    let hole = words[slot * slotWords + Slot.Hash]! & mask;
    while (buckets[hole] !== slot + 1) hole = (hole + 1) & mask;
    for (let next = (hole + 1) & mask; buckets[next] !== 0; next = (next + 1) & mask) {
      const home = words[(buckets[next]! - 1) * slotWords + Slot.Hash]! & mask;
      if (((next - home) & mask) < ((next - hole) & mask)) continue;
      buckets[hole] = buckets[next]!;
      hole = next;
    }
    buckets[hole] = 0;
  }

  private grow(): void {
    this.capacity = Math.min(this.capacity * 2, this.options.maxFlows);
    const words = new Int32Array(this.capacity * slotWords);
    words.set(this.words);
    this.words = words;
    this.doubles = new Float64Array(words.buffer);
    this.buckets = new Int32Array(bucketCount(this.capacity));
    for (let slot = 0; slot < this.unusedSlot; slot++) if (this.isOpen(slot)) this.insert(slot, words[slot * slotWords + Slot.Hash]!);
  }
}

/** A power of two, at least twice the slots. */
function bucketCount(slots: number): number {
  return 1 << (33 - Math.clz32(Math.max(slots, 2) - 1));
}

function keyOf(packet: Packet): number {
  const key = packet.ipProtocol | (packet.ipVersion === 6 ? isIpv6 : 0);
  return packet.icmpType >= 0 && icmpCounterpart(packet.icmpType, packet.ipVersion === 6) < 0 ? key | isOneWay : key;
}

function sourcePortOf(packet: Packet): number {
  return packet.icmpType >= 0 ? packet.icmpType : packet.sourcePort;
}

function destinationPortOf(packet: Packet): number {
  if (packet.icmpType < 0) return packet.destinationPort;
  const answer = icmpCounterpart(packet.icmpType, packet.ipVersion === 6);
  return answer < 0 ? packet.icmpCode : answer;
}

function isForward(words: Int32Array, base: number, packet: Packet): boolean {
  return (
    words[base] === packet.sourceWord0 &&
    words[base + 4] === packet.destinationWord0 &&
    words[base + 1] === packet.sourceWord1 &&
    words[base + 2] === packet.sourceWord2 &&
    words[base + 3] === packet.sourceWord3 &&
    words[base + 5] === packet.destinationWord1 &&
    words[base + 6] === packet.destinationWord2 &&
    words[base + 7] === packet.destinationWord3
  );
}

function isBackward(words: Int32Array, base: number, packet: Packet): boolean {
  return (
    words[base] === packet.destinationWord0 &&
    words[base + 4] === packet.sourceWord0 &&
    words[base + 1] === packet.destinationWord1 &&
    words[base + 2] === packet.destinationWord2 &&
    words[base + 3] === packet.destinationWord3 &&
    words[base + 5] === packet.sourceWord1 &&
    words[base + 6] === packet.sourceWord2 &&
    words[base + 7] === packet.sourceWord3
  );
}

/** Whether the first packet of a flow looks like an answer, so that its sender is the responder (Zeek's rule by server ports). */
function isReply(packet: Packet, source: number, destination: number): boolean {
  if (packet.ipProtocol === IpProtocol.Tcp) {
    const isSyn = (packet.tcpFlags & TcpFlag.Syn) !== 0;
    if (isSyn && !(packet.tcpFlags & TcpFlag.Ack)) return false;
    if (!isServerPort(source)) return false;
    return isServerPort(destination) ? !isSyn && source < destination : true;
  }
  return packet.ipProtocol === IpProtocol.Udp && isServerPort(source) && !isServerPort(destination);
}

/** Whether the first packet of a flow tells for sure who began: a SYN, or an ICMP message (a request, or one that nothing answers). */
function showsInitiator(packet: Packet): boolean {
  if (packet.ipProtocol === IpProtocol.Tcp) return (packet.tcpFlags & (TcpFlag.Syn | TcpFlag.Ack)) === TcpFlag.Syn;
  return packet.icmpType >= 0 && isIcmpRequest(packet.icmpType, packet.ipVersion === 6);
}

/** Whether the originator now acknowledges the SYN-ACK to its SYN. */
function isHandshakeAck(words: Int32Array, base: number, packet: Packet): boolean {
  if ((packet.tcpFlags & (TcpFlag.Ack | TcpFlag.Syn | TcpFlag.Rst)) !== TcpFlag.Ack) return false;
  const once = words[base + Slot.HistoryOnce]!;
  const synBits = (1 << Letter.Syn) | (1 << (Letter.Syn + 12));
  return (once & synBits) === synBits;
}
