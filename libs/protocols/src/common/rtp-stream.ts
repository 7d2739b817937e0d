/** Statistics of one source of RTP (RFC 3550 A.1, A.3, A.8), by numbers. */

/** Sequence numbers ahead, or behind, that are the same stream still (RFC 3550 A.1). */
const MAX_DROPOUT = 3000;
const MAX_MISORDER = 100;
const MAX_PAYLOAD_TYPES = 8;

export class RtpStream {
  readonly ssrc: number;
  packets = 0;
  bytes = 0;
  outOfOrder = 0;
  duplicates = 0;
  jumps = 0;
  maxGapMs = 0;
  /** Of the interarrival jitter, seconds, and after how many packets it was computed. */
  jitterSum = 0;
  maxJitter = 0;
  jitters = 0;
  readonly payloadTypes: number[] = [];
  readonly firstPacket: number;
  readonly firstSequence: number;
  firstSeconds: number;
  firstNanos: number;
  lastSeconds: number;
  lastNanos: number;
  /** Highest sequence number. */
  lastSequence: number;
  /** Packets to be expected of the runs before the last jump. */
  private expectedBefore = 0;
  /** Of the run: its first sequence number, and 65,536 for each time it began at 0 again. */
  private base: number;
  private cycles = 0;
  /** The sequence number that confirms a jump, -1 without one. */
  private afterJump = -1;
  private jitter = 0;
  private timestamp = 0;
  private clockRate = 0;
  /** When the packet of `timestamp` came. */
  private timedSeconds = 0;
  private timedNanos = 0;

  constructor(ssrc: number, sequence: number, packet: number, seconds: number, nanos: number) {
    this.ssrc = ssrc;
    this.firstPacket = packet;
    this.firstSequence = this.base = this.lastSequence = sequence;
    this.firstSeconds = this.lastSeconds = seconds;
    this.firstNanos = this.lastNanos = nanos;
  }

  /** The next packet. `clockRate`: of its codec, per second; 0 when it is not known or the packet is no part of the clock. */
  packet(sequence: number, timestamp: number, payloadType: number, bytes: number, clockRate: number, seconds: number, nanos: number): void {
    const gap = (seconds - this.lastSeconds) * 1000 + (nanos - this.lastNanos) / 1e6;
    if (gap > this.maxGapMs) this.maxGapMs = gap;
    this.lastSeconds = seconds;
    this.lastNanos = nanos;
    if (this.packets > 0) this.follow(sequence);
    this.packets++;
    this.bytes += bytes;
    if (!this.payloadTypes.includes(payloadType) && this.payloadTypes.length < MAX_PAYLOAD_TYPES) this.payloadTypes.push(payloadType);
    if (clockRate > 0) this.time(timestamp, clockRate, seconds, nanos);
  }

  /** Packets that are missing, and all that were to be expected. */
  get lost(): number {
    return Math.max(0, this.expected - (this.packets - this.duplicates));
  }

  get expected(): number {
    return this.expectedBefore + this.cycles + this.lastSequence - this.base + 1;
  }

  private follow(sequence: number): void {
    const ahead = (sequence - this.lastSequence) & 0xffff;
    if (ahead === 0) this.duplicates++;
    else if (ahead < MAX_DROPOUT) {
      if (sequence < this.lastSequence) this.cycles += 65_536;
      this.lastSequence = sequence;
    } else if (ahead > 65_536 - MAX_MISORDER) this.outOfOrder++;
    else if (sequence === this.afterJump) this.jump(sequence);
    else {
      this.afterJump = (sequence + 1) & 0xffff;
      // Until the next one confirms it, it is one that came astray.
      this.outOfOrder++;
    }
  }

  /** Two in a row far away: the sender began anew with the one before (RFC 3550 A.1). */
  private jump(sequence: number): void {
    this.expectedBefore = this.expected;
    this.outOfOrder--;
    this.jumps++;
    this.cycles = sequence === 0 ? 65_536 : 0;
    this.base = (sequence - 1) & 0xffff;
    this.lastSequence = sequence;
    this.afterJump = -1;
  }

  /** RFC 3550 A.8, in seconds: the difference of two packets' transit times, smoothed by 1/16. */
  private time(timestamp: number, clockRate: number, seconds: number, nanos: number): void {
    if (clockRate === this.clockRate) {
      const arrival = seconds - this.timedSeconds + (nanos - this.timedNanos) / 1e9;
      const difference = Math.abs(arrival - ((timestamp - this.timestamp) | 0) / clockRate);
      this.jitter += (difference - this.jitter) / 16;
      this.jitterSum += this.jitter;
      this.jitters++;
      if (this.jitter > this.maxJitter) this.maxJitter = this.jitter;
    }
    this.clockRate = clockRate;
    this.timestamp = timestamp;
    this.timedSeconds = seconds;
    this.timedNanos = nanos;
  }
}
