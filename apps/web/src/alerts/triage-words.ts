/** State and verdict of an alert in words. */
import type { AlertState, AlertVerdict, TriageChange, TriageEntry } from '@wirecase/contract';

export const stateWords: Record<AlertState, string> = { new: 'New', in_progress: 'In progress', closed: 'Closed' };

export const verdictWords: Record<AlertVerdict, string> = {
  true_positive: 'True positive',
  benign_positive: 'Benign positive',
  false_positive: 'False positive',
};

/** What a person chooses: an open state, or the verdict that closes. */
export interface TriageChoice {
  label: string;
  change: TriageChange;
}

export const choices: readonly TriageChoice[] = [
  { label: 'New', change: { state: 'new' } },
  { label: 'In progress', change: { state: 'in_progress' } },
  { label: 'Closed: true positive', change: { verdict: 'true_positive' } },
  { label: 'Closed: benign positive', change: { verdict: 'benign_positive' } },
  { label: 'Closed: false positive', change: { verdict: 'false_positive' } },
];

/** Position in `choices` of where an alert stands. */
export function choiceOf(state: string, verdict: string): number {
  return choices.findIndex(({ change }) => (state === 'closed' ? change.verdict === verdict : change.state === state));
}

/** A row's word for state and verdict together. */
export function standingText(state: string, verdict: string): string {
  return state === 'closed' ? (verdictWords[verdict as AlertVerdict] ?? 'Closed') : (stateWords[state as AlertState] ?? state);
}

/** An entry of the history as sentences without a subject: "took it", "closed it as a false positive". */
export function deedsOf({ change }: TriageEntry): string[] {
  const deeds: string[] = [];
  const verdict = change.verdict?.to;
  if (verdict) deeds.push(`closed it: ${verdictWords[verdict as AlertVerdict].toLowerCase()}`);
  else if (change.state)
    deeds.push(change.state.from === 'closed' ? `opened it again: ${wordOf(change.state.to)}` : `set it to ${wordOf(change.state.to)}`);
  if (change.assignee)
    deeds.push(change.assignee.to === null ? `took it from ${change.assignee.from}` : `gave it to ${change.assignee.to}`);
  return deeds;
}

const wordOf = (state: string | null) => (stateWords[state as AlertState] ?? String(state)).toLowerCase();

/** What a key does with the chosen alerts; `me`: who presses it. */
export function changeOfKey(key: string, me: string): TriageChange | null {
  const changes: Record<string, TriageChange> = {
    a: { assignee: me, state: 'in_progress' },
    n: { state: 'new' },
    p: { state: 'in_progress' },
    t: { verdict: 'true_positive' },
    b: { verdict: 'benign_positive' },
    f: { verdict: 'false_positive' },
  };
  return changes[key] ?? null;
}
