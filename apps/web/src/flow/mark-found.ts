/** Marks what was found with the CSS Custom Highlight API: the text stays one node, whatever is in it. */
import type { Found } from './turns.ts';

/** `elements`: one a turn, the body of which is the only text of its `pre`. A browser without the API shows the turn alone. */
export function mark(elements: readonly HTMLElement[], found: readonly Found[], current: number): void {
  if (!('highlights' in CSS)) return;
  const all = new Highlight();
  const one = new Highlight();
  for (const [at, { turn, ranges }] of found.entries()) {
    const text = elements[turn]?.querySelector('pre')?.firstChild;
    if (!text) continue;
    for (const [start, end] of ranges) {
      const range = new StaticRange({ startContainer: text, startOffset: start, endContainer: text, endOffset: end });
      (at === current ? one : all).add(range);
    }
  }
  one.priority = 1;
  CSS.highlights.set('stream-found', all);
  CSS.highlights.set('stream-current', one);
}
