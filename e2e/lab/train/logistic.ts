/** Multinomial logistic regression by whole steps down the slope: what a model without trees can do, for comparison. */
const STEPS = 80;
const RATE = 1;
const SHRINK = 1e-4;

/** Learns from rows and classes; answers a function that gives the likeliest class of a row. */
export function logistic(rows: readonly Float64Array[], labels: readonly number[], classes: number): (row: Float64Array) => number {
  const width = rows[0]!.length;
  const { means, scales } = scaleOf(rows, width);
  const scaled = rows.map((row) => row.map((value, f) => (value - means[f]!) / scales[f]!));
  const weights = Array.from({ length: classes }, () => new Float64Array(width + 1));
  for (let step = 0; step < STEPS; step++) {
    const slopes = weights.map(() => new Float64Array(width + 1));
    for (const [i, row] of scaled.entries()) {
      const chances = chancesOf(weights, row);
      for (let k = 0; k < classes; k++) {
        const miss = chances[k]! - (labels[i] === k ? 1 : 0);
        for (let f = 0; f < width; f++) slopes[k]![f]! += miss * row[f]!;
        slopes[k]![width]! += miss;
      }
    }
    for (const [k, weight] of weights.entries())
      for (let f = 0; f <= width; f++) weight[f]! -= RATE * (slopes[k]![f]! / rows.length + SHRINK * weight[f]!);
  }
  return (row) => {
    const chances = chancesOf(
      weights,
      row.map((value, f) => (value - means[f]!) / scales[f]!),
    );
    return chances.indexOf(Math.max(...chances));
  };
}

function chancesOf(weights: readonly Float64Array[], row: Float64Array): number[] {
  const logits = weights.map((weight) => {
    let sum = weight[row.length]!;
    for (let f = 0; f < row.length; f++) sum += weight[f]! * row[f]!;
    return sum;
  });
  const most = Math.max(...logits);
  const odds = logits.map((logit) => Math.exp(logit - most));
  const sum = odds.reduce((total, odd) => total + odd, 0);
  return odds.map((odd) => odd / sum);
}

function scaleOf(rows: readonly Float64Array[], width: number): { means: Float64Array; scales: Float64Array } {
  const [means, scales] = [new Float64Array(width), new Float64Array(width)];
  for (const row of rows) for (let f = 0; f < width; f++) means[f]! += row[f]! / rows.length;
  for (const row of rows) for (let f = 0; f < width; f++) scales[f]! += (row[f]! - means[f]!) ** 2 / rows.length;
  return { means, scales: scales.map((variance) => Math.sqrt(variance) || 1) };
}
