import type { BlindSpot } from '@wirecase/contract';
import { describe, expect, it } from 'vitest';
import { sightLines } from './sight.ts';

const spot = (what: BlindSpot['what'], text: string): BlindSpot => ({ what, text, part: 1, of: 2, share: 0.5 });
const drops = spot('drops', '1 packet was dropped');

describe('what the detector of an alert could not see', () => {
  it('is said by host, what was dropped once before it', () => {
    const unseen = [drops, spot('answers', 'no answer'), spot('streams', 'gaps')];
    expect(
      sightLines([
        { ip: '10.0.0.1', flows: 1, unseen },
        { ip: '10.0.0.2', flows: 1, unseen: [drops] },
      ]),
    ).toEqual(['1 packet was dropped.', '10.0.0.1: no answer; gaps.']);
  });

  it('is of all traffic where no host is known, and nothing where nothing is missing', () => {
    expect(sightLines([{ ip: null, flows: 1, unseen: [spot('answers', 'no answer')] }])).toEqual(['All traffic: no answer.']);
    expect(sightLines([{ ip: '10.0.0.1', flows: 1, unseen: [] }])).toEqual([]);
  });
});
