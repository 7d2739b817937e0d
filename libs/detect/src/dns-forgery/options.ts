import type { DetectorOptions } from '../detector.ts';

export const options = {
  contradictions: {
    doc: 'Questions to one server that were answered twice, once so and once otherwise, that make it forgery.',
    unit: 'count',
    default: 2,
  },
  window: { doc: 'Time in which these must come, and the quiet time that ends an incident.', unit: 'seconds', default: 600 },
} satisfies DetectorOptions;
