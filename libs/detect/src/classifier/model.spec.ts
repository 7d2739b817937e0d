import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { card, models } from './card.ts';
import { features } from './features.ts';
import { calibrated, LEAF, Model, SCALE } from './model.ts';
import { opinionOn } from './opinion.ts';

const vectors = fc
  .array(fc.integer({ min: 0, max: 15_000 }), { minLength: features.length, maxLength: features.length })
  .map((values) => Float64Array.from(values, (value) => value / 1000));

/** One tree for each of two classes: "ports" above 3 speak for the second, and "packets" above 2 then for more. */
const [packets, ports] = [0, 1];
const tree = (sign: number) => ({
  feature: [ports, LEAF, packets, LEAF, LEAF, LEAF, LEAF],
  threshold: [3, 0, 2, 0, 0, 0, 0],
  value: [0, -5000, 10_000, 0, 0, 4000, 16_000].map((value) => sign * value),
});
const small = new Model({
  window: 2,
  features: ['packets', 'ports'],
  classes: ['benign', 'scan'],
  base: [1000, -1000],
  trees: [[tree(-1)], [tree(1)]],
  calibration: { said: [0.5, 0.9, 1], right: [0.4, 0.8, 0.95] },
});

describe('a model', () => {
  it('adds up base and leaves', () => {
    expect(small.logitOf(Float64Array.of(1, 5), 1)).toBe(-1000 + 4000);
    expect(small.logitOf(Float64Array.of(3, 5), 1)).toBe(-1000 + 16_000);
    expect(small.logitOf(Float64Array.of(3, 3), 1)).toBe(-1000 - 5000);
    expect(small.classOf(Float64Array.of(3, 5))).toBe(1);
    expect(small.classOf(Float64Array.of(3, 3))).toBe(0);
    expect(small.said(Float64Array.of(3, 3))).toBeCloseTo(
      1 / (1 + Math.exp((-1000 - 5000 - small.logitOf(Float64Array.of(3, 3), 0)) / SCALE)),
    );
  });

  it('credits each step down a tree to the feature that was asked about', () => {
    expect(small.contributions(Float64Array.of(3, 5), 1)).toEqual({ base: -1000, parts: Int32Array.of(6000, 10_000) });
  });

  it('says with which value of a feature it would say something else', () => {
    expect(small.clearing(Float64Array.of(3, 5), 1, ports)).toBe(3);
    expect(small.clearing(Float64Array.of(3, 5), 1, packets)).toBeNull();
  });

  it('is as sure as it was right', () => {
    expect(calibrated(small.file.calibration, 0.7)).toBeCloseTo(0.6);
    expect(calibrated(small.file.calibration, 0.1)).toBe(0.4);
    expect(calibrated(small.file.calibration, 1)).toBe(0.95);
  });
});

describe('the model that is shipped', () => {
  it('is the one that its card is about, and small', () => {
    const bytes = readFileSync(new URL('model.json', import.meta.url));
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(card.sha256);
    expect(bytes.length).toBeLessThan(300_000);
  });

  it('knows the features as they are', () => {
    for (const { file } of models) expect(file.features).toEqual(features.map(({ name }) => name));
    expect(models.map(({ file }) => file.window)).toEqual([2, 60]);
  });

  it('has whole values, so that the contributions of features add up to the logit exactly', () => {
    fc.assert(
      fc.property(vectors, (vector) => {
        for (const model of models) {
          for (const classNumber of model.file.classes.keys()) {
            const { base, parts } = model.contributions(vector, classNumber);
            expect(parts.reduce((sum, part) => sum + part, base)).toBe(model.logitOf(vector, classNumber));
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  it('names the class with the highest logit, though it does not add up those that cannot be it', () => {
    fc.assert(
      fc.property(vectors, (vector) => {
        for (const model of models) {
          const logits = model.file.classes.map((_, i) => model.logitOf(vector, i));
          expect(model.classOf(vector)).toBe(logits.indexOf(Math.max(...logits)));
        }
      }),
      { numRuns: 200 },
    );
  });

  it('tells the strongest contributions, and what the others add', () => {
    fc.assert(
      fc.property(vectors, (vector) => {
        const score = { length: 0, class: models[0]!.classOf(vector), confidence: 0.5, vector, from: 0, to: 1, shift: 0 };
        const { logit, base, contributions, rest } = opinionOn(score);
        const sum = contributions.reduce((total, each) => total + Math.round(SCALE * each.logit), Math.round(SCALE * (base + rest)));
        expect(sum).toBe(Math.round(SCALE * logit));
      }),
    );
  });
});
