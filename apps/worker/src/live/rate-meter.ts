/** Packets and bytes by the second and minute of packet time, of the file at hand. Bounded: the minutes of a file whose clock leaps are few. */
import type { SeriesMeter } from '@wirecase/engine';
import type { Minute } from '@wirecase/store';

/** Minutes told apart in one file; the rest is counted into the last. */
const maxMinutes = 2000;
/** Seconds kept for the rate of now. */
const keptSeconds = 8;

class Count {
  packets = 0;
  bytes = 0;
  flows = 0;
}

export class RateMeter implements SeriesMeter {
  private second = Number.NaN;
  private atSecond = new Count();
  private atMinute = new Count();
  private readonly seconds = new Map<number, Count>();
  private minutes = new Map<number, Count>();

  /** `seconds`: packet time. Runs for every packet. */
  packet(seconds: number, frameBytes: number): void {
    if (seconds !== this.second) this.turn(seconds);
    this.atSecond.packets++;
    this.atSecond.bytes += frameBytes;
    this.atMinute.packets++;
    this.atMinute.bytes += frameBytes;
  }

  /** The packet at hand begins a flow. */
  flow(): void {
    this.atSecond.flows++;
    this.atMinute.flows++;
  }

  /** Packet time of the last packet, whole seconds; NaN before the first. */
  get lastSecond(): number {
    return this.second;
  }

  /** What was counted in the second. */
  rate(second: number): Readonly<Count> {
    return this.seconds.get(second) ?? new Count();
  }

  /** Counts by minute of what was read since the last `takeMinutes`. */
  readMinutes(): Minute[] {
    const sorted = [...this.minutes].filter(([, count]) => count.packets + count.flows > 0).sort(([a], [b]) => a - b);
    return sorted.map(([minute, { packets, bytes, flows }]) => [new Date(minute * 60_000).toISOString(), packets, bytes, flows]);
  }

  /** The same, and begin anew. */
  takeMinutes(): Minute[] {
    const minutes = this.readMinutes();
    this.minutes = new Map();
    this.second = Number.NaN;
    return minutes;
  }

  private turn(second: number): void {
    this.second = second;
    this.atSecond = entry(this.seconds, second);
    for (const known of this.seconds.keys()) if (this.seconds.size > keptSeconds) this.seconds.delete(known);
    const minute = Math.floor(second / 60);
    const last = this.minutes.size < maxMinutes || this.minutes.has(minute) ? minute : [...this.minutes.keys()].at(-1)!;
    this.atMinute = entry(this.minutes, last);
  }
}

function entry(counts: Map<number, Count>, key: number): Count {
  let count = counts.get(key);
  if (!count) counts.set(key, (count = new Count()));
  return count;
}
