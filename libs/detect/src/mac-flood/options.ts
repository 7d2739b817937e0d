import type { DetectorOptions } from '../detector.ts';

export const options = {
  addresses: {
    doc: 'Hardware addresses never seen before that must appear within the window: more than hosts are switched on at once.',
    unit: 'count',
    default: 400,
  },
  window: { doc: 'Time in which they must appear.', unit: 'seconds', default: 5 },
  quiet: { doc: 'Quiet time that ends a flood.', unit: 'seconds', default: 60 },
} satisfies DetectorOptions;
