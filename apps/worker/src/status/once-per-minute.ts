const MINUTE_MS = 60_000;

/** Keeps what repeats (a server that is away, asked every second) to one line of log a minute. */
export class OncePerMinute {
  private last = -Infinity;

  isDue(): boolean {
    if (performance.now() - this.last < MINUTE_MS) return false;
    this.last = performance.now();
    return true;
  }
}
