import type { PacketMark } from '@wirecase/contract';

/** The packet being looked at: its number and time. One object, moved on by the analyzer. */
export class PacketClock implements PacketMark {
  packet = 0;
  seconds = 0;
  nanos = 0;

  /** Nanoseconds since 1970 UTC. */
  get timeNs(): bigint {
    return BigInt(this.seconds) * 1_000_000_000n + BigInt(this.nanos);
  }
}
