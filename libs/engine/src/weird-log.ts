/** Weirds: counted by name for the capture, and one row per name and flow, written when the flow ends. */
import { type PacketMark, type RecordSink, weirdRecord } from '@wirecase/contract';
import type { PacketClock } from './clock.ts';

interface Occurrence {
  timeNs: bigint;
  packet: number;
  count: number;
}

/** Names kept; further ones (a parser that makes them up from packet bytes) are counted under `weird_names_full`. */
const maxNames = 1000;

export class WeirdLog {
  /** Count per name, of the whole capture. */
  counts: Record<string, number> = Object.create(null);
  private readonly sink: RecordSink;
  private readonly clock: PacketClock;
  private readonly nextId: () => string;
  private readonly maxRows: number;
  private names = 0;
  private rows: Record<string, number> = Object.create(null);
  /** Open flows by slot; weirds outside flows under `noSlot`. */
  private readonly open = new Map<number, Map<string, Occurrence>>();

  constructor(sink: RecordSink, clock: PacketClock, nextId: () => string, maxRows: number) {
    this.sink = sink;
    this.clock = clock;
    this.nextId = nextId;
    this.maxRows = maxRows;
  }

  /** A packet (by default the clock's) shows `name`, in the flow in `slot` (-1: in none). */
  add(name: string, slot: number, at: PacketMark = this.clock): void {
    if (this.counts[name] === undefined && this.names++ >= maxNames) name = 'weird_names_full';
    this.counts[name] = (this.counts[name] ?? 0) + 1;
    let weirds = this.open.get(slot);
    if (!weirds) this.open.set(slot, (weirds = new Map()));
    const known = weirds.get(name);
    if (known) {
      known.count++;
      return;
    }
    if ((this.rows[name] ?? 0) >= this.maxRows) return;
    this.rows[name] = (this.rows[name] ?? 0) + 1;
    weirds.set(name, { timeNs: at.timeNs, packet: at.packet, count: 1 });
  }

  /** Another file begins: count anew. What open flows have stays. */
  startFile(): void {
    this.counts = Object.create(null);
    this.rows = Object.create(null);
    this.names = 0;
  }

  /** Whether the open flow in `slot` has any. */
  has(slot: number): boolean {
    return this.open.has(slot);
  }

  /** The flow in `slot` is over (-1: the capture is): write its rows. */
  close(slot: number, flowId: string | null): void {
    const weirds = this.open.get(slot);
    if (!weirds) return;
    this.open.delete(slot);
    for (const [name, { timeNs, packet, count }] of weirds) {
      this.sink.record(weirdRecord, { id: this.nextId(), flowId, time: timeNs, packet, name, count });
    }
  }
}
