import type { DetectorOptions } from '../detector.ts';

export const options = {
  hosts: { doc: 'Distinct hosts that a source must ping in vain within the window.', unit: 'count', default: 6 },
  window: { doc: 'Time in which it must ping them, and the quiet time that ends a sweep.', unit: 'seconds', default: 60 },
  answerWait: {
    doc: 'How long a ping may stay unanswered before it counts as failed, unless a router refuses it earlier; by satellite an answer takes 0.6 s.',
    unit: 'seconds',
    default: 0.75,
  },
} satisfies DetectorOptions;
