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

/** A tree of depth 3 as it is walked: feature and threshold of seven questions, then eight leaves. */
const QUESTIONS = 7;
const LEAVES = 8;
const TREE_WORDS = 2 * QUESTIONS + LEAVES;
/** Features and thresholds have three decimals: they are compared as whole thousandths, of which there are at most so many. */
const THOUSAND = 1000;
const MOST = 2 ** 30;
/** Below every logit. */
const LEAST = -(2 ** 31);

export class Model {
  readonly file: ModelFile;
  /** Int32Array[trees x TREE_WORDS], the trees of one class after those of another, which begin at `begins`. */
  private readonly trees: Int32Array;
  private readonly begins: Int32Array;
  /** By tree: what it and the trees of its class after it add to the logit at most. */
  private readonly most: Int32Array;
  /** The vector that is judged, in thousandths. */
  private readonly vector: Int32Array;
  /** By feature: the different thresholds at which it is asked about, made when they are first wanted. */
  private thresholds: readonly (readonly number[])[] | null = null;

  constructor(file: ModelFile) {
    this.file = file;
    this.vector = new Int32Array(file.features.length);
    this.begins = new Int32Array(file.classes.length + 1);
    const trees = file.trees.flat();
    this.trees = new Int32Array(trees.length * TREE_WORDS);
    for (const [i, tree] of trees.entries()) this.trees.set(walkable(tree), i * TREE_WORDS);
    for (const [i, ofClass] of file.trees.entries()) this.begins[i + 1] = this.begins[i]! + ofClass.length * TREE_WORDS;
    this.most = mostOf(this.trees, this.begins);
  }

  /** Number of the likeliest class. */
  classOf(vector: Float64Array): number {
    this.read(vector);
    let best = 0;
    let most = this.logit(0, LEAST);
    for (let i = 1; i < this.file.classes.length; i++) {
      const logit = this.logit(i, most);
      if (logit <= most) continue;
      best = i;
      most = logit;
    }
    return best;
  }

  /** How sure it is of the likeliest class, 0-1, as often right as it says. */
  confidence(vector: Float64Array): number {
    return calibrated(this.file.calibration, this.said(vector));
  }

  /** The same before calibration: the softmax of the likeliest class. */
  said(vector: Float64Array): number {
    this.read(vector);
    const logits = this.file.classes.map((_, i) => this.logit(i, LEAST));
    const most = Math.max(...logits);
    let sum = 0;
    for (const logit of logits) sum += Math.exp((logit - most) / SCALE);
    return 1 / sum;
  }

  /** Ten-thousandths of a logit. */
  logitOf(vector: Float64Array, classNumber: number): number {
    this.read(vector);
    return this.logit(classNumber, LEAST);
  }

  /** What each feature adds to the logit of a class; with the class's own base they add up to it. */
  contributions(vector: Float64Array, classNumber: number): { base: number; parts: Int32Array } {
    const parts = new Int32Array(this.file.features.length);
    let base = this.file.base[classNumber]!;
    for (const { feature, threshold, value } of this.file.trees[classNumber]!) {
      base += value[0]!;
      let node = 0;
      for (let asked = feature[0]!; asked !== LEAF; asked = feature[node] ?? LEAF) {
        const child = 2 * node + (vector[asked]! <= threshold[node]! ? 1 : 2);
        parts[asked]! += value[child]! - value[node]!;
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
    this.thresholds ??= thresholdsOf(this.file);
    const thresholds = this.thresholds[feature]!.toSorted((a, b) => Math.abs(a - found) - Math.abs(b - found));
    const changed = Float64Array.from(vector);
    for (const threshold of thresholds) {
      // Thresholds have three decimals: the next value on the other side of it.
      changed[feature] = found <= threshold ? threshold + 0.001 : threshold;
      if (this.classOf(changed) !== classNumber) return changed[feature];
    }
    return null;
  }

  private read(values: Float64Array): void {
    const { vector } = this;
    for (let i = 0; i < vector.length; i++) vector[i] = Math.min(MOST, Math.round(values[i]! * THOUSAND));
  }

  /**
   * The logit of a class for the vector that was read; something at or below `least` as soon as it is sure to be no more than that.
   * Without a branch within a tree: which way it goes is chance to a processor. A difference below 0 has its highest bit set.
   */
  private logit(classNumber: number, least: number): number {
    const { trees, vector, begins, most } = this;
    const end = begins[classNumber + 1]!;
    let logit = this.file.base[classNumber]!;
    for (let tree = begins[classNumber]!; tree < end; tree += TREE_WORDS) {
      if (logit + most[tree / TREE_WORDS]! <= least) return least;
      let node = 1 + ((trees[tree + 1]! - vector[trees[tree]!]!) >>> 31);
      let question = tree + 2 * node;
      node = 2 * node + 1 + ((trees[question + 1]! - vector[trees[question]!]!) >>> 31);
      question = tree + 2 * node;
      node = 2 * node + 1 + ((trees[question + 1]! - vector[trees[question]!]!) >>> 31);
      logit += trees[tree + QUESTIONS + node]!;
    }
    return logit;
  }
}

/** By tree: the sum of the highest leaves from it to the last tree of its class. `trees`, `begins` as in `Model`. */
function mostOf(trees: Int32Array, begins: Int32Array): Int32Array {
  const most = new Int32Array(trees.length / TREE_WORDS);
  for (let classNumber = 1; classNumber < begins.length; classNumber++) {
    let sum = 0;
    for (let end = begins[classNumber]!; end > begins[classNumber - 1]!; end -= TREE_WORDS) {
      sum += Math.max(...trees.subarray(end - LEAVES, end));
      most[end / TREE_WORDS - 1] = sum;
    }
  }
  return most;
}

/** A tree in TREE_WORDS words; below a leaf that is not at the bottom it does not matter what is asked. */
function walkable({ feature, threshold, value }: TreeFile): Int32Array {
  const words = new Int32Array(TREE_WORDS);
  /** Node of the file by place in the complete tree. */
  const nodes = new Int32Array(QUESTIONS + LEAVES);
  for (let place = 0; place < QUESTIONS; place++) {
    const node = nodes[place]!;
    const asked = feature[node] ?? LEAF;
    if (asked !== LEAF) {
      words[2 * place] = asked;
      words[2 * place + 1] = Math.round(threshold[node]! * THOUSAND);
    }
    nodes[2 * place + 1] = asked === LEAF ? node : 2 * node + 1;
    nodes[2 * place + 2] = asked === LEAF ? node : 2 * node + 2;
  }
  for (let leaf = 0; leaf < LEAVES; leaf++) words[2 * QUESTIONS + leaf] = value[nodes[QUESTIONS + leaf]!]!;
  return words;
}

/** By feature: each threshold once, in the order of the trees. */
function thresholdsOf({ features, trees }: ModelFile): number[][] {
  const thresholds = features.map(() => new Set<number>());
  for (const tree of trees.flat()) for (const [node, asked] of tree.feature.entries()) thresholds[asked]?.add(tree.threshold[node]!);
  return thresholds.map((each) => [...each]);
}

/** Linear between the points of the curve. */
export function calibrated({ said, right }: ModelFile['calibration'], value: number): number {
  const at = said.findIndex((point) => point >= value);
  if (at < 0) return right.at(-1) ?? value;
  if (at === 0) return right[0]!;
  const share = (value - said[at - 1]!) / (said[at]! - said[at - 1]!);
  return right[at - 1]! + share * (right[at]! - right[at - 1]!);
}
