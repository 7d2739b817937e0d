import { noFigures, type QualityFigures } from '@wirecase/contract';
import { describe, expect, it } from 'vitest';
import { chartOf } from './quality-chart.ts';

const step = (minute: number, length: number, figures: Partial<QualityFigures>) => ({
  start: `2024-05-01T12:${String(minute).padStart(2, '0')}:00.000000000Z`,
  end: `2024-05-01T12:${String(minute + length).padStart(2, '0')}:00.000000000Z`,
  figures: { ...noFigures(), ...figures },
});

describe('the chart of capture quality', () => {
  it('marks the bars in which something of the connections was missed', () => {
    const steps = [step(0, 1, { flows: 3 }), step(1, 1, { flows: 1, halfSeen: 1 }), step(2, 1, {}), step(3, 1, { flows: 2, gapBytes: 9 })];
    expect(chartOf(steps)).toEqual({
      values: [3, 1, 0, 2],
      marked: [false, true, false, true],
      words: 'Something of the connections was missed in 2 of 4 times of 1 minute.',
    });
  });

  it('marks no bar for datagrams that nobody answered, which may be how it was', () => {
    expect(chartOf([step(0, 3, { flows: 3, datagramFlows: 3, unanswered: 3 })])).toMatchObject({
      marked: [false],
      words: '',
    });
  });
});
