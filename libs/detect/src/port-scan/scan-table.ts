/** The failures of every source against one kind of target, and the scans among them. */
import { GenerationMap } from '../generation-map.ts';
import { Failures, type Failure, type Scan } from './failures.ts';

/** Pairs (source and host, or source and port) that are followed; beyond it the one that failed longest ago is let go. */
const MAX_PAIRS = 65_536;

export class ScanTable {
  private readonly window: number;
  private readonly emit: (key: number, scan: Scan, threshold: number) => void;
  private readonly pairs: GenerationMap<{ failures: Failures; threshold: number }>;
  /** Pairs with a scan that is open. */
  private readonly scanning = new Map<number, { failures: Failures; threshold: number }>();

  /** `window` in seconds; `emit` takes each scan when it has ended. */
  constructor(window: number, emit: (key: number, scan: Scan, threshold: number) => void) {
    this.window = window;
    this.emit = emit;
    this.pairs = new GenerationMap(MAX_PAIRS, (key, pair) => this.end(key, pair));
  }

  /** Count a failure; at the threshold `isProved` says whether refusals and silence are enough to call it a scan. */
  add(key: number, failure: Failure, threshold: number, knownAtNs: bigint, isProved: (refused: number) => boolean): void {
    const failures = this.pairs.get(key)?.failures ?? new Failures();
    const pair = { failures, threshold };
    this.pairs.set(key, pair);
    if (failures.scan && failure.seconds - failures.scan.last.seconds > this.window) this.end(key, pair);
    failures.add(failure, this.window, threshold);
    if (failures.scan || failures.count < threshold || !isProved(failures.refusedCount)) return;
    failures.open(knownAtNs);
    this.scanning.set(key, pair);
  }

  /** End the scans without a failure for longer than the window before `seconds`, and tell of those that may go on. */
  eachOpen(seconds: number, take: (key: number, scan: Scan, threshold: number) => void): void {
    for (const [key, pair] of this.scanning) {
      const scan = pair.failures.scan!;
      if (seconds - scan.last.seconds > this.window) this.end(key, pair);
      else take(key, scan, pair.threshold);
    }
  }

  takeBack(key: number, target: number, packet: number): void {
    this.pairs.get(key)?.failures.takeBack(target, packet);
  }

  closeAll(): void {
    this.pairs.clear();
  }

  private end(key: number, { failures, threshold }: { failures: Failures; threshold: number }): void {
    this.scanning.delete(key);
    const scan = failures.close();
    if (scan) this.emit(key, scan, threshold);
  }
}
