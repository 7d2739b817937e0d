import type { DetectorOptions } from '../detector.ts';

export const options = {
  addresses: {
    doc: 'Different addresses of one network (/24, or /64 of IPv6) whose names one client must ask for within the window.',
    unit: 'count',
    default: 20,
  },
  window: { doc: 'Time in which it must ask, and the quiet time that ends a sweep.', unit: 'seconds', default: 60 },
} satisfies DetectorOptions;
