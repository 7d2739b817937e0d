/** The failures of every source against one kind of target, and the scans among them. */
import { GenerationMap } from '../generation-map.ts';
import { Failures, type Failure, type Scan } from './failures.ts';

/** Pairs (source and host, or source and port) that are followed; beyond it the one that failed longest ago is let go. */
const MAX_PAIRS = 65_536;

export class ScanTable {
  private readonly window: number;
  private readonly emit: (key: number, scan: Scan, threshold: number) => void;
  private readonly pairs: GenerationMap<{ failures: Failures; threshold: number }>;

  /** `window` in seconds; `emit` takes each scan when it has ended. */
  constructor(window: number, emit: (key: number, scan: Scan, threshold: number) => void) {
    this.window = window;
    this.emit = emit;
    this.pairs = new GenerationMap(MAX_PAIRS, (key, { failures, threshold }) => {
      const scan = failures.close();
      if (scan) emit(key, scan, threshold);
    });
  }

  /** Count a failure; at the threshold `isProved` says whether refusals and silence are enough to call it a scan. */
  add(key: number, failure: Failure, threshold: number, knownAtNs: bigint, isProved: (refused: number) => boolean): void {
    const failures = this.pairs.get(key)?.failures ?? new Failures();
    this.pairs.set(key, { failures, threshold });
    if (failures.scan && failure.seconds - failures.scan.last.seconds > this.window) this.emit(key, failures.close()!, threshold);
    failures.add(failure, this.window, threshold);
    if (!failures.scan && failures.count >= threshold && isProved(failures.refusedCount)) failures.open(knownAtNs);
  }

  takeBack(key: number, target: number, packet: number): void {
    this.pairs.get(key)?.failures.takeBack(target, packet);
  }

  closeAll(): void {
    this.pairs.clear();
  }
}
