import { describe, expect, it } from 'vitest';
import { clearingText } from './clearing.ts';

const ports = { metric: 'distinct ports failed', window: 900 };

describe('what would clear an alert', () => {
  it('is less than the threshold of what was counted, or a threshold above it', () =>
    expect(clearingText({ ...ports, value: 1200, threshold: 9 })).toBe(
      'It would not have fired with fewer than 9 distinct ports failed within 900 s (there were 1,200), or with a threshold above 1,200.',
    ));
  it('leaves out a time that does not matter', () =>
    expect(clearingText({ metric: 'parts of a page', value: 150.5, threshold: 150, window: 0 })).toContain(
      'parts of a page (there were 150.5)',
    ));
  it('is nothing where one is enough, or nothing was measured', () => {
    expect(clearingText({ ...ports, value: 5, threshold: 1 })).toBeNull();
    expect(clearingText({})).toBeNull();
  });
});
