/** Distinct failed targets (ports of a host, or hosts at a port) of one source. */

/** Packet numbers kept as evidence. */
const MAX_PACKETS = 50;
/** Targets counted of one scan; further ones leave the count as it is. */
const MAX_TARGETS = 65_536;

/** A first contact that failed. */
export interface Failure {
  /** Port, or number of the host. */
  target: number;
  packet: number;
  seconds: number;
  timeNs: bigint;
  /** Whether a refusal was seen; else the answer is only missing. */
  isRefused: boolean;
}

/** A scan that crossed its threshold and may still go on. */
export interface Scan {
  first: Failure;
  last: Failure;
  targets: Set<number>;
  refused: number;
  packets: number[];
  detectedAtNs: bigint;
}

export class Failures {
  /** Failures inside the window, oldest first, one per target; less than the threshold, or judged and held back. */
  private recent: Failure[] = [];
  scan: Scan | null = null;

  get count(): number {
    return this.scan?.targets.size ?? this.recent.length;
  }
  get refusedCount(): number {
    return this.recent.reduce((count, failure) => count + (failure.isRefused ? 1 : 0), 0);
  }

  /** Take a failure into the window, or into the scan that is open. */
  add(failure: Failure, window: number, threshold: number): void {
    if (this.scan) return this.addToScan(this.scan, failure);
    const oldest = failure.seconds - window;
    // At the threshold without being a scan (held back): keep the newest only, so that state stays small.
    this.recent = this.recent.filter((known) => known.target !== failure.target && known.seconds >= oldest).slice(-(threshold - 1));
    this.recent.push(failure);
  }

  /** The contact answered after all. */
  takeBack(target: number, packet: number): void {
    if (this.scan) {
      if (this.scan.packets.at(-1) !== packet) this.scan.targets.delete(target);
    } else this.recent = this.recent.filter((known) => known.target !== target || known.packet !== packet);
  }

  /** The failures in the window are a scan, seen as such at `detectedAtNs`. */
  open(detectedAtNs: bigint): void {
    this.scan = {
      first: this.recent[0]!,
      last: this.recent.at(-1)!,
      targets: new Set(this.recent.map((failure) => failure.target)),
      refused: this.refusedCount,
      packets: this.recent.map((failure) => failure.packet).slice(-MAX_PACKETS),
      detectedAtNs,
    };
    this.recent = [];
  }

  close(): Scan | null {
    const scan = this.scan;
    this.scan = null;
    this.recent = [];
    return scan;
  }

  private addToScan(scan: Scan, failure: Failure): void {
    scan.last = failure;
    if (scan.targets.size >= MAX_TARGETS || scan.targets.has(failure.target)) return;
    scan.targets.add(failure.target);
    if (failure.isRefused) scan.refused++;
    if (scan.packets.length < MAX_PACKETS) scan.packets.push(failure.packet);
  }
}
