import { Model } from '@wirecase/detect';
import { describe, expect, it } from 'vitest';
import { Random } from '../random.ts';
import { calibrationError, isotonic } from './calibrate.ts';
import { modelFile } from './evaluate.ts';
import { logistic } from './logistic.ts';

/** Points of three classes: harmless where x < 5; beyond, one class where y < 5 and another where it is more. The third value is noise. */
function points(count: number): { rows: Float64Array[]; labels: number[] } {
  const random = new Random(7);
  const rows = Array.from({ length: count }, () =>
    Float64Array.of(...[10, 10, 10].map((most) => Math.round(1000 * most * random.next()) / 1000)),
  );
  return { rows, labels: rows.map((row) => (row[0]! < 5 ? 0 : row[1]! < 5 ? 1 : 2)) };
}

const names = ['x', 'y', 'noise'];

describe('training', () => {
  it('gives the same bytes each time', () => {
    const train = (): string => {
      const { rows, labels } = points(300);
      return JSON.stringify(modelFile(rows, labels, names, 2));
    };
    expect(train()).toBe(train());
  });

  it('finds the bounds of classes, and asks little about noise', () => {
    const { rows, labels } = points(600);
    const model = new Model(modelFile(rows, labels, names, 2));
    expect(rows.filter((row, i) => model.classOf(row) === labels[i]).length / rows.length).toBeGreaterThan(0.98);
    expect(model.classOf(Float64Array.of(9, 1, 5))).toBe(1);
    const { parts } = model.contributions(Float64Array.of(9, 1, 5), 1);
    expect(Math.abs(parts[2]!)).toBeLessThan(Math.min(parts[0]!, parts[1]!) / 3);
  });

  it('knows a regression to compare with', () => {
    const { rows, labels } = points(600);
    const regression = logistic(rows, labels, 3);
    expect(rows.filter((row, i) => regression(row) === labels[i]).length / rows.length).toBeGreaterThan(0.9);
  });
});

describe('calibration', () => {
  /** Of those of which it says 0.6 half are right, and all of which it says 0.9. */
  const outcomes = Array.from({ length: 400 }, (_, i) =>
    i % 2 === 0 ? { said: 0.6, isRight: i % 4 === 0 } : { said: 0.9, isRight: true },
  );

  it('is a rising curve', () => {
    const { said, right } = isotonic(outcomes);
    expect(said).toEqual(said.toSorted((a, b) => a - b));
    expect(right).toEqual(right.toSorted((a, b) => a - b));
  });

  it('takes the error away', () => {
    expect(calibrationError(outcomes, null)).toBeCloseTo(0.1);
    expect(calibrationError(outcomes, isotonic(outcomes))).toBeLessThan(0.01);
  });
});
