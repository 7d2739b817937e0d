import type { PacketMark } from '@wirecase/contract';

/** The packet being looked at: its number and time. One object, moved on by the analyzer. */
export class PacketClock implements PacketMark {
  packet = 0;
  seconds = 0;
  nanos = 0;
  /** The time that was asked for last: rows and detectors ask for that of one packet many times. */
  private toldSeconds = 0;
  private toldNanos = 0;
  private toldNs = 0n;

  /** Nanoseconds since 1970 UTC. */
  get timeNs(): bigint {
    if (this.seconds !== this.toldSeconds || this.nanos !== this.toldNanos) {
      this.toldSeconds = this.seconds;
      this.toldNanos = this.nanos;
      this.toldNs = nanosecondsOf(this.seconds, this.nanos);
    }
    return this.toldNs;
  }
}

/** Nanoseconds of whole seconds and nanoseconds. */
export function nanosecondsOf(seconds: number, nanos: number): bigint {
  return BigInt(seconds) * 1_000_000_000n + BigInt(nanos);
}
