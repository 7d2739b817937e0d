/** How good models are on what they have not seen: each capture is judged by a model that was trained without its tool. */
import { Model, type ModelFile, SCALE } from '@wirecase/detect';
import { boost } from './boost.ts';
import { classes, type LabCapture, type Sample } from './dataset.ts';
import { logistic } from './logistic.ts';

/** A sample with what was said of it by those that had not seen its tool. Numbers are places in `classes`. */
export interface Judged {
  sample: Sample;
  trees: number;
  /** How sure the trees were, 0-1, before calibration. */
  said: number;
  regression: number;
}

/** What is held out together: all captures of a tool; each benign one by itself, with what it was stretched to. */
export function foldOf({ tool, name }: LabCapture): string {
  return tool === '' ? name.replace(/(?:-x[\d.]+)+$/, '') : tool;
}

/** What is learnt from. All harmless windows too, alike as they are: the rare ones among them are what is taken for an attack. */
export function lessonsOf(samples: readonly Sample[]): { rows: Float64Array[]; labels: number[] } {
  return { rows: samples.map((sample) => sample.features), labels: samples.map((sample) => sample.class) };
}

export function leaveOneToolOut(samples: readonly Sample[], names: readonly string[], window: number): Judged[] {
  const folds = [...new Set(samples.map(({ capture }) => foldOf(capture)))].toSorted();
  return folds.flatMap((fold) => {
    const { rows, labels } = lessonsOf(samples.filter(({ capture }) => foldOf(capture) !== fold));
    const model = new Model(modelFile(rows, labels, names, window));
    const regression = logistic(rows, labels, classes.length);
    return samples
      .filter(({ capture }) => foldOf(capture) === fold)
      .map((sample) => ({
        sample,
        trees: model.classOf(sample.features),
        said: model.said(sample.features),
        regression: regression(sample.features),
      }));
  });
}

/** A model without calibration. */
export function modelFile(rows: Float64Array[], labels: number[], names: readonly string[], window: number): ModelFile {
  const { base, trees } = boost(rows, labels, classes.length);
  return { window, features: [...names], classes: [...classes], base, trees, calibration: { said: [0, 1], right: [0, 1] } };
}

export interface ClassFigures {
  class: string;
  windows: number;
  precision: number;
  recall: number;
  f1: number;
}

/** Precision, recall and F1 of each class that there are windows of. */
export function figuresOf(samples: readonly Sample[], predicted: readonly number[]): ClassFigures[] {
  return classes.flatMap((name, k) => {
    const windows = samples.filter((sample) => sample.class === k).length;
    const hits = samples.filter((sample, i) => sample.class === k && predicted[i] === k).length;
    const said = predicted.filter((each) => each === k).length;
    if (windows === 0) return [];
    const [precision, recall] = [said === 0 ? 0 : hits / said, hits / windows];
    const f1 = hits === 0 ? 0 : (2 * precision * recall) / (precision + recall);
    return [{ class: name, windows, precision: cents(precision), recall: cents(recall), f1: cents(f1) }];
  });
}

export function macroF1(figures: readonly ClassFigures[]): number {
  return cents(figures.reduce((sum, { f1 }) => sum + f1, 0) / figures.length);
}

export const cents = (value: number): number => Math.round(value * SCALE) / SCALE;
