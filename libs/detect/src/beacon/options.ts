import type { DetectorOptions } from '../detector.ts';

export const options = {
  connections: {
    doc: 'Connections of one host to one port of another that can make a beacon.',
    unit: 'count',
    default: 8,
  },
  interval: { doc: 'Shortest median interval; programs that ask more often are polling for somebody.', unit: 'seconds', default: 1 },
  insideInterval: {
    doc: 'As `interval`, within the network, where balancers and monitors look every second or two whether a server is there.',
    unit: 'seconds',
    default: 2.5,
  },
  insideJitterPercent: { doc: 'As `jitterPercent`, within the network.', unit: 'count', default: 45 },
  jitterPercent: {
    doc: 'Most jitter of the intervals, in percent of their median: waits of half to one and a half times the timer have about 37.',
    unit: 'count',
    default: 50,
  },
} satisfies DetectorOptions;
