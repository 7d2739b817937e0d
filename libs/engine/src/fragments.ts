/**
 * Packets that are pieces of an IP datagram: which flow they belong to shows when the datagram is whole, or given up. Until then they
 * have a place of their own in the packet index, which then joins their flow.
 */
import { type Datagram, Packet, Reassembler, type ReassemblyListener, type ReassemblyOptions, Weird, weirdNames } from '@wirecase/decode';
import { type FlowTable, noFlow, Slot, slotWords } from '@wirecase/flow';
import type { PacketClock } from './clock.ts';
import type { PacketIndexWriter } from './packet-index.ts';
import type { WeirdLog } from './weird-log.ts';

/** What a datagram that came in fragments means for the rest of the engine. */
export interface DatagramReceiver {
  /** The datagram as one packet, whole or as far as it is known: gives the slot of its flow, or `noFlow`. */
  takeDatagram(datagram: Datagram, packet: Packet, bytes: Uint8Array, view: DataView): number;
  /** Fragments of which nothing tells the flow. */
  takeLoose(packets: number): void;
}

export interface FragmentsParts {
  receiver: DatagramReceiver;
  table: FlowTable;
  index: PacketIndexWriter;
  clock: PacketClock;
  weirds: WeirdLog;
  options: Partial<ReassemblyOptions>;
}

/** Where the fragments of a datagram stand in the packet index, and the flow that they are of. */
interface Place {
  segment: number;
  ordinal: number;
  /** One per segment of the index: number of the first fragment there. */
  keys: number[];
  slot: number;
  /** Number of the flow's first packet, 0 as long as the flow is not known. */
  flow: number;
}

export class Fragments implements ReassemblyListener {
  private readonly parts: FragmentsParts;
  private readonly reassembler: Reassembler;
  private readonly packet = new Packet();

  constructor(parts: FragmentsParts) {
    this.parts = parts;
    this.reassembler = new Reassembler(this, parts.options);
  }

  /** Take a fragment with bucket 0: the clock's packet. Gives its ordinal in the packet index. */
  take(packet: Packet, bytes: Uint8Array, view: DataView): number {
    const { clock } = this.parts;
    const { packet: number, seconds, nanos } = clock;
    const datagram = this.reassembler.add(packet, bytes, view, number, seconds, nanos);
    for (let i = 0; i < packet.weirdCount; i++) datagram.note(packet.weirds[i] as never, number, seconds, nanos);
    const ordinal = this.ordinalOf(datagram);
    const place = datagram.tag as Place;
    if (place.flow > 0) this.takeCopy(datagram, place, packet);
    else if (datagram.isComplete) this.settle(datagram, true);
    return ordinal;
  }

  /** Another file begins: its packets go into this index. */
  startFile(index: PacketIndexWriter): void {
    this.parts.index = index;
  }

  /** Packets whose flow is not known yet. */
  get waiting(): number {
    return this.reassembler.waiting;
  }

  /** Put what waits where it belongs. */
  finish(): void {
    this.reassembler.finish();
  }

  /** As of its last fragment: what is said in it points there, not to the packet at hand. */
  datagramGivenUp(datagram: Datagram): void {
    const { clock } = this.parts;
    const { packet, seconds, nanos } = clock;
    clock.packet = datagram.lastNumber;
    clock.seconds = datagram.lastSeconds;
    clock.nanos = datagram.lastNanos;
    datagram.note(Weird.FragmentIncomplete, datagram.lastNumber, datagram.lastSeconds, datagram.lastNanos);
    this.settle(datagram, false);
    clock.packet = packet;
    clock.seconds = seconds;
    clock.nanos = nanos;
  }

  private settle(datagram: Datagram, isWhole: boolean): void {
    const { receiver } = this.parts;
    let slot = noFlow;
    if (this.reassembler.assemble(datagram, this.packet)) {
      slot = receiver.takeDatagram(datagram, this.packet, this.reassembler.assembled, this.reassembler.view);
      if (isWhole) this.addWeirds(slot);
    } else {
      receiver.takeLoose(datagram.packets);
    }
    this.addNotes(datagram, slot);
    if (slot !== noFlow) this.join(datagram, slot);
    this.reassembler.release(datagram);
  }

  /** A copy of a fragment after its datagram was whole. */
  private takeCopy(datagram: Datagram, place: Place, packet: Packet): void {
    const { table, clock, receiver } = this.parts;
    const isOpen = table.trackCopy(place.slot, place.flow, packet, clock.seconds, clock.nanos);
    if (!isOpen) receiver.takeLoose(1);
    this.addNotes(datagram, isOpen ? place.slot : noFlow);
  }

  /** The datagram's place in the index becomes a part of its flow's. */
  private join(datagram: Datagram, slot: number): void {
    const { table, index } = this.parts;
    const place = datagram.tag as Place | null;
    if (!place) return;
    const base = slot * slotWords;
    place.slot = slot;
    place.flow = table.doubles[base / 2 + Slot.FirstPacketF64]!;
    for (const key of place.keys) if (key !== place.flow) index.addMember(place.flow, key);
    if (place.flow === datagram.firstNumber) {
      table.words[base + Slot.IndexSegment] = place.segment;
      table.words[base + Slot.IndexOrdinal] = place.ordinal;
    }
  }

  private ordinalOf(datagram: Datagram): number {
    const { index, clock } = this.parts;
    const place = (datagram.tag ??= { segment: -1, ordinal: -1, keys: [], slot: noFlow, flow: 0 }) as Place;
    if (place.segment !== index.segment) {
      place.segment = index.segment;
      place.ordinal = index.addFlow(clock.packet);
      place.keys.push(clock.packet);
      if (place.flow > 0) index.addMember(place.flow, clock.packet);
    }
    return place.ordinal;
  }

  private addWeirds(slot: number): void {
    for (let i = 0; i < this.packet.weirdCount; i++) this.parts.weirds.add(weirdNames[this.packet.weirds[i]!]!, slot);
  }

  private addNotes(datagram: Datagram, slot: number): void {
    for (const { code, packet, seconds, nanos } of datagram.notes) {
      const timeNs = BigInt(seconds) * 1_000_000_000n + BigInt(nanos);
      this.parts.weirds.add(weirdNames[code]!, slot, { packet, timeNs });
    }
    datagram.notes.length = 0;
  }
}
