/**
 * Gradient boosted trees for several classes (softmax, Newton steps; Friedman 2001, Chen 2016): small ones, over features in at most 32
 * classes of values each. No chance in it: the same samples in the same order give the same trees, byte for byte.
 */
import { LEAF, rounded, SCALE, type TreeFile } from '@wirecase/detect';

export interface BoostOptions {
  rounds: number;
  depth: number;
  rate: number;
}

export const defaults: BoostOptions = { rounds: 60, depth: 3, rate: 0.1 };

const BINS = 32;
/** Added to the curvature of a leaf: few samples move little. */
const CALM = 1;
const MIN_CURVATURE = 0.5;
const MIN_GAIN = 0.01;
/** A rare class counts for at most so many times its size. */
const MAX_WEIGHT = 4;

export interface Trained {
  base: number[];
  trees: TreeFile[][];
}

/** `rows`: vectors of one length; `labels`: class of each, below `classes`. */
export function boost(rows: readonly Float64Array[], labels: readonly number[], classes: number, options = defaults): Trained {
  const table = binned(rows);
  const weights = weightsOf(labels, classes);
  const base = Array.from({ length: classes }, (_, i) => baseOf(labels, weights, i));
  const logits = base.map((value) => new Float64Array(rows.length).fill(value / SCALE));
  const trees: TreeFile[][] = base.map(() => []);
  const [slope, curvature] = [new Float64Array(rows.length), new Float64Array(rows.length)];
  for (let round = 0; round < options.rounds; round++) {
    const chances = softmax(logits, rows.length);
    for (let k = 0; k < classes; k++) {
      for (let i = 0; i < rows.length; i++) {
        const chance = chances[k]![i]!;
        slope[i] = weights[i]! * (chance - (labels[i] === k ? 1 : 0));
        curvature[i] = weights[i]! * Math.max(1e-6, chance * (1 - chance));
      }
      trees[k]!.push(grow(table, { slope, curvature, weights }, logits[k]!, options));
    }
  }
  return { base, trees };
}

interface Binned {
  count: number;
  width: number;
  /** By sample, its features one after the other: they are read together. */
  bins: Uint8Array;
  /** thresholds[feature][bin]: the largest value in it. */
  thresholds: number[][];
}

function binned(rows: readonly Float64Array[]): Binned {
  const width = rows[0]!.length;
  const thresholds = Array.from({ length: width }, (_, feature) => thresholdsOf(Float64Array.from(rows, (row) => row[feature]!).sort()));
  const bins = new Uint8Array(rows.length * width);
  for (const [i, row] of rows.entries()) {
    for (let feature = 0; feature < width; feature++) {
      const bin = thresholds[feature]!.findIndex((limit) => row[feature]! <= limit);
      bins[i * width + feature] = bin < 0 ? thresholds[feature]!.length : bin;
    }
  }
  return { count: rows.length, width, bins, thresholds };
}

/** Values that cut sorted ones into parts: each different one where they are few, else as many in each part as can be. */
function thresholdsOf(sorted: Float64Array): number[] {
  const different = [...new Set(sorted)];
  if (different.length <= BINS) return different.slice(0, -1);
  // Half by count and half by different values: what is seldom is cut apart too.
  const half = BINS / 2;
  const byCount = Array.from({ length: half }, (_, i) => sorted[Math.floor(((i + 1) * sorted.length) / (half + 1))]!);
  const byValue = Array.from({ length: half - 1 }, (_, i) => different[Math.floor(((i + 1) * different.length) / half)]!);
  return [...new Set([...byCount, ...byValue])].sort((a, b) => a - b).filter((value) => value < sorted.at(-1)!);
}

/** The rarer its class, the more a sample counts, by the square root. */
function weightsOf(labels: readonly number[], classes: number): Float64Array {
  const counts = Array.from({ length: classes }, (_, k) => labels.filter((label) => label === k).length);
  const most = Math.max(...counts);
  return Float64Array.from(labels, (label) => Math.min(MAX_WEIGHT, Math.sqrt(most / counts[label]!)));
}

function baseOf(labels: readonly number[], weights: Float64Array, classNumber: number): number {
  let [own, all] = [1, labels.length / 1000];
  for (const [i, label] of labels.entries()) {
    all += weights[i]!;
    if (label === classNumber) own += weights[i]!;
  }
  return Math.round(SCALE * Math.log(own / all));
}

