import type { DetectorOptions } from '../detector.ts';

export const options = {
  shares: {
    doc: 'Hosts on whose administrative shares (ADMIN$, C$ and other drives) one source must try to connect within the window.',
    unit: 'count',
    default: 5,
  },
  questions: {
    doc: 'Different questions about users, groups, shares, sessions or services of hosts that one source must ask by RPC within the window.',
    unit: 'count',
    default: 5,
  },
  window: { doc: 'Time in which these must happen, and the quiet time that ends what was found.', unit: 'seconds', default: 300 },
  execution: {
    doc: 'Time between a file written to an administrative share of a host and a service, task or process begun on it by RPC.',
    unit: 'seconds',
    default: 600,
  },
} satisfies DetectorOptions;
