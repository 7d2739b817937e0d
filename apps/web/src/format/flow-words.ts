/** What Zeek's connection states and history letters mean, in sentences. */

const states: Record<string, string> = {
  S0: 'Connection attempt seen, no answer.',
  S1: 'Established, not closed while it was watched.',
  SF: 'Established and closed normally by both sides.',
  REJ: 'Attempt refused by the responder.',
  S2: 'Established; the originator closed, the responder did not answer the close.',
  S3: 'Established; the responder closed, the originator did not answer the close.',
  RSTO: 'Established, then reset by the originator.',
  RSTR: 'Established, then reset by the responder.',
  RSTOS0: 'The originator sent a SYN, then reset it; no answer was seen.',
  RSTRH: 'The responder answered a SYN that was not seen, then reset it.',
  SH: 'The originator sent a SYN, then closed; no answer was seen (half-open).',
  SHR: 'The responder answered and closed; the SYN of the originator was not seen.',
  OTH: 'No opening seen: traffic in mid-stream, or a protocol without connections.',
};

export function explainState(state: string): string {
  return states[state] ?? 'A state that has no description.';
}

const letters: Record<string, string> = {
  s: 'SYN',
  h: 'SYN-ACK',
  a: 'pure ACK',
  d: 'data',
  f: 'FIN',
  r: 'reset',
  i: 'inconsistent flags',
  q: 'several flags that exclude each other',
  c: 'bad checksum',
  t: 'retransmission',
  w: 'zero window',
  g: 'gap in the stream',
};

export interface HistoryStep {
  letter: string;
  from: 'source' | 'destination' | null;
  meaning: string;
}

/** Each letter of a history: who did it (upper case = originator) and what it says. */
export function explainHistory(history: string): HistoryStep[] {
  return [...history].map((letter) => {
    if (letter === '^') return { letter, from: null, meaning: 'direction was flipped: the first packet came from the responder' };
    const from = letter === letter.toUpperCase() ? 'source' : 'destination';
    return { letter, from, meaning: letters[letter.toLowerCase()] ?? 'no description' };
  });
}

export type Severity = 'low' | 'medium' | 'high' | 'critical';

/** 0-100 to the word used everywhere: low < 40 <= medium < 70 <= high < 90 <= critical. */
export function severityOf(value: number): Severity {
  if (value >= 90) return 'critical';
  if (value >= 70) return 'high';
  return value >= 40 ? 'medium' : 'low';
}
