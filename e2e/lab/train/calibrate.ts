/** How often a model is right when it says how sure it is: isotonic regression (pool adjacent violators), and the error that is left. */
import { calibrated, type ModelFile, rounded } from '@wirecase/detect';

export interface Outcome {
  /** What the model said of its class, 0-1. */
  said: number;
  isRight: boolean;
}

const MAX_POINTS = 16;
/** No window is certain. */
const SUREST = 0.999;

/** A rising curve through the outcomes. Each step counts one right and one wrong more than it has, so that none is certain. */
export function isotonic(outcomes: readonly Outcome[]): ModelFile['calibration'] {
  const sorted = outcomes.toSorted((a, b) => a.said - b.said);
  const size = Math.max(1, Math.ceil(sorted.length / 200));
  const blocks: { said: number; right: number; count: number }[] = [];
  for (let at = 0; at < sorted.length; at += size) {
    const part = sorted.slice(at, at + size);
    const sum = part.reduce((total, { said }) => total + said, 0);
    blocks.push({ said: sum, right: part.filter(({ isRight }) => isRight).length, count: part.length });
    while (blocks.length > 1 && shareOf(blocks.at(-2)!) >= shareOf(blocks.at(-1)!)) {
      const last = blocks.pop()!;
      const before = blocks.at(-1)!;
      before.said += last.said;
      before.right += last.right;
      before.count += last.count;
    }
  }
  while (blocks.length > MAX_POINTS) mergeClosest(blocks);
  const points = blocks.map(({ said, right, count }) => ({
    said: rounded(said / count),
    right: Math.min(SUREST, rounded((right + 1) / (count + 2))),
  }));
  const rising = points.filter((point, i) => i === 0 || (point.said > points[i - 1]!.said && point.right >= points[i - 1]!.right));
  return { said: rising.map(({ said }) => said), right: rising.map(({ right }) => right) };
}

/** Expected calibration error: by tenths of what is said, the distance to what is right, weighted by how many there are. */
export function calibrationError(outcomes: readonly Outcome[], curve: ModelFile['calibration'] | null): number {
  const bins = Array.from({ length: 10 }, () => ({ said: 0, right: 0, count: 0 }));
  for (const { said, isRight } of outcomes) {
    const value = curve ? calibrated(curve, said) : said;
    const bin = bins[Math.min(9, Math.floor(value * 10))]!;
    bin.said += value;
    bin.right += isRight ? 1 : 0;
    bin.count++;
  }
  return bins.reduce((sum, { said, right }) => sum + Math.abs(said - right), 0) / outcomes.length;
}

function shareOf({ right, count }: { right: number; count: number }): number {
  return right / count;
}

function mergeClosest(blocks: { said: number; right: number; count: number }[]): void {
  let closest = 1;
  const gap = (i: number): number => shareOf(blocks[i]!) - shareOf(blocks[i - 1]!);
  for (let i = 2; i < blocks.length; i++) if (gap(i) < gap(closest)) closest = i;
  const [gone] = blocks.splice(closest, 1);
  const kept = blocks[closest - 1]!;
  kept.said += gone!.said;
  kept.right += gone!.right;
  kept.count += gone!.count;
}
