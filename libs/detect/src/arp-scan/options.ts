import type { DetectorOptions } from '../detector.ts';

export const options = {
  hosts: { doc: 'Distinct addresses that a host must ask for in vain within the window.', unit: 'count', default: 10 },
  neighbours: { doc: 'The same for addresses that lie within 64 of each other.', unit: 'count', default: 6 },
  window: { doc: 'Time in which it must ask for them, and the quiet time that ends a scan.', unit: 'seconds', default: 120 },
  answerWait: { doc: 'How long a request may stay unanswered before it counts as failed.', unit: 'seconds', default: 0.4 },
} satisfies DetectorOptions;
