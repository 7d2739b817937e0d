import type { TriageEntry } from '@wirecase/contract';
import { changeOfKey, choiceOf, choices, deedsOf, standingText } from './triage-words.ts';

const entry = (change: TriageEntry['change']): TriageEntry => ({ id: '1', at: '', actor: 'ann', change, comment: null });

describe('where an alert stands', () => {
  it('is its state, or its verdict once it is closed', () => {
    expect(standingText('in_progress', '')).toBe('In progress');
    expect(standingText('closed', 'benign_positive')).toBe('Benign positive');
  });

  it('is one of the choices, and choosing it changes nothing', () => {
    expect(choices[choiceOf('new', '')]!.change).toEqual({ state: 'new' });
    expect(choices[choiceOf('closed', 'false_positive')]!.change).toEqual({ verdict: 'false_positive' });
  });
});

describe('the history', () => {
  it('says what was done', () => {
    expect(deedsOf(entry({ state: { from: 'new', to: 'in_progress' }, assignee: { from: null, to: 'ann' } }))).toEqual([
      'set it to in progress',
      'gave it to ann',
    ]);
    expect(deedsOf(entry({ state: { from: 'new', to: 'closed' }, verdict: { from: null, to: 'false_positive' } }))).toEqual([
      'closed it: false positive',
    ]);
    expect(deedsOf(entry({ state: { from: 'closed', to: 'new' }, verdict: { from: 'true_positive', to: null } }))).toEqual([
      'opened it again: new',
    ]);
    expect(deedsOf(entry({ assignee: { from: 'ann', to: null } }))).toEqual(['took it from ann']);
  });

  it('says nothing more of a comment', () => {
    expect(deedsOf(entry({}))).toEqual([]);
  });
});

describe('keys', () => {
  it('take, set and close; others do nothing', () => {
    expect(changeOfKey('a', 'ann')).toEqual({ assignee: 'ann', state: 'in_progress' });
    expect(changeOfKey('f', 'ann')).toEqual({ verdict: 'false_positive' });
    expect(changeOfKey('z', 'ann')).toBeNull();
  });
});
