import { describe, expect, it } from 'vitest';
import { addFigures, blindSpots, noFigures, sightLines, type BlindSpot, type QualityFigures } from './quality.ts';

const figures = (given: Partial<QualityFigures>): QualityFigures => ({ ...noFigures(), ...given });
const noDrops = { dropped: null, packets: 100 };

describe('what a detector could not see', () => {
  it('is only what it needs', () => {
    const missed = figures({
      flows: 10,
      truncated: 1,
      conversations: 4,
      halfSeen: 1,
      payloadBytes: 900,
      gapBytes: 100,
      encryptedBytes: 90,
    });
    expect(blindSpots(['both-directions'], missed, noDrops)).toEqual([
      { what: 'both-directions', part: 1, of: 4, share: 0.25, text: '1 of 4 TCP connections (25 %) were seen from one side only' },
    ]);
    expect(blindSpots(['streams', 'whole-packets', 'clear-text'], missed, noDrops).map(({ text }) => text)).toEqual([
      '100 of 1,000 bytes (10 %) were missing from TCP streams',
      '1 of 10 flows (10 %) have packets that were cut short',
      '90 of 900 bytes (10 %) were encrypted',
    ]);
    expect(blindSpots([], missed, noDrops)).toEqual([]);
  });

  it('is what was dropped, whatever it needs', () => {
    expect(blindSpots([], noFigures(), { dropped: 25, packets: 75 })).toEqual([
      { what: 'drops', part: 25, of: 100, share: 0.25, text: '25 of 100 packets (25 %) were dropped while capturing' },
    ]);
    expect(blindSpots([], noFigures(), { dropped: 0, packets: 75 })).toEqual([]);
  });

  it('rounds neither a small part nor a small rest away', () => {
    const text = (unanswered: number) => blindSpots(['answers'], figures({ datagramFlows: 1_000_000, unanswered }), noDrops)[0]!.text;
    expect(text(1)).toBe('1 of 1,000,000 UDP flows (< 1 %) show no answer: none came, or it was not captured');
    expect(text(999_999)).toContain('(> 99 %)');
    expect(text(1_000_000)).toContain('(100 %)');
  });
});

it('adds figures up', () => {
  const sum = figures({ flows: 1, gapBytes: 5 });
  addFigures(sum, figures({ flows: 2, packets: 3 }));
  expect(sum).toEqual(figures({ flows: 3, packets: 3, gapBytes: 5 }));
});

const told = (what: BlindSpot['what'], text: string): BlindSpot => ({ what, text, part: 1, of: 2, share: 0.5 });
const drops = told('drops', '1 packet was dropped');

describe('what the detector of an alert could not see', () => {
  it('is said by host, what was dropped once before it', () => {
    const unseen = [drops, told('answers', 'no answer'), told('streams', 'gaps')];
    expect(
      sightLines([
        { ip: '10.0.0.1', flows: 1, unseen },
        { ip: '10.0.0.2', flows: 1, unseen: [drops] },
      ]),
    ).toEqual(['1 packet was dropped.', '10.0.0.1: no answer; gaps.']);
  });

  it('is of all traffic where no host is known, and nothing where nothing is missing', () => {
    expect(sightLines([{ ip: null, flows: 1, unseen: [told('answers', 'no answer')] }])).toEqual(['All traffic: no answer.']);
    expect(sightLines([{ ip: '10.0.0.1', flows: 1, unseen: [] }])).toEqual([]);
  });
});
