import type { DetectorOptions } from '../detector.ts';

export const options = {
  domains: {
    doc: 'Different domains that do not exist and whose names read like no word, asked for by one client.',
    unit: 'count',
    default: 10,
  },
  window: { doc: 'Time in which they are asked for, and quiet time that ends an episode.', unit: 'seconds', default: 600 },
} satisfies DetectorOptions;
