/** The minutes of a capture as bars. */
import type { CaptureQuality } from '@wirecase/contract';
import { formatMany } from '../format/quantity.ts';

/** Bars are flows; marked is where something of connections was missed. `words` say both. */
export function chartOf(steps: CaptureQuality['steps']) {
  const marked = steps.map(({ figures }) => figures.halfSeen + figures.gapBytes + figures.truncated > 0);
  const [first] = steps;
  const minutes = first ? Math.round((Date.parse(first.end) - Date.parse(first.start)) / 60_000) : 0;
  const missed = marked.filter(Boolean).length;
  const words = `Something of the connections was missed in ${missed} of ${steps.length} times of ${formatMany(minutes, 'minute')}.`;
  return { values: steps.map(({ figures }) => figures.flows), marked, words: missed > 0 ? words : '' };
}
