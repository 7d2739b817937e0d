import type { DetectorOptions } from '../detector.ts';

export const options = {
  duration: { doc: 'Duration of a connection out of the network.', unit: 'seconds', default: 14_400 },
} satisfies DetectorOptions;
