import { describe, expect, it } from 'vitest';
import { clearingText } from './clearing.ts';

describe('what would clear an alert', () => {
  it('is one fewer where the threshold was just met', () =>
    expect(clearingText(9, 9)).toBe('It would not have fired with 1 fewer, or with a threshold above 9.'));
  it('is as many as it went beyond', () => expect(clearingText(1200, 9)).toContain('with 1,192 fewer, or with a threshold above 1,200.'));
  it('is nothing where one is enough', () => expect(clearingText(5, 1)).toBe(''));
});
