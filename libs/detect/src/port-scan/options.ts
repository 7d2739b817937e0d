import type { DetectorOptions } from '../detector.ts';

export const options = {
  ports: {
    doc: 'Distinct ports of one host on which a source must fail within the window for a vertical scan.',
    unit: 'count',
    default: 15,
  },
  hosts: {
    doc: 'Distinct hosts on which an external source must fail at one port within the window for a horizontal scan.',
    unit: 'count',
    default: 25,
  },
  internalHosts: {
    doc: 'The same for a source with a private address: monitors, management tools and peer-to-peer clients try many hosts.',
    unit: 'count',
    default: 100,
  },
  window: { doc: 'Time in which the failures must happen, and the quiet time that ends a scan.', unit: 'seconds', default: 300 },
  answerWait: {
    doc: 'How long a SYN may stay unanswered before it counts as failed. An answer that comes later takes the failure back.',
    unit: 'seconds',
    default: 0.4,
  },
} satisfies DetectorOptions;
