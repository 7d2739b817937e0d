/**
 * Sizes and times of the first packets of flows, by which protocols are told apart even when they are encrypted. A flow of one packet
 * takes no room here: what is to be said of it, its counters say.
 */

/** Packets of a flow that are kept. */
export const firstPacketCount = 10;

/** Int32 words of an entry: time of the first packet (a double of seconds, nanoseconds), how many there are, sizes, microseconds. */
const Entry = { SecondsF64: 0, Nanos: 2, Count: 3, Bytes: 4, Micros: 4 + firstPacketCount } as const;
const entryWords = 4 + 2 * firstPacketCount;

export class FirstPackets {
  /** By slot: `entry + 1`, 0 when it has none. */
  private entryOf = new Int32Array(0);
  private words = new Int32Array(0);
  private doubles = new Float64Array(0);
  private readonly free: number[] = [];
  private unused = 0;

  has(slot: number): boolean {
    return slot < this.entryOf.length && this.entryOf[slot] !== 0;
  }

  /** The flow in `slot` gets its second packet. Its first had `bytes` (negative: from the responder) and came at this time. */
  begin(slot: number, bytes: number, seconds: number, nanos: number): void {
    const entry = this.free.length > 0 ? this.free.pop()! : this.unused++;
    if ((entry + 1) * entryWords > this.words.length) this.grow();
    if (slot >= this.entryOf.length) this.entryOf = grown(this.entryOf, Math.max(1024, 2 * slot));
    this.entryOf[slot] = entry + 1;
    const base = entry * entryWords;
    this.doubles[base / 2 + Entry.SecondsF64] = seconds;
    this.words[base + Entry.Nanos] = nanos;
    this.words[base + Entry.Count] = 1;
    this.words[base + Entry.Bytes] = bytes;
    this.words[base + Entry.Micros] = 0;
  }

  /** The next packet of a flow that has an entry. */
  add(slot: number, bytes: number, seconds: number, nanos: number): void {
    const { words } = this;
    const base = (this.entryOf[slot]! - 1) * entryWords;
    const count = words[base + Entry.Count]!;
    if (count === firstPacketCount) return;
    const nanosSince = nanos - words[base + Entry.Nanos]!;
    const micros = (seconds - this.doubles[base / 2 + Entry.SecondsF64]!) * 1e6 + Math.floor(nanosSince / 1000);
    words[base + Entry.Bytes + count] = bytes;
    words[base + Entry.Micros + count] = Math.max(-0x80000000, Math.min(micros, 0x7fffffff));
    words[base + Entry.Count] = count + 1;
  }

  /** The flow in `slot` is over. */
  forget(slot: number): void {
    if (!this.has(slot)) return;
    this.free.push(this.entryOf[slot]! - 1);
    this.entryOf[slot] = 0;
  }

  /** Signed frame bytes of a flow that has an entry. */
  bytes(slot: number): number[] {
    return this.read(slot, Entry.Bytes);
  }

  /** Microseconds since its first packet. */
  micros(slot: number): number[] {
    return this.read(slot, Entry.Micros);
  }

  private read(slot: number, offset: number): number[] {
    const { words } = this;
    const base = (this.entryOf[slot]! - 1) * entryWords;
    const values: number[] = [];
    for (let i = 0; i < words[base + Entry.Count]!; i++) values.push(words[base + offset + i]!);
    return values;
  }

  private grow(): void {
    this.words = grown(this.words, Math.max(256 * entryWords, 2 * this.words.length));
    this.doubles = new Float64Array(this.words.buffer);
  }
}

function grown(words: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(length);
  larger.set(words);
  return larger;
}
