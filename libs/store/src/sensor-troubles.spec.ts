import { describe, expect, test } from 'vitest';
import { lagTurn, Silence } from './sensor-troubles.ts';

const lag = (seconds: number, files: number, isLagging: boolean) =>
  lagTurn({ seconds, files, isLagging, maxSeconds: 10, maxFiles: 4 })?.kind ?? null;

describe('a lag', () => {
  test.each([
    [10, 4, false, null],
    [10.1, 0, false, 'sensor.lagging'],
    [0, 5, false, 'sensor.lagging'],
    [60, 50, true, null],
    [5.1, 0, true, null],
    [5, 3, true, null],
    [5, 2, true, 'sensor.caught-up'],
    [0, 0, false, null],
  ])('of %d s and %d files, told already: %s, is told of as %s', (seconds, files, isLagging, kind) => {
    expect(lag(seconds, files, isLagging)).toBe(kind);
  });
});

describe('a sensor that is silent', () => {
  test('is away when it stays so for three seconds of looking', () => {
    const silence = new Silence();
    expect([...silence.look(0, ['a', 'b'])]).toEqual([]);
    expect([...silence.look(2_999, ['a', 'b'])]).toEqual([]);
    expect([...silence.look(3_000, ['a', 'b'])]).toEqual(['a', 'b']);
  });

  test('for a moment, as all are when the database comes back, is there', () => {
    const silence = new Silence();
    silence.look(0, ['a']);
    silence.look(1_000, []);
    expect([...silence.look(3_500, ['a'])]).toEqual([]);
  });
});
