/** What the model says of one window, with the reasons. */
import type { ModelOpinion } from '@wirecase/contract';
import { card, models } from './card.ts';
import { features } from './features.ts';
import { SCALE } from './model.ts';

/** Contributions that are told one by one. */
const TOLD = 5;

/** A host in a window, as the model saw it. */
export interface Score {
  /** Place in the list of models: 2 s, 60 s. */
  length: number;
  /** Place in the model's classes; 0 is the harmless one. */
  class: number;
  /** 0 where it is harmless: most windows are, and hardly one of them is ever told. */
  confidence: number;
  vector: Float64Array<ArrayBuffer>;
  /** Seconds since 1970 of the first and last packet in it, as detectors count them: ahead of the times of packets by `shift`. */
  from: number;
  to: number;
  shift: number;
}

export function classNameOf({ length, class: classNumber }: Score): string {
  return models[length]!.file.classes[classNumber]!;
}

export function opinionOn(score: Score): ModelOpinion {
  const model = models[score.length]!;
  const { base, parts } = model.contributions(score.vector, score.class);
  const order = [...parts.keys()].toSorted((a, b) => Math.abs(parts[b]!) - Math.abs(parts[a]!) || a - b).filter((i) => parts[i] !== 0);
  const told = order.slice(0, TOLD);
  const sum = (list: readonly number[]): number => list.reduce((total, i) => total + parts[i]!, 0);
  return {
    model: card.sha256.slice(0, 32),
    window: model.file.window,
    class: classNameOf(score),
    confidence: Math.round(model.confidence(score.vector) * 1000) / 1000,
    logit: (base + sum(order)) / SCALE,
    base: base / SCALE,
    contributions: told.map((i) => ({
      feature: features[i]!.name,
      words: features[i]!.words,
      value: features[i]!.shown(score.vector[i]!),
      logit: parts[i]! / SCALE,
    })),
    rest: sum(order.slice(TOLD)) / SCALE,
    clearing: clearingOf(score, told),
  };
}

function clearingOf(score: Score, told: readonly number[]): ModelOpinion['clearing'] {
  for (const i of told) {
    const value = models[score.length]!.clearing(score.vector, score.class, i);
    if (value !== null) return { feature: features[i]!.name, words: features[i]!.words, value: features[i]!.shown(value) };
  }
  return null;
}
