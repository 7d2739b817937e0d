/**
 * Boosted trees over the features of a window. All values are whole ten-thousandths of a logit, so that the contributions of features add
 * up to the logit exactly: each step down a tree is credited to the feature that was asked about there.
 */

/** Values a logit has. */
export const SCALE = 10_000;
/** In `feature` of a node that asks nothing. */
export const LEAF = -1;

/** A tree: nodes in the order of a complete binary tree, children of i at 2i+1 (value <= threshold) and 2i+2. */
export interface TreeFile {
  feature: number[];
  threshold: number[];
  /** Of every node, inner ones too: the mean of what lies below. */
  value: number[];
}

export interface ModelFile {
  /** Seconds. */
  window: number;
  features: string[];
  /** The first is the harmless one. */
  classes: string[];
  /** By class: the logit before any tree. */
  base: number[];
  trees: TreeFile[][];
  /** Points of a rising curve: what the model says of the class it picks, and how often it was right on tools it had not seen. */
  calibration: { said: number[]; right: number[] };
}

/** Nodes that a tree of depth 3 has room for. */
const NODES = 15;

export class Model {
  readonly file: ModelFile;
  private readonly logits: Int32Array;
  /** feature[trees x NODES] and so on, the trees of one class after those of another, which begin at `begins`. */
  private readonly feature: Int16Array;
  private readonly threshold: Float64Array;
  private readonly value: Int32Array;
  private readonly begins: Int32Array;

  constructor(file: ModelFile) {
    this.file = file;
    this.logits = new Int32Array(file.classes.length);
    this.begins = new Int32Array(file.classes.length + 1);
    const trees = file.trees.flat();
    this.feature = new Int16Array(trees.length * NODES).fill(LEAF);
    this.threshold = new Float64Array(trees.length * NODES);
    this.value = new Int32Array(trees.length * NODES);
    for (const [i, tree] of trees.entries()) {
      this.feature.set(tree.feature, i * NODES);
      this.threshold.set(tree.threshold, i * NODES);
      this.value.set(tree.value, i * NODES);
    }
    for (const [i, ofClass] of file.trees.entries()) this.begins[i + 1] = this.begins[i]! + ofClass.length * NODES;
  }

  /** Number of the likeliest class. */
  classOf(vector: Float64Array): number {
    const { logits } = this;
    this.sum(vector);
    let best = 0;
    for (let i = 1; i < logits.length; i++) if (logits[i]! > logits[best]!) best = i;
    return best;
  }

  /** How sure it is of the class that `classOf` gave last, 0-1, as often right as it says. */
  confidence(): number {
    return calibrated(this.file.calibration, this.said());
  }

  /** The same before calibration: the softmax of the likeliest class. */
  said(): number {
    const most = Math.max(...this.logits);
    let sum = 0;
    for (const logit of this.logits) sum += Math.exp((logit - most) / SCALE);
    return 1 / sum;
  }

  /** Ten-thousandths of a logit. */
  logitOf(vector: Float64Array, classNumber: number): number {
    this.sum(vector);
    return this.logits[classNumber]!;
  }

  /** What each feature adds to the logit of a class; with the class's own base they add up to it. */
  contributions(vector: Float64Array, classNumber: number): { base: number; parts: Int32Array } {
    const parts = new Int32Array(this.file.features.length);
    let base = this.file.base[classNumber]!;
    const { feature, threshold, value } = this;
    for (let root = this.begins[classNumber]!; root < this.begins[classNumber + 1]!; root += NODES) {
      base += value[root]!;
      let node = 0;
      for (let asked = feature[root]!; asked !== LEAF; asked = feature[root + node]!) {
        const child = 2 * node + (vector[asked]! <= threshold[root + node]! ? 1 : 2);
        parts[asked]! += value[root + child]! - value[root + node]!;
        node = child;
      }
    }
    return { base, parts };
  }

  /**
   * The nearest value of one feature at which another class would be likelier; null when no value of it does that.
   */
  clearing(vector: Float64Array, classNumber: number, feature: number): number | null {
    const found = vector[feature]!;
    const thresholds = this.file.trees
      .flat()
      .flatMap((tree) => tree.threshold.filter((_, node) => tree.feature[node] === feature))
      .toSorted((a, b) => Math.abs(a - found) - Math.abs(b - found));
    const changed = Float64Array.from(vector);
    for (const threshold of new Set(thresholds)) {
      // Thresholds have three decimals: the next value on the other side of it.
      changed[feature] = found <= threshold ? threshold + 0.001 : threshold;
      if (this.classOf(changed) !== classNumber) return changed[feature];
    }
    return null;
  }

  private sum(vector: Float64Array): void {
    const { feature, threshold, value, begins, logits } = this;
    const { base } = this.file;
    for (let i = 0; i < logits.length; i++) {
      let logit = base[i]!;
      for (let root = begins[i]!; root < begins[i + 1]!; root += NODES) {
        let node = 0;
        for (let asked = feature[root]!; asked !== LEAF; asked = feature[root + node]!)
          node = 2 * node + (vector[asked]! <= threshold[root + node]! ? 1 : 2);
        logit += value[root + node]!;
      }
      logits[i] = logit;
    }
  }
}

/** Linear between the points of the curve. */
export function calibrated({ said, right }: ModelFile['calibration'], value: number): number {
  const at = said.findIndex((point) => point >= value);
  if (at < 0) return right.at(-1) ?? value;
  if (at === 0) return right[0]!;
  const share = (value - said[at - 1]!) / (said[at]! - said[at - 1]!);
  return right[at - 1]! + share * (right[at]! - right[at - 1]!);
}
