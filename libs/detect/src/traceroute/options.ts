import type { DetectorOptions } from '../detector.ts';

export const options = {
  hops: { doc: 'Different routers that tell one host that its packets lived too short.', unit: 'count', default: 3 },
  window: { doc: 'Time in which they do, and quiet time that ends a trace.', unit: 'seconds', default: 180 },
} satisfies DetectorOptions;
