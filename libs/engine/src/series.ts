/** A series: captures that follow one another, over which flows, windows and alerts go on. */
import { type FlowTable, Slot, slotWords } from '@wirecase/flow';

/** Told of each packet (packet time, bytes of the frame), and before it when it begins a flow. */
export interface SeriesMeter {
  packet(seconds: number, frameBytes: number): void;
  flow(): void;
}

/** Where a series of captures begins: packets and record ids that were before. */
export interface Series {
  atPacket: number;
  atRecord: number;
  meter?: SeriesMeter;
}

/** What a series of captures carries from one file into the next. */
export interface Carried {
  /** Packets of flows that are open, and of datagrams that are not whole. */
  packets: number;
  /** Numbers of the first packets of the open flows, ascending. */
  flows: Float64Array;
  /** Packets and records up to here. */
  atPacket: number;
  atRecord: number;
}

/** Of the flows that are open in `table` now. */
export function openIn(table: FlowTable): Pick<Carried, 'packets' | 'flows'> {
  const { words, doubles } = table;
  const slots = table.openSlots();
  let packets = 0;
  for (const slot of slots) {
    const counts = slot * slotWords + Slot.Packets;
    packets += (words[counts]! >>> 0) + (words[counts + 1]! >>> 0);
  }
  const flows = Float64Array.from(slots, (slot) => doubles[slot * (slotWords / 2) + Slot.FirstPacketF64]!).sort();
  return { packets, flows };
}

/** End the flows open in `table` whose first packet's number is `chosen`, before their time; `ending` is told of each. Answers how many. */
export function endFlowsIn(table: FlowTable, chosen: (first: number) => boolean, ending: (slot: number) => void): number {
  let ended = 0;
  for (const slot of table.openSlots()) {
    if (!chosen(table.doubles[slot * (slotWords / 2) + Slot.FirstPacketF64]!)) continue;
    ending(slot);
    table.endEarly(slot);
    ended++;
  }
  return ended;
}
