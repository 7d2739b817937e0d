/** How far the analysis of a ring is behind the capture. */

/** So much that is not read is no lag: it was just written. */
const justWritten = 4 * 1024 * 1024;

export class LagMeter {
  private readUpTo = 0;
  private caughtUpAt = 0;

  /**
   * Seconds at `now` (both wall clock, as is `lastSecond`, the time of the last packet that was read; NaN: none yet). Packets that wait may
   * be new although the last one that was read is old, on a quiet link: the lag is no more than the time since nothing waited.
   */
  seconds(now: number, lastSecond: number, waitingBytes: number, waitingFiles: number): number {
    if (!Number.isNaN(lastSecond)) this.readUpTo = lastSecond;
    if (waitingBytes > justWritten || waitingFiles > 0) return Math.max(0, Math.min(now - this.readUpTo, now - this.caughtUpAt));
    this.caughtUpAt = now;
    return 0;
  }
}
