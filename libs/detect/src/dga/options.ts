import type { DetectorOptions } from '../detector.ts';

export const options = {
  domains: {
    doc: 'Different domains that do not exist and whose names read like no word, asked for by one client.',
    unit: 'count',
    default: 10,
  },
  anyDomains: {
    doc: 'The same for names of any kind, asked for as they are registered, of which hardly one exists.',
    unit: 'count',
    default: 20,
  },
  window: { doc: 'Time in which they are asked for, and quiet time that ends an episode.', unit: 'seconds', default: 600 },
} satisfies DetectorOptions;
