import type { DetectorOptions } from '../detector.ts';

export const options = {
  exchanges: {
    doc: 'Exchanges in one connection, or by UDP from one port to another, that can make a beacon.',
    unit: 'count',
    default: 10,
  },
  interval: { doc: 'Shortest median interval.', unit: 'seconds', default: 2.5 },
  jitterPercent: {
    doc: 'Most jitter of the intervals, in percent of their median: waits of half to one and a half times the timer have about 37.',
    unit: 'count',
    default: 50,
  },
  request: {
    doc:
      'Fewest bytes of a question within TLS or HTTP, of which 90 leave out what only holds a connection; 0: these are left out, as pages that ' +
      'ask for news do the same.',
    unit: 'count',
    default: 0,
  },
  kilobytes: {
    doc: 'Most payload of both ends in an exchange, on average, in 1000 bytes: streams and pages have more.',
    unit: 'count',
    default: 8,
  },
} satisfies DetectorOptions;