function softmax(logits: readonly Float64Array[], count: number): Float64Array[] {
  const chances = logits.map(() => new Float64Array(count));
  for (let i = 0; i < count; i++) {
    let sum = 0;
    for (let k = 0; k < logits.length; k++) sum += chances[k]![i] = Math.exp(logits[k]![i]!);
    for (let k = 0; k < logits.length; k++) chances[k]![i]! /= sum;
  }
  return chances;
}

interface Gradients {
  slope: Float64Array;
  curvature: Float64Array;
  weights: Float64Array;
}

/** A tree, whose leaves are added to `logits`. */
function grow(table: Binned, gradients: Gradients, logits: Float64Array, { depth, rate }: BoostOptions): TreeFile {
  const nodes = 2 ** (depth + 1) - 1;
  const tree: TreeFile = {
    feature: Array<number>(nodes).fill(LEAF),
    threshold: Array<number>(nodes).fill(0),
    value: Array<number>(nodes).fill(0),
  };
  const build = (node: number, members: Int32Array, left: number): number => {
    const split = left > 0 ? bestSplit(table, gradients, members) : null;
    if (!split) return (tree.value[node] = leafValue(gradients, members, logits, rate));
    tree.feature[node] = split.feature;
    tree.threshold[node] = rounded(table.thresholds[split.feature]![split.bin]!);
    const { bins, width } = table;
    const low = members.filter((i) => bins[i * width + split.feature]! <= split.bin);
    const high = members.filter((i) => bins[i * width + split.feature]! > split.bin);
    const [lowWeight, highWeight] = [sumOf(gradients.weights, low), sumOf(gradients.weights, high)];
    const sum = build(2 * node + 1, low, left - 1) * lowWeight + build(2 * node + 2, high, left - 1) * highWeight;
    return (tree.value[node] = Math.round(sum / (lowWeight + highWeight)));
  };
  build(
    0,
    Int32Array.from({ length: table.count }, (_, i) => i),
    depth,
  );
  return cut(tree);
}

function leafValue({ slope, curvature }: Gradients, members: Int32Array, logits: Float64Array, rate: number): number {
  const value = Math.round((-SCALE * rate * sumOf(slope, members)) / (sumOf(curvature, members) + CALM));
  for (const i of members) logits[i]! += value / SCALE;
  return value;
}

function bestSplit(table: Binned, { slope, curvature }: Gradients, members: Int32Array): { feature: number; bin: number } | null {
  const [allSlope, allCurvature] = [sumOf(slope, members), sumOf(curvature, members)];
  const whole = (allSlope * allSlope) / (allCurvature + CALM);
  let best: { feature: number; bin: number } | null = null;
  let most = MIN_GAIN;
  const { width, bins } = table;
  const [slopes, curvatures] = [new Float64Array(width * (BINS + 1)), new Float64Array(width * (BINS + 1))];
  for (let m = 0; m < members.length; m++) {
    const i = members[m]!;
    const [itsSlope, itsCurvature] = [slope[i]!, curvature[i]!];
    for (let feature = 0, at = i * width, sums = 0; feature < width; feature++, at++, sums += BINS + 1) {
      const place = sums + bins[at]!;
      slopes[place]! += itsSlope;
      curvatures[place]! += itsCurvature;
    }
  }
  for (const [feature, limits] of table.thresholds.entries()) {
    let [lowSlope, lowCurvature] = [0, 0];
    for (let bin = 0; bin < limits.length; bin++) {
      lowSlope += slopes[feature * (BINS + 1) + bin]!;
      lowCurvature += curvatures[feature * (BINS + 1) + bin]!;
      const [highSlope, highCurvature] = [allSlope - lowSlope, allCurvature - lowCurvature];
      if (lowCurvature < MIN_CURVATURE || highCurvature < MIN_CURVATURE) continue;
      const gain = lowSlope ** 2 / (lowCurvature + CALM) + highSlope ** 2 / (highCurvature + CALM) - whole;
      if (gain > most) [most, best] = [gain, { feature, bin }];
    }
  }
  return best;
}

/** Without the places behind the last node that there is. */
function cut({ feature, threshold, value }: TreeFile): TreeFile {
  const last = 2 * feature.findLastIndex((asked) => asked !== LEAF) + 3;
  return {
    feature: feature.slice(0, Math.max(1, last)),
    threshold: threshold.slice(0, Math.max(1, last)),
    value: value.slice(0, Math.max(1, last)),
  };
}

function sumOf(values: Float64Array, members: Int32Array): number {
  let sum = 0;
  for (let m = 0; m < members.length; m++) sum += values[members[m]!]!;
  return sum;
}
